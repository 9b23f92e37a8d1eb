/** What Loki's index knows: labels, series, volume, statistics. */
import { answer, json } from "@/lib/demo/servers/loki-answer";
import { boundsOf, checkBounds, limitOf, type Parameters, stepOf, toMicros } from "@/lib/demo/servers/loki-parameters";
import { checkLength } from "@/lib/demo/servers/loki-query";
import type { LokiStorage } from "@/lib/demo/servers/loki-storage";
import { selects } from "@/lib/engine/logql/filters";
import { parseQuery } from "@/lib/engine/logql/parse";
import { refuse } from "@/lib/engine/logql/refusal";
import type { Span } from "@/lib/engine/logql/storage";
import { type Labels, labelsKey, type Matcher } from "@/lib/signal/labels";
import type { Instant } from "@/lib/signal/time";

/** Of a selector and nothing behind it. */
export function matchersOf(text: string): readonly Matcher[] {
  const query = parseQuery(text);
  return query.kind === "logs" && query.stages.length === 0
    ? query.matchers
    : refuse("only label matchers are supported");
}

function spanOf(parameters: Parameters, now: Instant): Span {
  const bounds = boundsOf(parameters, now);
  checkBounds(bounds);
  checkLength(Number(bounds.end - bounds.start));
  return { from: toMicros(bounds.start), to: toMicros(bounds.end) };
}

function streamsFor(parameters: Parameters, storage: LokiStorage, now: Instant): Labels[] {
  const span = spanOf(parameters, now);
  const query = parameters.text("query");
  const streams = storage.streams(span);
  return query === "" || query === "{}" ? streams : streams.filter(selects(matchersOf(query)));
}

/** Without `data` where there is none. */
const names = (found: Iterable<string>): Response => {
  const data = [...new Set(found)].sort();
  return json({ status: "success", ...(data.length > 0 ? { data } : {}) });
};

export const labelNames = (parameters: Parameters, storage: LokiStorage, now: Instant): Response =>
  names(streamsFor(parameters, storage, now).flatMap((stream) => Object.keys(stream)));

export const labelValues = (parameters: Parameters, storage: LokiStorage, now: Instant, label: string): Response =>
  names(streamsFor(parameters, storage, now).flatMap((stream) => stream[label] ?? []));

export function series(parameters: Parameters, storage: LokiStorage, now: Instant): Response {
  const span = spanOf(parameters, now);
  const matches = [...parameters.all("match"), ...parameters.all("match[]")].filter((text) => text !== "{}");
  const tests = matches.map((text) => selects(matchersOf(text)));
  const found = storage.streams(span).filter((stream) => tests.length === 0 || tests.some((test) => test(stream)));
  return json({ status: "success", data: found });
}

type Volume = { readonly name: string; readonly labels: Labels; readonly bytes: number };

/** Largest first, as many as the limit. By the labels of the selector, or those asked for; or by the label alone. */
function volumes(parameters: Parameters, storage: LokiStorage, span: Span): Volume[] {
  const matchers = matchersOf(parameters.text("query"));
  const asked = parameters
    .text("targetLabels")
    .split(",")
    .filter((label) => label !== "");
  const by = parameters.text("aggregateBy");
  if (!["", "series", "labels"].includes(by)) refuse("invalid aggregation option");
  const shown = asked.length > 0 ? asked : matchers.map(({ label }) => label);
  const test = selects(matchers);
  const totals = new Map<string, { labels: Labels; bytes: number }>();
  const add = (labels: Labels, bytes: number): void => {
    const key = labelsKey(labels);
    totals.set(key, { labels, bytes: (totals.get(key)?.bytes ?? 0) + bytes });
  };
  for (const { stream, bytes } of storage.volumes(span)) {
    // Labels that are asked for are conditions too.
    if (!test(stream) || !asked.every((label) => stream[label] !== undefined)) continue;
    const own = Object.entries(stream);
    if (by === "labels")
      for (const [name] of own) (asked.length === 0 || asked.includes(name)) && add({ [name]: "" }, bytes);
    else add(Object.fromEntries(own.filter(([name]) => shown.includes(name))), bytes);
  }
  return [...totals]
    .map(([name, { labels, bytes }]) => ({ name, labels, bytes }))
    .sort((a, b) => b.bytes - a.bytes || (a.name < b.name ? -1 : 1))
    .slice(0, limitOf(parameters));
}

export function volume(parameters: Parameters, storage: LokiStorage, now: Instant): Response {
  const span = spanOf(parameters, now);
  const at = Math.floor(span.to / 1e3) / 1e3;
  const rows = volumes(parameters, storage, span).map(({ labels, bytes }) => ({
    metric: labels,
    value: [at, String(bytes)],
  }));
  return answer("vector", rows);
}

/** Each step's volume stands at its end, a nanosecond before the next; the last at the end that was asked. */
export function volumeRange(parameters: Parameters, storage: LokiStorage, now: Instant): Response {
  const span = spanOf(parameters, now);
  const step = stepOf(parameters, boundsOf(parameters, now)) / 1e3;
  const rows = new Map<string, { metric: Labels; values: unknown[] }>();
  for (let from = span.from; from < span.to; ) {
    const next = (Math.floor(from / step) + 1) * step;
    const to = Math.min(next, span.to);
    const at = next < span.to ? (next / 1e3 - 1) / 1e3 : span.to / 1e6;
    for (const { name, labels, bytes } of volumes(parameters, storage, { from, to })) {
      const row = rows.get(name) ?? { metric: labels, values: [] };
      rows.set(name, row);
      row.values.push([at, String(bytes)]);
    }
    from = to;
  }
  return answer("matrix", [...rows.values()]);
}

/** No envelope. */
export function stats(parameters: Parameters, storage: LokiStorage, now: Instant): Response {
  const span = spanOf(parameters, now);
  const test = selects(matchersOf(parameters.text("query")));
  const own = storage.volumes(span).filter(({ stream }) => test(stream));
  const streams = new Set(own.map(({ stream }) => labelsKey(stream))).size;
  const bytes = own.reduce((sum, each) => sum + each.bytes, 0);
  const entries = own.reduce((sum, each) => sum + each.lines, 0);
  return json({ streams, chunks: streams, bytes, entries });
}
