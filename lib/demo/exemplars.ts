/** Exemplars: each scrape shows, for every bucket, the last kept trace that fell into it since the scrape before. */

import type { Draw, Draws } from "@/lib/demo/draws";
import { printSpanId } from "@/lib/demo/ids";
import type { Meter, Meters, Observation } from "@/lib/demo/meters";
import { scrapeAfter, scrapeInterval } from "@/lib/demo/scrapes";
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

/** Those first seen by a scrape within [from, to), ascending in time of observation. */
export function exemplarsOf(
  draws: Draws,
  { cells }: Meters,
  tally: Tally,
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
    const { family, exemplar } = meter.shape.instrument;
    const labels = family !== null && exemplar !== null ? bucketLabels(meter, bucket) : null;
    const series = labels && wanted(labels) ? labels : null;
    asked.set(cell, series);
    return series;
  };

  // What is told of an exemplar is written only once it is known which one a scrape shows.
  type Latest = { readonly meter: Meter; readonly observation: Observation; readonly draw: Draw };
  const latest = new Map<number, Latest>();
  const firstScrape = Math.floor(window.from / scrapeInterval) - 1;
  const see = (meter: Meter, observation: Observation, draw: Draw): void => {
    const cell = meter.cell + observation.bucket;
    if (!seriesOf(meter, observation.bucket)) return;
    const micros = draw.at + observation.end;
    const scrapedAt = scrapeAfter(meter.pod, micros / 1_000);
    if (scrapedAt < window.from || scrapedAt >= window.to || scrapedAt >= meter.pod.until) return;
    const key = (Math.floor(scrapedAt / scrapeInterval) - firstScrape) * cells + cell;
    const before = latest.get(key);
    if (!before || before.draw.at + before.observation.end <= micros) latest.set(key, { meter, observation, draw });
  };
  tally.visit(shift(window.from, -scrapeInterval), window.to, see, isKept);

  return [...latest.values()]
    .toSorted((a, b) => a.draw.at + a.observation.end - (b.draw.at + b.observation.end))
    .map(({ meter, observation: { bucket, span, start, end }, draw }) => {
      const micros = draw.at + end;
      const traceId = draws.traceId(draw);
      return {
        series: seriesOf(meter, bucket) ?? {},
        labels: meter.shape.instrument.exemplar?.(traceId, printSpanId(traceId, span)) ?? {},
        traceId,
        value: (end - start) / 1e6,
        at: toInstant(Math.floor(micros / 1_000)),
        scrapedAt: scrapeAfter(meter.pod, micros / 1_000),
      };
    });
}
