/** Selectors -> rows: what a series says at a step (not stale, not too old), or what a function says of its range. */
import { type At, matchersOf, type Range, type Selector, type Subquery } from "@/lib/engine/promql/expression";
import { emptyRow, type Grid, gridEnd, put, type Row, timeAt } from "@/lib/engine/promql/rows";
import { lookback, type Run } from "@/lib/engine/promql/run";
import { type RangeFunction, spanTime } from "@/lib/engine/promql/span";
import type { StoredSeries } from "@/lib/engine/promql/storage";
import type { Labels } from "@/lib/signal/labels";

export const unknownSpan = "step() and range() in durations are not supported by this server";

/** The instant a selector looks at when evaluated at `now`: moved by `@`, then by `offset`. */
export function referenceOf(
  { at, offset }: { readonly at: At | null; readonly offset: number },
  run: Run,
  now: number,
): number {
  if (Number.isNaN(offset)) run.complain(null, unknownSpan);
  if (at === null) return now - offset;
  return (at.kind === "instant" ? at.at : run[at.kind]) - offset;
}

/** Index of the first of ascending `at` from `from` on that lies behind `limit`. */
const firstBehind = (at: Float64Array, from: number, limit: number): number => {
  let index = from;
  while (index < at.length && (at[index] ?? 0) <= limit) index += 1;
  return index;
};

/** `tell` says what a sample tells: its value, or its time. */
export function instantRows(
  selector: Selector,
  grid: Grid,
  run: Run,
  tell: (value: number, at: number) => number,
): Row[] {
  const first = referenceOf(selector, run, grid.start);
  const last = referenceOf(selector, run, gridEnd(grid));
  const found = run.storage.select(matchersOf(selector), first - lookback, last);
  return found.map((series) => {
    const row = emptyRow(series.labels, grid.count);
    let behind = 0;
    let samples = 0;
    for (let i = 0; i < grid.count; i++) {
      const reference = referenceOf(selector, run, timeAt(grid, i));
      behind = firstBehind(series.at, behind, reference);
      const at = series.at[behind - 1];
      if (at === undefined || at <= reference - lookback) continue;
      if (series.ends.some((end) => end > at && end <= reference)) continue;
      put(row, i, tell(series.values[behind - 1] ?? Number.NaN, at));
      samples += 1;
    }
    run.count(samples);
    return row;
  });
}

/** The stored series a range at any step of the grid may need. */
export function rangeSeries({ selector, range }: Range, grid: Grid, run: Run): readonly StoredSeries[] {
  if (Number.isNaN(range)) run.complain(null, unknownSpan);
  const first = referenceOf(selector, run, grid.start);
  const last = referenceOf(selector, run, gridEnd(grid));
  return run.storage.select(matchersOf(selector), first - range, last);
}

/** `calculate` at each step over the samples of its range; steps without samples have no value. */
export function overRanges(
  series: StoredSeries,
  labels: Labels,
  when: Selector | Subquery,
  range: number,
  grid: Grid,
  run: Run,
  calculate: RangeFunction,
  parameters: Float64Array | null,
): Row {
  const row = emptyRow(labels, grid.count);
  let first = 0;
  let last = 0;
  let samples = 0;
  for (let i = 0; i < grid.count; i++) {
    const now = timeAt(grid, i);
    const end = referenceOf(when, run, now);
    const start = end - range;
    first = firstBehind(series.at, first, start);
    last = firstBehind(series.at, Math.max(first, last), end);
    if (first >= last) continue;
    samples += last - first;
    const { at, values } = series;
    const value = calculate({ at, values, first, last, start, end, now, parameter: parameters?.[i] ?? Number.NaN });
    if (value !== null) put(row, i, value);
  }
  run.count(samples);
  run.breathe();
  return row;
}

/** The samples of a bare range (`up[5m]`) at one instant, as they are stored. */
export function samplesOf(
  range: Range,
  grid: Grid,
  run: Run,
): { labels: Labels; points: [at: number, value: number][] }[] {
  return rangeSeries(range, grid, run).flatMap(({ labels, at, values }) => {
    const end = referenceOf(range.selector, run, grid.start);
    const span = { at, values, first: 0, last: at.length, start: end - range.range, end, now: end, parameter: 0 };
    const points = Array.from(values, (value, i): [number, number] => [spanTime(span, i), value]).filter(
      ([when]) => when > span.start && when <= span.end,
    );
    run.count(points.length);
    return points.length > 0 ? [{ labels, points }] : [];
  });
}
