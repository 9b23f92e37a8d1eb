/**
 * What a series is when it is itself: a robust level (median) and deviation (MAD), with floors below which a
 * difference is no news. Numbers in, numbers out.
 */
import { medianIn, medianOf, selectIn } from "@/lib/detect/median";
import type { Unit } from "@/lib/signal/series";

/** `deviation` is comparable to a standard deviation, never 0; `lowest` and `highest` bound nine tenths of what it did by itself. */
export type Baseline = {
  readonly level: number;
  readonly deviation: number;
  readonly lowest: number;
  readonly highest: number;
  /** Change of the level from one point to the next, by the medians of its halves. */
  readonly slope: number;
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
  const own = values.slice();
  const level = medianIn(own);
  const lowest = selectIn(own, Math.floor(usual * (own.length - 1)));
  const highest = selectIn(own, Math.ceil((1 - usual) * (own.length - 1)));
  const distance = medianIn(own.map((value) => Math.abs(value - level)));
  const half = values.length >> 1;
  const rise = half > 1 ? medianOf(values.subarray(values.length - half)) - medianOf(values.subarray(0, half)) : 0;
  return {
    level,
    deviation: Math.max(madToDeviation * distance, floorOf(unit, level)),
    lowest,
    highest,
    slope: half > 1 ? rise / (values.length - half) : 0,
    points: values.length,
  };
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
