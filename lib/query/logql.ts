import "server-only";
/** Matchers, ids and levels -> LogQL; a LogQL text -> narrowed, or told to be a log query. */
import { parser } from "@grafana/lezer-logql";
import type { SyntaxNode } from "@lezer/common";
import { regexAlternatives } from "@/lib/query/promql";
import { isSound, quoted } from "@/lib/query/quoted";
import type { Matcher } from "@/lib/signal/labels";
import type { Level } from "@/lib/signal/lines";

/** LogQL cannot quote a label: what has other signs than letters, digits and `_` is spelled as Loki stores it. */
const printLabel = (label: string): string => label.replace(/\W/g, "_").replace(/^(?=\d|$)/, "_");
const printMatcher = ({ label, op, value }: Matcher): string => `${printLabel(label)}${op}${quoted(value)}`;

/** `{app="x",pod=~"y"}`. Loki refuses a selector of which every matcher also matches the empty value. */
export const streamSelector = (matchers: readonly Matcher[]): string => `{${matchers.map(printMatcher).join(",")}}`;

/** `|= "a" or "b"`: lines that hold one of these, letter for letter. Without any text, no line. */
export function lineContainsAny(texts: readonly string[]): string {
  const wanted = texts.filter((text) => text !== "");
  return wanted.length === 0 ? `|~ ${quoted(regexAlternatives([]))}` : `|= ${wanted.map(quoted).join(" or ")}`;
}

/** `!= "a" != "b"`: lines that hold none of these. */
export const lineContainsNone = (texts: readonly string[]): string =>
  texts
    .filter((text) => text !== "")
    .map((text) => `!= ${quoted(text)}`)
    .join(" ");

/** `| a="x" or b="y"`: lines of which a label or metadata field matches. */
export const labelFilter = (any: readonly Matcher[]): string => `| ${any.map(printMatcher).join(" or ")}`;

const spellings: Readonly<Record<Level, readonly string[]>> = {
  trace: ["trace", "trc"],
  debug: ["debug", "dbg"],
  info: ["info", "inf", "information", "notice"],
  warn: ["warn", "wrn", "warning"],
  error: ["error", "err", "severe"],
  fatal: ["fatal", "critical", "crit", "panic", "alert", "emerg"],
  unknown: ["unknown"],
};

/** Lines of these levels: as Loki 3 detects them (`detected_level`), or as an older installation labels them (`level`). */
export function levelFilter(levels: readonly Level[]): string {
  const value = `(?i:${regexAlternatives(levels.flatMap((level) => spellings[level]))})`;
  return labelFilter(["detected_level", "level"].map((label) => ({ label, op: "=~", value })));
}

/** A log query: a stream selector, with or without stages. A metric query is none, it has no lines. */
export function isStreamSelector(query: string): boolean {
  const tree = parser.parse(query);
  return isSound(tree, query) && Boolean(tree.topNode.getChild("Expr")?.getChild("LogExpr"));
}

/** Adds `matcher` to every stream selector of a log or metric query, leaving the rest of the text untouched. */
export function narrow(query: string, matcher: Matcher): string {
  const text = printMatcher(matcher);
  const selectors: SyntaxNode[] = [];
  parser.parse(query).iterate({
    enter(node) {
      if (node.name === "Selector") selectors.push(node.node);
    },
  });
  // Last edit first, so that earlier offsets stay true.
  return selectors.toReversed().reduce((out, { from, firstChild }) => {
    const added = firstChild?.name === "Matchers" ? `${text},` : text;
    return out.slice(0, from + 1) + added + out.slice(from + 1);
  }, query);
}

/** Every range of exactly `range` (`[15s]`) counts over `next` instead; what stands in texts stays. */
export function withRange(query: string, range: string, next: string): string {
  const edits: { readonly from: number; readonly to: number }[] = [];
  parser.parse(query).iterate({
    enter({ name, from, to }) {
      if (name === "Range" && query.slice(from, to) === `[${range}]`) edits.push({ from, to });
    },
  });
  return edits.toReversed().reduce((out, { from, to }) => `${out.slice(0, from)}[${next}]${out.slice(to)}`, query);
}
