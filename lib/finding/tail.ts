/** A p99 that changed, and the median beside it: all requests, or only the slowest? Silent where neither is sure. */
import { isPractical } from "@/lib/detect/baseline";
import { type ChangePoint, type ChangePointOptions, changePointOf } from "@/lib/detect/change-point";
import { medianOf } from "@/lib/detect/median";
import { withoutHoles } from "@/lib/detect/presence";
import { printValue } from "@/lib/finding/words";

type Changed = Extract<ChangePoint, { verdict: "changed" }>;

/** Values needed on either side to tell a level. */
const fewest = 3;

/** Median of the values at grid positions from..to-1; null of too few. */
function levelIn(values: readonly (number | null)[], from: number, to: number): number | null {
  const own = withoutHoles(values.slice(Math.max(0, Math.floor(from)), Math.max(0, Math.ceil(to)))).values;
  return own.length < fewest ? null : medianOf(own);
}

/**
 * "p50 and p99 both rose, p50 80 ms → 2.1 s", "only the tail: p50 steady at 80 ms". `median`: the p50 on the grid of the
 * p99, seconds; `options` as for the p99. Steady is said only where the p50's level moved by less than means anything to
 * a reader, and nothing is claimed of it.
 */
export function tailWords(
  p99: ChangePoint,
  median: readonly (number | null)[],
  options: ChangePointOptions,
): string | null {
  if (p99.verdict !== "changed" || p99.before === null || p99.after === null) return null;
  const p50 = changePointOf(median, options);
  const verb = p99.direction === "up" ? "rose" : "fell";
  if (p50.verdict === "changed")
    return p50.direction === p99.direction && isTogether(p50, p99) && p50.before !== null && p50.after !== null
      ? `p50 and p99 both ${verb}, p50 ${printValue(p50.before, "seconds")} → ${printValue(p50.after, "seconds")}`
      : null;
  const before = levelIn(median, 0, p99.onset.from);
  const after = levelIn(median, p99.onset.to, p99.end ?? median.length);
  if (before === null || after === null || isPractical("seconds", before, after)) return null;
  return `only the tail: p50 steady at ${printValue(after, "seconds")}`;
}

/** It began with the other, or before that one was over. */
const isTogether = (p50: Changed, p99: Changed): boolean =>
  p50.onset.to >= p99.onset.from && p50.onset.from <= (p99.end ?? Number.POSITIVE_INFINITY);
