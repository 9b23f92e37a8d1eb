/** Segments -> runs of values away from what is normal. Where a trend was heading anyway, there is none. */
import { type Baseline, isPractical, leastSize, slopeOf } from "@/lib/detect/baseline";
import { medianOf } from "@/lib/detect/median";
import type { Segment } from "@/lib/detect/segments";
import type { Unit } from "@/lib/signal/series";

/** A run of values away from the baseline, on one side. */
export type Episode = Segment & { readonly size: number; readonly direction: "up" | "down"; readonly ended: boolean };

/** Runs of segments away from the baseline on one side, behind segment `home`. */
function episodesOf(
  segments: readonly Segment[],
  home: number,
  baseline: Baseline,
  values: Float64Array,
  unit: Unit,
): Episode[] {
  const episodes: Episode[] = [];
  const own = segments[home];
  let slope: number | null = null;
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
    slope ??= own ? slopeOf(values.subarray(own.from, own.to)) : 0;
    const headed = baseline.level + slope * ahead;
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

/** The strong episodes behind segment `home`, the earliest first: those at least half as heavy as the heaviest. */
export function newsOf(
  segments: readonly Segment[],
  home: number,
  baseline: Baseline,
  { values, unit }: { values: Float64Array; unit: Unit },
): Episode[] {
  const weigh = ({ size, from, to }: Episode): number => size * Math.sqrt(to - from);
  const episodes = episodesOf(segments, home, baseline, values, unit);
  const strongest = Math.max(0, ...episodes.map(weigh));
  return episodes.filter((episode) => weigh(episode) >= strongest / 2);
}
