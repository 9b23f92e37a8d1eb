/** Exemplars: each scrape shows, for every bucket, the last kept trace that fell into it since the scrape before. */

import type { Draws } from "@/lib/demo/draws";
import { printSpanId } from "@/lib/demo/ids";
import type { Meter } from "@/lib/demo/meters";
import { type Request, requestOf } from "@/lib/demo/request";
import { grace, scrapeInterval, scrapesOf } from "@/lib/demo/roster";
import { bucketLabels, type Wanted } from "@/lib/demo/series";
import type { Tally } from "@/lib/demo/tally";
import { type Labels, labelsKey } from "@/lib/signal/labels";
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
  isKept: (request: Request) => boolean,
  wanted: Wanted,
): WorldExemplar[] {
  const latest = new Map<string, WorldExemplar>();
  tally.visit(shift(window.from, -scrapeInterval), window.to, (meter, { span, start, end, bucket }, draw) => {
    const micros = draw.at + end;
    const seen = scrapesOf(meter.pod, Math.floor(micros / 1_000) + 1, micros / 1_000 + grace)[0];
    if (seen === undefined || seen < window.from || seen >= window.to) return;
    const series = bucketLabels(meter, bucket, namespace);
    if (!wanted(series)) return;
    const request = requestOf(draw, draws);
    if (!isKept(request)) return;
    const { traceId } = request;
    const exemplar = {
      series,
      labels: exemplarLabels(meter, traceId, span),
      value: (end - start) / 1e6,
      at: toInstant(Math.floor(micros / 1_000)),
      scrapedAt: seen,
      traceId,
    };
    const key = `${seen} ${labelsKey(series)}`;
    const before = latest.get(key);
    if (!before || before.at <= exemplar.at) latest.set(key, exemplar);
  });
  return [...latest.values()].toSorted((a, b) => a.at - b.at);
}
