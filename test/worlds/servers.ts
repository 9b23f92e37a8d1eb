/**
 * A placed drawing behind the embedded evaluators, each on the paths of the real server, on one loopback listener. The
 * store is static: what is drawn is held, nothing else. No exemplars: Mimir keeps none unless told to.
 */
import { once } from "node:events";
import { plain } from "@/lib/demo/servers/loki-answer";
import { labelNames, series, stats, volume } from "@/lib/demo/servers/loki-index";
import { storedLine } from "@/lib/demo/servers/loki-ingest";
import { parametersOf as lokiParametersOf } from "@/lib/demo/servers/loki-parameters";
import { queryInstant, queryRange } from "@/lib/demo/servers/loki-query";
import type { LokiStorage } from "@/lib/demo/servers/loki-storage";
import { responseOf } from "@/lib/demo/servers/prometheus-answers";
import { answerLabels, answerSeries } from "@/lib/demo/servers/prometheus-labels";
import { parametersOf } from "@/lib/demo/servers/prometheus-parameters";
import { answerInstant, answerRange } from "@/lib/demo/servers/prometheus-queries";
import type { DemoStorage } from "@/lib/demo/servers/prometheus-storage";
import { createListener } from "@/lib/demo/servers/serve";
import { tempoServerOf } from "@/lib/demo/servers/tempo";
import type { TraceSource } from "@/lib/demo/servers/tempo-traces";
import { attempt } from "@/lib/engine/logql/refusal";
import { rowsIn } from "@/lib/engine/logql/storage";
import { byLabels } from "@/lib/engine/promql/label-sets";
import { matchesAll } from "@/lib/engine/promql/matching";
import type { StoredSeries } from "@/lib/engine/promql/storage";
import { storedTrace } from "@/lib/engine/traceql/from-otlp";
import { extentOf, millisAt } from "@/lib/engine/traceql/storage";
import { type Labels, labelsKey, type Matcher } from "@/lib/signal/labels";
import type { Instant } from "@/lib/signal/time";
import type { Placed } from "@/test/worlds/placed";

type Server = (request: Request) => Promise<Response>;
const notFound = (): Response => plain(404, "404 page not found\n");

/** Index of the first of ascending instants that is not before `edge`. */
const firstFrom = (at: Float64Array, edge: number): number => {
  const index = at.findIndex((each) => each >= edge);
  return index < 0 ? at.length : index;
};

function metricStorage({ series: drawn }: Placed): DemoStorage {
  const held = byLabels(
    drawn.map(
      ({ series: { labels, at, values, endsAt } }): StoredSeries => ({
        labels,
        at: Float64Array.from(at),
        values: Float64Array.from(values),
        ends: endsAt === null ? [] : [endsAt],
      }),
    ),
  );
  const select = (matchers: readonly Matcher[], after: number, until: number): StoredSeries[] =>
    held.flatMap((each) => {
      if (!matchesAll(matchers, each.labels)) return [];
      const [from, to] = [firstFrom(each.at, after + 1), firstFrom(each.at, until + 1)];
      return from < to ? [{ ...each, at: each.at.subarray(from, to), values: each.values.subarray(from, to) }] : [];
    });
  return {
    select,
    labelSets: (matchers, from, to) => select(matchers, from - 1, to).map(({ labels }) => labels),
  };
}

function prometheusOf(placed: Placed): Server {
  const storage = metricStorage(placed);
  const { now } = placed;
  return async (request) => {
    const { pathname } = new URL(request.url);
    const parameters = await parametersOf(request);
    switch (pathname) {
      case "/api/v1/query":
        return responseOf(answerInstant(storage, now, parameters));
      case "/api/v1/query_range":
        return responseOf(answerRange(storage, parameters));
      case "/api/v1/query_exemplars":
        return responseOf({ kind: "data", data: [] });
      case "/api/v1/series":
        return responseOf(answerSeries(storage, now, parameters));
      case "/api/v1/labels":
        return responseOf(answerLabels(storage, now, parameters));
      default:
        return notFound();
    }
  };
}

/** One block of all lines: a world has a few thousand. */
function lineStorage({ lines }: Placed): LokiStorage {
  const kinds: { stream: Labels; fixed: Labels; varying: readonly string[] }[] = [];
  const known = new Map<string, number>();
  const rows = lines.map((line) => {
    const stored = storedLine(line);
    const varying = Object.keys(stored.metadata)
      .filter((name) => name !== "detected_level")
      .sort();
    const { detected_level = "unknown" } = stored.metadata;
    const key = JSON.stringify([labelsKey(stored.stream), detected_level, varying]);
    const kind = known.get(key) ?? kinds.push({ stream: stored.stream, fixed: { detected_level }, varying }) - 1;
    known.set(key, kind);
    return { ...stored, kind, micros: line.micros };
  });
  const bytes = (row: number): number => Buffer.byteLength(rows[row]?.text ?? "");
  const block = {
    kinds,
    micros: rows.map(({ micros }) => micros),
    kind: rows.map(({ kind }) => kind),
    text: (row: number) => rows[row]?.text ?? "",
    metadata: (row: number) => rows[row]?.metadata ?? {},
    bytes,
  };
  const volumes: LokiStorage["volumes"] = (span) => {
    const [first, end] = rowsIn(block, span);
    const groups = Map.groupBy(
      Array.from({ length: end - first }, (_, i) => first + i),
      (row) => labelsKey(rows[row]?.stream ?? {}),
    );
    return [...groups.values()].map((own) => ({
      stream: rows[own[0] ?? 0]?.stream ?? {},
      bytes: own.reduce((sum, row) => sum + bytes(row), 0),
      lines: own.length,
    }));
  };
  return {
    blocks: () => [block],
    volumes,
    bytesOf: (isWanted, span) =>
      volumes(span).reduce((sum, { stream, bytes: own }) => (isWanted(stream) ? sum + own : sum), 0),
    streams: (span) => volumes(span).map(({ stream }) => stream),
    warm: () => false,
  };
}

function lokiOf(placed: Placed): Server {
  const storage = lineStorage(placed);
  const { now } = placed;
  return async (request) => {
    const [, path = ""] = /^\/loki\/api\/v1\/(.+)$/.exec(new URL(request.url).pathname) ?? [];
    const parameters = await lokiParametersOf(request);
    const isCategorized = (request.headers.get("x-loki-response-encoding-flags") ?? "").includes("categorize-labels");
    const told = attempt((): Response => {
      switch (path) {
        case "query_range":
          return queryRange(parameters, isCategorized, storage, now);
        case "query":
          return queryInstant(parameters, storage, now);
        case "labels":
          return labelNames(parameters, storage, now);
        case "series":
          return series(parameters, storage, now);
        case "index/volume":
          return volume(parameters, storage, now);
        case "index/stats":
          return stats(parameters, storage, now);
        default:
          return notFound();
      }
    });
    return told.ok ? told.value : plain(told.status, told.text);
  };
}

function tempoOf({ traces, now }: Placed): Server {
  const held = traces
    .map(({ id, groups }) => ({ trace: storedTrace(id, groups), groups }))
    .map(({ trace, groups }) => {
      const { start, end } = extentOf(trace);
      return { trace, groups, from: millisAt(trace, start), to: millisAt(trace, end) };
    })
    .sort((a, b) => b.from - a.from);
  const source: TraceSource = {
    resourceSpans: (traceId) => held.find(({ trace }) => trace.id === traceId)?.groups,
    traces: ({ from, to }) => held.filter((each) => each.to >= from && each.from <= to).map(({ trace }) => trace),
  };
  return tempoServerOf(source, (): Instant => now);
}

export type Served = {
  readonly urls: { readonly prometheus: string; readonly loki: string; readonly tempo: string };
  readonly close: () => Promise<void>;
};

export async function serve(placed: Placed): Promise<Served> {
  const servers: Readonly<Record<string, Server>> = {
    prometheus: prometheusOf(placed),
    loki: lokiOf(placed),
    tempo: tempoOf(placed),
  };
  const listener = createListener((path) => {
    const [, name = "", rest = ""] = /^\/(\w+)(\/.*)?$/.exec(path) ?? [];
    return { route: { fault: null, answer: servers[name] ?? (async () => notFound()) }, rest };
  });
  listener.listen(0, "127.0.0.1");
  await once(listener, "listening");
  const address = listener.address();
  const url = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
  return {
    urls: { prometheus: `${url}/prometheus`, loki: `${url}/loki`, tempo: `${url}/tempo` },
    close: async () => {
      listener.closeAllConnections();
      listener.close();
      await once(listener, "close");
    },
  };
}
