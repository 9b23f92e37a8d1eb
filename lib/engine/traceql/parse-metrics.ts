/** What stands behind the last pipe of a metrics query: `rate() by (name)`, and what is done to its series. */
import type { Attribute, ComparisonOp, Metrics, SecondStage } from "@/lib/engine/traceql/ast";
import type { Cursor } from "@/lib/engine/traceql/cursor";
import { parseAttribute } from "@/lib/engine/traceql/parse-field";

const plain = ["rate", "count_over_time"] as const;
const ofAttribute = [
  "min_over_time",
  "max_over_time",
  "avg_over_time",
  "sum_over_time",
  "histogram_over_time",
] as const;
const comparisons: readonly ComparisonOp[] = ["=", "!=", "<", "<=", ">", ">="];

export const isMetricsWord = (word: string): boolean =>
  word === "quantile_over_time" || word === "compare" || [...plain, ...ofAttribute].some((each) => each === word);
export const comparisonOf = (text: string): ComparisonOp | undefined => comparisons.find((each) => each === text);

const none: Attribute = { kind: "intrinsic", intrinsic: "duration" };

/** In parentheses. */
export function parseAttributes(cursor: Cursor): Attribute[] {
  cursor.expect("(");
  const list: Attribute[] = [];
  do {
    const attribute = parseAttribute(cursor);
    if (attribute === undefined) cursor.fail();
    else list.push(attribute);
  } while (cursor.accept(","));
  cursor.expect(")", false);
  return list;
}
const parseBy = (cursor: Cursor): Attribute[] => (cursor.accept("by") ? parseAttributes(cursor) : []);

function parseNumber(cursor: Cursor): number {
  const sign = cursor.accept("-") ? -1 : 1;
  const { type, number } = cursor.peek();
  if (!["INTEGER", "FLOAT", "DURATION"].includes(type)) cursor.fail();
  cursor.next();
  return sign * (type === "DURATION" ? number / 1e9 : number);
}

export function parseMetrics(cursor: Cursor): Metrics {
  const token = cursor.next();
  const simple = plain.find((each) => each === token.type);
  cursor.expect("(");
  if (simple !== undefined) {
    cursor.expect(")");
    return { kind: simple, by: parseBy(cursor) };
  }
  if (token.type === "compare") cursor.fail(undefined, { token, message: "compare() is not supported by this server" });
  const of = parseAttribute(cursor);
  if (of === undefined) cursor.fail();
  const kind = ofAttribute.find((each) => each === token.type);
  if (kind !== undefined) {
    cursor.expect(")");
    return { kind, of: of ?? none, by: parseBy(cursor) };
  }
  const quantiles: number[] = [];
  cursor.expect(",");
  do quantiles.push(parseNumber(cursor));
  while (cursor.accept(","));
  cursor.expect(")", false);
  return { kind: "quantile_over_time", of: of ?? none, quantiles, by: parseBy(cursor) };
}

export function parseSecondStages(cursor: Cursor): SecondStage[] {
  const stages: SecondStage[] = [];
  for (;;) {
    const op = comparisonOf(cursor.peek().type);
    if (op !== undefined) {
      cursor.next();
      stages.push({ kind: "keep", op, value: parseNumber(cursor) });
    } else if (cursor.accept("|")) {
      const kind = cursor.accept("topk") ? "topk" : "bottomk";
      if (kind === "bottomk") cursor.expect("bottomk", false);
      cursor.expect("(");
      stages.push({ kind, count: cursor.expect("INTEGER").number });
      cursor.expect(")");
    } else return stages;
  }
}
