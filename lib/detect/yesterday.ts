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

type Where = {
  readonly unit: Unit;
  readonly level: number;
  readonly from: number;
  readonly begin: number;
  readonly end: number;
};

/** Levels move in proportion, ratios by their difference. */
const inProportion = (unit: Unit, earlier: number): boolean => unit !== "ratio" && earlier > 0;

/**
 * What it did yesterday beside begin..end, at today's `level` of from..begin (grid positions): its nature. What it did just
 * then is weighed against today's by itself. Empty where too little was kept.
 */
export function besidesTheHour(
  yesterday: ArrayLike<number | null>,
  { unit, level, from, begin, end }: Where,
): (number | null)[] {
  const earlier = medianWithin(yesterday, from, begin);
  if (earlier === null) return [];
  return Array.from(yesterday, (value, at) => {
    if (value === null || (at >= begin && at < end)) return null;
    return inProportion(unit, earlier) ? level * (value / earlier) : level + value - earlier;
  });
}

/** True where yesterday the series appeared, or vanished, about the same position. */
export function isPresenceOfTheHour(
  yesterday: ArrayLike<number | null>,
  shape: "appeared" | "vanished",
  at: number,
): boolean {
  const shareIn = (from: number, to: number): number => {
    let there = 0;
    for (let index = from; index < to; index += 1) if (Number.isFinite(yesterday[index] ?? Number.NaN)) there += 1;
    return to > from ? there / (to - from) : Number.NaN;
  };
  const cut = Math.min(yesterday.length, Math.max(0, Math.round(at)));
  const [before, after] = [shareIn(0, cut), shareIn(cut, yesterday.length)];
  return shape === "appeared" ? before < mostlyAway && after > mostlyThere : before > mostlyThere && after < mostlyAway;
}
/** A job does not begin at the same second each night. */
const mostlyAway = 0.25;
const mostlyThere = 0.5;

/**
 * True where yesterday moved from..begin -> begin..end (grid positions) as well, so that what is left is no claim. An incident at the same minute yesterday hides today's: a price known.
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
  const expected = inProportion(unit, earlier) ? level * (then / earlier) : level + then - earlier;
  const side = Math.sign(after - level);
  // Only what goes the same way explains; a rise yesterday does not make today's fall larger.
  if (side * (expected - level) <= 0) return false;
  return (side * (after - expected)) / deviation < leastSize || !isPractical(unit, expected, after);
}
