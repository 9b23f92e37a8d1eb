/**
 * Segments -> the one run of values that is news. What a series does by itself now and then, and where a trend was
 * heading anyway, is none.
 */
import { type Baseline, isPractical, leastSize } from "@/lib/detect/baseline";
import { medianOf } from "@/lib/detect/median";
import type { Segment } from "@/lib/detect/segments";
import type { Unit } from "@/lib/signal/series";

/** A run of values away from the baseline, on one side. */
export type Episode = Segment & { readonly size: number; readonly direction: "up" | "down"; readonly ended: boolean };

/** Runs of segments away from the baseline on one side, behind it. */
function episodesOf(
  segments: readonly Segment[],
  home: number,
  baseline: Baseline,
  values: Float64Array,
  unit: Unit,
): Episode[] {
  const episodes: Episode[] = [];
  const sideOf = ({ level }: Segment): number =>
    Math.abs(level - baseline.level) <= 3 * baseline.deviation ? 0 : Math.sign(level - baseline.level);
  for (let first = home + 1; first < segments.length; first += 1) {
    const segment = segments[first];
    const side = segment ? sideOf(segment) : 0;
    if (!segment || side === 0) continue;
    let last = first;
    for (let next = segments[last + 1]; next && sideOf(next) === side; next = segments[last + 1]) last += 1;
    const to = segments[last]?.to ?? segment.to;
    const level = medianOf(values.subarray(segment.from, to));
    // A trend that goes on is no news: measured against where the baseline was heading, at most its own length ahead.
    const ahead = Math.min((segment.from + to) / 2 - baseline.points / 2, baseline.points);
    const headed = baseline.level + baseline.slope * ahead;
    const height = Math.min(
      side * (level - baseline.level),
      side * (level - headed),
      // What it did for a moment by itself, it may do for longer.
      side * (level - (side > 0 ? baseline.highest : baseline.lowest)) + 3 * baseline.deviation,
    );
    const size = height / baseline.deviation;
    if (size >= leastSize && isPractical(unit, baseline.level, level))
      episodes.push({
        from: segment.from,
        to,
        level,
        size,
        direction: side > 0 ? "up" : "down",
        ended: to < values.length,
      });
    first = last;
  }
  return episodes;
}

/**
 * True where the series is as far out at other times too: twice or more for as much as a third of this episode, or once
 * when the episode is hardly longer than a smeared outlier. Bursts are then its nature.
 */
function isHabit(values: Float64Array, { from, to, level }: Episode, baseline: Baseline, smeared: number): boolean {
  const middle = (baseline.level + level) / 2;
  const side = Math.sign(level - baseline.level);
  let runs = 0;
  let longest = 0;
  let run = 0;
  for (let at = 0; at < values.length; at += 1) {
    const outside = at < from - 2 * smeared || at >= to + 2 * smeared;
    if (outside && side * ((values[at] ?? baseline.level) - middle) > 0) {
      run += 1;
      if (run === 1) runs += 1;
      longest = Math.max(longest, run);
    } else run = 0;
  }
  const length = to - from;
  if (runs >= 2) return length < 3 * longest;
  return runs === 1 && length <= 3 * smeared + 2 && length < 3 * longest;
}

/** The earliest of the strong episodes behind segment `home`; undefined where none is news. */
export function newsOf(
  segments: readonly Segment[],
  home: number,
  baseline: Baseline,
  { values, unit, smeared }: { values: Float64Array; unit: Unit; smeared: number },
): Episode | undefined {
  const weigh = ({ size, from, to }: Episode): number => size * Math.sqrt(to - from);
  const episodes = episodesOf(segments, home, baseline, values, unit);
  const strongest = Math.max(0, ...episodes.map(weigh));
  return episodes.find((episode) => weigh(episode) >= strongest / 2 && !isHabit(values, episode, baseline, smeared));
}
