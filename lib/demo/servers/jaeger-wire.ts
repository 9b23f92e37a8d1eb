/** A trace as Jaeger 1.62 writes it: OTLP with hex ids (v3), and its own JSON in microseconds. */

import type { OtlpAttribute, OtlpSpan, OtlpValue, ResourceSpans } from "@/lib/engine/traceql/otlp";
import { printGoDuration } from "@/lib/engine/traceql/value";

const kindWords = ["unspecified", "internal", "server", "client", "producer", "consumer"];
/** Written into every span that came in as OTLP. */
const format: OtlpAttribute = { key: "internal.span.format", value: { stringValue: "otlp" } };

/** Of a link its store keeps whose span it is, as a reference; all else a link may hold is gone. */
const v3Link = ({ traceId, spanId }: NonNullable<OtlpSpan["links"]>[number]): object => ({
  traceId,
  spanId,
  attributes: [{ key: "opentracing.ref_type", value: { stringValue: "follows_from" } }],
});

const v3Span = ({ traceId, spanId, ...span }: OtlpSpan): object => ({
  traceId,
  spanId,
  ...(span.traceState ? { traceState: span.traceState } : {}),
  parentSpanId: span.parentSpanId ?? "",
  ...(span.name ? { name: span.name } : {}),
  ...(span.kind ? { kind: span.kind } : {}),
  startTimeUnixNano: span.startTimeUnixNano,
  ...(span.endTimeUnixNano ? { endTimeUnixNano: span.endTimeUnixNano } : {}),
  attributes: [...(span.attributes ?? []), format],
  ...(span.events?.length ? { events: span.events } : {}),
  ...(span.links?.length ? { links: span.links.map(v3Link) } : {}),
  status: {
    ...(span.status?.message ? { message: span.status.message } : {}),
    ...(span.status?.code ? { code: span.status.code } : {}),
  },
});

/** `result.resourceSpans` of v3. */
export const v3Groups = (groups: readonly ResourceSpans[]): object[] =>
  groups.map(({ resource, scopeSpans }) => ({
    resource,
    scopeSpans: scopeSpans.map(({ scope, spans }) => ({ scope: scope ?? {}, spans: spans.map(v3Span) })),
  }));

export type Tag = { readonly key: string; readonly type: string; readonly value: string | number | boolean };

function tagOf(key: string, value: OtlpValue): Tag {
  if (value.intValue !== undefined) return { key, type: "int64", value: Number(value.intValue) };
  if (value.doubleValue !== undefined) return { key, type: "float64", value: Number(value.doubleValue) };
  if (value.boolValue !== undefined) return { key, type: "bool", value: value.boolValue };
  if (value.bytesValue !== undefined) return { key, type: "binary", value: value.bytesValue };
  const list = value.arrayValue ?? value.kvlistValue;
  return { key, type: "string", value: value.stringValue ?? (list ? JSON.stringify(list.values ?? []) : "") };
}
const word = (key: string, value: string): Tag => ({ key, type: "string", value });
const byKey = (a: Tag, b: Tag): number => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);
const tagsOf = (attributes: readonly OtlpAttribute[] = []): Tag[] =>
  attributes.map(({ key, value }) => tagOf(key, value));

/** What Jaeger's receiver makes of kind, status and scope (opentelemetry-collector-contrib, pkg/translator/jaeger). */
function spanTags(span: OtlpSpan, scope: { readonly name?: string; readonly version?: string }): Tag[] {
  const { code = 0, message = "" } = span.status ?? {};
  return [
    ...tagsOf([...(span.attributes ?? []), format]),
    ...(span.kind ? [word("span.kind", kindWords[span.kind] ?? "")] : []),
    ...(code === 2 ? [{ key: "error", type: "bool", value: true }] : []),
    ...(code > 0 ? [word("otel.status_code", code === 2 ? "ERROR" : "OK")] : []),
    ...(message ? [word("otel.status_description", message)] : []),
    ...(scope.name ? [word("otel.scope.name", scope.name)] : []),
    ...(scope.version ? [word("otel.scope.version", scope.version)] : []),
    ...(span.traceState ? [word("w3c.tracestate", span.traceState)] : []),
  ].sort(byKey);
}

const micros = (nanos: string): number => Number(BigInt(nanos) / 1_000n);
/** 64-bit ids are written in 16. */
const shortId = (traceId: string): string => traceId.replace(/^0{16}/, "");

function legacySpan(
  span: OtlpSpan,
  scope: { readonly name?: string; readonly version?: string },
  processID: string,
  warning: string | null,
): object {
  const traceID = shortId(span.traceId);
  const { start, duration } = timed(span);
  const reference = (refType: string, id: string, spanID: string): object => ({
    refType,
    traceID: shortId(id),
    spanID,
  });
  return {
    traceID,
    spanID: span.spanId,
    operationName: span.name ?? "",
    references: [
      ...(span.parentSpanId ? [reference("CHILD_OF", span.traceId, span.parentSpanId)] : []),
      ...(span.links ?? []).map(({ traceId, spanId }) => reference("FOLLOWS_FROM", traceId, spanId)),
    ],
    startTime: start,
    duration,
    tags: spanTags(span, scope),
    logs: (span.events ?? []).map(({ timeUnixNano, name, attributes }) => ({
      timestamp: micros(timeUnixNano),
      fields: [...(name ? [word("event", name)] : []), ...tagsOf(attributes)].sort(byKey),
    })),
    processID,
    warnings: warning === null ? null : [warning],
  };
}

type Timed = { readonly start: number; readonly duration: number };
const timed = ({ startTimeUnixNano, endTimeUnixNano = startTimeUnixNano }: OtlpSpan): Timed => {
  const start = micros(startTimeUnixNano);
  return { start, duration: Math.max(0, micros(endTimeUnixNano) - start) };
};

/**
 * What Jaeger, which adjusts no clocks unless told to, says of a span that does not lie within its parent, as asynchronous
 * work does not (model/adjuster/clockskew.go).
 */
function warningOf(span: OtlpSpan, byId: ReadonlyMap<string, Timed>): string | null {
  if (!span.parentSpanId) return null;
  const parent = byId.get(span.parentSpanId);
  if (!parent) return `invalid parent span IDs=${span.parentSpanId}; skipping clock skew adjustment`;
  const { start, duration } = timed(span);
  const early = parent.start - start;
  const isWithin = early <= 0 && start + duration <= parent.start + parent.duration;
  const fitted = isWithin ? 0 : early + (parent.duration - duration) / 2;
  const delta = duration > parent.duration ? Math.max(0, early) : fitted;
  return delta === 0
    ? null
    : `clock skew adjustment disabled; not applying calculated delta of ${printGoDuration(Math.round(delta * 1_000))}`;
}

/** One element of `data`. A resource is a process; its service's name stands apart. */
export function legacyTrace(groups: readonly ResourceSpans[]): object {
  const named = groups.map((group, i) => ({ ...group, process: `p${i + 1}` }));
  const byId = new Map(
    groups.flatMap(({ scopeSpans }) =>
      scopeSpans.flatMap(({ spans: own }) => own.map((span) => [span.spanId, timed(span)] as const)),
    ),
  );
  const spans = named.flatMap(({ scopeSpans, process }) =>
    scopeSpans.flatMap(({ scope = {}, spans: own }) =>
      own.map((span) => legacySpan(span, scope, process, warningOf(span, byId))),
    ),
  );
  const processes = named.map(({ resource, process }) => {
    const tags = tagsOf(resource.attributes).sort(byKey);
    const serviceName = tags.find(({ key }) => key === "service.name")?.value ?? "unknown_service";
    return [process, { serviceName, tags: tags.filter(({ key }) => key !== "service.name") }] as const;
  });
  const traceID = shortId(groups[0]?.scopeSpans[0]?.spans[0]?.traceId ?? "");
  return { traceID, spans, processes: Object.fromEntries(processes), warnings: null };
}
