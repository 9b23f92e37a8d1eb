/** Samples as they come (missing ones absent) -> a series on its grid with holes. Prometheus' points lie at start + k·step, Loki's at multiples of step. */
import "server-only";
import type { Labels } from "@/lib/signal/labels";
import type { Series } from "@/lib/signal/series";
import { toInstant, type Window } from "@/lib/signal/time";

/** `at` in epoch ms. */
export type Sample = { readonly at: number; readonly value: number | null };

/** "1e-300", "NaN", "+Inf" -> a finite number or null. */
export function finite(text: string): number | null {
  const value = Number(text); // Number("+Inf") is NaN, which is as well
  return Number.isFinite(value) && text !== "" ? value : null;
}

/** `step` in ms. What lies outside the window is cut: Loki's last point may lie behind the end that was asked. */
export function onGrid(
  labels: Labels,
  samples: readonly Sample[],
  window: Window,
  step: number,
  hole: null | 0 = null,
): Series {
  const phase = samples[0]?.at ?? window.from;
  // Servers write some times a millisecond short (…199.999); a tenth of a step is no other point.
  const slack = Math.min(step / 10, 1_000);
  const start = phase - Math.floor((phase - window.from + slack) / step) * step;
  const count = Math.max(0, Math.floor((window.to - start + slack) / step) + 1);
  const values: (number | null)[] = new Array<number | null>(count).fill(hole);
  for (const { at, value } of samples) {
    const index = Math.round((at - start) / step);
    if (index >= 0 && index < count) values[index] = value;
  }
  return { labels, start: toInstant(start), step, values };
}
