/** Aggregations: rows -> one row a group, or the k first of each. Source: promql/engine.go of Prometheus 3.15. */
import { type Aggregate, unwrapped } from "@/lib/engine/promql/expression";
import { only, withLabel, without } from "@/lib/engine/promql/label-sets";
import { printPlain, printShort } from "@/lib/engine/promql/literals";
import { emptyRow, type Grid, isEmpty, merged, put, type Row, valueAt } from "@/lib/engine/promql/rows";
import type { Run } from "@/lib/engine/promql/run";
import { add, ascending, meanOf, newSum, quantileOf, totalOf } from "@/lib/engine/promql/sums";
import { type Labels, labelsKey } from "@/lib/signal/labels";

type Group = { readonly labels: Labels; readonly rows: Row[] };

const grouped = ({ grouping, without: drops }: Aggregate): ((labels: Labels) => Labels) => {
  const names = new Set(drops ? [...grouping, "__name__"] : grouping);
  return (labels) => (drops ? without(labels, names) : only(labels, names));
};

/** In the order in which the groups are met. */
function groupsOf(expression: Aggregate, rows: readonly Row[]): Group[] {
  const kept = grouped(expression);
  const groups = new Map<string, Group>();
  for (const row of rows) {
    const labels = kept(row.labels);
    const key = labelsKey(labels);
    const group = groups.get(key) ?? { labels, rows: [] };
    group.rows.push(row);
    groups.set(key, group);
  }
  return [...groups.values()];
}

/** The extreme that is no NaN, where there is any. */
const extreme = (values: readonly number[], isBetter: (value: number, best: number) => boolean): number =>
  values.reduce((best, value) => (Number.isNaN(best) || isBetter(value, best) ? value : best));

function variance(values: readonly number[]): number {
  let [mean, squares, count] = [0, 0, 0];
  for (const value of values) {
    count += 1;
    const delta = value - mean;
    mean += delta / count;
    squares += delta * (value - mean);
  }
  return squares / count;
}

function calculation(op: Aggregate["op"]): (values: readonly number[], parameter: number) => number {
  switch (op) {
    case "sum":
      return (values) => {
        const sum = newSum();
        for (const value of values) add(sum, value);
        return totalOf(sum);
      };
    case "avg":
      return meanOf;
    case "count":
      return (values) => values.length;
    case "group":
      return () => 1;
    case "min":
      return (values) => extreme(values, (value, best) => value < best);
    case "max":
      return (values) => extreme(values, (value, best) => value > best);
    case "stddev":
      return (values) => Math.sqrt(variance(values));
    case "stdvar":
      return variance;
    case "quantile":
      return (values, parameter) => quantileOf(parameter, values);
    case "topk":
    case "bottomk":
    case "count_values":
      throw new Error(`${op} gives more than one row a group`);
  }
}

/** Everything but `topk`, `bottomk`, `count_values`; `parameters` is that of `quantile`, a value a step. */
export function aggregated(
  expression: Aggregate,
  rows: readonly Row[],
  parameters: Float64Array | null,
  grid: Grid,
  run: Run,
): Row[] {
  if (expression.op === "quantile" && parameters && expression.parameter) {
    // Of all steps Prometheus names the worst only.
    const [most, least] = [Math.max(...parameters), Math.min(...parameters)];
    const told = [
      ...(parameters.some(Number.isNaN) ? [Number.NaN] : []),
      ...(most > 1 ? [most] : []),
      ...(least < 0 ? [least] : []),
    ];
    checkQuantiles(Float64Array.from(told), unwrapped(expression.parameter).from, run);
  }
  const calculate = calculation(expression.op);
  return groupsOf(expression, rows)
    .map(({ labels, rows: own }) => {
      const out = emptyRow(labels, grid.count);
      for (let i = 0; i < grid.count; i++) {
        const values: number[] = [];
        for (const row of own) if (row.has[i] === 1) values.push(valueAt(row, i));
        if (values.length > 0) put(out, i, calculate(values, parameters?.[i] ?? Number.NaN));
      }
      return out;
    })
    .filter((row) => !isEmpty(row));
}

/** Warns of quantiles outside [0, 1]. */
export function checkQuantiles(quantiles: Float64Array, from: number, run: Run): void {
  for (const q of new Set(quantiles))
    if (!(q >= 0 && q <= 1)) run.notes.warn(`quantile value should be between 0 and 1, got ${printShort(q)}`, from);
}

/** The k rows of each group that are highest (`topk`) or lowest at each step; for one step, best first. */
export function firstOf(
  expression: Aggregate,
  rows: readonly Row[],
  parameters: Float64Array,
  grid: Grid,
  run: Run,
): Row[] {
  const most = Math.max(...parameters);
  if (most < 1) return [];
  if (parameters.some(Number.isNaN)) run.complain(null, "Parameter value is NaN");
  const least = Math.min(...parameters);
  if (least <= -(2 ** 63)) run.complain(null, `Scalar value ${least} underflows int64`);
  if (most >= 2 ** 63) run.complain(null, `Scalar value ${most} overflows int64`);
  // NaN comes last either way.
  const order = (a: number, b: number): number => {
    if (Number.isNaN(a) || Number.isNaN(b)) return -ascending(a, b);
    return expression.op === "topk" ? b - a || 0 : a - b || 0;
  };
  return groupsOf(expression, rows).flatMap(({ rows: own }) => {
    const chosen = own.map((row) => ({ row, out: emptyRow(row.labels, grid.count), rank: 0 }));
    for (let i = 0; i < grid.count; i++) {
      const k = Math.trunc(parameters[i] ?? 0);
      const present = chosen.filter(({ row }) => row.has[i] === 1);
      const sorted = present.toSorted((a, b) => order(valueAt(a.row, i), valueAt(b.row, i)));
      sorted.slice(0, Math.max(0, k)).forEach((each, rank) => {
        put(each.out, i, valueAt(each.row, i));
        each.rank = rank;
      });
    }
    const found = chosen.filter(({ out }) => !isEmpty(out));
    return (grid.count === 1 ? found.toSorted((a, b) => a.rank - b.rank) : found).map(({ out }) => out);
  });
}

/** How many rows of a group have each value, the value as a label. */
export function countedValues(expression: Aggregate, rows: readonly Row[], label: string, grid: Grid, run: Run): Row[] {
  const widened = expression.without ? expression : { ...expression, grouping: [...expression.grouping, label] };
  const kept = grouped(widened);
  const counts = new Map<string, Row>();
  for (const row of rows)
    for (let i = 0; i < grid.count; i++) {
      if (row.has[i] !== 1) continue;
      const labels = kept(withLabel(row.labels, label, printPlain(valueAt(row, i))));
      const key = labelsKey(labels);
      const out = counts.get(key) ?? emptyRow(labels, grid.count);
      put(out, i, (out.has[i] === 1 ? valueAt(out, i) : 0) + 1);
      counts.set(key, out);
    }
  return merged([...counts.values()], run.complain);
}
