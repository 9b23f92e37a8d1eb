/**
 * What a thread asks itself before anybody else does: typical questions about the last hours, so that what they need is
 * counted, kept and compiled when the first visitor comes. A real server has been up for weeks.
 */
import type { BackendKind, DemoEnvironment } from "@/lib/demo/environment";
import type { World } from "@/lib/demo/world";
import { type Instant, minute, second, shift } from "@/lib/signal/time";

/** A path with query, as the backend has it. */
export type Rehearsed = { readonly kind: BackendKind; readonly path: string };

const printPath = (path: string, query: Readonly<Record<string, string | number>>): string =>
  `${path}?${new URLSearchParams(Object.entries(query).map(([name, value]) => [name, `${value}`]))}`;

/** One for each ten minutes that are asked about first, newest first: each is counted by itself, and nobody waits long. */
export const recentSamples = (now: Instant): Rehearsed[] =>
  Array.from({ length: 8 }, (_, i) => ({
    kind: "prometheus",
    path: printPath("/api/v1/query", { query: "group(up)", time: (now - i * 10 * minute) / second }),
  }));

/** One investigation's worth, of every kind of question. */
export function rehearsedQuestions({ rehearsal }: DemoEnvironment, world: World, now: Instant): Rehearsed[] {
  if (rehearsal === null) return [];
  const { histograms, lines, events } = rehearsal;
  const seconds = { start: Math.floor(shift(now, -32 * minute) / second), end: Math.floor(now / second) };
  const nanos = { start: `${seconds.start}000000000`, end: `${seconds.end}000000000` };
  const range = (query: string): Rehearsed => ({
    kind: "prometheus",
    path: printPath("/api/v1/query_range", { query, ...seconds, step: 15 }),
  });
  const instant = (query: string): Rehearsed => ({
    kind: "prometheus",
    path: printPath("/api/v1/query", { query, time: seconds.end }),
  });
  const loki = (path: string, query: Readonly<Record<string, string | number>> = {}): Rehearsed => ({
    kind: "loki",
    path: printPath(`/loki/api/v1/${path}`, { ...nanos, ...query }),
  });
  const ids = world
    .finished({ from: shift(now, -2 * minute), to: shift(now, -minute) })
    .filter(world.isTraceKept)
    .slice(-2)
    .map(({ traceId }) => traceId);
  return [
    ...ids.flatMap((id): Rehearsed[] => [
      { kind: "jaeger", path: `/api/v3/traces/${id}` },
      { kind: "tempo", path: `/api/v2/traces/${id}` },
      loki("query_range", { query: `${lines} |= "${id}" or "${id.toUpperCase()}"`, limit: 1_000 }),
      loki("query_range", { query: `${lines} != "${id}" | detected_level =~ "warn.*|err.*"`, limit: 1_000 }),
    ]),
    loki("query_range", { query: `sum by (detected_level) (count_over_time(${lines}[15s]))`, step: 15 }),
    loki("query_range", { query: events, limit: 200 }),
    loki("index/volume", { query: lines }),
    loki("series", { "match[]": lines }),
    loki("labels"),
    range('ALERTS{alertstate="firing"}'),
    instant('group by (__name__, job, service, version) ({__name__=~".*_info|.*_count",job!=""})'),
    ...histograms.flatMap((bucket) => {
      const count = bucket.replace("_bucket", "_count");
      return [
        range(`sum by (job, service) (rate(${count}[1m]))`),
        range(`histogram_quantile(0.99, sum by (le, job) (rate(${bucket}[1m])))`),
        range(`sum by (job) (rate(${count}[1m])) / (sum by (job) (rate(${count}[1m])) > 0)`),
        instant(`label_replace(max by (job) (count_over_time(${count}[5m])), "metric", "$1", "job", "(.*)")`),
        { kind: "prometheus", path: printPath("/api/v1/query_exemplars", { query: bucket, ...seconds }) } as const,
      ];
    }),
    { kind: "alertmanager", path: "/api/v2/alerts" },
    {
      kind: "grafana",
      path: printPath("/api/annotations", { from: shift(now, -32 * minute), to: now, tags: "deploy" }),
    },
  ];
}
