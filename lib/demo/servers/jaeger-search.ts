/** Jaeger's search: one span has to fit in service, operation, duration, start and all tags (plugin/storage/memory). */
import { durationNanos } from "@/lib/engine/traceql/lexer";
import { type Slices, tracesASlice } from "@/lib/engine/traceql/slices";
import { millisAt, type Storage, type StoredSpan, type StoredTrace } from "@/lib/engine/traceql/storage";
import { kindWords, printValue, type Value } from "@/lib/engine/traceql/value";
import { hour, type Instant, toInstant } from "@/lib/signal/time";

export type JaegerQuery = {
  readonly service: string;
  readonly operation: string;
  readonly tags: readonly (readonly [string, string])[];
  /** Epoch ms with fractions. */
  readonly from: number;
  readonly to: number;
  /** ns; 0 = any */
  readonly least: number;
  readonly most: number;
  /** 0 = all */
  readonly limit: number;
};
export type ReadQuery =
  | { readonly ok: true; readonly query: JaegerQuery }
  | { readonly ok: false; readonly message: string };

const defaultLimit = 100;
const lookback = 48 * hour;
/** About an hour of a busy world in one search. */
const mostInspected = 60_000;
/** What is said where a search ends there: no real server does. */
export const searchedPart = `only the newest ${mostInspected} traces of the window were searched`;

const fail = (message: string): { readonly ok: false; readonly message: string } => ({ ok: false, message });
const invalidNumber = (text: string): string => `strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`;

/** `tag=key:value`, and `tags={"key":"value"}`. */
function tagsOf(query: URLSearchParams): readonly (readonly [string, string])[] | string {
  const tags: (readonly [string, string])[] = [];
  for (const text of query.getAll("tag")) {
    const [, key = "", value = ""] = /^([^:]*):(.*)$/s.exec(text) ?? [];
    if (!text.includes(":")) return `malformed 'tag' parameter, expecting key:value, received: ${text}`;
    tags.push([key, value]);
  }
  for (const text of query.getAll("tags")) {
    let told: unknown;
    try {
      told = JSON.parse(text);
    } catch {
      const first = [...text.trim()][0];
      return `malformed 'tags' parameter, cannot unmarshal JSON: ${first === undefined ? "unexpected end of JSON input" : `invalid character '${first}' looking for beginning of value`}`;
    }
    const isMap = typeof told === "object" && told !== null && !Array.isArray(told);
    for (const [key, value] of isMap ? Object.entries(told ?? {}) : []) {
      if (typeof value !== "string")
        return `malformed 'tags' parameter, cannot unmarshal JSON: json: cannot unmarshal ${typeof value} into Go value of type string`;
      tags.push([key, value]);
    }
    if (!isMap)
      return "malformed 'tags' parameter, cannot unmarshal JSON: json: cannot unmarshal value into Go value of type map[string]string";
  }
  return tags;
}

/** As cmd/query/app/query_parser.go reads it; start and end in microseconds. `lookback` is for Jaeger's own page. */
export function readJaegerQuery(query: URLSearchParams, now: Instant): ReadQuery {
  const micros = (name: string, missing: number): number | string => {
    const text = query.get(name) ?? "";
    if (text === "") return missing;
    return /^-?\d+$/.test(text) ? Number(text) / 1_000 : `unable to parse param '${name}': ${invalidNumber(text)}`;
  };
  const nanos = (name: string): number | string => {
    const text = query.get(name) ?? "";
    if (text === "") return 0;
    return durationNanos(text) ?? `unable to parse param '${name}': time: invalid duration ${JSON.stringify(text)}`;
  };
  const from = micros("start", now - lookback);
  const to = micros("end", now);
  if (typeof from === "string") return fail(from);
  if (typeof to === "string") return fail(to);
  const tags = tagsOf(query);
  if (typeof tags === "string") return fail(tags);
  const limit = query.get("limit") ?? "";
  if (limit !== "" && !/^-?\d+$/.test(limit)) return fail(invalidNumber(limit));
  const least = nanos("minDuration");
  const most = nanos("maxDuration");
  if (typeof least === "string") return fail(least);
  if (typeof most === "string") return fail(most);
  const service = query.get("service") ?? "";
  if (service === "") return fail("parameter 'service' is required");
  if (least !== 0 && most !== 0 && least > most) return fail("'maxDuration' should be greater than 'minDuration'");
  return {
    ok: true,
    query: {
      service,
      operation: query.get("operation") ?? "",
      tags,
      from,
      to,
      least,
      most,
      limit: limit === "" ? defaultLimit : Math.max(0, Number(limit)),
    },
  };
}

const isText = (value: Value | undefined, text: string): boolean =>
  value !== undefined && printValue(value, true) === text;

function hasTag(trace: StoredTrace, span: StoredSpan, key: string, text: string): boolean {
  const { row, status, kind, statusMessage, scope } = span;
  if (key === "error") return (status === 2 && text === "true") || isText(trace.attribute(row, key), text);
  if (key === "span.kind") return kind > 0 && kindWords[kind] === text;
  if (key === "otel.status_code") return ["", "OK", "ERROR"][status] === text && status > 0;
  if (key === "otel.status_description") return statusMessage !== "" && statusMessage === text;
  if (key === "otel.scope.name") return scope.name === text;
  if (key === "otel.scope.version") return scope.version === text;
  if (key === "internal.span.format") return text === "otlp";
  if (isText(trace.attribute(row, key), text)) return true;
  if (key !== "service.name" && isText(trace.resource(row, key), text)) return true;
  return trace
    .events(row)
    .some(({ name, attributes }) => (key === "event" ? name === text : isText(attributes.get(key), text)));
}

/** Ids of the newest traces that fit, oldest of them first; `cut` where older ones were not looked at. */
export function* searchJaeger(
  storage: Storage,
  query: JaegerQuery,
): Slices<{ readonly ids: readonly string[]; readonly cut: boolean }> {
  const { service, operation, tags, from, to, least, most, limit } = query;
  const isMatching = (trace: StoredTrace, span: StoredSpan): boolean => {
    if (span.service !== service || (operation !== "" && span.name !== operation)) return false;
    if ((least !== 0 && span.duration < least) || (most !== 0 && span.duration > most)) return false;
    const at = millisAt(trace, span.start);
    return at >= from && at <= to && tags.every(([key, text]) => hasTag(trace, span, key, text));
  };
  const found: string[] = [];
  let inspected = 0;
  for (const trace of storage.traces({ from: toInstant(Math.floor(from)), to: toInstant(Math.ceil(to)) })) {
    if (limit > 0 && found.length >= limit) break;
    if (inspected >= mostInspected) return { ids: found.reverse(), cut: true };
    inspected += 1;
    if (inspected % tracesASlice === 0) yield;
    if (trace.spans.some((span) => isMatching(trace, span))) found.push(trace.id);
  }
  return { ids: found.reverse(), cut: false };
}
