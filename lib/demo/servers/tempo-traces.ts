/**
 * A world's traces as a backend holds them: nothing later than now, nothing older than is kept. A span arrives when it
 * ends, so a trace in flight lacks its root. Most of a span follows from its take; the rest is looked up when asked for.
 */
import { printSpanId } from "@/lib/demo/ids";
import { nanosOf, type Request } from "@/lib/demo/request";
import type { Take } from "@/lib/demo/take";
import type { World } from "@/lib/demo/world";
import { storedTrace } from "@/lib/engine/traceql/from-otlp";
import type { ResourceSpans } from "@/lib/engine/traceql/otlp";
import type { Attributes, Storage, StoredSpan, StoredTrace } from "@/lib/engine/traceql/storage";
import { booleanValue, floatValue, intValue, textValue, type Value } from "@/lib/engine/traceql/value";
import { hour, type Instant, minute, second, toInstant } from "@/lib/signal/time";

export type TraceSource = Storage & {
  /** `traceId` in 32 lower-case hex; undefined where it is not held. */
  readonly resourceSpans: (traceId: string) => readonly ResourceSpans[] | undefined;
};

const kept = 48 * hour;
/** No request of any world takes longer. */
const longest = minute;

/** Without the spans that have not ended at `now`, and without the groups this empties. */
function arrived(groups: readonly ResourceSpans[], now: Instant): ResourceSpans[] {
  const until = BigInt(now) * 1_000_000n;
  return groups.flatMap(({ resource, scopeSpans }) => {
    const left = scopeSpans
      .map(({ scope, spans }) => ({
        ...(scope ? { scope } : {}),
        spans: spans.filter(({ endTimeUnixNano }) => BigInt(endTimeUnixNano ?? "0") <= until),
      }))
      .filter(({ spans }) => spans.length > 0);
    return left.length > 0 ? [{ resource, scopeSpans: left }] : [];
  });
}

const toValue = (value: string | number | boolean): Value => {
  if (typeof value === "string") return textValue(value);
  if (typeof value === "boolean") return booleanValue(value);
  return Number.isInteger(value) ? intValue(value) : floatValue(value);
};

/** What all requests of one take share. */
type Shape = {
  readonly spans: readonly StoredSpan[];
  readonly attributes: readonly Attributes[];
  /** By row: keys that each request fills in for itself. */
  readonly own: readonly ReadonlySet<string>[];
};

/** `told` is any request of this take. */
function shapeOf(take: Take, told: StoredTrace): Shape {
  const rows = new Map(told.spans.map(({ row }) => [told.spanId(row), row]));
  const attributes = take.spans.map(
    ({ attributes: shared }) => new Map(Object.entries(shared).map(([key, value]) => [key, toValue(value)])),
  );
  const rowOf = (row: number): number => rows.get(printSpanId(told.id, row)) ?? -1;
  return {
    spans: take.spans.map(({ parent, service, name, kind, start, end, failure }, row) => ({
      row,
      parent,
      isRoot: parent < 0,
      name,
      kind,
      start: start * 1_000,
      duration: (end - start) * 1_000,
      status: failure ? 2 : 0,
      statusMessage: told.spans[rowOf(row)]?.statusMessage ?? "",
      service,
      scope: told.spans[rowOf(row)]?.scope ?? { name: "", version: "" },
    })),
    attributes,
    own: take.spans.map(
      (_, row) => new Set([...told.keys(rowOf(row)).span].filter((key) => !attributes[row]?.has(key))),
    ),
  };
}

/** By pod: its resource. A pod tells the same of itself whoever asks. */
type Resources = Map<unknown, Attributes>;

function lazyTrace(world: World, request: Request, shape: Shape, resources: Resources): StoredTrace {
  let told: { readonly trace: StoredTrace; readonly rows: ReadonlyMap<string, number> } | undefined;
  /** The whole trace, and where its row is found in it. */
  const full = (row: number): readonly [StoredTrace, number] => {
    if (!told) {
      const trace = storedTrace(request.traceId, world.traceOf(request));
      told = { trace, rows: new Map(trace.spans.map((span) => [trace.spanId(span.row), span.row])) };
    }
    return [told.trace, told.rows.get(printSpanId(request.traceId, row)) ?? -1];
  };
  const resourceOf = (row: number): Attributes => {
    const pod = request.podOf(shape.spans[row]?.service ?? "");
    const held = resources.get(pod);
    if (held) return held;
    const [trace, at] = full(row);
    const keys = [...trace.keys(at).resource];
    const map = new Map(keys.flatMap((key) => [[key, trace.resource(at, key)] as const]).filter(isHeld));
    resources.set(pod, map);
    return map;
  };
  return {
    get id() {
      return request.traceId;
    },
    base: nanosOf(request.startMicros),
    spans: shape.spans,
    spanId: (row) => printSpanId(request.traceId, row),
    parentId: (row) => {
      const parent = shape.spans[row]?.parent ?? -1;
      return parent < 0 ? "" : printSpanId(request.traceId, parent);
    },
    attribute: (row, key) => {
      const shared = shape.attributes[row]?.get(key);
      if (shared !== undefined || !shape.own[row]?.has(key)) return shared;
      const [trace, at] = full(row);
      return trace.attribute(at, key);
    },
    resource: (row, key) => resourceOf(row).get(key),
    keys: (row) => ({
      span: [...(shape.attributes[row]?.keys() ?? []), ...(shape.own[row] ?? [])],
      resource: resourceOf(row).keys(),
    }),
    events: (row) => {
      if (request.take.spans[row]?.events.length === 0) return [];
      const [trace, at] = full(row);
      return trace.events(at);
    },
    links: (row) => {
      if (!request.take.batch) return [];
      const [trace, at] = full(row);
      return trace.links(at);
    },
  };
}
const isHeld = (pair: readonly [string, Value | undefined]): pair is readonly [string, Value] => pair[1] !== undefined;

/** What a world's collector has delivered until `now()`. */
export function traceSourceOf(world: World, now: () => Instant): TraceSource {
  const shapes = new Map<Take, Shape>();
  const resources: Resources = new Map();
  const held = (request: Request, at: Instant): boolean =>
    world.isTraceKept(request) && request.startMicros < at * 1_000 && request.endMicros >= (at - kept) * 1_000;

  const traceOf = (request: Request, at: Instant): StoredTrace | undefined => {
    if (request.endMicros > at * 1_000) {
      const groups = arrived(world.traceOf(request), at);
      return groups.length > 0 ? storedTrace(request.traceId, groups) : undefined;
    }
    let shape = shapes.get(request.take);
    if (!shape) {
      shape = shapeOf(request.take, storedTrace(request.traceId, world.traceOf(request)));
      shapes.set(request.take, shape);
    }
    return lazyTrace(world, request, shape, resources);
  };

  return {
    resourceSpans: (traceId) => {
      const at = now();
      const request = world.request(traceId);
      if (!request || !held(request, at)) return undefined;
      const groups = arrived(world.traceOf(request), at);
      return groups.length > 0 ? groups : undefined;
    },
    *traces({ from, to }) {
      const at = now();
      const first = Math.max(from, at - kept) - longest;
      for (let begin = Math.floor(Math.min(to, at) / second) * second; begin > first - second; begin -= second) {
        const started = world.requests({ from: toInstant(begin), to: toInstant(begin + second) });
        for (const request of started.toReversed()) {
          if (request.startMicros > to * 1_000 || request.endMicros < from * 1_000 || !held(request, at)) continue;
          const trace = traceOf(request, at);
          if (trace) yield trace;
        }
      }
    },
  };
}
