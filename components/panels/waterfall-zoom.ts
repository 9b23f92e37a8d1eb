/** The page's view on the waterfall's axis: what of the trace is shown, and where a span then lies. Pure; fractions of the trace. */
import type { WaterfallRow } from "@/components/panels/waterfall-rows";
import { type Instant, shift, type Window } from "@/lib/signal/time";

export type Zoom = { readonly from: number; readonly to: number };

const whole: Zoom = { from: 0, to: 1 };

/** A view that holds the whole trace, or none of it, is no zoom here. `total` ns after `start`. */
export function zoomOf(view: Window | null, start: Instant, total: number): Zoom {
  if (view === null || total <= 0) return whole;
  const fraction = (at: Instant): number => ((at - start) * 1e6) / total;
  const from = Math.max(0, fraction(view.from));
  const to = Math.min(1, fraction(view.to));
  return to > from ? { from, to } : whole;
}

export const zoomWindow = ({ from, to }: Zoom, start: Instant, total: number): Window => ({
  from: shift(start, (from * total) / 1e6),
  to: shift(start, (to * total) / 1e6),
});

/** Past the edges only a hair is kept, so that no bar is a million pixels wide. */
const hair = 0.01;

type Place = { readonly left: number; readonly width: number };
function placed({ left, width }: Place, { from, to }: Zoom): Place {
  const share = to - from;
  const start = Math.min(1 + hair, Math.max(-hair, (left - from) / share));
  const end = Math.min(1 + hair, Math.max(-hair, (left + width - from) / share));
  return { left: start, width: Math.max(0, end - start) };
}

export function zoomedRow(row: WaterfallRow, zoom: Zoom): WaterfallRow {
  if (zoom.from === 0 && zoom.to === 1) return row;
  return { ...row, ...placed(row, zoom), critical: row.critical && placed(row.critical, zoom) };
}
