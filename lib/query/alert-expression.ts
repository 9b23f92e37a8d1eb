import "server-only";
/**
 * A rule's expression -> what to draw of it and against which threshold, for exactly the series of one alert. Also how
 * far it looks back, and what its numbers are.
 *
 *   (errors / total > 0.05) and (total > 10)      draws `errors / total` against 0.05, then `total` against 10
 *   absent(up{job="x"})                           draws `up{job="x"}`: the hole is the alert
 *   vector(1)                                     draws nothing: it always fires
 */
import type { SyntaxNode } from "@lezer/common";
import { parser } from "@prometheus-io/lezer-promql";
import { narrowTo } from "@/lib/query/alert-narrow";
import { type Branch, type Limit, splitComparison } from "@/lib/query/comparison";
import { selectorsOf } from "@/lib/query/promql";
import { literalValue, operandsOf, partsOf, unwrapped } from "@/lib/query/promql-tree";
import type { Labels } from "@/lib/signal/labels";
import type { Unit } from "@/lib/signal/series";
import { second } from "@/lib/signal/time";

export type DrawnBranch = Branch & {
  /** The alert holds where the drawn series has no sample. */
  readonly isAbsence: boolean;
  readonly unit: Unit;
  /** As that of the whole, of this part alone. */
  readonly reach: number;
};
export type AlertExpression = {
  /** `threshold`: a value against a bound. `presence`: any sample of it. `always`: a constant. `unreadable`: not PromQL. */
  readonly kind: "threshold" | "presence" | "absence" | "always" | "unreadable";
  /** The alert's own first, then its other conditions. */
  readonly drawn: readonly DrawnBranch[];
  /** ms; the longest way back of any of its parts: ranges, subqueries and offsets together. */
  readonly reach: number;
};

const nothing: AlertExpression = { kind: "unreadable", drawn: [], reach: 0 };

/**
 * `labels` are those of the alert's series alone: neither the rule's nor the server's; none = every series. Of those that
 * may be the rule's (`unsure`) a series has this value, or none.
 */
export function readAlertExpression(
  expression: string,
  labels: Labels = {},
  unsure: readonly string[] = [],
): AlertExpression {
  // Narrowed as a whole: how the sides of `and on ()` match is only known there.
  const branches = splitComparison(narrowTo(expression, labels, unsure))
    .map(withoutBool)
    .map(lifted);
  const [main, ...others] = mainFirst(branches);
  if (!main) return nothing;
  const reach = reachOf(expression);
  if (isConstant(main.query)) return { kind: "always", drawn: [], reach };
  const drawn = [main, ...others]
    .filter(({ query }) => !isConstant(query))
    .map((branch, index) => drawnOf(branch, index === 0 ? null : (branch.joined ?? "and")));
  const kind = main.limits.length > 0 ? "threshold" : drawn[0]?.isAbsence ? "absence" : "presence";
  return { kind, drawn, reach };
}

/** The first is the alert, unless it is a bare selector that only lends its labels to a comparison behind `and`. */
function mainFirst(branches: readonly Branch[]): Branch[] {
  const [first, ...others] = branches;
  if (!first) return [];
  const isBare = first.limits.length === 0 && rootOf(first.query)?.name === "VectorSelector";
  const told = isBare ? others.find(({ limits, joined }) => limits.length > 0 && joined === "and") : undefined;
  const main = told ?? first;
  return [main, ...branches.filter((branch) => branch !== main)];
}

/**
 * `max by (a) (x > 5)` is `max by (a) (x) > 5`, and so is `min` with `<`: burn rates are written so.
 * Of other aggregations this is not true.
 */
function lifted(branch: Branch): Branch {
  const root = branch.limits.length === 0 ? rootOf(branch.query) : null;
  const op = root?.getChild("AggregateOp")?.firstChild?.name ?? "";
  const body = root?.getChild("FunctionCallBody");
  const [inner] = body ? partsOf(body) : [];
  const sign = { Max: ">", Min: "<" }[op];
  if (!root || !inner || !sign || !body) return branch;
  const [compared, more] = splitComparison(textOf(branch.query, inner));
  if (!compared || more || compared.limits.length === 0) return branch;
  if (!compared.limits.every(({ op: each, bound }) => each.startsWith(sign) && bound.kind === "number")) return branch;
  const query = branch.query.slice(0, inner.from) + compared.query + branch.query.slice(inner.to);
  return { ...branch, query, limits: compared.limits };
}

/** `(a > bool 5) == 1` asks nothing but `a > 5`. */
function withoutBool(branch: Branch): Branch {
  const [limit, more] = branch.limits;
  if (limit?.bound.kind !== "number" || more) return branch;
  const { op, bound } = limit;
  const isTrue = (op === "==" && bound.value === 1) || (op === ">=" && bound.value === 1) || isNotZero(limit);
  const [inner, second] = splitComparison(branch.query);
  if (!isTrue || !inner || second || inner.limits.length === 0) return branch;
  return { ...inner, joined: branch.joined };
}
const isNotZero = ({ op, bound }: Limit): boolean =>
  bound.kind === "number" && bound.value === 0 && (op === ">" || op === "!=");

function drawnOf(branch: Branch, joined: Branch["joined"]): DrawnBranch {
  const inner = branch.limits.length === 0 ? insideAbsent(branch.query) : undefined;
  const query = inner ?? branch.query;
  return {
    ...{ query, limits: branch.limits, joined, isAbsence: inner !== undefined },
    ...{ unit: unitOf(query), reach: reachOf(query) },
  };
}

const rootOf = (query: string): SyntaxNode | null => {
  const root = parser.parse(query).topNode.firstChild;
  return root && unwrapped(root);
};
const functionOf = (node: SyntaxNode | null): string =>
  node?.name === "FunctionCall" ? (node.getChild("FunctionIdentifier")?.firstChild?.name ?? "") : "";
const textOf = (query: string, node: SyntaxNode): string => query.slice(node.from, node.to);

function insideAbsent(query: string): string | undefined {
  const root = rootOf(query);
  const name = functionOf(root);
  const [inner] = partsOf(root?.getChild("FunctionCallBody") ?? parser.parse("").topNode);
  if (!inner || (name !== "Absent" && name !== "AbsentOverTime")) return undefined;
  // A range cannot be drawn as it is; and what was compared within is shown without the comparison.
  const vector = inner.name === "MatrixSelector" ? partsOf(inner)[0] : inner;
  const text = vector ? textOf(query, vector) : undefined;
  return text === undefined ? undefined : (splitComparison(text)[0]?.query ?? text);
}

/** No selector: numbers, `vector(1)`, `time() > 0`. */
const isConstant = (query: string): boolean => selectorsOf(query).length === 0;

function reachOf(expression: string): number {
  const far = (node: SyntaxNode): number => {
    const durations =
      node.name === "OffsetExpr"
        ? node.getChildren("OffsetDurationExpr")
        : node.name === "MatrixSelector" || node.name === "SubqueryExpr"
          ? node.getChildren("DurationExpr").slice(0, 1)
          : [];
    const own = durations.reduce((sum, each) => sum + durationOf(textOf(expression, each)), 0);
    return (
      own + Math.max(0, node.name === "Identifier" ? recorded(textOf(expression, node)) : 0, ...partsOf(node).map(far))
    );
  };
  return far(parser.parse(expression).topNode);
}

/** A recording rule looked back already, and by custom its name ends with how far: `slo:errors:ratio_rate6h`. */
function recorded(name: string): number {
  const [, duration] = /:.*?(?:rate_?|increase_?|:)(\d+[mhd])$/.exec(name) ?? [];
  return duration ? durationOf(duration) : 0;
}

/** ms; of an expression of durations nothing is known. A negative offset looks ahead. */
function durationOf(text: string): number {
  const seconds = literalValue(text.trim());
  return Number.isFinite(seconds) && seconds > 0 ? seconds * second : 0;
}

const keeping = /^(?:Sum|Avg|Min|Max|Topk|Bottomk|Quantile)$/;
const ratesOf = /^(?:Rate|Irate|Deriv)$/;

/** By the names of metrics and the shape of the expression; "count" where neither tells. */
export function unitOf(query: string): Unit {
  const root = rootOf(query);
  return root ? unitOfNode(query, root) : "count";
}

function unitOfNode(query: string, wrapped: SyntaxNode): Unit {
  const node = unwrapped(wrapped);
  const argument = (): Unit => {
    const inner = partsOf(node.getChild("FunctionCallBody") ?? node).findLast(({ name }) => !/Literal$/.test(name));
    return inner ? unitOfNode(query, inner) : "count";
  };
  const { left, op, right } = operandsOf(node);
  if (left && right) {
    const [a, b] = [unitOfNode(query, left), unitOfNode(query, right)];
    if (op === "Div") return isNumber(right) ? "count" : a === b && !isScaled(left) ? "ratio" : quotient(a, b);
    if (op === "Sub" && isOne(query, left) && b === "ratio") return "ratio";
    if (op === "Sub" || op === "Add") return a === "count" ? b : a;
    return op === "And" || op === "Unless" || op === "Or" ? a : "count";
  }
  if (node.name === "AggregateExpr")
    return keeping.test(node.getChild("AggregateOp")?.firstChild?.name ?? "") ? argument() : "count";
  const call = functionOf(node);
  if (call === "Time") return "seconds";
  if (ratesOf.test(call)) return argument() === "seconds" ? "ratio" : argument() === "bytes" ? "bytes" : "per-second";
  if (/^(?:Increase|Changes|Resets|Count|CountOverTime|Histogram(?:Count|Sum)|Delta)/.test(call)) return "count";
  if (call === "HistogramQuantile" || call === "HistogramAvg") return namedUnit(query, node);
  if (call !== "") return argument();
  return namedUnit(query, node);
}

const quotient = (a: Unit, b: Unit): Unit => (a === "ratio" && b === "per-second" ? "seconds" : "count");
const isNumber = (node: SyntaxNode): boolean => unwrapped(node).name === "NumberDurationLiteral";
/** `100 * a` and `a * 100` are percent already. */
const isScaled = (node: SyntaxNode): boolean =>
  isNumber(node) || (operandsOf(unwrapped(node)).op === "Mul" && partsOf(unwrapped(node)).some(isNumber));
const isOne = (query: string, node: SyntaxNode): boolean => isNumber(node) && literalValue(textOf(query, node)) === 1;

function namedUnit(query: string, node: SyntaxNode): Unit {
  const [first] = selectorsOf(textOf(query, node));
  const name = first?.name ?? "";
  if (/(?:^|_)milliseconds(?:_|$)/.test(name)) return "count";
  if (/(?:^|_)seconds(?:_bucket|_sum|_total)?$|_timestamp(?:_seconds)?$|_created$/.test(name)) return "seconds";
  if (/(?:^|_)bytes(?:_total|_sum)?$/.test(name)) return "bytes";
  return /(?:^|[_:])ratio(?:$|[_:])/.test(name) ? "ratio" : "count";
}
