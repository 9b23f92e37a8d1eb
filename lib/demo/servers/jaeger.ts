/**
 * A Jaeger (1.62, all-in-one) that holds a world's traces: `/api/v3` and the older API of its page. Errors are JSON under
 * `text/plain`, as there; an unknown path is the page. Held to the real one by test/stack/jaeger.contract.ts.
 */
import { readJaegerQuery, searchedPart, searchJaeger } from "@/lib/demo/servers/jaeger-search";
import { legacyTrace, v3Groups } from "@/lib/demo/servers/jaeger-wire";
import { type TraceSource, traceSourceOf } from "@/lib/demo/servers/tempo-traces";
import { unhurried } from "@/lib/demo/servers/unhurried";
import type { World } from "@/lib/demo/world";
import { kindWords } from "@/lib/engine/traceql/value";
import { hour, type Instant, toInstant } from "@/lib/signal/time";

const textType = "text/plain; charset=utf-8";
const answer = (body: unknown, type: string, status = 200): Response =>
  new Response(`${JSON.stringify(body)}${status === 200 ? "" : "\n"}`, { status, headers: { "content-type": type } });
const listed = (data: readonly unknown[] | null, total = 0, errors: readonly unknown[] | null = null): Response =>
  answer({ data, total, limit: 0, offset: 0, errors }, "application/json");
const legacyError = (code: number, msg: string): Response =>
  answer({ data: null, total: 0, limit: 0, offset: 0, errors: [{ code, msg }] }, textType, code);
/** No type is set: Go guesses one from the first bytes, and what is compressed has none it could guess. */
function v3(body: unknown, request: Request): Response {
  const isCompressed = /\bgzip\b/.test(request.headers.get("accept-encoding") ?? "");
  if (!isCompressed) return answer(body, textType);
  return new Response(new TextEncoder().encode(JSON.stringify(body)));
}
const v3Error = (httpCode: number, message: string): Response =>
  answer({ error: { httpCode, message } }, textType, httpCode);
const page = (): Response =>
  new Response('<!DOCTYPE html>\n<html lang="en"><head><title>Jaeger UI</title></head><body></body></html>\n', {
    headers: { "content-type": "text/html; charset=utf-8" },
  });

/** 32 lower-case hex, or Go's sentence (model.TraceIDFromString). */
function idOf(text: string): { readonly id: string } | { readonly message: string } {
  if (text.length > 32) return { message: `TraceID cannot be longer than 32 hex characters: ${text}` };
  const parts = text.length > 16 ? [text.slice(0, -16), text.slice(-16)] : [text];
  const wrong = parts.find((part) => !/^[0-9a-f]+$/i.test(part));
  if (wrong !== undefined) return { message: `strconv.ParseUint: parsing ${JSON.stringify(wrong)}: invalid syntax` };
  return { id: text.toLowerCase().padStart(32, "0") };
}

/** Where nearly every trace is kept the newest are enough for every route; where few are kept, all of a morning. */
const recently = 4 * hour;
const mostInspected = 2_000;

/** By service, then by kind and name. */
function operationsOf(
  source: TraceSource,
  now: Instant,
): ReadonlyMap<string, ReadonlyMap<string, { name: string; spanKind: string }>> {
  const services = new Map<string, Map<string, { name: string; spanKind: string }>>();
  let inspected = 0;
  for (const { spans } of source.traces({ from: toInstant(now - recently), to: now })) {
    if (inspected >= mostInspected) break;
    inspected += 1;
    for (const { service, name, kind } of spans) {
      const own = services.get(service) ?? new Map();
      const spanKind = kindWords[kind] ?? "";
      own.set(`${spanKind} ${name}`, { name, spanKind });
      services.set(service, own);
    }
  }
  return services;
}

const tracesOf = (source: TraceSource, ids: readonly string[]): object[] =>
  ids.flatMap((id) => {
    const groups = source.resourceSpans(id);
    return groups ? [legacyTrace(groups)] : [];
  });

async function legacySearch(
  source: TraceSource,
  query: URLSearchParams,
  now: Instant,
  left: AbortSignal,
): Promise<Response> {
  const named = query.getAll("traceID");
  if (named.length === 0) {
    const read = readJaegerQuery(query, now);
    if (!read.ok) return legacyError(400, read.message);
    const { ids: found, cut } = await unhurried(searchJaeger(source, read.query), left);
    return listed(tracesOf(source, found), 0, cut ? [{ code: 206, msg: searchedPart }] : null);
  }
  const ids: string[] = [];
  for (const text of named) {
    const read = idOf(text);
    if ("message" in read) return legacyError(400, `cannot parse traceID param: ${read.message}`);
    ids.push(read.id);
  }
  const missing = ids.filter((id) => source.resourceSpans(id) === undefined);
  const errors = missing.map((id) => ({ msg: "trace not found", traceID: id.replace(/^0{16}/, "") }));
  return listed(tracesOf(source, ids), 0, errors.length > 0 ? errors : null);
}

/** v3 asks by RFC 3339; the rest is the older search. */
async function v3Search(
  source: TraceSource,
  query: URLSearchParams,
  now: Instant,
  request: Request,
): Promise<Response> {
  const left = request.signal;
  const bounds = ["query.start_time_min", "query.start_time_max"].map((name) => [name, query.get(name) ?? ""] as const);
  if (bounds.some(([, text]) => text === ""))
    return v3Error(400, "query.start_time_min and query.start_time_max are required");
  for (const [name, text] of bounds)
    if (Number.isNaN(Date.parse(text)))
      return v3Error(
        400,
        `malformed parameter ${name}: parsing time ${JSON.stringify(text)} as "2006-01-02T15:04:05.999999999Z07:00": cannot parse ${JSON.stringify(text)} as "2006"`,
      );
  const [from = 0, to = 0] = bounds.map(([, text]) => Date.parse(text) * 1_000);
  const read = readJaegerQuery(
    new URLSearchParams([
      ["service", query.get("query.service_name") ?? ""],
      ["operation", query.get("query.operation_name") ?? ""],
      ["start", `${from}`],
      ["end", `${to}`],
      ["minDuration", query.get("query.duration_min") ?? ""],
      ["maxDuration", query.get("query.duration_max") ?? ""],
      ["limit", query.get("query.num_traces") ?? ""],
    ]),
    now,
  );
  if (!read.ok) return v3Error(400, read.message);
  const { ids, cut } = await unhurried(searchJaeger(source, read.query), left);
  // This answer has no place for a note.
  if (cut) return v3Error(500, searchedPart);
  const groups = ids.flatMap((id) => source.resourceSpans(id) ?? []);
  return v3({ result: { resourceSpans: v3Groups(groups) } }, request);
}

function byId(source: TraceSource, text: string, isThird: boolean, request: Request): Response {
  const read = idOf(text);
  if ("message" in read)
    return isThird ? v3Error(400, `malformed parameter trace_id: ${read.message}`) : legacyError(400, read.message);
  const groups = source.resourceSpans(read.id);
  if (!groups) return isThird ? v3Error(404, "trace not found") : legacyError(404, "trace not found");
  return isThird ? v3({ result: { resourceSpans: v3Groups(groups) } }, request) : listed([legacyTrace(groups)]);
}

export function jaegerServer(world: World, now: () => Instant): (request: Request) => Promise<Response> {
  const source = traceSourceOf(world, now);
  return async (request) => {
    const { pathname, searchParams: query } = new URL(request.url);
    const [, third, id] = /^\/api\/(v3\/)?traces\/([^/]+)$/.exec(pathname) ?? [];
    if (id !== undefined) return byId(source, decodeURIComponent(id), third !== undefined, request);
    const [, service] = /^\/api\/services\/([^/]+)\/operations$/.exec(pathname) ?? [];
    const told = (name: string): { name: string; spanKind: string }[] => [
      ...(operationsOf(source, now()).get(name)?.values() ?? []),
    ];
    if (service !== undefined) {
      const names = [...new Set(told(decodeURIComponent(service)).map(({ name }) => name))];
      return listed(names.length > 0 ? names : null, names.length);
    }
    const asked = query.get("service") ?? "";
    const kind = query.get("spanKind") ?? query.get("span_kind") ?? "";
    const wanted = (): { name: string; spanKind: string }[] =>
      told(asked).filter(({ spanKind }) => kind === "" || spanKind === kind);
    switch (pathname) {
      case "/api/services": {
        const services = [...operationsOf(source, now()).keys()];
        return listed(services, services.length);
      }
      case "/api/operations": {
        if (asked === "") return legacyError(400, "parameter 'service' is required");
        const operations = wanted();
        return listed(operations, operations.length);
      }
      case "/api/traces":
        return legacySearch(source, query, now(), request.signal);
      case "/api/v3/services":
        return v3({ services: [...operationsOf(source, now()).keys()] }, request);
      case "/api/v3/operations":
        return v3({ operations: wanted() }, request);
      case "/api/v3/traces":
        return v3Search(source, query, now(), request);
      default:
        return page();
    }
  };
}
