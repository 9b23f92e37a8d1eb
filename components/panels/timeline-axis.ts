/** The one time axis: instants <-> fractions of its width, and where its labels stand. Pure. */
import { inZone } from "@/components/ui/zone";
import { day, durationOf, hour, type Instant, minute, second, toInstant, type Window } from "@/lib/signal/time";

/** 0 at `from`, 1 at `to`; outside the window below 0 or above 1. An empty window has everything at 0. */
export const fractionOf = (at: Instant, window: Window): number =>
  window.to > window.from ? (at - window.from) / durationOf(window) : 0;
export const instantAt = (fraction: number, window: Window): Instant =>
  toInstant(window.from + fraction * durationOf(window));
export const clamped = (fraction: number): number => Math.min(1, Math.max(0, fraction));

const steps = [
  ...[1, 2, 5, 10, 15, 30].map((count) => count * second),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * minute),
  ...[1, 2, 3, 6, 12].map((count) => count * hour),
  ...[1, 2, 7, 14].map((count) => count * day),
];

export type Tick = { readonly at: Instant; readonly words: string };

/** Round times of the zone, at least `room` px apart on `width` px. Where seconds matter they are written. */
export function ticksOf(window: Window, zone: string, width: number, room = width < 500 ? 64 : 92): readonly Tick[] {
  if (width <= 0 || window.to <= window.from) return [];
  const least = (durationOf(window) * room) / width;
  const step = steps.find((each) => each >= least) ?? 28 * day;
  // Round in the reader's zone: an offset of 5:30 has its full hours elsewhere.
  const shift = offsetOf(window.from, zone);
  const first = Math.ceil((window.from + shift) / step) * step - shift;
  const ticks: Tick[] = [];
  for (let at = first; at <= window.to; at += step)
    ticks.push({ at: toInstant(at), words: tickWords(toInstant(at), step, zone) });
  return ticks;
}

function tickWords(at: Instant, step: number, zone: string): string {
  const { date, clock } = inZone(at, zone);
  if (step >= day || clock === "00:00:00") return date.slice(5);
  return step < minute ? clock : clock.slice(0, 5);
}

/** ms the zone's clocks are ahead of UTC. */
function offsetOf(at: Instant, zone: string): number {
  const { date, clock, millis } = inZone(at, zone);
  return Date.parse(`${date}T${clock}.${millis}Z`) - at;
}
