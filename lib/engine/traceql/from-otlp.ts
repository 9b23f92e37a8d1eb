/** OTLP -> what the engine searches. Of a key that occurs twice the first value counts. */
import type { OtlpAttribute, OtlpSpan, OtlpValue, ResourceSpans } from "@/lib/engine/traceql/otlp";
import type { Attributes, StoredSpan, StoredTrace } from "@/lib/engine/traceql/storage";
import { booleanValue, floatValue, intValue, textValue, type Value } from "@/lib/engine/traceql/value";

/** Undefined for an empty value and for what TraceQL has no type for: maps, bytes. */
function toValue(value: OtlpValue): Value | undefined {
  if (value.stringValue !== undefined) return textValue(value.stringValue);
  if (value.intValue !== undefined) return intValue(Number(value.intValue));
  if (value.doubleValue !== undefined) return floatValue(Number(value.doubleValue));
  if (value.boolValue !== undefined) return booleanValue(value.boolValue);
  const list = value.arrayValue?.values;
  return list && { type: "array", value: list.flatMap((each) => toValue(each) ?? []) };
}

export function attributeMap(attributes: readonly OtlpAttribute[] = []): Attributes {
  const map = new Map<string, Value>();
  for (const { key, value } of attributes) {
    const read = toValue(value);
    if (read !== undefined && !map.has(key)) map.set(key, read);
  }
  return map;
}

const since = (base: string, nanos: string): number => Number(BigInt(nanos) - BigInt(base));

type Placed = {
  readonly span: OtlpSpan;
  readonly attributes: Attributes;
  readonly resource: Attributes;
  readonly scope: StoredSpan["scope"];
};

/** `base` is the earliest start. Of two spans with one id, the first is the parent of what names it. */
export function storedTrace(id: string, groups: readonly ResourceSpans[]): StoredTrace {
  const placed: readonly Placed[] = groups.flatMap(({ resource, scopeSpans }) => {
    const attributes = attributeMap(resource.attributes);
    return scopeSpans.flatMap(({ scope, spans }) =>
      spans.map((span) => ({
        span,
        attributes: attributeMap(span.attributes),
        resource: attributes,
        scope: { name: scope?.name ?? "", version: scope?.version ?? "" },
      })),
    );
  });
  const [base = "0"] = placed
    .map(({ span }) => span.startTimeUnixNano)
    .sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
  const rows = new Map(placed.map(({ span }, row) => [span.spanId, row] as const).toReversed());
  const told = (row: number): OtlpSpan | undefined => placed[row]?.span;
  return {
    id,
    base,
    spans: placed.map(({ span, resource, scope }, row): StoredSpan => {
      const service = resource.get("service.name");
      return {
        row,
        parent: rows.get(span.parentSpanId ?? "") ?? -1,
        isRoot: (span.parentSpanId ?? "") === "",
        name: span.name ?? "",
        kind: span.kind ?? 0,
        start: since(base, span.startTimeUnixNano),
        duration: since(span.startTimeUnixNano, span.endTimeUnixNano ?? span.startTimeUnixNano),
        status: span.status?.code === 2 ? 2 : span.status?.code === 1 ? 1 : 0,
        statusMessage: span.status?.message ?? "",
        service: service?.type === "string" ? service.value : "",
        scope,
      };
    }),
    spanId: (row) => told(row)?.spanId ?? "",
    parentId: (row) => told(row)?.parentSpanId ?? "",
    attribute: (row, key) => placed[row]?.attributes.get(key),
    resource: (row, key) => placed[row]?.resource.get(key),
    keys: (row) => ({ span: placed[row]?.attributes.keys() ?? [], resource: placed[row]?.resource.keys() ?? [] }),
    events: (row) =>
      (told(row)?.events ?? []).map(({ timeUnixNano, name = "", attributes }) => ({
        name,
        since: since(told(row)?.startTimeUnixNano ?? base, timeUnixNano),
        attributes: attributeMap(attributes),
      })),
    links: (row) =>
      (told(row)?.links ?? []).map(({ traceId, spanId, attributes }) => ({
        traceId,
        spanId,
        attributes: attributeMap(attributes),
      })),
  };
}
