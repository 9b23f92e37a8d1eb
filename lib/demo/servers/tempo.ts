/**
 * A Tempo that holds a world's traces: by id (v1, v2), TraceQL search, tags and metrics, with the statuses and sentences
 * that were recorded from 2.10.8 and 3.0.3. Read only; it knows nothing of tenants.
 */

import { tempoMetrics } from "@/lib/demo/servers/tempo-metrics";
import { inspectedBytes, json, plainText, refused, type TempoVersion } from "@/lib/demo/servers/tempo-parameters";
import { tempoSearch } from "@/lib/demo/servers/tempo-search";
import { tempoTags, tempoTagValues } from "@/lib/demo/servers/tempo-tags";
import { type TraceSource, traceSourceOf } from "@/lib/demo/servers/tempo-traces";
import { tempoGroups } from "@/lib/demo/servers/tempo-wire";
import type { World } from "@/lib/demo/world";
import type { Instant } from "@/lib/signal/time";

export type TempoOptions = { readonly version?: TempoVersion };

/** The id in 32 lower-case hex, or Tempo's sentence. */
function idOf(text: string): { readonly id: string } | { readonly message: string } {
  const wrong = /[^0-9a-f]/i.exec(text);
  if (wrong)
    return {
      message: `trace IDs can only contain hex characters: invalid character '${wrong[0]}' at position ${wrong.index + 1}`,
    };
  if (text.length > 32) return { message: "trace IDs can't be larger than 128 bits" };
  return { id: text.toLowerCase().padStart(32, "0") };
}

/** A hint is read, and does not narrow: what is recent is searched whatever it says. */
function problemOfHint(query: URLSearchParams): string | undefined {
  const [start = "", end = ""] = [query.get("start") ?? "", query.get("end") ?? ""];
  for (const [name, text] of [
    ["start", start],
    ["end", end],
  ])
    if (text !== "" && !/^\d+$/.test(text ?? ""))
      return `invalid ${name}: strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`;
  return start !== "" && end !== "" && Number(start) >= Number(end)
    ? `http parameter start must be before end. received start=${start} end=${end}`
    : undefined;
}

function byId(source: TraceSource, text: string, query: URLSearchParams, isFirst: boolean): Response {
  const read = idOf(text);
  if ("message" in read) return refused(read.message);
  const problem = problemOfHint(query);
  if (problem !== undefined) return refused(problem);
  const groups = source.resourceSpans(read.id);
  if (isFirst) return groups ? json({ batches: tempoGroups(groups) }) : new Response(null, { status: 404 });
  if (!groups) return json({ trace: {}, metrics: {} });
  return json({ trace: { resourceSpans: tempoGroups(groups) }, metrics: { inspectedBytes: inspectedBytes(100) } });
}

/** Over any traces; `tempoServer` is this over a world's. */
export function tempoServerOf(
  source: TraceSource,
  now: () => Instant,
  { version = "3.0.3" }: TempoOptions = {},
): (request: Request) => Promise<Response> {
  return async (request) => {
    const { pathname, searchParams: query } = new URL(request.url);
    const left = request.signal;
    const [, first, trace] = /^\/api\/(v2\/)?traces\/([^/]+)$/.exec(pathname) ?? [];
    if (trace !== undefined) return byId(source, decodeURIComponent(trace), query, first === undefined);
    const [, second, tag] = /^\/api\/(v2\/)?search\/tag\/(.+)\/values$/.exec(pathname) ?? [];
    if (tag !== undefined)
      return tempoTagValues(source, decodeURIComponent(tag), query, second === undefined, now(), left);
    switch (pathname) {
      case "/api/search":
        return tempoSearch(source, query, now(), version, left);
      case "/api/search/tags":
        return tempoTags(source, query, true, now(), left);
      case "/api/v2/search/tags":
        return tempoTags(source, query, false, now(), left);
      case "/api/metrics/query_range":
        return tempoMetrics(source, query, false, now(), version, left);
      case "/api/metrics/query":
        return tempoMetrics(source, query, true, now(), version, left);
      case "/api/status/buildinfo":
        return json({ version, revision: "", branch: "", buildUser: "", buildDate: "", goVersion: "" });
      case "/api/echo":
        return plainText(200, "echo\n");
      case "/ready":
        return plainText(200, "ready\n");
      default:
        return plainText(404, "404 page not found\n");
    }
  };
}

export const tempoServer = (
  world: World,
  now: () => Instant,
  options: TempoOptions = {},
): ((request: Request) => Promise<Response>) => tempoServerOf(traceSourceOf(world, now), now, options);
