/**
 * A LogQL text -> what it means, or Loki's refusal with its place. Written after Loki's grammar, because the editor's
 * (lezer) reads `2 * 3 + 1` from the right, knows no `unwrap … [5m] offset 1m`, and cannot say what it did not expect.
 */

import { applied } from "@/lib/engine/logql/arithmetic";
import type { BinaryOperator, Grouping, Logs, Matching, Metric, Query, RangeAggregation } from "@/lib/engine/logql/ast";
import { readMatcher, readNumber, readStages, readUnwrap } from "@/lib/engine/logql/parse-stages";
import { type Cursor, cursorOver } from "@/lib/engine/logql/parser";
import { attempt, refuse } from "@/lib/engine/logql/refusal";
import { regexpOf } from "@/lib/engine/logql/regexp";
import { parseError, rangeOperations, tokensOf, vectorOperations } from "@/lib/engine/logql/tokens";
import { printFloat, readFloat } from "@/lib/engine/logql/units";
import type { Matcher } from "@/lib/signal/labels";

const longest = 131_072;
const bindings: Readonly<Record<BinaryOperator, number>> = {
  or: 1,
  and: 2,
  unless: 2,
  "==": 3,
  "!=": 3,
  ">": 3,
  ">=": 3,
  "<": 3,
  "<=": 3,
  "+": 4,
  "-": 4,
  "*": 5,
  "/": 5,
  "%": 5,
  "^": 6,
};
const isBinary = (kind: string): kind is BinaryOperator => Object.hasOwn(bindings, kind);

/** Refuses what Loki's parser refuses, before any line is looked at. */
export function parseQuery(text: string): Query {
  if (text.length >= longest) return parseError(`input size too long (${text.length} > ${longest})`);
  const cursor = cursorOver(tokensOf(text));
  const query = expression(cursor, 0);
  if (cursor.peek() !== "$end") return cursor.fail();
  checkSelectors(query);
  return query;
}

/** A log query only; for the endpoints that take nothing else. */
export function parseSelector(text: string): Logs {
  const query = parseQuery(text);
  return query.kind === "logs" ? query : refuse("only log selector is supported");
}

const emptyCompatible =
  'queries require at least one regexp or equality matcher that does not have an empty-compatible value. For instance, app=~".*" does not meet this requirement, but app=~".+" will';
const isNarrow = ({ op, value }: Matcher): boolean =>
  (op === "=" && value !== "") || (op === "=~" && !regexpOf(value, true).test(""));

function checkSelectors(query: Query): void {
  switch (query.kind) {
    case "logs":
      if (!query.matchers.some(isNarrow)) parseError(emptyCompatible);
      return;
    case "range":
      checkSelectors(query.logs);
      return;
    case "vector":
      if (query.operation.startsWith("sort") && (query.grouping?.labels.length ?? 0) > 0)
        parseError("sort and sort_desc doesn't allow grouping by ");
      if (query.of.kind === "number") parseError(emptyCompatible);
      checkSelectors(query.of);
      return;
    case "label-replace":
      checkSelectors(query.of);
      return;
    case "binary":
      checkSelectors(query.left);
      checkSelectors(query.right);
      return;
    case "number":
    case "vector-of":
      return;
  }
}

function expression(cursor: Cursor, loosest: number): Query {
  let left = operand(cursor);
  for (;;) {
    const op = cursor.peek();
    if (!isBinary(op) || bindings[op] <= loosest) return left;
    cursor.take();
    const matching = readMatching(cursor);
    // `^` takes what follows first, all others what came before.
    const right = expression(cursor, op === "^" ? bindings[op] - 1 : bindings[op]);
    left = joined(op, matching, left, right);
  }
}

const goType = ({ stages }: Logs): string => (stages.length > 0 ? "*syntax.PipelineExpr" : "*syntax.MatchersExpr");

function joined(op: BinaryOperator, matching: Matching, left: Query, right: Query): Metric {
  const [a, b] = (["left", "right"] as const).map((side) => {
    const query = side === "left" ? left : right;
    return query.kind === "logs"
      ? parseError(`unexpected type for ${side} leg of binary operation (${op}): ${goType(query)}`)
      : query;
  });
  if (!a || !b) return parseError(`unexpected type for leg of binary operation (${op})`);
  if (op === "or" || op === "and" || op === "unless")
    for (const [side, each] of [
      ["left", a],
      ["right", b],
    ] as const)
      if (each.kind === "number")
        return parseError(
          `unexpected literal for ${side} leg of logical/set binary operation (${op}): ${each.value.toFixed(6)}`,
        );
  if (a.kind === "number" && b.kind === "number") return { kind: "number", value: applied(op, a.value, b.value) };
  return { kind: "binary", op, matching, left: a, right: b };
}

function readMatching(cursor: Cursor): Matching {
  const isBool = cursor.skip("bool");
  const on = cursor.peek() === "on";
  if (!on && cursor.peek() !== "ignoring") return { isBool, on: false, labels: [], card: "one-to-one", include: [] };
  cursor.take();
  const labels = names(cursor);
  const many = cursor.skip("group_left") ? "many-to-one" : cursor.skip("group_right") ? "one-to-many" : null;
  const include = many !== null && cursor.peek() === "(" ? names(cursor) : [];
  return { isBool, on, labels, card: many ?? "one-to-one", include };
}

function names(cursor: Cursor): string[] {
  cursor.need("(", "(");
  if (cursor.skip(")")) return [];
  const labels = [cursor.need("IDENTIFIER", "IDENTIFIER", ")").text];
  while (cursor.skip(",")) labels.push(cursor.need("IDENTIFIER", "IDENTIFIER").text);
  cursor.need(")", ")", ",");
  return labels;
}

function grouping(cursor: Cursor): Grouping | null {
  const word = cursor.peek();
  if (word !== "by" && word !== "without") return null;
  cursor.take();
  return { without: word === "without", labels: names(cursor) };
}

function operand(cursor: Cursor): Query {
  const kind = cursor.peek();
  if (kind === "(") {
    cursor.take();
    const inner = expression(cursor, 0);
    if (cursor.peek() !== ")") return cursor.fail();
    cursor.take();
    return inner;
  }
  if (kind === "{") {
    const logs: Logs = { kind: "logs", matchers: selector(cursor), stages: readStages(cursor) };
    // Only an unwrap leaves its bar standing, and it belongs into a range.
    return cursor.skip("|") ? cursor.fail() : logs;
  }
  if (kind === "NUMBER" || kind === "+" || kind === "-") return { kind: "number", value: readNumber(cursor) };
  if (kind === "vector") {
    cursor.take();
    cursor.need("(", "(");
    const read = readFloat(cursor.need("NUMBER", "NUMBER").text);
    cursor.need(")", ")");
    return { kind: "vector-of", value: "value" in read ? read.value : Number.NaN };
  }
  if (kind === "label_replace") return labelReplace(cursor);
  const vector = vectorOperations.find((operation) => operation === kind);
  if (vector !== undefined) return vectorAggregation(cursor, vector);
  const range = rangeOperations.find((operation) => operation === kind);
  if (range !== undefined) return rangeAggregation(cursor, range);
  if (kind === "variants") return parseError("multi variant queries are disabled for this instance");
  return cursor.fail();
}

function metric(cursor: Cursor): Metric {
  const query = expression(cursor, 0);
  return query.kind === "logs" ? cursor.fail() : query;
}

function selector(cursor: Cursor): Matcher[] {
  cursor.need("{");
  if (cursor.skip("}")) return [];
  if (cursor.peek() !== "IDENTIFIER") return cursor.fail("IDENTIFIER", "}");
  const matchers = [readMatcher(cursor)];
  while (cursor.skip(",")) matchers.push(readMatcher(cursor));
  cursor.need("}", "}", ",");
  return matchers;
}

function labelReplace(cursor: Cursor): Metric {
  cursor.take();
  cursor.need("(", "(");
  const of = metric(cursor);
  const texts = Array.from({ length: 4 }, () => {
    cursor.need(",");
    return cursor.string("STRING");
  });
  cursor.need(")", ")");
  const [target = "", replacement = "", source = "", pattern = ""] = texts;
  const compiled = attempt(() => regexpOf(pattern, true));
  if (!compiled.ok)
    return parseError(
      `invalid regex in label_replace: ${compiled.text.replace(/`[^`]*`$/, () => `\`^(?:${pattern})$\``)}`,
    );
  return { kind: "label-replace", of, target, replacement, source, pattern };
}

function vectorAggregation(cursor: Cursor, operation: (typeof vectorOperations)[number]): Metric {
  cursor.take();
  const before = grouping(cursor);
  cursor.need("(", "(");
  const isCounted = cursor.peek() === "NUMBER" && cursor.peek(1) === ",";
  const parameter = isCounted ? cursor.take().text : null;
  if (isCounted) cursor.take();
  const of = metric(cursor);
  cursor.need(")");
  const grouped = before ?? grouping(cursor);
  const takesCount = operation === "topk" || operation === "bottomk" || operation === "approx_topk";
  if (takesCount && parameter === null) return parseError(`parameter required for operation ${operation}`);
  if (!takesCount && parameter !== null)
    return parseError(`unsupported parameter for operation ${operation}(${parameter},`);
  if (takesCount && !/^\d+$/.test(parameter ?? "")) return parseError(`invalid parameter ${operation}(${parameter},`);
  if (takesCount && Number(parameter) <= 0)
    return parseError(`invalid parameter (must be greater than 0) ${operation}(${parameter}`);
  if (operation === "approx_topk") return refuse("approx_topk is not enabled. See -limits.shard_aggregations", 500);
  return { kind: "vector", operation, parameter: Number(parameter ?? 0), grouping: grouped, of };
}

function rangeAggregation(cursor: Cursor, operation: RangeAggregation["operation"]): Metric {
  cursor.take();
  cursor.need("(", "(");
  const isCounted = cursor.peek() === "NUMBER";
  const parameter = isCounted ? readNumber(cursor) : null;
  if (isCounted) cursor.need(",", ",");
  const within = logRange(cursor);
  cursor.need(")", ")");
  return checkedRange({ kind: "range", operation, parameter, grouping: grouping(cursor), ...within });
}

type LogRange = Pick<RangeAggregation, "logs" | "unwrap" | "range" | "offset">;

/** Stages may stand before the range or behind it, and brackets around selector and stages, or around all. */
function logRange(cursor: Cursor): LogRange {
  const isWrapped = cursor.skip("(");
  if (isWrapped && cursor.peek() === "(") {
    const inner = logRange(cursor);
    cursor.need(")", ")");
    return inner;
  }
  if (cursor.peek() !== "{") return cursor.fail();
  const matchers = selector(cursor);
  const before = readStages(cursor);
  const unwrapBefore = readUnwrap(cursor);
  const isClosed = isWrapped && cursor.skip(")");
  const range = cursor.need("RANGE").amount;
  const offset = cursor.skip("offset") ? cursor.need("DURATION", "DURATION").amount : 0;
  const isPlain = before.length === 0 && unwrapBefore === null;
  const after = isPlain ? readStages(cursor) : [];
  const unwrap = unwrapBefore ?? (isPlain ? readUnwrap(cursor) : null);
  if (isWrapped && !isClosed) cursor.need(")", ")");
  return { logs: { kind: "logs", matchers, stages: [...before, ...after] }, unwrap, range, offset };
}

const groupable = new Set(
  "avg stddev stdvar quantile max min first last".split(" ").map((name) => `${name}_over_time`),
);
const plainOnly = new Set(["bytes_over_time", "bytes_rate", "count_over_time"]);
const eitherWay = new Set(["rate", "absent_over_time"]);

function checkedRange(range: RangeAggregation): RangeAggregation {
  const { operation, parameter, unwrap } = range;
  if (parameter !== null && operation !== "quantile_over_time")
    return parseError(`parameter ${printFloat(parameter)} not supported for operation ${operation}`);
  if (parameter === null && operation === "quantile_over_time")
    return parseError(`parameter required for operation ${operation}`);
  if (range.grouping && !groupable.has(operation))
    return parseError(`grouping not allowed for ${operation} aggregation`);
  if (unwrap ? plainOnly.has(operation) : !plainOnly.has(operation) && !eitherWay.has(operation))
    return parseError(`invalid aggregation ${operation} ${unwrap ? "with" : "without"} unwrap`);
  return range;
}
