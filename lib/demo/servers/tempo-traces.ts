/**
 * A world's traces as a backend holds them: nothing later than now, nothing older than is kept. A span arrives when it
 * ends, so a trace in flight lacks its root. Most of a span follows from its take; the rest is looked up when asked for.
 */
import { printSpanId } from "@/lib/demo/ids";
import type { Request } from "@/lib/demo/request";
import type { Take, TakeSpan } from "@/lib/demo/take";
import type { World } from "@/lib/demo/world";
import { attributeMap, storedTrace } from "@/lib/engine/traceql/from-otlp";
import type { ResourceSpans } from "@/lib/engine/traceql/otlp";
import type { Find, Storage, StoredSpan, StoredTrace } from "@/lib/engine/traceql/storage";
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
  readonly spans: readonly TakeSpan[];
  readonly attributes: readonly ReadonlyMap<string, Value>[];
  /** By row: keys that each request fills in for itself. */
  readonly own: readonly ReadonlySet<string>[];
  readonly scopes: readonly StoredSpan["scope"][];
  readonly statusMessages: readonly string[];
};

function shapeOf(take: Take, told: StoredTrace): Shape {
  const byId = new Map(told.spans.map((span) => [span.id, span]));
  const inOrder = take.spans.map((_, row) => byId.get(printSpanId(told.id, row)));
  const attributes = take.spans.map(
    ({ attributes: shared }) => new Map(Object.entries(shared).map(([key, value]) => [key, toValue(value)])),
  );
  return {
    spans: take.spans,
    attributes,
    own: inOrder.map(
      (span, row) => new Set([...(span?.keys().span ?? [])].filter((key) => !attributes[row]?.has(key))),
    ),
    scopes: inOrder.map((span) => span?.scope ?? { name: "", version: "" }),
    statusMessages: inOrder.map((span) => span?.statusMessage ?? ""),
  };
}

/** By pod: its resource. A pod tells the same of itself whoever asks. */
type Resources = Map<unknown, ReadonlyMap<string, Value>>;

function lazyTrace(world: World, request: Request, shape: Shape, resources: Resources): StoredTrace {
  let told: StoredTrace | undefined;
  const full = (): StoredTrace => {
    told ??= storedTrace(request.traceId, world.traceOf(request));
    return told;
  };
  const fullSpan = (row: number): StoredSpan | undefined => {
    const id = printSpanId(request.traceId, row);
    return full().spans.find((span) => span.id === id);
  };
  const resourceOf = (row: number, service: string): ReadonlyMap<string, Value> => {
    const pod = request.podOf(service);
    const held = resources.get(pod);
    if (held) return held;
    const id = printSpanId(request.traceId, row);
    const group = world
      .traceOf(request)
      .find(({ scopeSpans }) => scopeSpans.some(({ spans }) => spans.some(({ spanId }) => spanId === id)));
    const map = attributeMap(group?.resource.attributes);
    resources.set(pod, map);
    return map;
  };
  const spanOf = (span: TakeSpan, row: number): StoredSpan => {
    const { parent, service, name, kind, start, end, failure } = span;
    const attribute: Find = (key) =>
      shape.attributes[row]?.get(key) ?? (shape.own[row]?.has(key) ? fullSpan(row)?.attribute(key) : undefined);
    return {
      get id() {
        return printSpanId(request.traceId, row);
      },
      get parentId() {
        return parent < 0 ? "" : printSpanId(request.traceId, parent);
      },
      parent,
      name,
      kind,
      start: start * 1_000,
      duration: (end - start) * 1_000,
      status: failure ? 2 : 0,
      statusMessage: shape.statusMessages[row] ?? "",
      service,
      attribute,
      resource: (key) => (key === "service.name" ? textValue(service) : resourceOf(row, service).get(key)),
      keys: () => ({
        span: [...(shape.attributes[row]?.keys() ?? []), ...(shape.own[row] ?? [])],
        resource: resourceOf(row, service).keys(),
      }),
      scope: shape.scopes[row] ?? { name: "", version: "" },
      events: () => (span.events.length > 0 ? (fullSpan(row)?.events() ?? []) : []),
      links: () => fullSpan(row)?.links() ?? [],
    };
  };
  let spans: readonly StoredSpan[] | undefined;
  return {
    get id() {
      return request.traceId;
    },
    get base() {
      return `${request.startMicros}000`;
    },
    get spans() {
      spans ??= shape.spans.map(spanOf);
      return spans;
    },
  };
}

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
