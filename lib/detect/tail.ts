/**
 * The last values stand away from all that came before, and are too few to be called a change: a slow scrape, or an
 * incident that has just begun. Not a claim, but no reason to call the series quiet either.
 */
import { baselineOf, isPractical, leastBaseline, leastSize, mayBeBeyond } from "@/lib/detect/baseline";
import type { Unit } from "@/lib/signal/series";

/** Two may be one sample and its echo. */
const fewest = 3;

/** How many values at the end of `values` are away on one side, where that is at least three and fewer than `least`; else 0. */
export function awayAtTheEnd(values: Float64Array, unit: Unit, least: number): number {
  const home = values.subarray(0, Math.max(0, values.length - least));
  if (home.length < leastBaseline) return 0;
  const ends = values.subarray(values.length - fewest);
  if (!mayBeBeyond(home, Math.min(...ends), 1) && !mayBeBeyond(home, Math.max(...ends), -1)) return 0;
  const { level, deviation, lowest, highest } = baselineOf(home, unit);
  const last = values.at(-1) ?? level;
  const side = Math.sign(last - level);
  const edge =
    side > 0 ? Math.max(highest, level + leastSize * deviation) : Math.min(lowest, level - leastSize * deviation);
  const isAway = (value: number): boolean => side * (value - edge) > 0 && isPractical(unit, level, value);
  let count = 0;
  while (count < values.length && isAway(values[values.length - 1 - count] ?? level)) count += 1;
  // What rose long ago and only now passes the bar is no news of the end.
  const earlier = values[values.length - 1 - count - least] ?? level;
  const isNew = side * (earlier - (level + last) / 2) < 0;
  return isNew && count >= fewest && count <= least ? count : 0;
}
