/** A change and a series -> its level before and after it, so that a chosen change can be judged by eye and by number. Pure. */
import { medianOf } from "@/lib/detect/median";
import type { Change } from "@/lib/signal/change";
import { instantOf, type Series } from "@/lib/signal/series";
import { type Instant, minute, shift } from "@/lib/signal/time";

export type Level = { readonly from: Instant; readonly to: Instant; readonly value: number };
export type BeforeAfter = { readonly before: Level | null; readonly after: Level | null };

/** Long enough for a median to be one, short enough to be about this change. */
const reach = 15 * minute;
/** A rate over a minute still holds what was before. */
const settling = minute;
/** Fewer samples tell no level. */
const least = 3;

/** Medians of the quarter of an hour before the change can have begun, and of the one after it. null = too few samples. */
export function levelsAround(series: Series, { at, notBefore }: Pick<Change, "at" | "notBefore">): BeforeAfter {
  return {
    before: levelIn(series, shift(notBefore, -reach), notBefore),
    after: levelIn(series, shift(at, settling), shift(at, settling + reach)),
  };
}

function levelIn(series: Series, from: Instant, to: Instant): Level | null {
  const inside: { readonly at: Instant; readonly value: number }[] = [];
  for (let index = 0; index < series.values.length; index += 1) {
    const at = instantOf(series, index);
    const value = series.values[index] ?? null;
    if (value !== null && at >= from && at <= to) inside.push({ at, value });
  }
  const [first, last] = [inside[0], inside.at(-1)];
  if (!first || !last || inside.length < least) return null;
  return { from: first.at, to: last.at, value: medianOf(Float64Array.from(inside, ({ value }) => value)) };
}
