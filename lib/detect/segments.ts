/**
 * Numbers -> runs of like level. Binary segmentation by least squares (Scott and Knott, 1974) over a running median, so
 * that single outliers make no run; a cut stands only where the medians of both sides are further apart than the noise.
 *
 *   ..:.:..'.:..:.      .:'.:'       level 0 | 1 | 0
 *                 '::'.'       .:.
 */
import { isMedianWithin, medianOf, runningMedian } from "@/lib/detect/median";

/** Half open: from..to-1. */
export type Segment = { readonly from: number; readonly to: number; readonly level: number };

/** Where to cut from..to so that both sides are most alike inside; undefined where no side may hold `least` points. */
function bestCut(sums: Float64Array, from: number, to: number, least: number): number | undefined {
  const start = sums[from] ?? 0;
  const mean = ((sums[to] ?? 0) - start) / (to - from);
  let best: number | undefined;
  let most = 0;
  for (let cut = from + least; cut <= to - least; cut += 1) {
    const left = cut - from;
    const lead = (sums[cut] ?? 0) - start - mean * left;
    const gain = (lead * lead) / (left * (to - cut));
    if (gain > most) {
      most = gain;
      best = cut;
    }
  }
  return best;
}

/** Whether the robust deviation of what is left, when both sides have their own level, is at most `most`. */
function isNoiseWithin(values: Float64Array, cut: number, left: number, right: number, most: number): boolean {
  if (distances.length < values.length) distances = new Float64Array(2 * values.length);
  for (let at = 0; at < values.length; at += 1) distances[at] = Math.abs((values[at] ?? 0) - (at < cut ? left : right));
  return isMedianWithin(distances.subarray(0, values.length), most / 1.4826);
}
let distances = new Float64Array(1_024);

type Cutting = {
  /** Points a segment has at least. */
  readonly least: number;
  /** Deviation below which nothing counts, by level. */
  readonly floor: (level: number) => number;
  /** Whether a difference between two levels means anything: where the lowest and the highest do not differ, no cut is looked for. */
  readonly matters: (low: number, high: number) => boolean;
  readonly depth?: number;
};

/** At most 2^`depth` segments; `whole` = the median of all. */
export function segmentsOf(
  values: Float64Array,
  whole: number,
  { least, floor, matters, depth = 3 }: Cutting,
): Segment[] {
  const smoothed = runningMedian(values);
  const sums = new Float64Array(values.length + 1);
  for (let at = 0; at < values.length; at += 1) sums[at + 1] = (sums[at] ?? 0) + (smoothed[at] ?? 0);
  const spreads = (from: number, to: number): boolean => {
    let low = smoothed[from] ?? 0;
    let high = low;
    for (let at = from + 1; at < to; at += 1) {
      const value = smoothed[at] ?? 0;
      if (value < low) low = value;
      if (value > high) high = value;
    }
    return matters(low, high);
  };
  const split = (from: number, to: number, level: number, left: number): Segment[] => {
    const cut = left > 0 && spreads(from, to) ? bestCut(sums, from, to, least) : undefined;
    if (cut === undefined) return [{ from, to, level }];
    const before = medianOf(values.subarray(from, cut));
    const after = medianOf(values.subarray(cut, to));
    const height = Math.abs(after - before);
    // An episode in the middle leaves the medians of both sides alike: look inside once more before giving up.
    const stands =
      height >= 3 * floor(Math.min(Math.abs(before), Math.abs(after))) &&
      isNoiseWithin(smoothed.subarray(from, to), cut - from, before, after, height / 3);
    const parts = [...split(from, cut, before, left - 1), ...split(cut, to, after, left - 1)];
    return stands || parts.length > 2 ? parts : [{ from, to, level }];
  };
  return split(0, values.length, whole, depth);
}
