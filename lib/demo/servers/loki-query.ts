/** `query_range` and `query`: lines and numbers. */

import { answer, json, matrix, ordered, statistics } from "@/lib/demo/servers/loki-answer";
import {
  boundsOf,
  checkBounds,
  directionOf,
  instantOf,
  intervalOf,
  limitOf,
  type Parameters,
  stepOf,
  toMicros,
} from "@/lib/demo/servers/loki-parameters";
import type { LokiStorage } from "@/lib/demo/servers/loki-storage";
import { type Line, queryLines } from "@/lib/engine/logql/lines";
import { queryMetric } from "@/lib/engine/logql/metric";
import { parseQuery } from "@/lib/engine/logql/parse";
import { refuse } from "@/lib/engine/logql/refusal";
import type { Span, Storage, Wanted } from "@/lib/engine/logql/storage";
import { printFloat, printGoDuration } from "@/lib/engine/logql/units";
import { type Labels, labelsKey } from "@/lib/signal/labels";
import { day, hour, type Instant } from "@/lib/signal/time";

/** Loki's `max_entries_limit_per_query` and `max_query_length`. */
const mostLines = 5_000;
const longestRange = 30 * day + hour;

/** 400 where more time is asked for than Loki allows. Nanoseconds. */
export function checkLength(nanos: number): void {
  if (nanos > longestRange * 1e6)
    refuse(`the query time range exceeds the limit (query length: ${printGoDuration(nanos)}, limit: 30d1h)`);
}

type Read = { readonly storage: Storage; readonly bytes: (touched?: Partial<Span>) => number };

/** `storage` with a memory of what was asked of it: the bytes of all lines that had to be read, `touched` unless all were. */
function readOf(storage: LokiStorage): Read {
  const asked: { readonly span: Span; readonly wanted: Wanted }[] = [];
  const bytes = (touched: Partial<Span> = {}): number =>
    asked.reduce((sum, { span, wanted }) => sum + storage.bytesOf(wanted.stream, { ...span, ...touched }), 0);
  return {
    storage: {
      blocks: (span, wanted, order) => {
        asked.push({ span, wanted });
        return storage.blocks(span, wanted, order);
      },
    },
    bytes,
  };
}

/** A query that has its lines reads no further. */
function touchedBy(lines: readonly Line[], limit: number, direction: "forward" | "backward"): Partial<Span> {
  const last = lines.length < limit ? undefined : lines.at(-1);
  if (!last) return {};
  const micros = Number(BigInt(last.nanos) / 1_000n);
  return direction === "forward" ? { to: micros + 1 } : { from: micros };
}

export function queryRange(
  parameters: Parameters,
  isCategorized: boolean,
  storage: LokiStorage,
  now: Instant,
): Response {
  const bounds = boundsOf(parameters, now);
  checkBounds(bounds);
  const limit = limitOf(parameters);
  const direction = directionOf(parameters);
  const step = stepOf(parameters, bounds);
  const interval = intervalOf(parameters);
  const query = parseQuery(parameters.text("query"));
  const length = Number(bounds.end - bounds.start);
  if (query.kind === "logs") {
    checkLength(length);
    if (limit > mostLines)
      refuse(`max entries limit per query exceeded, limit > max_entries_limit_per_query (${limit} > ${mostLines})`);
    const span = { from: toMicros(bounds.start), to: toMicros(bounds.end) };
    const read = readOf(storage);
    const lines = queryLines(query, read.storage, { ...span, limit, direction }, interval / 1e3);
    return streams(lines, isCategorized, read.bytes(touchedBy(lines, limit, direction)));
  }
  checkLength(length);
  // Loki moves both ends to multiples of the step, outwards.
  const stepMs = Math.max(1, Math.floor(step / 1e6));
  const first = Math.floor(Number(bounds.start / 1_000n) / 1e3 / stepMs);
  const last = Math.ceil(toMicros(bounds.end) / 1e3 / stepMs);
  const grid = Array.from({ length: last - first + 1 }, (_, i) => (first + i) * stepMs * 1e3);
  const read = readOf(storage);
  const columns = queryMetric(query, read.storage, grid);
  return answer("matrix", matrix(columns, grid), {}, read.bytes());
}

export function queryInstant(parameters: Parameters, storage: LokiStorage, now: Instant): Response {
  limitOf(parameters);
  const at = instantOf(parameters, now);
  directionOf(parameters);
  const query = parseQuery(parameters.text("query"));
  if (query.kind === "logs")
    return refuse(
      "log queries are not supported as an instant query type, please change your query to a range query type",
    );
  const seconds = Number(at / 1_000_000n) / 1e3;
  if (query.kind === "number") {
    const data = { resultType: "scalar", result: [seconds, printFloat(query.value)], stats: statistics(1, 0) };
    return json({ status: "success", data });
  }
  const read = readOf(storage);
  const columns = queryMetric(query, read.storage, [Number(at / 1_000n)]);
  const isSorted = query.kind === "vector" && /^sort|^topk|^bottomk/.test(query.operation);
  const rows = (isSorted ? columns : ordered(columns)).flatMap(({ labels, values: [value] }) =>
    value === undefined ? [] : [{ metric: labels, value: [seconds, printFloat(value)] }],
  );
  return answer("vector", rows, {}, read.bytes());
}

/** Apart: only the stream's own labels name it. Otherwise everything known of a line does, and most stand alone. */
function streams(lines: readonly Line[], isCategorized: boolean, bytes: number): Response {
  const groups = new Map<string, { labels: Labels; values: unknown[] }>();
  for (const { nanos, text, stream, metadata, parsed } of lines) {
    const labels = named(isCategorized ? stream : { ...stream, ...metadata, ...parsed });
    const key = labelsKey(labels);
    const group = groups.get(key) ?? { labels, values: [] };
    groups.set(key, group);
    group.values.push(isCategorized ? [nanos, text, beside(metadata, parsed)] : [nanos, text]);
  }
  const result = ordered([...groups.values()]).map(({ labels, values }) => ({ stream: labels, values }));
  return answer("streams", result, isCategorized ? { encodingFlags: ["categorize-labels"] } : {}, bytes);
}

/** In the order of their names, as Loki prints labels. */
const named = (labels: Labels): Labels =>
  Object.fromEntries(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));

const beside = (metadata: Labels, parsed: Labels): object => ({
  ...(Object.keys(metadata).length > 0 ? { structuredMetadata: named(metadata) } : {}),
  ...(Object.keys(parsed).length > 0 ? { parsed: named(parsed) } : {}),
});
