import "server-only";
/** PromQL text -> its selectors, narrowed text; names and matchers -> PromQL. The user's own formatting survives. */
import type { SyntaxNode } from "@lezer/common";
import { parser } from "@prometheus-io/lezer-promql";
import { isSound, quoted, unquoted } from "@/lib/query/quoted";
import type { Matcher } from "@/lib/signal/labels";

/** What a selector asks for. `name` is null where only labels are given; `text` is as written, between `from` and `to`. */
export type Selector = {
  readonly name: string | null;
  readonly matchers: readonly Matcher[];
  readonly text: string;
  readonly from: number;
  readonly to: number;
};

/** Whether the whole text is one query. Types and limits are left to the server. */
export const isValid = (query: string): boolean => isSound(parser.parse(query), query);

/** A label as it stands in braces and in `by (…)`: quoted where it needs Prometheus 3 (`"k8s.pod"`). */
export const printLabel = (label: string): string => (/^[a-zA-Z_]\w*$/.test(label) ? label : quoted(label));

export const printMatcher = ({ label, op, value }: Matcher): string => `${printLabel(label)}${op}${quoted(value)}`;

/** `up{job="x"}`; `{"http.server.duration","k8s.pod"="x"}`; `{__name__="inf"}` where the name alone would be a number or a keyword. */
export function selector(name: string | null, matchers: readonly Matcher[]): string {
  const list = matchers.map(printMatcher);
  if (name === null) return `{${list.join(",")}}`;
  if (!/^[a-zA-Z_:][\w:]*$/.test(name)) return `{${[quoted(name), ...list].join(",")}}`;
  const isWord = parser.parse(name).topNode.firstChild?.name !== "VectorSelector";
  if (isWord) return `{${[`__name__=${quoted(name)}`, ...list].join(",")}}`;
  return list.length === 0 ? name : `${name}{${list.join(",")}}`;
}

/** RE2 that matches this text and nothing else. */
export const escapedRegex = (text: string): string => text.replace(/[\\.+*?()|[\]{}^$]/g, "\\$&");

/**
 * RE2 that matches these texts and nothing else where regexes are anchored: labels in PromQL and LogQL, TraceQL.
 * Without any, one that matches nothing: an empty list never widens a query.
 */
export const regexAlternatives = (values: readonly string[]): string =>
  values.length === 0 ? "a^" : values.map(escapedRegex).join("|");

/** Every selector of a query, in the order of the text. */
export const selectorsOf = (query: string): Selector[] => selectorNodes(query).map((node) => selectorOf(query, node));

/**
 * Adds `matcher` to every selector of `query`, leaving the rest of the text untouched. The second argument of `info()`
 * is spared: it names labels of other series.
 */
export function narrow(query: string, matcher: Matcher): string {
  const text = printMatcher(matcher);
  const edits = selectorNodes(query).map((node) => {
    const list = node.getChild("LabelMatchers");
    if (!list) return { at: node.to, text: `{${text}}` };
    // At the front: PromQL allows a trailing comma, so the back is not safe to append to.
    return { at: list.from + 1, text: matchersIn(list).length > 0 ? `${text},` : text };
  });
  // Last edit first, so that earlier offsets stay true.
  return edits.toReversed().reduce((out, edit) => out.slice(0, edit.at) + edit.text + out.slice(edit.at), query);
}

/** Every range selector of exactly `range` (`[120s]`) looks back over `next` instead; subqueries and texts stay. */
export function withRange(query: string, range: string, next: string): string {
  const edits: { readonly from: number; readonly to: number }[] = [];
  parser.parse(query).iterate({
    enter({ name, node, from, to }) {
      const isRange = name === "DurationExpr" && node.parent?.name === "MatrixSelector";
      if (isRange && query.slice(from, to) === range) edits.push({ from, to });
    },
  });
  return edits.toReversed().reduce((out, { from, to }) => out.slice(0, from) + next + out.slice(to), query);
}

/** What every range selector of a query looks at, without the range: `rate(a{b="c"}[1m])` -> `a{b="c"}`. No subqueries. */
export const rangedIn = (query: string): Selector[] =>
  selectorNodes(query)
    .filter((node) => node.parent?.name === "MatrixSelector")
    .map((node) => selectorOf(query, node));

/** `label_replace(x, "to", "$1 more", "from", "(.+)")` -> what it makes of which label; null = it is no such call. */
export function replacementIn(query: string): { readonly from: string; readonly replacement: string } | null {
  const call = parser.parse(query).topNode.firstChild;
  if (!call?.getChild("FunctionIdentifier")?.getChild("LabelReplace")) return null;
  const texts = call.getChild("FunctionCallBody")?.getChildren("StringLiteral") ?? [];
  const [, replacement, from] = texts.map((node) => unquoted(query.slice(node.from, node.to)));
  return from !== undefined && replacement !== undefined ? { from, replacement } : null;
}

/** `a or (b or c) or d` -> a, (b or c), d: what a query unites at its top, as written. */
export function operandsOf(query: string): string[] {
  const parts = (node: SyntaxNode | null): string[] => {
    if (!node) return [];
    const isUnion =
      node.name === "BinaryExpr" && node.getChild("Or") !== null && !node.getChild("MatchingModifierClause");
    return isUnion ? [...parts(node.firstChild), ...parts(node.lastChild)] : [query.slice(node.from, node.to)];
  };
  return parts(parser.parse(query).topNode.firstChild);
}

/**
 * The same query for another quantile: `histogram_quantile(0.99, …)` and a summary's `quantile="0.99"`. Operands that
 * tell none of it (a mean, a gauge) fall away; null where nothing is left.
 */
export function withQuantile(query: string, quantile: string, next: string): string | null {
  const told = operandsOf(query).flatMap((operand) => {
    const edits: { readonly from: number; readonly to: number; readonly text: string }[] = [];
    parser.parse(operand).iterate({
      enter({ name, node, from, to }) {
        const text = operand.slice(from, to);
        const call = node.parent?.name === "FunctionCallBody" ? node.parent.parent : null;
        if (name === "NumberDurationLiteral" && text === quantile && !node.prevSibling?.prevSibling)
          if (call?.getChild("FunctionIdentifier")?.getChild("HistogramQuantile")) edits.push({ from, to, text: next });
        if (name === "UnquotedLabelMatcher" && text === printMatcher({ label: "quantile", op: "=", value: quantile }))
          edits.push({ from, to, text: printMatcher({ label: "quantile", op: "=", value: next }) });
      },
    });
    if (edits.length === 0) return [];
    return [edits.toReversed().reduce((out, { from, to, text }) => out.slice(0, from) + text + out.slice(to), operand)];
  });
  return told.length > 0 ? told.join("\nor ") : null;
}

function selectorNodes(query: string): SyntaxNode[] {
  const nodes: SyntaxNode[] = [];
  parser.parse(query).iterate({
    enter(node) {
      if (node.name === "VectorSelector" && !namesInfoLabels(node.node)) nodes.push(node.node);
    },
  });
  return nodes;
}

function namesInfoLabels(node: SyntaxNode): boolean {
  const call = node.parent?.name === "FunctionCallBody" ? node.parent.parent : null;
  return Boolean(call?.getChild("FunctionIdentifier")?.getChild("Info") && node.prevSibling);
}

const matchersIn = (list: SyntaxNode | null): SyntaxNode[] =>
  ["QuotedLabelName", "UnquotedLabelMatcher", "QuotedLabelMatcher"]
    .flatMap((name) => list?.getChildren(name) ?? [])
    .sort((a, b) => a.from - b.from);

function selectorOf(query: string, node: SyntaxNode): Selector {
  const textOf = (part: SyntaxNode | null): string => (part ? query.slice(part.from, part.to) : "");
  const list = node.getChild("LabelMatchers");
  const identifier = node.getChild("Identifier");
  const name = identifier ? textOf(identifier) : unquoted(textOf(list?.getChild("QuotedLabelName") ?? null));
  const matchers = matchersIn(list).flatMap((child): Matcher[] => {
    const label = child.getChild("LabelName");
    const op = matcherOps.find((each) => each === textOf(child.getChild("MatchOp")));
    const value = unquoted(textOf(child.getChild("StringLiteral")));
    const named = label ? textOf(label) : unquoted(textOf(child.getChild("QuotedLabelName")));
    return named !== undefined && op && value !== undefined ? [{ label: named, op, value }] : [];
  });
  return { name: name ?? null, matchers, text: textOf(node), from: node.from, to: node.to };
}

const matcherOps = ["=", "!=", "=~", "!~"] as const;
