/** Which exemplar dots can be pressed: all are drawn, but targets keep 24 px from one another (WCAG 2.2, 2.5.8). Pure. */
import { clamped, fractionOf } from "@/components/panels/timeline-axis";
import type { Selection } from "@/components/ui/selection";
import type { Exemplar } from "@/lib/signal/series";
import type { Window } from "@/lib/signal/time";

export const targetSize = 24;

export type Dot = {
  readonly exemplar: Exemplar;
  /** Of the axis, 0..1. */
  readonly left: number;
  /** Of the scale, 0..1. */
  readonly up: number;
  readonly pressable: boolean;
};

/** Of the chosen span where it names one, else of its trace. */
export const isExemplarOf = ({ traceId, labels }: Exemplar, selection: Selection | null): boolean =>
  selection !== null &&
  traceId === selection.traceId &&
  (labels.span_id === undefined || labels.span_id === selection.spanId);

/** In time. The slowest requests are pressable first: they are what one looks for. */
export function exemplarDots(
  exemplars: readonly Exemplar[],
  window: Window,
  width: number,
  height: number,
  top: number,
): Dot[] {
  const dots = exemplars.map((exemplar) => ({
    exemplar,
    left: fractionOf(exemplar.at, window),
    up: clamped((exemplar.value ?? 0) / top),
  }));
  const taken: { readonly x: number; readonly y: number }[] = [];
  const pressable = new Set<Exemplar>();
  const slowestFirst = dots.toSorted((a, b) => b.up - a.up || a.left - b.left);
  for (const { exemplar, left, up } of slowestFirst) {
    // A target never leaves its lane, or it would stand on a target of the next.
    const spot = { x: left * width, y: Math.min(Math.max(up * (height - 16) - 11, 0), height - targetSize) };
    const free = taken.every(({ x, y }) => Math.abs(x - spot.x) >= targetSize || Math.abs(y - spot.y) >= targetSize);
    if (!free) continue;
    taken.push(spot);
    pressable.add(exemplar);
  }
  return dots.map((dot) => ({ ...dot, pressable: pressable.has(dot.exemplar) }));
}
