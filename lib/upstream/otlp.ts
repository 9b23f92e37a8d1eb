/**
 * OTLP/JSON `resourceSpans` (Tempo's base64 ids, Jaeger's hex) -> a trace in columns and its details. Linear but for
 * one sort; about twice the time of JSON.parse. What is odd is kept, flagged and named in the notes, never dropped.
 */
import "server-only";
import {
  type Attributes,
  type AttributeValue,
  type Resource,
  spanFlag,
  type Trace,
  type TraceDetails,
} from "@/lib/signal/trace";
import { idOf } from "@/lib/upstream/otlp-id";
import { createTable } from "@/lib/upstream/otlp-table";
import { attributesOf, attributeValueOf, isWire, listOf, textOf, type Wire } from "@/lib/upstream/otlp-value";
import { orderSpans } from "@/lib/upstream/span-order";

export type OtlpTrace = { readonly trace: Trace; readonly details: TraceDetails; readonly notes: readonly string[] };

/** Clocks disagree when a child starts earlier than its parent by more than this. ns */
const skewTolerance = 1_000_000;

const kinds: ReadonlyMap<string, number> = new Map(
  Object.entries({
    SPAN_KIND_INTERNAL: 1,
    SPAN_KIND_SERVER: 2,
    SPAN_KIND_CLIENT: 3,
    SPAN_KIND_PRODUCER: 4,
    SPAN_KIND_CONSUMER: 5,
  }),
);
const kindOf = (value: unknown): number =>
  typeof value === "number" ? (value >= 0 && value <= 5 ? Math.trunc(value) : 0) : (kinds.get(textOf(value)) ?? 0);

const isFailed = (status: unknown): boolean =>
  isWire(status) && (status.code === 2 || status.code === "STATUS_CODE_ERROR");

const whole = 1e9;

/**
 * Decimal ns text in two halves, whole seconds and the rest: exact where one double is not, and without a BigInt for
 * each span. What is no such text counts as absent, 0.
 */
function digits(value: string, from: number, to: number): number {
  let out = 0;
  for (let at = from; at < to; at += 1) {
    const digit = value.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) return 0;
    out = out * 10 + digit;
  }
  return out;
}
const isTime = (value: unknown): value is string => typeof value === "string" && value.length <= 20;
const secondsOf = (value: unknown): number =>
  typeof value === "number" ? Math.floor(value / whole) : isTime(value) ? digits(value, 0, value.length - 9) : 0;
const nanosOf = (value: unknown): number =>
  typeof value === "number"
    ? value % whole
    : isTime(value)
      ? digits(value, Math.max(0, value.length - 9), value.length)
      : 0;

function resourceOf(attributes: Attributes): Resource {
  const { "service.name": name, "service.namespace": namespace, "service.version": version } = attributes;
  const word = (value: AttributeValue | undefined): string | null =>
    typeof value === "string" && value !== "" ? value : typeof value === "number" ? String(value) : null;
  return {
    service: { name: word(name) ?? "unknown_service", namespace: word(namespace) },
    version: word(version),
    attributes,
  };
}

/** What a span's scope says, under the names OpenTelemetry gives it in formats that have no scope. */
function scopePairs(scope: unknown): readonly (readonly [string, AttributeValue])[] {
  if (!isWire(scope)) return [];
  const name = textOf(scope.name);
  const version = textOf(scope.version);
  return [
    ...(name === "" ? [] : ([["otel.scope.name", name]] as const)),
    ...(version === "" ? [] : ([["otel.scope.version", version]] as const)),
  ];
}

type Arrived = {
  readonly spans: readonly Wire[];
  /** Index into `resources` by span. */
  readonly resource: readonly number[];
  readonly resources: readonly Resource[];
  /** Index into `scopes` by span. */
  readonly scope: readonly number[];
  readonly scopes: readonly (readonly (readonly [string, AttributeValue])[])[];
};

/** The same resource may come in several groups; it is one. */
function arrive(groups: readonly unknown[]): Arrived {
  const spans: Wire[] = [];
  const resource: number[] = [];
  const scope: number[] = [];
  const resources: Resource[] = [];
  const scopes: (readonly (readonly [string, AttributeValue])[])[] = [];
  const known = new Map<string, number>();
  for (const group of groups) {
    if (!isWire(group)) continue;
    const attributes = attributesOf(isWire(group.resource) ? group.resource.attributes : undefined);
    const key = JSON.stringify(Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1)));
    const index = known.get(key) ?? resources.push(resourceOf(attributes)) - 1;
    known.set(key, index);
    for (const inner of listOf(group.scopeSpans ?? group.instrumentationLibrarySpans)) {
      if (!isWire(inner)) continue;
      const place = scopes.push(scopePairs(inner.scope ?? inner.instrumentationLibrary)) - 1;
      for (const span of listOf(inner.spans)) {
        if (!isWire(span)) continue;
        spans.push(span);
        resource.push(index);
        scope.push(place);
      }
    }
  }
  return { spans, resource, resources, scope, scopes };
}

/** `traceId`: 32 hex as asked. undefined where there is no span at all. */
export function readOtlp(groups: readonly unknown[], traceId: string): OtlpTrace | undefined {
  const arrived = arrive(groups);
  const { spans } = arrived;
  const count = spans.length;
  if (count === 0) return undefined;

  const id: string[] = new Array(count);
  const parentId: string[] = new Array(count);
  const seconds = new Float64Array(count);
  const nanos = new Float64Array(count);
  let baseSeconds = Number.POSITIVE_INFINITY;
  let baseNanos = 0;
  // Children name their parent in its own spelling: it is read once, and equal texts are then the same text.
  const read = new Map<unknown, string>();
  for (let at = 0; at < count; at += 1) {
    const wire = spans[at]?.spanId;
    const hex = idOf(wire, 8);
    id[at] = hex;
    read.set(wire, hex);
  }
  for (let at = 0; at < count; at += 1) {
    const span = spans[at];
    if (!span) continue;
    const parent = span.parentSpanId;
    parentId[at] = parent === undefined ? "" : (read.get(parent) ?? idOf(parent, 8));
    const high = secondsOf(span.startTimeUnixNano);
    const low = nanosOf(span.startTimeUnixNano);
    seconds[at] = high;
    nanos[at] = low;
    if ((high > 0 || low > 0) && (high < baseSeconds || (high === baseSeconds && low < baseNanos))) {
      baseSeconds = high;
      baseNanos = low;
    }
  }
  if (baseSeconds === Number.POSITIVE_INFINITY) baseSeconds = 0;
  const since = (high: number, low: number): number => (high - baseSeconds) * whole + (low - baseNanos);

  const begin = new Float64Array(count);
  const length = new Float64Array(count);
  const flag = new Uint8Array(count);
  const kind = new Uint8Array(count);
  let startless = 0;
  for (let at = 0; at < count; at += 1) {
    const span = spans[at];
    if (!span) continue;
    const high = seconds[at] ?? 0;
    const low = nanos[at] ?? 0;
    const known = high > 0 || low > 0;
    if (!known) startless += 1;
    const start = known ? since(high, low) : 0;
    const endHigh = secondsOf(span.endTimeUnixNano);
    const endLow = nanosOf(span.endTimeUnixNano);
    const ended = known && (endHigh > 0 || endLow > 0);
    const took = ended ? since(endHigh, endLow) - start : 0;
    begin[at] = start;
    length[at] = Math.max(0, took);
    kind[at] = kindOf(span.kind);
    flag[at] =
      (ended ? 0 : spanFlag.unfinished) |
      (took < 0 ? spanFlag.negative : 0) |
      (isFailed(span.status) ? spanFlag.failed : 0);
  }

  const order = orderSpans({
    id,
    parentId,
    start: begin,
    tie: (a, b) => {
      const left = `${kind[a]} ${textOf(spans[a]?.name)} ${length[a]} ${parentId[a]}`;
      const right = `${kind[b]} ${textOf(spans[b]?.name)} ${length[b]} ${parentId[b]}`;
      return left < right ? -1 : left > right ? 1 : 0;
    },
    preferred: (at) => kind[at] === 2,
  });

  const columns = {
    spanId: new Array<string>(count),
    resource: new Int32Array(count),
    name: new Int32Array(count),
    start: new Float64Array(count),
    duration: new Float64Array(count),
    kind: new Uint8Array(count),
    flags: new Uint8Array(count),
  };
  const strings = createTable<string>();
  const resources = createTable<Resource>();
  const keys = createTable<string>();
  const values = createTable<AttributeValue>();
  const attributes: (readonly number[])[] = new Array(count);
  const events: TraceDetails["events"][number][] = [];
  const links: TraceDetails["links"][number][] = [];
  const statusMessages: TraceDetails["statusMessages"][number][] = [];
  /** Filled anew for each span, then cut to size: a list that grows takes thrice the memory. */
  const pairs: number[] = [];
  let skewed = 0;

  for (let row = 0; row < count; row += 1) {
    const at = order.rows[row] ?? 0;
    const span = spans[at];
    const above = order.parent[row] ?? -1;
    if (!span) continue;
    const start = begin[at] ?? 0;
    const isSkewed = above >= 0 && start < (columns.start[above] ?? 0) - skewTolerance;
    if (isSkewed) skewed += 1;
    columns.spanId[row] = id[at] ?? "";
    columns.resource[row] = resources.indexOf(arrived.resources[arrived.resource[at] ?? 0] ?? resourceOf({}));
    columns.name[row] = strings.indexOf(textOf(span.name));
    columns.start[row] = start;
    columns.duration[row] = length[at] ?? 0;
    columns.kind[row] = kind[at] ?? 0;
    columns.flags[row] =
      (flag[at] ?? 0) | (order.orphans[at] === 1 ? spanFlag.orphan : 0) | (isSkewed ? spanFlag.skewed : 0);

    let size = 0;
    if (Array.isArray(span.attributes))
      for (const pair of listOf(span.attributes)) {
        if (!isWire(pair)) continue;
        pairs[size] = keys.indexOf(textOf(pair.key));
        pairs[size + 1] = values.indexOf(attributeValueOf(pair.value));
        size += 2;
      }
    // Jaeger has written the scope into the attributes already.
    for (const [key, value] of arrived.scopes[arrived.scope[at] ?? 0] ?? []) {
      const index = keys.indexOf(key);
      if (holdsKey(pairs, size, index)) continue;
      pairs[size] = index;
      pairs[size + 1] = values.indexOf(value);
      size += 2;
    }
    if (typeof span.traceState === "string" && span.traceState !== "") {
      pairs[size] = keys.indexOf("w3c.tracestate");
      pairs[size + 1] = values.indexOf(span.traceState);
      size += 2;
    }
    attributes[row] = pairs.slice(0, size);

    if (isWire(span.status) && typeof span.status.message === "string" && span.status.message !== "")
      statusMessages.push({ row, message: span.status.message });
    if (Array.isArray(span.events)) for (const event of eventsOf(span.events, row, start, since)) events.push(event);
    if (Array.isArray(span.links)) for (const link of linksOf(span.links, row)) links.push(link);
  }

  return {
    trace: {
      id: traceId,
      base: `${baseSeconds === 0 ? "" : baseSeconds}${String(baseNanos).padStart(baseSeconds === 0 ? 1 : 9, "0")}`,
      strings: strings.all(),
      resources: resources.all(),
      ...columns,
      parent: order.parent,
      depth: order.depth,
    },
    details: { keys: keys.all(), values: values.all(), attributes, events, links, statusMessages },
    notes: notesOf(order.duplicates, order.cut, order.orphans, startless, skewed),
  };
}

function holdsKey(pairs: readonly number[], size: number, key: number): boolean {
  for (let at = 0; at < size; at += 2) if (pairs[at] === key) return true;
  return false;
}

function eventsOf(
  list: readonly unknown[],
  row: number,
  start: number,
  since: (seconds: number, nanos: number) => number,
): TraceDetails["events"][number][] {
  return list
    .filter(isWire)
    .map((event) => {
      const high = secondsOf(event.timeUnixNano);
      const low = nanosOf(event.timeUnixNano);
      const offset = high > 0 || low > 0 ? since(high, low) : start;
      return { row, offset, name: textOf(event.name), attributes: attributesOf(event.attributes) };
    })
    .sort((a, b) => a.offset - b.offset);
}

const linksOf = (list: readonly unknown[], row: number): TraceDetails["links"][number][] =>
  list.filter(isWire).map((link) => ({
    row,
    traceId: idOf(link.traceId, 16),
    spanId: idOf(link.spanId, 8),
    attributes: {
      ...attributesOf(link.attributes),
      ...(typeof link.traceState === "string" && link.traceState !== "" ? { "w3c.tracestate": link.traceState } : {}),
    },
  }));

const few = (ids: readonly string[]): string => `${ids.slice(0, 3).join(", ")}${ids.length > 3 ? " …" : ""}`;
const spansSay = (count: number, one: string, many: string): string =>
  count === 1 ? `1 span ${one}` : `${count} spans ${many}`;

function notesOf(
  duplicates: readonly string[],
  cut: readonly string[],
  orphans: Uint8Array,
  startless: number,
  skewed: number,
): string[] {
  const lost = orphans.reduce((sum, orphan) => sum + orphan, 0);
  return [
    ...(lost > 0
      ? [`${spansSay(lost, "names a parent that is", "name parents that are")} not in the trace: it is not complete`]
      : []),
    ...(duplicates.length > 0 ? [`span ids that occur more than once, all kept: ${few(duplicates)}`] : []),
    ...(cut.length > 0 ? [`parents in a circle, cut at span ${few(cut)}`] : []),
    ...(startless > 0
      ? [`${spansSay(startless, "has", "have")} no start time and stand at the beginning of the trace`]
      : []),
    ...(skewed > 0
      ? [`${spansSay(skewed, "starts before its parent: clocks", "start before their parents: clocks")} disagree`]
      : []),
  ];
}
