/** A drawing placed at an instant: all its series, lines and spans, each with who it tells of. */
import type { WorldLine } from "@/lib/demo/lines";
import type { SampledSeries } from "@/lib/demo/series";
import { type Instant, shift } from "@/lib/signal/time";
import type { Drawing, Owner } from "@/test/worlds/drawing";
import { idOf, leadIdOf, linesOf } from "@/test/worlds/lines";
import { seriesOf, span } from "@/test/worlds/samples";
import { type Spans, spansOf } from "@/test/worlds/spans";

export type OwnedSeries = { readonly owner: Owner; readonly series: SampledSeries };

export type Placed = {
  readonly drawing: Drawing;
  /** When the incident began, and when it is looked at. */
  readonly zero: Instant;
  readonly now: Instant;
  readonly leadId: string;
  readonly series: readonly OwnedSeries[];
  /** Ascending in time. */
  readonly lines: readonly WorldLine[];
  readonly traces: readonly Spans[];
};

export function placedAt(drawing: Drawing, zero: Instant): Placed {
  const { name, instruments, streams, traces, resources } = drawing;
  const leadId = leadIdOf(name);
  return {
    ...{ drawing, zero, leadId, now: shift(zero, span.after) },
    series: instruments.flatMap(({ owner, instrument }) =>
      seriesOf(instrument, zero).map((series) => ({ owner, series })),
    ),
    lines: streams.flatMap(({ stream }) => linesOf(name, stream, zero)).sort((a, b) => a.micros - b.micros),
    traces: traces.map((trace, number) =>
      spansOf(trace, number === 0 ? leadId : idOf(`trace ${number} of ${name}`), resources, zero),
    ),
  };
}
