/** Jaeger's own JSON (`processes`, `tags`, microseconds) -> OTLP's form, so that one reader makes the trace. */
import "server-only";
import { isRecord } from "@/lib/upstream/json-shape";
import { idOf } from "@/lib/upstream/otlp-id";
import { listOf, textOf } from "@/lib/upstream/otlp-value";

type Tag = { readonly key: string; readonly value: Readonly<Record<string, unknown>> };

/** `int64` beyond 2^53 comes as a string. */
function tagOf(tag: unknown): Tag | undefined {
  if (!isRecord(tag)) return undefined;
  const { key, type, value } = tag;
  const as = (name: string): Tag => ({ key: textOf(key), value: { [name]: value } });
  if (type === "int64") return as("intValue");
  if (type === "float64") return as("doubleValue");
  if (type === "bool") return { key: textOf(key), value: { boolValue: value === true || value === "true" } };
  if (type === "binary") return as("bytesValue");
  return { key: textOf(key), value: { stringValue: String(value ?? "") } };
}
const tagsOf = (list: unknown): Tag[] => listOf(list).flatMap((tag) => tagOf(tag) ?? []);

const kinds: ReadonlyMap<string, number> = new Map(
  Object.entries({ internal: 1, server: 2, client: 3, producer: 4, consumer: 5 }),
);
const told = (tags: readonly Tag[], key: string): unknown => {
  const value = tags.find((tag) => tag.key === key)?.value;
  return value?.stringValue ?? value?.boolValue;
};

/** Microseconds -> decimal ns text; exact, since they stay below 2^53. */
const nanosText = (micros: unknown): string =>
  typeof micros === "number" && micros >= 0 ? `${Math.round(micros)}000` : "";

function spanOf(span: Record<string, unknown>): Record<string, unknown> {
  const tags = tagsOf(span.tags);
  const references = listOf(span.references).filter(isRecord);
  const trace = idOf(span.traceID, 16);
  const parent = references.find(({ refType, traceID }) => refType === "CHILD_OF" && idOf(traceID, 16) === trace);
  const started = typeof span.startTime === "number" ? span.startTime : 0;
  const took = typeof span.duration === "number" ? span.duration : 0;
  const isFailed =
    told(tags, "error") === true || told(tags, "error") === "true" || told(tags, "otel.status_code") === "ERROR";
  const isOk = told(tags, "otel.status_code") === "OK";
  return {
    spanId: span.spanID,
    parentSpanId: parent?.spanID ?? (typeof span.parentSpanID === "string" ? span.parentSpanID : ""),
    name: span.operationName,
    kind: kinds.get(textOf(told(tags, "span.kind"))) ?? 0,
    startTimeUnixNano: nanosText(started),
    endTimeUnixNano: nanosText(started + took),
    attributes: tags,
    status: { code: isFailed ? 2 : isOk ? 1 : 0, message: textOf(told(tags, "otel.status_description")) },
    events: listOf(span.logs)
      .filter(isRecord)
      .map((log) => {
        const fields = tagsOf(log.fields);
        return {
          timeUnixNano: nanosText(log.timestamp),
          name: textOf(told(fields, "event")),
          attributes: fields.filter(({ key }) => key !== "event"),
        };
      }),
    links: references
      .filter((reference) => reference !== parent)
      .map(({ traceID, spanID }) => ({ traceId: traceID, spanId: spanID })),
  };
}

/** One group a process. `trace` is an element of `data`. */
export function groupsOfJaeger(trace: unknown): readonly unknown[] {
  if (!isRecord(trace)) return [];
  const processes = isRecord(trace.processes) ? trace.processes : {};
  const groups = new Map<string, Record<string, unknown>[]>();
  for (const span of listOf(trace.spans)) {
    if (!isRecord(span)) continue;
    const process = textOf(span.processID);
    const held = groups.get(process);
    if (held) held.push(spanOf(span));
    else groups.set(process, [spanOf(span)]);
  }
  return [...groups].map(([process, spans]) => {
    const told = processes[process];
    const known = isRecord(told) ? told : {};
    const name =
      typeof known.serviceName === "string" ? [{ key: "service.name", value: { stringValue: known.serviceName } }] : [];
    return { resource: { attributes: [...name, ...tagsOf(known.tags)] }, scopeSpans: [{ spans }] };
  });
}
