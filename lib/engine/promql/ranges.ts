/** Functions over ranges, of stored samples or of a subquery's steps. */

import { absent } from "@/lib/engine/promql/absence";
import { checkQuantiles } from "@/lib/engine/promql/aggregate";
import { type Call, type Expression, type Range, type Subquery, unwrapped } from "@/lib/engine/promql/expression";
import { unnamed } from "@/lib/engine/promql/label-sets";
import { rangeFunctions } from "@/lib/engine/promql/range-functions";
import { distinct, type Grid, gridEnd, isEmpty, type Row, timeAt, valueAt } from "@/lib/engine/promql/rows";
import { evaluationInterval, type Run } from "@/lib/engine/promql/run";
import { overRanges, rangeSeries, referenceOf, unknownSpan } from "@/lib/engine/promql/selecting";
import type { StoredSeries } from "@/lib/engine/promql/storage";

/** The steps a subquery is evaluated at: multiples of its step within its range at any step of `grid`. */
export function subqueryGrid(subquery: Subquery, grid: Grid, run: Run): Grid {
  const step = subquery.step ?? evaluationInterval;
  if (Number.isNaN(step + subquery.range)) run.complain(null, unknownSpan);
  const after = referenceOf(subquery, run, grid.start) - subquery.range;
  const until = referenceOf(subquery, run, gridEnd(grid));
  const start = (Math.floor(after / step) + 1) * step;
  return { start, step, count: Math.max(0, Math.floor((until - start) / step) + 1) };
}

const asSeries = (row: Row, grid: Grid): StoredSeries => {
  const steps = Array.from(row.has.keys()).filter((i) => row.has[i] === 1);
  return {
    labels: row.labels,
    at: Float64Array.from(steps, (i) => timeAt(grid, i)),
    values: Float64Array.from(steps, (i) => valueAt(row, i)),
    ends: [],
  };
};

/** How the parts of a call are evaluated: given, since calls stand in expressions and expressions in calls. */
export type Evaluator = {
  readonly rowsOf: (expression: Expression, grid: Grid, run: Run) => Row[];
  readonly numbersOf: (expression: Expression, grid: Grid, run: Run) => Float64Array;
};

function seriesOf(ranged: Range | Subquery, grid: Grid, run: Run, { rowsOf }: Evaluator): readonly StoredSeries[] {
  if (ranged.kind === "range") return rangeSeries(ranged, grid, run);
  const inner = subqueryGrid(ranged, grid, run);
  if (inner.count === 0) return [];
  return rowsOf(ranged.inner, inner, run).map((row) => asSeries(row, inner));
}

const isCounterName = /_(?:total|sum|count|bucket)$/;

/** A call with a range among its arguments. */
export function evaluateRange(call: Call, grid: Grid, run: Run, evaluator: Evaluator): Row[] {
  const args = call.args.map(unwrapped);
  const ranged = args.find((arg) => arg.kind === "range" || arg.kind === "subquery");
  const calculate = rangeFunctions.get(call.name);
  if (!ranged || !calculate) return run.complain(null, `${call.name}() is not supported by this server`);
  const other = args.find((arg) => arg !== ranged);
  const parameters = other ? evaluator.numbersOf(other, grid, run) : null;
  const keepsName = call.name === "last_over_time" || call.name === "first_over_time";
  const [when, range] = ranged.kind === "range" ? [ranged.selector, ranged.range] : [ranged, ranged.range];

  const rows = seriesOf(ranged, grid, run, evaluator).map((series) => {
    const labels = keepsName ? series.labels : unnamed(series.labels);
    const row = overRanges(series, labels, when, range, grid, run, calculate, parameters);
    const name = series.labels.__name__ ?? "";
    const isRate = call.name === "rate" || call.name === "increase";
    if (isRate && name !== "" && !isCounterName.test(name) && !isEmpty(row))
      run.notes.inform(
        `metric might not be a counter, name does not end in _total/_sum/_count/_bucket: ${JSON.stringify(name)}`,
        ranged.from,
      );
    return row;
  });
  if (call.name === "quantile_over_time" && parameters && rows.some((row) => !isEmpty(row)))
    checkQuantiles(parameters, args[0]?.from ?? 0, run);
  return call.name === "absent_over_time" ? absent(ranged, rows, grid) : distinct(rows, run.complain);
}
