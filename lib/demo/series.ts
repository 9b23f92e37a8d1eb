/**
 * The services' own metrics as Prometheus holds them: counters and histograms that count the very requests, and a gauge
 * of those still running, sampled at each target's own scrape times. One series is one label set over its life.
 */
import { type Counts, countIn, countsOf, endedAt } from "@/lib/demo/counts";
import type { Meter, Meters } from "@/lib/demo/meters";
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

function printBound({ instrument: { bounds, printsBounds } }: Meter["shape"], bucket: number): string {
  const bound = bounds[bucket];
  if (bound === undefined) return "+Inf";
  return printsBounds === "float" && Number.isInteger(bound) ? `${bound}.0` : `${bound}`;
}

const podLabels = ({ service, teller }: Pod): Labels => service.telemetry.podLabels(teller);

const meterLabels = ({ pod, shape: { instrument } }: Meter): Labels =>
  instrument.per === "service" ? instrument.labels : { ...podLabels(pod), ...instrument.labels };

export const bucketLabels = (meter: Meter, bucket: number): Labels =>
  named(`${meter.shape.instrument.family}_bucket`, { ...meterLabels(meter), le: printBound(meter.shape, bucket) });

type Reading = { readonly labels: Labels; readonly read: (counts: Counts, row: number) => number };

const readings = new WeakMap<Meter, readonly Reading[]>();

/** The series of one meter, each with how its value is read from the meter's cells. A meter is of one world: its labels
 * are made once, and are the same objects ever after. */
function readingsOf(meter: Meter): readonly Reading[] {
  const known = readings.get(meter);
  if (known) return known;
  const made = readingsFor(meter);
  readings.set(meter, made);
  return made;
}

function readingsFor(meter: Meter): Reading[] {
  const { counter, family, bounds } = meter.shape.instrument;
  const labels = meterLabels(meter);
  const counted = counter === null ? [] : [{ labels: named(counter, labels), read: endedAt }];
  if (family === null) return counted;
  return [
    ...counted,
    { labels: named(`${family}_count`, labels), read: endedAt },
    {
      labels: named(`${family}_sum`, labels),
      read: ({ cells, width }, row) => (cells[row * width + width - 1] ?? 0) / 1e6,
    },
    ...Array.from(
      { length: bounds.length + 1 },
      (_, bucket): Reading => ({
        labels: bucketLabels(meter, bucket),
        read: (counts, row) => countIn(counts, row, 1, bucket + 2),
      }),
    ),
  ];
}

type Gauge = { readonly labels: Labels; readonly value: (running: number, at: Instant) => number };

/** What a pod's gauge of running requests is called, and what it says at so many of them. */
function gaugeOf(pod: Pod): Gauge | null {
  const { running } = pod.service.telemetry;
  return (
    running && {
      labels: named(running.name, podLabels(pod)),
      value: (inHand, at) => running.value(inHand, pod.teller, at),
    }
  );
}

/** Counters and histograms. A series begins with its first observation; before, a client library knows nothing of it. */
function countersOf(counts: Counts, to: Instant, wanted: Wanted): SampledSeries[] {
  const first = counts.at.findIndex((_, row) => endedAt(counts, row) > 0);
  if (first < 0) return [];
  return readingsOf(counts.meter)
    .filter(({ labels }) => wanted(labels))
    .map(({ labels, read }) => ({
      labels,
      at: counts.at.slice(first),
      values: counts.at.slice(first).map((_, row) => read(counts, first + row)),
      endsAt: endOf(counts.meter.pod, to),
    }));
}

/** Messages taken and not done yet, of a meter that consumes. */
const lagOf = ({ pod, shape: { instrument } }: Meter): Gauge | null =>
  instrument.backlog && {
    labels: { ...podLabels(pod), ...instrument.backlog },
    value: (running) => running,
  };

function gaugesOf(counts: readonly Counts[], to: Instant, wanted: Wanted): SampledSeries[] {
  const told = (gauge: Gauge | null, pod: Pod, own: readonly Counts[]): SampledSeries[] => {
    const at = own[0]?.at ?? [];
    if (!gauge || !wanted(gauge.labels)) return [];
    const running = (row: number): number =>
      own.reduce((sum, each) => sum + (each.cells[row * each.width] ?? 0) - endedAt(each, row), 0);
    const values = at.map((instant, row) => gauge.value(running(row), instant));
    return [{ labels: gauge.labels, at, values, endsAt: endOf(pod, to) }];
  };
  const inHand = counts.filter(({ meter }) => meter.shape.instrument.isInHand);
  return [
    ...[...Map.groupBy(inHand, ({ meter }) => meter.pod)].flatMap(([pod, own]) => told(gaugeOf(pod), pod, own)),
    ...counts.flatMap((own) => told(lagOf(own.meter), own.meter.pod, [own])),
  ];
}

/** Series of the services' own metrics, as scraped within [from, to). */
export function requestSeries(meters: Meters, tally: Tally, window: Window, wanted: Wanted): SampledSeries[] {
  const isChosen = (meter: Meter): boolean => {
    const gauges = [meter.shape.instrument.isInHand ? gaugeOf(meter.pod) : null, lagOf(meter)];
    return (
      gauges.some((gauge) => gauge !== null && wanted(gauge.labels)) ||
      readingsOf(meter).some(({ labels }) => wanted(labels))
    );
  };
  const counts = countsOf(meters, tally, window, isChosen);
  return [...counts.flatMap((own) => countersOf(own, window.to, wanted)), ...gaugesOf(counts, window.to, wanted)];
}
