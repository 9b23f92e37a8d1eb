import "server-only";
/** Attributes and values -> TraceQL; a TraceQL text -> the same, newest first. */
import { parser } from "@grafana/lezer-traceql";
import type { Tree } from "@lezer/common";
import { regexAlternatives } from "@/lib/query/promql";
import { isSound, quoted } from "@/lib/query/quoted";

export type Scope = "resource" | "span" | "event" | "link" | "instrumentation";
/** Types matter to Tempo: `"500"` does not find the integer 500. */
export type Value = string | number | boolean;

const goEscape = /\\(?:["\\]|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|x[0-9a-fA-F]{2}|[0-7]{3}|[abfnrtv])/g;

/**
 * The grammar's tree. It knows only the escapes `\"` and `\\`, Tempo all of Go's: the others are parsed as one of the
 * same length, so that every offset holds in the original text.
 */
export const traceqlTree = (query: string): Tree =>
  parser.parse(query.replace(goEscape, (each) => (/["\\]$/.test(each) ? each : `\\\\${"_".repeat(each.length - 2)}`)));

/** Whether the whole text is one query. */
export const isValid = (query: string): boolean => query.trim() !== "" && isSound(traceqlTree(query), query);

/**
 * `span.http.route`; `span."odd name"` where Tempo would stop reading or see a keyword. In a quoted name it knows only
 * the escapes `\"` and `\\` (grafana/tempo, pkg/traceql/lexer.go), so other signs stand as they are.
 */
export function printAttribute(scope: Scope, name: string): string {
  const plain = /^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*$/.test(name) && isValid(`{ ${scope}.${name} = 1 }`);
  return `${scope}.${plain ? name : `"${name.toWellFormed().replace(/["\\]/g, "\\$&")}"`}`;
}

/** A condition: `span.http.route = "/a"`. */
export const attributeEquals = (scope: Scope, name: string, value: Value): string =>
  `${printAttribute(scope, name)} = ${typeof value === "string" ? quoted(value) : value}`;

/** A condition: the span links to this trace. Tempo compares the 32 digits. */
export const linkedTo = (traceId: string): string => `link:traceID = ${quoted(traceId)}`;

/**
 * A condition: the attribute is one of these. Strings become one anchored regex, which Tempo hands down to its columns;
 * `||` would make it read every span. Without any value, the condition is false.
 */
export function attributeIn(scope: Scope, name: string, values: readonly Value[]): string {
  const [first, ...others] = values;
  if (first === undefined) return "false";
  if (others.length === 0) return attributeEquals(scope, name, first);
  const texts = values.filter((value) => typeof value === "string");
  if (texts.length === values.length) return `${printAttribute(scope, name)} =~ ${quoted(regexAlternatives(texts))}`;
  return `(${values.map((value) => attributeEquals(scope, name, value)).join(" || ")})`;
}

/** Adds the hint without which a search gives any traces of the window, not the newest (measured); one that is there stays. */
export function withMostRecent(query: string): string {
  const { topNode } = traceqlTree(query);
  const hint = topNode.getChild("WithHint");
  if (hint) {
    const text = query.slice(hint.from, hint.to);
    if (/\bmost_recent\s*=/.test(text)) return query;
    const at = hint.from + text.indexOf("(") + 1;
    return `${query.slice(0, at)}most_recent=true, ${query.slice(at)}`;
  }
  // Before a trailing comment, which would swallow it.
  const at = topNode.getChild("SpansetPipelineExpression")?.to ?? query.length;
  return `${query.slice(0, at).trimEnd()} with (most_recent=true)${query.slice(at)}`;
}
