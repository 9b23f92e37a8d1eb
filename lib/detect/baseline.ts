/**
 * What a series is when it is itself: a robust level (median) and deviation (MAD), with floors below which a
 * difference is no news. Numbers in, numbers out.
 */
import { copyOf, medianIn, medianOf, selectIn } from "@/lib/detect/median";
import type { Unit } from "@/lib/signal/series";

/** `deviation` is comparable to a standard deviation, never 0; `lowest` and `highest` bound nine tenths of what it did by itself. */
export type Baseline = {
  readonly level: number;
  readonly deviation: number;
  readonly lowest: number;
  readonly highest: number;
  readonly points: number;
};

/** Makes the MAD of normal noise equal its standard deviation (Rousseeuw and Croux, 1993). */
const madToDeviation = 1.4826;
/** Share of points left out at either end: a single smeared outlier must not hide what comes after it. */
const usual = 0.05;

/**
 * Smallest deviation worth a word, by unit: a tenth part of the least change anyone is woken for, so that a flat line
 * (MAD 0) that moves by a hair is no spike. Histogram quantiles wander between buckets, hence 5 % of the level.
 */
const floors: Readonly<Record<Unit, { readonly relative: number; readonly absolute: number }>> = {
  ratio: { relative: 0.02, absolute: 0.0015 },
  seconds: { relative: 0.05, absolute: 0.000_5 },
  "per-second": { relative: 0.06, absolute: 0.000_1 },
  bytes: { relative: 0.03, absolute: 1 },
  count: { relative: 0.05, absolute: 0.15 },
};

/** The least deviation by unit, at a level. */
export const floorOf = (unit: Unit, level: number): number =>
  Math.max(floors[unit].relative * Math.abs(level), floors[unit].absolute);

/** `values` must hold numbers only (holes are taken out before); an empty list has level 0. */
export function baselineOf(values: Float64Array, unit: Unit): Baseline {
  const own = copyOf(values);
  const last = own.length - 1;
  const middle = own.length >> 1;
  const level = medianIn(own);
  // The median parted them: either half holds its own end.
  const lowest = selectIn(own, Math.floor(usual * last), 0, Math.min(middle, last));
  const highest = selectIn(own, Math.ceil((1 - usual) * last), middle, last);
  for (let at = 0; at <= last; at += 1) own[at] = Math.abs((own[at] ?? 0) - level);
  const deviation = Math.max(madToDeviation * medianIn(own), floorOf(unit, level));
  return { level, deviation, lowest, highest, points: values.length };
}

/** Change of the level from one point to the next, by the medians of the halves. */
export function slopeOf(values: Float64Array): number {
  const half = values.length >> 1;
  if (half < 2) return 0;
  const rise = medianOf(values.subarray(values.length - half)) - medianOf(values.subarray(0, half));
  return rise / (values.length - half);
}

/**
 * False where `value` cannot lie beyond what nine tenths of `values` are within, on the side `side`: told by counting, as
 * for most series nothing more need be known.
 */
export function mayBeBeyond(values: Float64Array, value: number, side: 1 | -1): boolean {
  const most = values.length - 1 - Math.ceil((1 - usual) * (values.length - 1));
  let count = 0;
  for (let at = 0; at < values.length; at += 1) if (side * ((values[at] ?? 0) - value) >= 0) count += 1;
  return count <= most;
}

/** Points of normal life needed before anything can be called abnormal. */
export const leastBaseline = 8;

/** Deviations below which nothing is claimed. */
export const leastSize = 6;

/**
 * Least difference that means something to a reader, whatever the noise: one percentage point, half as much again.
 * A slow one must be larger (five points, threefold): load rises and falls with the time of day.
 */
export function isPractical(unit: Unit, before: number, after: number, slow = false): boolean {
  const least = { ratio: slow ? 0.05 : 0.01, seconds: 0.005, "per-second": 0.01, bytes: 1, count: 1 }[unit];
  if (Math.abs(after - before) < least) return false;
  if (unit === "ratio") return true;
  const [low, high] = before < after ? [before, after] : [after, before];
  return high >= (slow ? 3 : 1.5) * Math.max(low, 0);
}
