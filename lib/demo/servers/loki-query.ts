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
import { type Line, queryLines } from "@/lib/engine/logql/lines";
import { queryMetric } from "@/lib/engine/logql/metric";
import { parseQuery } from "@/lib/engine/logql/parse";
import { refuse } from "@/lib/engine/logql/refusal";
import type { Storage } from "@/lib/engine/logql/storage";
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

export function queryRange(parameters: Parameters, isCategorized: boolean, storage: Storage, now: Instant): Response {
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
    const lines = queryLines(query, storage, { ...span, limit, direction }, interval / 1e3);
    return streams(lines, isCategorized);
  }
  checkLength(length);
  // Loki moves both ends to multiples of the step, outwards.
  const stepMs = Math.max(1, Math.floor(step / 1e6));
  const first = Math.floor(Number(bounds.start / 1_000n) / 1e3 / stepMs);
  const last = Math.ceil(toMicros(bounds.end) / 1e3 / stepMs);
  const grid = Array.from({ length: last - first + 1 }, (_, i) => (first + i) * stepMs * 1e3);
  return answer("matrix", matrix(queryMetric(query, storage, grid), grid));
}

export function queryInstant(parameters: Parameters, storage: Storage, now: Instant): Response {
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
  const columns = queryMetric(query, storage, [Number(at / 1_000n)]);
  const isSorted = query.kind === "vector" && /^sort|^topk|^bottomk/.test(query.operation);
  const rows = (isSorted ? columns : ordered(columns)).flatMap(({ labels, values: [value] }) =>
    value === undefined ? [] : [{ metric: labels, value: [seconds, printFloat(value)] }],
  );
  return answer("vector", rows);
}

/** Apart: only the stream's own labels name it. Otherwise everything known of a line does, and most stand alone. */
function streams(lines: readonly Line[], isCategorized: boolean): Response {
  const groups = new Map<string, { labels: Labels; values: unknown[] }>();
  for (const { nanos, text, stream, metadata, parsed } of lines) {
    const labels = named(isCategorized ? stream : { ...stream, ...metadata, ...parsed });
    const key = labelsKey(labels);
    const group = groups.get(key) ?? { labels, values: [] };
    groups.set(key, group);
    group.values.push(isCategorized ? [nanos, text, beside(metadata, parsed)] : [nanos, text]);
  }
  const result = ordered([...groups.values()]).map(({ labels, values }) => ({ stream: labels, values }));
  return answer("streams", result, isCategorized ? { encodingFlags: ["categorize-labels"] } : {});
}

/** In the order of their names, as Loki prints labels. */
const named = (labels: Labels): Labels =>
  Object.fromEntries(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));

const beside = (metadata: Labels, parsed: Labels): object => ({
  ...(Object.keys(metadata).length > 0 ? { structuredMetadata: named(metadata) } : {}),
  ...(Object.keys(parsed).length > 0 ? { parsed: named(parsed) } : {}),
});
