/**
 * Counters and gauges as Prometheus shows them: samples at an interval, some of them lost, a process that restarts; then
 * `rate()` over a range, evaluated on a step grid that does not fall on the samples.
 */
import type { Chance } from "@/test/detect/chance";

/** `at` in ms, rising; `totals` never fall but where the process restarted. */
export type Samples = { readonly at: Float64Array; readonly totals: Float64Array };
export type Grid = { readonly start: number; readonly step: number; readonly points: number };

/** How the scraping goes: ms between samples and until the first, the share of samples lost, ms of outages and restarts. */
export type Scraping = {
  readonly interval: number;
  readonly phase: number;
  readonly lost: number;
  readonly outage: { readonly from: number; readonly to: number } | null;
  readonly restart: number | null;
};

/** Whether each of `count` samples arrived: the same for all counters of one process. */
export const arrivals = (count: number, { interval, phase, lost, outage }: Scraping, { uniform }: Chance): boolean[] =>
  Array.from({ length: count }, (_, index) => {
    const at = phase + index * interval;
    return uniform() >= lost && !(outage && at >= outage.from && at < outage.to);
  });

/** Increments of each sample interval -> the counter that a store holds of them. */
export function samplesOf(
  increments: ArrayLike<number>,
  arrived: readonly boolean[],
  { interval, phase, restart }: Scraping,
): Samples {
  const at = new Float64Array(increments.length);
  const totals = new Float64Array(increments.length);
  let count = 0;
  let total = 0;
  for (let index = 0; index < increments.length; index += 1) {
    const now = phase + index * interval;
    if (restart !== null && now >= restart && now - interval < restart) total = 0;
    total += increments[index] ?? 0;
    if (!arrived[index]) continue;
    at[count] = now;
    totals[count] = total;
    count += 1;
  }
  return { at: at.subarray(0, count), totals: totals.subarray(0, count) };
}

/** `rate(…[range])` on the grid, extrapolated as Prometheus does (promql/functions.go, extrapolatedRate). */
export function rateOver({ at, totals }: Samples, { start, step, points }: Grid, range: number): (number | null)[] {
  const rises = new Float64Array(at.length);
  for (let index = 1; index < at.length; index += 1) {
    const fresh = (totals[index] ?? 0) - (totals[index - 1] ?? 0);
    rises[index] = (rises[index - 1] ?? 0) + (fresh < 0 ? (totals[index] ?? 0) : fresh);
  }
  let low = 0;
  let high = 0;
  return Array.from({ length: points }, (_, point) => {
    const now = start + point * step;
    while (high < at.length && (at[high] ?? 0) <= now) high += 1;
    while (low < high && (at[low] ?? 0) <= now - range) low += 1;
    if (high - low < 2) return null;
    const first = at[low] ?? 0;
    const last = at[high - 1] ?? 0;
    const rise = (rises[high - 1] ?? 0) - (rises[low] ?? 0);
    const spacing = (last - first) / (high - low - 1);
    let before = first - (now - range);
    if (before >= 1.1 * spacing) before = spacing / 2;
    if (rise > 0) before = Math.min(before, ((last - first) * (totals[low] ?? 0)) / rise);
    let behind = now - last;
    if (behind >= 1.1 * spacing) behind = spacing / 2;
    return (rise * (last - first + before + behind)) / (last - first) / (range / 1_000);
  });
}

/** The last sample not older than five minutes, on the grid: what a plain selector gives. */
export function lookBack({ at, totals }: Samples, { start, step, points }: Grid): (number | null)[] {
  let next = 0;
  return Array.from({ length: points }, (_, point) => {
    const now = start + point * step;
    while (next < at.length && (at[next] ?? 0) <= now) next += 1;
    const last = at[next - 1];
    return last === undefined || last <= now - 300_000 ? null : (totals[next - 1] ?? null);
  });
}
