/**
 * A trace as Tempo writes it: ids in base64, kinds and codes by name, empty fields left out. A server span that shares its
 * id with the client's gets one of its own, beneath it (as recorded; grafana/tempo, modules/frontend/combiner/trace_by_id_deduper.go).
 */
import type { OtlpAttribute, OtlpSpan, OtlpValue, ResourceSpans } from "@/lib/engine/traceql/otlp";

const kindNames = ["UNSPECIFIED", "INTERNAL", "SERVER", "CLIENT", "PRODUCER", "CONSUMER"];
const codeNames = ["UNSET", "OK", "ERROR"];
const server = 2;
const client = 3;

export const base64Of = (hex: string): string =>
  btoa(hex.replaceAll(/../g, (byte) => String.fromCharCode(Number.parseInt(byte, 16))));

const spansOf = (groups: readonly ResourceSpans[]): OtlpSpan[] =>
  groups.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans));

const mapSpans = (groups: readonly ResourceSpans[], change: (span: OtlpSpan) => OtlpSpan): ResourceSpans[] =>
  groups.map(({ resource, scopeSpans }) => ({
    resource,
    scopeSpans: scopeSpans.map((scoped) => ({ ...scoped, spans: scoped.spans.map(change) })),
  }));

/** New ids count up from 1, past those in use; what named the shared id as parent names the new one. */
export function withUniqueIds(groups: readonly ResourceSpans[]): readonly ResourceSpans[] {
  const byId = Map.groupBy(spansOf(groups), ({ spanId }) => spanId);
  const isShared = (id: string): boolean => {
    const spans = byId.get(id) ?? [];
    return spans.length > 1 && spans.some(({ kind }) => kind === client);
  };
  const renamed = new Map<string, string>();
  let last = 0n;
  const newId = (): string => {
    do last += 1n;
    while (byId.has(last.toString(16).padStart(16, "0")));
    return last.toString(16).padStart(16, "0");
  };
  const own = mapSpans(groups, (span) => {
    if (span.kind !== server || !isShared(span.spanId)) return span;
    const spanId = newId();
    renamed.set(span.spanId, spanId);
    return { ...span, spanId, parentSpanId: span.spanId };
  });
  if (renamed.size === 0) return groups;
  return mapSpans(own, (span) => {
    const parent = renamed.get(span.parentSpanId ?? "");
    return parent === undefined || parent === span.spanId ? span : { ...span, parentSpanId: parent };
  });
}

/** Longer text is cut when it arrives (distributor.max_attribute_bytes). */
const mostBytes = 2_048;
function cutValue(value: OtlpValue): OtlpValue {
  const { stringValue } = value;
  if (stringValue === undefined || stringValue.length * 3 <= mostBytes) return value;
  const bytes = new TextEncoder().encode(stringValue);
  return { stringValue: new TextDecoder().decode(bytes.subarray(0, mostBytes), { stream: true }) };
}
const filled = (attributes: readonly OtlpAttribute[] | undefined): { attributes?: readonly OtlpAttribute[] } =>
  attributes && attributes.length > 0
    ? { attributes: attributes.map(({ key, value }) => ({ key, value: cutValue(value) })) }
    : {};
const text = <Key extends string>(key: Key, value: string | undefined): { readonly [key in Key]?: string } | object =>
  value ? { [key]: value } : {};

function spanOf(span: OtlpSpan): object {
  const { kind = 0, status = {}, events = [], links = [] } = span;
  return {
    traceId: base64Of(span.traceId),
    spanId: base64Of(span.spanId),
    ...text("traceState", span.traceState),
    ...(span.parentSpanId ? { parentSpanId: base64Of(span.parentSpanId) } : {}),
    ...text("name", span.name),
    ...(kind > 0 ? { kind: `SPAN_KIND_${kindNames[kind]}` } : {}),
    startTimeUnixNano: span.startTimeUnixNano,
    ...text("endTimeUnixNano", span.endTimeUnixNano),
    ...filled(span.attributes),
    ...(events.length > 0
      ? {
          events: events.map(({ name, attributes, ...event }) => ({
            ...event,
            ...text("name", name),
            ...filled(attributes),
          })),
        }
      : {}),
    ...(links.length > 0
      ? {
          links: links.map(({ traceId, spanId, traceState, attributes }) => ({
            traceId: base64Of(traceId),
            spanId: base64Of(spanId),
            ...text("traceState", traceState),
            ...filled(attributes),
          })),
        }
      : {}),
    status: {
      ...text("message", status.message),
      ...(status.code ? { code: `STATUS_CODE_${codeNames[status.code]}` } : {}),
    },
  };
}

/** `trace.resourceSpans` of v2, `batches` of v1. */
export const tempoGroups = (groups: readonly ResourceSpans[]): object[] =>
  withUniqueIds(groups).map(({ resource, scopeSpans }) => ({
    resource: filled(resource.attributes),
    scopeSpans: scopeSpans.map(({ scope, spans }) => ({ scope: scope ?? {}, spans: spans.map(spanOf) })),
  }));
