/** Tempo's `/api/search`: TraceQL or the older tags -> traces with the spans that matched. Limits and sentences are Tempo's. */
import {
  anyValue,
  cutoffOf,
  inspectedBytes,
  json,
  recently,
  refused,
  strippedId,
  type TempoVersion,
  unsigned,
  wholeSeconds,
} from "@/lib/demo/servers/tempo-parameters";
import { unhurried } from "@/lib/demo/servers/unhurried";
import type { Field, Query } from "@/lib/engine/traceql/ast";
import { durationNanos } from "@/lib/engine/traceql/lexer";
import { parseTraceql } from "@/lib/engine/traceql/parse";
import { attributesOf, type FoundSpan, type Hit, search } from "@/lib/engine/traceql/search";
import { nanosAt, type Storage, type StoredTrace } from "@/lib/engine/traceql/storage";
import { intValue, textValue, yes } from "@/lib/engine/traceql/value";
import { hour, type Instant, second, toInstant, type Window } from "@/lib/signal/time";

const mostTraces = 262_144;
const mostSpans = 100;
const longestRange = 168 * hour;
/** About an hour of a busy world; beyond, the answer says that not all jobs were done. */
const mostInspected = 60_000;

type Range = { readonly ok: true; readonly window: Window } | { readonly ok: false; readonly message: string };

function rangeOf(query: URLSearchParams, now: Instant, version: TempoVersion): Range {
  const start = unsigned(query, "start", 0);
  const end = unsigned(query, "end", 0);
  if (!start.ok) return start;
  if (!end.ok) return end;
  const newest = wholeSeconds(now) - cutoffOf(version) / second;
  const oldest = wholeSeconds(now) - recently / second;
  const given = start.value !== 0 || end.value !== 0;
  if (given && end.value <= start.value)
    return {
      ok: false,
      message: `http parameter start must be before end. received start=${start.value} end=${end.value}`,
    };
  const to = given ? Math.min(end.value, version === "3.0.3" ? newest : end.value) : newest;
  // A window that lies in what is cut off altogether is asked of recent data (ClampDateRangeReq in pkg/api/http.go).
  const from = given ? (start.value > to ? oldest : start.value) : oldest;
  if ((to - from) * second > longestRange)
    return {
      ok: false,
      message: `range specified by start and end exceeds 168h0m0s. received start=${from} end=${to}`,
    };
  return { ok: true, window: { from: toInstant(from * second), to: toInstant(to * second) } };
}

const intrinsicTags: Readonly<Record<string, string>> = {
  name: "name",
  status: "status",
  "status.code": "status",
  "root.name": "rootName",
  "root.service.name": "rootServiceName",
};

/** `service.name=payment http.status_code=502`: text that contains it, or the number itself. */
function fieldOfTags(tags: string): Field {
  const conditions = [...tags.matchAll(/([^\s=]+)=(?:"((?:[^"\\]|\\.)*)"|(\S*))/g)].map(
    ([, key = "", quoted, bare = ""]): Field => {
      const text = quoted ?? bare;
      const intrinsic = intrinsicTags[key];
      if (intrinsic === "status" && /^(?:error|ok|unset)$/.test(text)) {
        const parsed = parseTraceql(`{ status = ${text} }`);
        const [stage] = parsed.ok ? parsed.query.stages : [];
        if (stage?.kind === "filter") return stage.field;
      }
      const field: Field = {
        kind: "field",
        attribute:
          intrinsic === "name" || intrinsic === "rootName" || intrinsic === "rootServiceName"
            ? { kind: "intrinsic", intrinsic }
            : { kind: "attribute", scope: "any", ofParent: false, name: key },
      };
      const pattern = textValue(`.*${text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")}.*`);
      const contains: Field = { kind: "binary", op: "=~", left: field, right: { kind: "static", value: pattern } };
      if (!/^-?\d+$/.test(text)) return contains;
      const equals: Field = {
        kind: "binary",
        op: "=",
        left: field,
        right: { kind: "static", value: intValue(Number(text)) },
      };
      return { kind: "binary", op: "||", left: contains, right: equals };
    },
  );
  return conditions.reduce<Field>((all, each) => ({ kind: "binary", op: "&&", left: all, right: each }), {
    kind: "static",
    value: yes,
  });
}
const queryOf = (field: Field): Query => ({
  stages: [{ kind: "filter", field }],
  metrics: null,
  secondStages: [],
  hints: new Map(),
});

/** Unsigned, as Tempo holds it: a span that ends before it starts lasts for five hundred years. */
const unsignedNanos = (nanos: number): string => `${BigInt.asUintN(64, BigInt(Math.round(nanos)))}`;

const keyValues = (pairs: readonly (readonly [string, Parameters<typeof anyValue>[0]])[]): object =>
  pairs.length > 0 ? { attributes: pairs.map(([key, value]) => ({ key, value: anyValue(value) })) } : {};

const spanOf = ({ span, attributes }: FoundSpan, trace: StoredTrace, named: boolean): object => ({
  spanID: trace.spanId(span.row),
  ...(named ? { name: span.name } : {}),
  startTimeUnixNano: nanosAt(trace, span.start),
  ...(span.duration === 0 ? {} : { durationNanos: unsignedNanos(span.duration) }),
  ...keyValues(attributes),
});

function traceOf(hit: Hit, withSpans: boolean, named: boolean): object {
  const { trace, rootService, rootName, start, duration, spansets, services } = hit;
  const durationMs = Math.floor(duration / 1e6);
  const sets = spansets.map(({ spans, matched, attributes }) => ({
    spans: spans.map((each) => spanOf(each, trace, named)),
    matched,
    ...keyValues(attributes),
  }));
  return {
    traceID: strippedId(trace.id),
    rootServiceName: rootService,
    ...(rootName === "" ? {} : { rootTraceName: rootName }),
    startTimeUnixNano: nanosAt(trace, start),
    ...(durationMs === 0 ? {} : { durationMs }),
    ...(withSpans ? { spanSet: sets[0], spanSets: sets } : {}),
    serviceStats: Object.fromEntries(
      [...services].map(([service, { spans, errors }]) => [
        service,
        { spanCount: spans, ...(errors > 0 ? { errorCount: errors } : {}) },
      ]),
    ),
  };
}

/** ms, or the refusal. */
function durationBound(
  query: URLSearchParams,
  name: string,
): { readonly ms: number | null } | { readonly message: string } {
  const text = query.get(name) ?? "";
  if (text === "") return { ms: null };
  const nanos = durationNanos(text);
  if (nanos === undefined) return { message: `invalid ${name}: time: invalid duration ${JSON.stringify(text)}` };
  return { ms: Math.floor(nanos / 1e6) };
}

/** Rejects when whoever asked has left. */
export async function tempoSearch(
  storage: Storage,
  query: URLSearchParams,
  now: Instant,
  version: TempoVersion,
  left: AbortSignal,
): Promise<Response> {
  const text = query.get("q") ?? "";
  const tags = query.get("tags") ?? "";
  if (text !== "" && tags !== "") return refused("invalid request: can't specify tags and q in the same query");
  const least = durationBound(query, "minDuration");
  const most = durationBound(query, "maxDuration");
  if ("message" in least) return refused(least.message);
  if ("message" in most) return refused(most.message);
  const limit = unsigned(query, "limit", 20);
  const spansPerSet = unsigned(query, "spss", 3);
  if (!limit.ok) return refused(limit.message);
  if (limit.value === 0) return refused("invalid limit: must be a positive number");
  if (!spansPerSet.ok) return refused(spansPerSet.message);
  const range = rangeOf(query, now, version);
  if (!range.ok) return refused(range.message);
  if (limit.value > mostTraces) return refused(`limit ${limit.value} exceeds max limit ${mostTraces}`);
  if (spansPerSet.value > mostSpans)
    return refused(`spans per span set exceeds ${mostSpans}. received ${spansPerSet.value}`);
  const parsed = text === "" ? null : parseTraceql(text);
  if (parsed?.ok === false) return refused(`invalid TraceQL query: ${parsed.message}`);
  const asked = parsed ? parsed.query : queryOf(fieldOfTags(tags));
  const work = search(storage, asked, {
    window: range.window,
    limit: limit.value,
    spansPerSet: spansPerSet.value === 0 ? 3 : spansPerSet.value,
    least: least.ms,
    most: most.ms,
    mostInspected,
  });
  const { hits, inspected, cut } = await unhurried(work, left);
  const named = attributesOf(asked).some((each) => each.kind === "intrinsic" && each.intrinsic === "name");
  return json({
    traces: hits.map((hit) => traceOf(hit, parsed !== null, named)),
    metrics: { inspectedBytes: inspectedBytes(inspected), completedJobs: cut ? 2 : 3, totalJobs: 3 },
  });
}
