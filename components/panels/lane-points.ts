/**
 * A series -> what a lane draws of it: at most 600 points inside the window. Each bucket keeps its lowest and its highest
 * value in the order they came, so a spike of one sample survives (which averages and LTTB do not promise). A bucket
 * without any sample is a hole.
 */
import { instantOf, type Series } from "@/lib/signal/series";
import type { Instant, Window } from "@/lib/signal/time";

/** Ascending in time; `value[i]` null = a hole to be drawn as one. */
export type Points = {
  readonly at: readonly Instant[];
  readonly value: readonly (number | null)[];
  /** ms between samples as they came, before thinning. */
  readonly step: number;
};

export const mostPoints = 600;

export function pointsOf(series: Series, window: Window, most: number = mostPoints): Points {
  const { start, step, values } = series;
  const first = step > 0 ? Math.max(0, Math.ceil((window.from - start) / step)) : 0;
  const last = step > 0 ? Math.min(values.length - 1, Math.floor((window.to - start) / step)) : values.length - 1;
  const at: Instant[] = [];
  const value: (number | null)[] = [];
  const add = (index: number): void => {
    at.push(instantOf(series, index));
    value.push(values[index] ?? null);
  };
  const count = last - first + 1;
  if (count <= most) {
    for (let index = first; index <= last; index += 1) add(index);
    return { at, value, step };
  }
  const buckets = Math.max(1, Math.floor(most / 2));
  for (let bucket = 0; bucket < buckets; bucket += 1) {
    const from = first + Math.floor((bucket * count) / buckets);
    const to = first + Math.floor(((bucket + 1) * count) / buckets);
    let low = -1;
    let high = -1;
    for (let index = from; index < to; index += 1) {
      const here = values[index] ?? null;
      if (here === null) continue;
      if (low === -1 || here < (values[low] ?? 0)) low = index;
      if (high === -1 || here > (values[high] ?? 0)) high = index;
    }
    if (low === -1) add(from);
    else {
      add(Math.min(low, high));
      if (low !== high) add(Math.max(low, high));
    }
  }
  return { at, value, step };
}

/** The nearest point no farther away than a step and a half; null where there is none or a hole. O(log n). */
export function valueAt({ at, value, step }: Points, instant: Instant): number | null {
  let low = 0;
  let high = at.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((at[middle] ?? 0) < instant) low = middle + 1;
    else high = middle;
  }
  const behind = at[low] ?? Number.POSITIVE_INFINITY;
  const before = at[low - 1] ?? Number.NEGATIVE_INFINITY;
  const nearest = instant - before <= behind - instant ? low - 1 : low;
  const spacing = Math.max(step, ((at.at(-1) ?? 0) - (at[0] ?? 0)) / Math.max(1, at.length - 1));
  if (Math.abs((at[nearest] ?? Number.POSITIVE_INFINITY) - instant) > spacing * 1.5) return null;
  return value[nearest] ?? null;
}

export type Extremes = {
  readonly highest: number;
  readonly highestAt: Instant | null;
  readonly last: number | null;
  readonly lastAt: Instant | null;
};
/** What is said of a lane without looking at it; holes count for nothing. */
export function extremesOf({ at, value }: Points): Extremes {
  let highest = 0;
  let highestAt: Instant | null = null;
  let last: number | null = null;
  let lastAt: Instant | null = null;
  for (const [index, here] of value.entries()) {
    const instant = at[index];
    if (here === null || instant === undefined) continue;
    if (highestAt === null || here > highest) {
      highest = here;
      highestAt = instant;
    }
    last = here;
    lastAt = instant;
  }
  return { highest, highestAt, last, lastAt };
}
