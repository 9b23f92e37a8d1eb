/** What the series did a day earlier at the same time: a batch job, the morning's load. What it does daily is no news. */
import { isPractical, leastSize } from "@/lib/detect/baseline";
import { medianIn } from "@/lib/detect/median";
import type { Unit } from "@/lib/signal/series";

/** Fewer values of yesterday than this say nothing. */
const fewest = 5;

function medianWithin(values: ArrayLike<number | null>, from: number, to: number): number | null {
  const found = new Float64Array(Math.max(0, Math.ceil(to) - Math.floor(from)));
  let count = 0;
  for (let at = Math.max(0, Math.floor(from)); at < Math.min(values.length, Math.ceil(to)); at += 1) {
    const value = values[at];
    if (value === null || value === undefined || !Number.isFinite(value)) continue;
    found[count] = value;
    count += 1;
  }
  return count < fewest ? null : medianIn(found.subarray(0, count));
}

/**
 * True where yesterday moved from..begin -> begin..end (grid positions) as well, so that what is left is no claim. Levels
 * move in proportion, ratios by their difference. An incident at the same minute yesterday hides today's: a price known.
 */
export function isOfTheHour(
  yesterday: ArrayLike<number | null>,
  {
    unit,
    baseline,
    after,
    from,
    begin,
    end,
  }: {
    readonly unit: Unit;
    readonly baseline: { readonly level: number; readonly deviation: number };
    readonly after: number;
    readonly from: number;
    readonly begin: number;
    readonly end: number;
  },
): boolean {
  const earlier = medianWithin(yesterday, from, begin);
  const then = medianWithin(yesterday, begin, end);
  if (earlier === null || then === null) return false;
  const { level, deviation } = baseline;
  const expected = unit === "ratio" || earlier <= 0 ? level + then - earlier : level * (then / earlier);
  const side = Math.sign(after - level);
  // Only what goes the same way explains; a rise yesterday does not make today's fall larger.
  if (side * (expected - level) <= 0) return false;
  return (side * (after - expected)) / deviation < leastSize || !isPractical(unit, expected, after);
}
