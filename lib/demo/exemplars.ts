/** Exemplars: each scrape shows, for every bucket, the last kept trace that fell into it since the scrape before. */

import type { Draw, Draws } from "@/lib/demo/draws";
import { printSpanId } from "@/lib/demo/ids";
import type { Meter } from "@/lib/demo/meters";
import { scrapeAfter, scrapeInterval } from "@/lib/demo/roster";
import { bucketLabels, type Wanted } from "@/lib/demo/series";
import type { Tally } from "@/lib/demo/tally";
import type { Labels } from "@/lib/signal/labels";
import { type Instant, shift, toInstant, type Window } from "@/lib/signal/time";

export type WorldExemplar = {
  /** Of the bucket's series, with `__name__` and `le`. */
  readonly series: Labels;
  /** As the application wrote them: the id under its own key and spelling. */
  readonly labels: Labels;
  /** Seconds. */
  readonly value: number;
  /** When it was observed. */
  readonly at: Instant;
  readonly scrapedAt: Instant;
  readonly traceId: string;
};

/** Tempo's generator writes `traceID` and strips leading zeros; SDKs write `trace_id` in full. */
function exemplarLabels({ shape }: Meter, traceId: string, span: number): Labels {
  switch (shape.service.telemetry) {
    case "opentelemetry":
      return { trace_id: traceId, span_id: printSpanId(traceId, span) };
    case "go-kubernetes":
      return { traceID: traceId };
    case "span-metrics":
      return { traceID: traceId.replace(/^0+/, "") };
  }
}

/** Those first seen by a scrape within [from, to), ascending in time of observation. */
export function exemplarsOf(
  draws: Draws,
  tally: Tally,
  namespace: string,
  window: Window,
  isKept: (draw: Draw) => boolean,
  wanted: Wanted,
): WorldExemplar[] {
  const asked = new Map<number, Labels | null>();
  /** The labels of a bucket's series; null where it is not wanted. */
  const seriesOf = (meter: Meter, bucket: number): Labels | null => {
    const cell = meter.cell + bucket;
    const known = asked.get(cell);
    if (known !== undefined) return known;
    const labels = bucketLabels(meter, bucket, namespace);
    const series = wanted(labels) ? labels : null;
    asked.set(cell, series);
    return series;
  };

  const latest = new Map<string, WorldExemplar & { readonly micros: number }>();
  tally.visit(shift(window.from, -scrapeInterval), window.to, (meter, { span, start, end, bucket }, draw) => {
    const series = seriesOf(meter, bucket);
    if (!series || !isKept(draw)) return;
    const micros = draw.at + end;
    const scrapedAt = scrapeAfter(meter.pod, micros / 1_000);
    if (scrapedAt < window.from || scrapedAt >= window.to || scrapedAt >= meter.pod.until) return;
    const key = `${scrapedAt} ${meter.cell + bucket}`;
    const before = latest.get(key);
    if (before && before.micros > micros) return;
    latest.set(key, {
      series,
      get labels() {
        return exemplarLabels(meter, this.traceId, span);
      },
      get traceId() {
        return draws.traceId(draw);
      },
      value: (end - start) / 1e6,
      at: toInstant(Math.floor(micros / 1_000)),
      scrapedAt,
      micros,
    });
  });
  return [...latest.values()]
    .toSorted((a, b) => a.micros - b.micros)
    .map(({ series, labels, traceId, value, at, scrapedAt }) => ({ series, labels, traceId, value, at, scrapedAt }));
}
