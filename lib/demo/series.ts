/**
 * The services' own metrics as Prometheus holds them: counters and histograms that count the very requests, and a gauge
 * of those still running, sampled at each target's own scrape times. One series is one label set over its life.
 */
import { mix, mixText, unit } from "@/lib/demo/chance";
import { type Counts, countIn, countsOf, endedAt } from "@/lib/demo/counts";
import { counterOf, familyOf, type Meter, type Meters, podLabels, shapeLabels } from "@/lib/demo/meters";
import type { Pod } from "@/lib/demo/roster";
import type { Tally } from "@/lib/demo/tally";
import type { Labels } from "@/lib/signal/labels";
import { type Instant, toInstant, type Window } from "@/lib/signal/time";

/** Samples at irregular instants (ms), ascending; `labels` hold `__name__`. */
export type SampledSeries = {
  readonly labels: Labels;
  readonly at: readonly Instant[];
  readonly values: readonly number[];
  /** When its target went away (Prometheus then writes a stale mark); null while it lives. */
  readonly endsAt: Instant | null;
};

/** Asks for some series only; what is not wanted costs little. */
export type Wanted = (labels: Labels) => boolean;

export const named = (name: string, labels: Labels): Labels => ({ __name__: name, ...labels });

/** When a pod's series end, if they do so before `to`. */
export const endOf = ({ until }: Pod, to: Instant): Instant | null => (until < to ? toInstant(until) : null);

/** Prometheus writes scraped bounds as floats, the OpenTelemetry translation as they are. */
function printBound({ service, bounds }: Meter["shape"], bucket: number): string {
  const bound = bounds[bucket];
  if (bound === undefined) return "+Inf";
  return service.telemetry === "go-kubernetes" && Number.isInteger(bound) ? `${bound}.0` : `${bound}`;
}

const meterLabels = ({ pod, shape }: Meter, namespace: string): Labels => ({
  ...podLabels(pod, namespace),
  ...shapeLabels(shape),
});

export const bucketLabels = (meter: Meter, bucket: number, namespace: string): Labels =>
  named(`${familyOf(meter.shape)}_bucket`, {
    ...meterLabels(meter, namespace),
    le: printBound(meter.shape, bucket),
  });

type Reading = { readonly labels: Labels; readonly read: (counts: Counts, row: number) => number };

const readings = new WeakMap<Meter, readonly Reading[]>();

/** The series of one meter, each with how its value is read from the meter's cells. A meter is of one world: its labels
 * are made once, and are the same objects ever after. */
function readingsOf(meter: Meter, namespace: string): readonly Reading[] {
  const known = readings.get(meter);
  if (known) return known;
  const made = readingsFor(meter, namespace);
  readings.set(meter, made);
  return made;
}

function readingsFor(meter: Meter, namespace: string): Reading[] {
  const { shape } = meter;
  const labels = meterLabels(meter, namespace);
  const counter = counterOf(shape);
  return [
    ...(counter ? [{ labels: named(counter, labels), read: endedAt }] : []),
    { labels: named(`${familyOf(shape)}_count`, labels), read: endedAt },
    {
      labels: named(`${familyOf(shape)}_sum`, labels),
      read: ({ cells, width }, row) => (cells[row * width + width - 1] ?? 0) / 1e6,
    },
    ...Array.from(
      { length: shape.bounds.length + 1 },
      (_, bucket): Reading => ({
        labels: bucketLabels(meter, bucket, namespace),
        read: (counts, row) => countIn(counts, row, 1, bucket + 2),
      }),
    ),
  ];
}

type Gauge = { readonly labels: Labels; readonly value: (running: number, at: Instant) => number };

/** What a pod's gauge of running requests is called, and what it says at so many of them. */
function gaugeOf(pod: Pod, namespace: string): Gauge | null {
  const labels = podLabels(pod, namespace);
  switch (pod.service.telemetry) {
    case "opentelemetry":
      return { labels: named("http_server_active_requests", labels), value: (running) => running };
    case "go-kubernetes":
      return {
        labels: named("go_goroutines", labels),
        // Two a request (connection and handler) over the runtime's own, which breathe a little.
        value: (running, at) => 31 + 2 * running + Math.floor(3 * unit(mix(mixText(pod.name), at / 1_000))),
      };
    case "span-metrics":
      return null;
  }
}

/** Counters and histograms. A series begins with its first observation; before, a client library knows nothing of it. */
function countersOf(counts: Counts, namespace: string, to: Instant, wanted: Wanted): SampledSeries[] {
  const first = counts.at.findIndex((_, row) => endedAt(counts, row) > 0);
  if (first < 0) return [];
  return readingsOf(counts.meter, namespace)
    .filter(({ labels }) => wanted(labels))
    .map(({ labels, read }) => ({
      labels,
      at: counts.at.slice(first),
      values: counts.at.slice(first).map((_, row) => read(counts, first + row)),
      endsAt: endOf(counts.meter.pod, to),
    }));
}

/** Messages taken and not done yet, of a meter that consumes. */
const lagOf = ({ pod, shape }: Meter, namespace: string): Gauge | null =>
  shape.measure.kind === "consumer"
    ? {
        labels: named("kafka_consumer_lag", {
          ...podLabels(pod, namespace),
          topic: shape.measure.target,
          group: shape.measure.method,
        }),
        value: (running) => running,
      }
    : null;

function gaugesOf(counts: readonly Counts[], namespace: string, to: Instant, wanted: Wanted): SampledSeries[] {
  const told = (gauge: Gauge | null, pod: Pod, own: readonly Counts[]): SampledSeries[] => {
    const at = own[0]?.at ?? [];
    if (!gauge || !wanted(gauge.labels)) return [];
    const running = (row: number): number =>
      own.reduce((sum, each) => sum + (each.cells[row * each.width] ?? 0) - endedAt(each, row), 0);
    const values = at.map((instant, row) => gauge.value(running(row), instant));
    return [{ labels: gauge.labels, at, values, endsAt: endOf(pod, to) }];
  };
  const served = counts.filter(({ meter }) => meter.shape.measure.kind !== "client");
  return [
    ...[...Map.groupBy(served, ({ meter }) => meter.pod)].flatMap(([pod, own]) =>
      told(gaugeOf(pod, namespace), pod, own),
    ),
    ...served.flatMap((own) => told(lagOf(own.meter, namespace), own.meter.pod, [own])),
  ];
}

/** Series of the services' own metrics, as scraped within [from, to). */
export function requestSeries(
  meters: Meters,
  tally: Tally,
  namespace: string,
  window: Window,
  wanted: Wanted,
): SampledSeries[] {
  const isChosen = (meter: Meter): boolean => {
    const gauges = [gaugeOf(meter.pod, namespace), lagOf(meter, namespace)];
    return (
      gauges.some((gauge) => gauge !== null && wanted(gauge.labels)) ||
      readingsOf(meter, namespace).some(({ labels }) => wanted(labels))
    );
  };
  const counts = countsOf(meters, tally, window, isChosen);
  return [
    ...counts.flatMap((own) => countersOf(own, namespace, window.to, wanted)),
    ...gaugesOf(counts, namespace, window.to, wanted),
  ];
}
