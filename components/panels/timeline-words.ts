/** Instants of the time block in words: absolute with zone, with the date whenever it is not today, relative beside it. Pure. */
import { type LevelBars, levelWordsAt } from "@/components/panels/lane-levels";
import { valueAt } from "@/components/panels/lane-points";
import { valueWords } from "@/components/panels/lane-words";
import type { ChartLane } from "@/components/panels/timeline-lanes";
import { inZone, printTime, type Zone } from "@/components/ui/zone";
import { durationOf, type Instant, printDuration, type Window } from "@/lib/signal/time";

/** What relative times are told against: the onset where there is one, else the server's present (0 = not heard yet). */
export type Anchor = { readonly onset: Instant | null; readonly now: Instant };

/** "2.4 min before the onset", "13 min ago"; "" where neither is known. */
export function relativeWords(at: Instant, { onset, now }: Anchor): string {
  if (onset !== null) {
    const ms = at - onset;
    if (Math.abs(ms) < 1_000) return "at the onset";
    return `${printDuration(Math.abs(ms))} ${ms < 0 ? "before" : "after"} the onset`;
  }
  if (now === 0) return "";
  return at > now ? `in ${printDuration(at - now)}` : `${printDuration(now - at)} ago`;
}

/** "10:54:58 UTC, 35 s before the onset" */
export function instantWords(at: Instant, zone: Zone, anchor: Anchor): string {
  const relative = relativeWords(at, anchor);
  return `${printTime(at, anchor.now, zone.zone)} ${zone.name}${relative === "" ? "" : `, ${relative}`}`;
}

/** Of what the axis shows: "33 min · UTC", "12 min of 33 min · UTC"; where it is not today, its date: "20 Nov 2026 · UTC". */
export function extentWords(shown: Window, window: Window, now: Instant, { zone, name }: Zone): string {
  const day = inZone(shown.from, zone).date;
  const today = now === 0 || inZone(now, zone).date === day;
  const length = printDuration(durationOf(shown));
  if (durationOf(shown) < durationOf(window)) return `${length} of ${printDuration(durationOf(window))} · ${name}`;
  return today ? `${length} · ${name}` : `${day} · ${name}`;
}

/** Every lane at one instant, as a sentence for who does not see the gutter. */
export function readOut(at: Instant, lanes: readonly ChartLane[], levels: LevelBars | undefined): string {
  const values = lanes.map(({ name, about, points, unit }) => {
    const value = valueAt(points, at);
    return `${name} of ${about} ${value === null ? "no sample" : valueWords(value, unit)}`;
  });
  const lines = levels ? [`Log lines ${levelWordsAt(levels, at)}`] : [];
  return [...lines, ...values].join("; ");
}
