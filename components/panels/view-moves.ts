/** Zooming and panning the one time axis: a view and a hand's move -> the next view. null = the whole window. Pure. */
import { durationOf, type Instant, toInstant, type Window } from "@/lib/signal/time";

/** ms; below it no sample, line or span of an axis in whole milliseconds tells anything more. */
export const leastView = 5;

/** Inside `window`, at least `leastView` long; null where nothing or all of the window is left. */
export function viewWithin(view: Window | null, window: Window): Window | null {
  if (view === null || window.to <= window.from) return null;
  const from = Math.max(view.from, window.from);
  const to = Math.min(view.to, window.to);
  if (to - from < Math.min(leastView, durationOf(window))) return null;
  return from <= window.from && to >= window.to ? null : { from: toInstant(from), to: toInstant(to) };
}

/** From one end of a drag to the other, whichever comes first in time. */
export const viewBetween = (one: Instant, other: Instant, window: Window): Window | null =>
  viewWithin({ from: toInstant(Math.min(one, other)), to: toInstant(Math.max(one, other)) }, window);

/** `factor` below 1 looks closer. `at` keeps its place under the pointer, but for the window's ends. */
export function zoomed(shown: Window, window: Window, at: Instant, factor: number): Window | null {
  const most = durationOf(window);
  const length = Math.min(most, Math.max(Math.min(leastView, most), durationOf(shown) * factor));
  const share = durationOf(shown) > 0 ? (at - shown.from) / durationOf(shown) : 0.5;
  return placed(at - share * length, length, window);
}

/** Moved by `ms`, as far as the window goes; the length stays. */
export const panned = (shown: Window, window: Window, ms: number): Window | null =>
  placed(shown.from + ms, durationOf(shown), window);

/** Two fingers: what was under each is under it again. `from` and `to` are the fingers as fractions of the axis. */
export function pinched(
  held: readonly [Instant, Instant],
  fingers: readonly [number, number],
  window: Window,
): Window | null {
  const apart = fingers[1] - fingers[0];
  if (Math.abs(apart) < 0.02) return null;
  const length = Math.min(durationOf(window), Math.max(leastView, (held[1] - held[0]) / apart));
  return placed(held[0] - fingers[0] * length, length, window);
}

function placed(from: number, length: number, window: Window): Window | null {
  const start = Math.min(Math.max(from, window.from), window.to - length);
  return viewWithin({ from: toInstant(start), to: toInstant(start + length) }, window);
}
