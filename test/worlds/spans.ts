/** Drawn spans -> OTLP, as they are pushed to a trace store. */
import type { OtlpAttribute, ResourceSpans } from "@/lib/demo/otlp";
import type { Labels } from "@/lib/signal/labels";
import { serviceKey } from "@/lib/signal/service";
import { type Instant, shift } from "@/lib/signal/time";
import { attributesOf, hasFlag, spanAt, spanCount, spanFlag, type Trace, type TraceDetails } from "@/lib/signal/trace";
import { traceAnswer } from "@/test/draw";
import type { DrawnTrace } from "@/test/worlds/drawing";

const text = (key: string, value: string): OtlpAttribute => ({ key, value: { stringValue: value } });
const attribute = (key: string, value: unknown): OtlpAttribute => ({
  key,
  value:
    typeof value === "number"
      ? Number.isInteger(value)
        ? { intValue: `${value}` }
        : { doubleValue: value }
      : typeof value === "boolean"
        ? { boolValue: value }
        : { stringValue: `${value}` },
});

export type Spans = { readonly id: string; readonly groups: readonly ResourceSpans[] };

/** One group a service and version, with the resource drawn for it beside its name. */
export function spansOf(
  drawn: DrawnTrace,
  id: string,
  resources: Readonly<Record<string, Labels>>,
  zero: Instant,
): Spans {
  const { trace, details } = traceAnswer(drawn.rows, { id, start: shift(zero, drawn.at) });
  const rows = Map.groupBy(
    Array.from({ length: spanCount(trace) }, (_, row) => row),
    (row) => trace.resource[row] ?? 0,
  );
  const groups = [...rows].map(([index, own]): ResourceSpans => {
    const { service, version } = trace.resources[index] ?? { service: { name: "", namespace: null }, version: null };
    const more = resources[serviceKey(service)] ?? {};
    return {
      resource: {
        attributes: [
          text("service.name", service.name),
          ...(service.namespace === null ? [] : [text("service.namespace", service.namespace)]),
          ...(version === null ? [] : [text("service.version", version)]),
          ...Object.entries(more).map(([key, value]) => text(key, value)),
        ],
      },
      scopeSpans: [
        { scope: { name: "drawn", version: "1.0.0" }, spans: own.map((row) => spanOf(trace, details, row)) },
      ],
    };
  });
  return { id, groups };
}

function spanOf(
  trace: Trace,
  details: TraceDetails,
  row: number,
): ResourceSpans["scopeSpans"][number]["spans"][number] {
  const span = spanAt(trace, row);
  const nanos = (offset: number): string => `${BigInt(trace.base) + BigInt(Math.round(offset))}`;
  const message = details.statusMessages.find((each) => each.row === row)?.message;
  // Ids of one world must not be those of another: a store may hold all of them.
  const spanId = (index: number): string => `${trace.id.slice(0, 12)}${(index + 1).toString(16).padStart(4, "0")}`;
  const failed = hasFlag(trace, row, spanFlag.failed);
  return {
    traceId: trace.id,
    spanId: spanId(row),
    parentSpanId: span.parent < 0 ? "" : spanId(span.parent),
    name: span.name,
    kind: trace.kind[row] ?? 0,
    startTimeUnixNano: nanos(span.start),
    endTimeUnixNano: nanos(span.start + span.duration),
    attributes: attributesOf(details, row).map(([key, value]) => attribute(key, value)),
    events: [],
    status: failed ? { code: 2, ...(message === undefined ? {} : { message }) } : { code: 0 },
  };
}
