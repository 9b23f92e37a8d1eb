/**
 * TraceQL text -> tree, or Tempo's error with its place. The editor's grammar (lezer) recovers from errors and knows
 * neither `nestedSetParent` nor Tempo's ranks of operators, so this follows pkg/traceql/expr.y: `&&` and `||` are of one
 * rank, from the left. That both understand the same queries is tested.
 */
import {
  type Aggregate,
  type AggregateOp,
  isRelation,
  type Query,
  type SpansetOp,
  type Stage,
} from "@/lib/engine/traceql/ast";
import { type Cursor, createCursor } from "@/lib/engine/traceql/cursor";
import { type TraceqlError, tokensOf } from "@/lib/engine/traceql/lexer";
import { parseField, parseStatic } from "@/lib/engine/traceql/parse-field";
import {
  comparisonOf,
  isMetricsWord,
  parseAttributes,
  parseMetrics,
  parseSecondStages,
} from "@/lib/engine/traceql/parse-metrics";
import { problemOf } from "@/lib/engine/traceql/types";
import { intValue, type Value, yes } from "@/lib/engine/traceql/value";

/** A message without a place comes from the check of types. */
export type Parsed = { readonly ok: true; readonly query: Query } | { readonly ok: false; readonly message: string };

const aggregates: readonly AggregateOp[] = ["count", "avg", "max", "min", "sum"];

const printError = ({ line, column, message }: TraceqlError): string =>
  `parse error at line ${line}, col ${column}: ${message}`;

function operatorOf(type: string): SpansetOp | undefined {
  if (type === "&&") return { kind: "and" };
  if (type === "||") return { kind: "or" };
  if (type === "!~") return { kind: "related", relation: "~", mode: "not" };
  const mode = type.startsWith("!") ? "not" : type.startsWith("&") ? "union" : "plain";
  const relation = mode === "plain" ? type : type.slice(1);
  return isRelation(relation) ? { kind: "related", relation, mode } : undefined;
}

function parseSpansetOperand(cursor: Cursor): Stage {
  if (cursor.accept("(")) {
    const stages = parseStages(cursor);
    cursor.expect(")", false);
    const [only] = stages;
    return stages.length === 1 && only ? only : { kind: "pipeline", stages };
  }
  cursor.expect("{", false);
  if (cursor.accept("}")) return { kind: "filter", field: { kind: "static", value: yes } };
  const field = parseField(cursor);
  cursor.expect("}", false);
  return { kind: "filter", field };
}

/** Relations bind closer than `&&` and `||`, which are of one rank. */
function parseSpansets(cursor: Cursor, least = 1): Stage {
  let left = parseSpansetOperand(cursor);
  for (;;) {
    const op = operatorOf(cursor.peek().type);
    const rank = op?.kind === "related" ? 2 : 1;
    if (op === undefined || rank < least) return left;
    cursor.next();
    left = { kind: "operation", op, left, right: parseSpansets(cursor, rank + 1) };
  }
}

function parseAggregate(cursor: Cursor, op: AggregateOp): Aggregate {
  cursor.next();
  cursor.expect("(");
  const of = op === "count" ? null : parseField(cursor);
  cursor.expect(")", op === "count");
  return { op, of };
}

function parseScalar(cursor: Cursor, op: AggregateOp): Stage {
  const aggregate = parseAggregate(cursor, op);
  const comparison = comparisonOf(cursor.peek().type);
  if (comparison === undefined) cursor.fail();
  cursor.next();
  const negative = cursor.accept("-");
  const told: Value = parseStatic(cursor) ?? intValue(0);
  const value = negative && "value" in told && typeof told.value === "number" ? { ...told, value: -told.value } : told;
  const signed = value.type === "int" || value.type === "float" || value.type === "duration" ? value : told;
  return { kind: "scalar", aggregate, op: comparison ?? "=", value: signed };
}

function parseStage(cursor: Cursor): Stage {
  const { type } = cursor.peek();
  const aggregate = aggregates.find((each) => each === type);
  if (aggregate !== undefined) return parseScalar(cursor, aggregate);
  if (cursor.accept("by")) {
    cursor.expect("(");
    const field = parseField(cursor);
    cursor.expect(")", false);
    return { kind: "by", field };
  }
  if (cursor.accept("coalesce")) {
    cursor.expect("(");
    cursor.expect(")");
    return { kind: "coalesce" };
  }
  if (cursor.accept("select")) return { kind: "select", attributes: parseAttributes(cursor) };
  return parseSpansets(cursor);
}

function parseStages(cursor: Cursor): Stage[] {
  const stages = [parseStage(cursor)];
  while (cursor.peek().type === "|" && !isMetricsWord(cursor.look(1)) && cursor.accept("|"))
    stages.push(parseStage(cursor));
  return stages;
}

function parseHints(cursor: Cursor): ReadonlyMap<string, Value> {
  const hints = new Map<string, Value>();
  while (cursor.accept("with")) {
    cursor.expect("(");
    do {
      const { text } = cursor.expect("IDENTIFIER");
      cursor.expect("=");
      const value = parseStatic(cursor);
      if (value === undefined) cursor.fail();
      else hints.set(text, value);
    } while (cursor.accept(","));
    cursor.expect(")", false);
  }
  return hints;
}

export function parseTraceql(text: string): Parsed {
  const tokens = tokensOf(text);
  if ("message" in tokens) return { ok: false, message: printError(tokens) };
  const cursor = createCursor(tokens);
  const stages = parseStages(cursor);
  const metrics = cursor.accept("|") ? parseMetrics(cursor) : null;
  const secondStages = metrics === null ? [] : parseSecondStages(cursor);
  const query: Query = { stages, metrics, secondStages, hints: parseHints(cursor) };
  cursor.expect("$end", false);
  const failure = cursor.failure();
  if (failure) return { ok: false, message: printError(failure) };
  const problem = problemOf(query);
  return problem === undefined ? { ok: true, query } : { ok: false, message: problem };
}
