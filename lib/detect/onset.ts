/**
 * From when a series is no longer itself, as an interval that holds the truth: the first departing point, and how
 * late it may be (sample interval, range of the rate, the wait for the first event).
 *
 *   true onset          first departing point
 *        |<-- interval + part of the rate window -->|
 *   .....|........./‾‾‾‾‾‾‾                         one sample earlier was still normal
 */
import type { Baseline } from "@/lib/detect/baseline";

/** All in steps of the grid, fractions allowed. */
export type Departure = { readonly from: number; readonly at: number; readonly to: number; readonly first: number };

export type Smear = {
  /** Sample interval and range of the rate, in steps; 0 for gauges. */
  readonly interval: number;
  readonly rateWindow: number;
  /** Least part of the rate window that must be new before it shows: the median of a latency needs half, a mean little. */
  readonly lateness: number;
  /** How far a single point strays by chance of counting; 0 where nothing was counted. */
  readonly onePoint: number;
  /** Steps until, by chance, the first event is seen with 95 %: 3 ÷ rate (Poisson). */
  readonly wait: number;
};

/** Within this many deviations a point is normal. */
const normal = 3;

/**
 * `values[i]` stands at grid position `positions[i]`; the new level begins about `cut`. Walks back from there to the
 * last normal point, then estimates the onset from the slope: a rate over w shows a step as a ramp of length w.
 */
export function departureOf(
  values: Float64Array,
  positions: ArrayLike<number>,
  cut: number,
  { baseline, after, smear }: { baseline: Baseline; after: number; smear: Smear },
): Departure {
  const { level, deviation } = baseline;
  const height = after - level;
  const side = Math.sign(height);
  const band = Math.min(Math.max(normal * deviation, smear.onePoint), Math.abs(height) / 2);
  const hasLeft = (index: number): boolean => side * ((values[index] ?? level) - level) > band;
  let first = cut;
  // The cut of a ramp lies in its middle; of a late one, behind it.
  while (first < values.length - 1 && !hasLeft(first)) first += 1;
  while (first > 0 && hasLeft(first - 1)) first -= 1;
  const at = (index: number): number => positions[index] ?? 0;
  const to = at(first);
  const previous = first > 0 ? at(first - 1) : to - 1;

  const share = Math.max(band / Math.max(Math.abs(height), 1e-12), smear.lateness);
  const from = previous - smear.interval - share * smear.rateWindow - (smear.rateWindow > 0 ? smear.wait : 0);

  // A range of w holds samples that span w − interval, the youngest on average half an interval old.
  const guesses: number[] = [];
  for (let index = first; index < values.length && at(index) <= to + smear.rateWindow; index += 1) {
    const risen = ((values[index] ?? level) - level) / height;
    if (risen > 0.15 && risen < 0.85)
      guesses.push(at(index) - smear.interval / 2 - risen * Math.max(smear.rateWindow - smear.interval, 0));
  }
  guesses.sort((a, b) => a - b);
  const middle = guesses[guesses.length >> 1] ?? (previous + to) / 2 - (smear.rateWindow > 0 ? smear.interval / 2 : 0);
  return { from, at: Math.min(Math.max(middle, from), to), to, first };
}
