/**
 * Puts a world into running servers: its history in one go, then what happens from tick to tick. What one signal tells
 * the others tell too: exemplars name kept traces only, and a kept trace has all its lines.
 */
import type { WorldAlert } from "@/lib/demo/alerts";
import type { SampledSeries } from "@/lib/demo/series";
import type { World } from "@/lib/demo/world";
import { labelsKey } from "@/lib/signal/labels";
import { hour, type Instant, minute, second, shift, toInstant, type Window } from "@/lib/signal/time";
import { pushAlerts, pushLines, pushTraces } from "@/test/stack/push";
import { remoteWrite, stale, type WrittenSeries } from "@/test/stack/remote-write";
import type { Placed } from "@/test/worlds/placed";

export type FedServers = {
  readonly prometheus: string;
  readonly loki: string;
  readonly alertmanager: string;
  /** Every OTLP receiver, without path. */
  readonly otlp: readonly string[];
};

export type Fed = {
  readonly samples: number;
  readonly lines: number;
  readonly traces: number;
  readonly exemplars: number;
};

/** A target is seen to be gone by then. */
const seenWithin = 15 * second;

/**
 * The samples before `edge`. A series whose target went away is marked so at what would have been its next scrape, also
 * where that lies shortly behind the edge: the next slice knows nothing of it. The same mark twice is one.
 */
const samplesOf = ({ at, values, endsAt }: SampledSeries, edge: Instant): WrittenSeries["samples"] => {
  const samples = at.flatMap((instant, i) => (instant < edge ? [{ at: instant, value: values[i] ?? 0 }] : []));
  const last = at.at(-1);
  return endsAt !== null && last !== undefined
    ? [...samples, { at: Math.max(endsAt, last + 1), value: stale }]
    : samples;
};

/** In slices, so that samples come in order and no request grows past some MB. */
const slice = 10 * minute;

async function feedSamples(world: World, url: string, window: Window): Promise<[samples: number, exemplars: number]> {
  let samples = 0;
  let count = 0;
  for (let from = window.from; from < window.to; from = shift(from, slice)) {
    const part = { from, to: toInstant(Math.min(window.to, from + slice)) };
    const exemplars = Map.groupBy(world.exemplars(part), ({ series }) => labelsKey(series));
    // Never beyond what has happened: the last slice ends where the story does.
    const seen = { from, to: toInstant(Math.min(window.to, part.to + seenWithin)) };
    const written = world.series(seen).flatMap((series): WrittenSeries[] => {
      const own = exemplars.get(labelsKey(series.labels)) ?? [];
      const parts = samplesOf(series, part.to);
      if (parts.length === 0) return [];
      count += own.length;
      samples += parts.length;
      return [{ labels: series.labels, samples: parts, exemplars: own }];
    });
    if (written.length > 0) await remoteWrite(url, written);
  }
  return [samples, count];
}

async function feedLines(world: World, url: string, window: Window): Promise<number> {
  const lines = world.lines(window);
  await pushLines(url, lines);
  return lines.length;
}

async function feedTraces(world: World, urls: readonly string[], window: Window): Promise<number> {
  const traces = world.finished(window).filter(world.isTraceKept).map(world.traceOf);
  await Promise.all(urls.map((url) => pushTraces(url, traces)));
  return traces.length;
}

const firingAt = (world: World, now: Instant): WorldAlert[] =>
  world.alerts({ from: now, to: shift(now, 1) }).filter(({ firesAt }) => firesAt <= now);

/** Those that fire at `now`, with a lease of six hours: nobody renews it when the stack stands still. */
export const feedAlerts = (
  world: World,
  { alertmanager, prometheus }: Pick<FedServers, "alertmanager" | "prometheus">,
  now: Instant,
): Promise<void> => pushAlerts(alertmanager, prometheus, firingAt(world, now), shift(now, 6 * hour));

/** Those that fire at `now` end there: the stack's Alertmanager is one for all its tests. */
export const withdrawAlerts = (world: World, { alertmanager, prometheus }: FedServers, now: Instant): Promise<void> =>
  pushAlerts(
    alertmanager,
    prometheus,
    firingAt(world, now).map((alert) => ({ ...alert, endsAt: now })),
    now,
  );

/** Everything between two instants. */
export async function feed(world: World, servers: FedServers, window: Window): Promise<Fed> {
  const [[samples, exemplars], lines, traces] = await Promise.all([
    feedSamples(world, servers.prometheus, window),
    feedLines(world, servers.loki, window),
    feedTraces(world, servers.otlp, window),
    feedAlerts(world, servers, window.to),
  ]);
  return { samples, lines, traces, exemplars };
}

/** Worlds beside each other: what shares a stream arrives in its order, as Loki wants it. */
export async function feedTogether(
  worlds: readonly { readonly world: World; readonly servers: FedServers }[],
  loki: string,
  window: Window,
): Promise<void> {
  const lines = worlds.flatMap(({ world }) => world.lines(window)).toSorted((a, b) => a.micros - b.micros);
  await pushLines(loki, lines);
  for (const { world, servers } of worlds) {
    await feedSamples(world, servers.prometheus, window);
    await feedTraces(world, servers.otlp, window);
    await feedAlerts(world, servers, window.to);
  }
}

/** A drawing of `test/worlds`, all of it at once. */
export async function feedPlaced(
  { series, lines, traces, now }: Placed,
  { prometheus, loki, otlp }: Pick<FedServers, "prometheus" | "loki" | "otlp">,
): Promise<void> {
  const written = series.map(({ series: own }) => ({
    labels: own.labels,
    samples: samplesOf(own, shift(now, 1)),
    exemplars: [],
  }));
  await remoteWrite(prometheus, written);
  await pushLines(loki, lines);
  for (const url of otlp)
    await pushTraces(
      url,
      traces.map(({ groups }) => groups),
    );
}
