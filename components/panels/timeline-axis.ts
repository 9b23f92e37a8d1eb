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
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
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

/**
 * What a narrow axis says: its two ends, and the round times that stand clear of them and of `blocked` (px from, to). An
 * end that the blocked stretch covers is left out.
 */
export function narrowTicks(
  window: Window,
  zone: string,
  width: number,
  blocked: readonly [number, number],
): readonly (Tick & { readonly side: "first" | "last" | "between" })[] {
  if (width <= 0 || window.to <= window.from) return [];
  const room = 40;
  const isFree = (from: number): boolean => from + room <= blocked[0] || from >= blocked[1];
  const end = (at: Instant): string => inZone(at, zone).clock.slice(0, 5);
  const between = ticksOf(window, zone, width).filter(({ at }) => {
    const x = fractionOf(at, window) * width;
    return x >= room && x + room <= width - room && isFree(x);
  });
  return [
    ...(isFree(0) ? [{ at: window.from, words: end(window.from), side: "first" as const }] : []),
    ...between.map((tick) => ({ ...tick, side: "between" as const })),
    ...(isFree(width - room) ? [{ at: window.to, words: end(window.to), side: "last" as const }] : []),
  ];
}

function tickWords(at: Instant, step: number, zone: string): string {
  const { date, clock, millis } = inZone(at, zone);
  if (step < second) return `${clock.slice(3)}.${millis}`;
  if (step >= day || clock === "00:00:00") return date.slice(5);
  return step < minute ? clock : clock.slice(0, 5);
}

/** ms the zone's clocks are ahead of UTC. */
function offsetOf(at: Instant, zone: string): number {
  const { date, clock, millis } = inZone(at, zone);
  return Date.parse(`${date}T${clock}.${millis}Z`) - at;
}
