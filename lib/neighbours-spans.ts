/** One trace -> who calls whom in it: a hundred thousand spans are read once. Pure. */
import type { AnswerOf, QuestionId } from "@/lib/evidence";
import { hostOf } from "@/lib/neighbours-host";
import type { Edge, EdgeSource } from "@/lib/signal/edge";
import { type Service, serviceKey } from "@/lib/signal/service";
import { spanCount, spanKinds, type TraceDetails } from "@/lib/signal/trace";

/** One thing told of one edge. */
export type ToldEdge = Omit<Edge, "told" | "cites" | "requests" | "failed"> & {
  readonly told: EdgeSource;
  readonly cite: QuestionId | null;
  readonly counts: { readonly by: string; readonly requests: number; readonly failed: number } | null;
};

type Found = AnswerOf<"trace">;

const [client, producer, consumer] = [
  spanKinds.indexOf("client"),
  spanKinds.indexOf("producer"),
  spanKinds.indexOf("consumer"),
];
/** The first that a span carries. Source: OpenTelemetry's conventions, old and new. */
const topicKeys = ["messaging.destination.name", "messaging.destination", "messaging.kafka.topic"] as const;
const addressKeys = ["server.address", "net.peer.name"] as const;

/** Reads one of `keys` off a row, without walking the table of keys for each. */
function reader({ keys, values, attributes }: TraceDetails, wanted: readonly string[]): (row: number) => string | null {
  const order = new Map(wanted.flatMap((key, rank) => keys.flatMap((each, at) => (each === key ? [[at, rank]] : []))));
  return (row) => {
    const pairs = attributes[row] ?? [];
    let best: string | null = null;
    let least = wanted.length;
    for (let at = 0; at + 1 < pairs.length; at += 2) {
      const rank = order.get(pairs[at] ?? -1) ?? wanted.length;
      const value = values[pairs[at + 1] ?? -1];
      if (rank < least && typeof value === "string" && value !== "") [best, least] = [value, rank];
    }
    return best;
  };
}

const unknown: Service = { name: "unknown_service", namespace: null };
const serviceAt = ({ trace: { resources, resource } }: Found, row: number): Service =>
  resources[resource[row] ?? -1]?.service ?? unknown;

/** Rows that have a child in another service, or that a span of another service links to: someone answered. */
function answered(found: Found): { readonly rows: ReadonlySet<number>; readonly linked: readonly [number, number][] } {
  const { trace, details } = found;
  const rows = new Set<number>();
  for (let row = 0; row < spanCount(trace); row += 1) {
    const parent = trace.parent[row] ?? -1;
    if (parent >= 0 && trace.resource[parent] !== trace.resource[row]) rows.add(parent);
  }
  const own = details.links.filter(({ traceId }) => traceId === trace.id);
  const rowOf = own.length > 0 ? new Map(trace.spanId.map((id, row) => [id, row])) : new Map<string, number>();
  const linked = own.flatMap(({ row, spanId }): [number, number][] => {
    const origin = rowOf.get(spanId);
    return origin === undefined || trace.resource[origin] === trace.resource[row] ? [] : [[origin, row]];
  });
  for (const [origin] of linked) rows.add(origin);
  return { rows, linked };
}

const held = new WeakMap<Found, { readonly edges: readonly ToldEdge[]; readonly published: readonly Published[] }>();

/** `first`, `last`: when it was published to, ns after the trace's base. */
export type Published = {
  readonly from: Service;
  readonly topic: string;
  readonly first: number;
  readonly last: number;
};
/** Producer spans that nobody of this trace reads from, each topic of a service once. */
export const publishedIn = (found: Found): readonly Published[] => readIn(found).published;

export const spanEdges = (found: Found, cite: QuestionId): readonly ToldEdge[] =>
  readIn(found).edges.map((edge) => ({ ...edge, cite }));

function readIn(found: Found) {
  const known = held.get(found);
  if (known) return known;
  const { trace, details } = found;
  const topicOf = reader(details, topicKeys);
  const peerOf = reader(details, ["peer.service"]);
  const addressOf = reader(details, addressKeys);
  const edges = new Map<string, ToldEdge>();
  const published = new Map<string, Published>();
  const add = (from: Service, to: Service, through: string | null, isQueue: boolean, outside = false): void => {
    const via = isQueue ? "queue" : "call";
    edges.set(JSON.stringify([serviceKey(from), serviceKey(to), via, through]), {
      ...{ from, to, via, through, outside, told: "trace", cite: null, counts: null },
    });
  };
  const { rows, linked } = answered(found);
  const cross = (origin: number, row: number, isLink: boolean): void => {
    const isQueue = isLink || trace.kind[origin] === producer || trace.kind[row] === consumer;
    add(serviceAt(found, origin), serviceAt(found, row), isQueue ? (topicOf(origin) ?? topicOf(row)) : null, isQueue);
  };
  for (let row = 0; row < spanCount(trace); row += 1) {
    const parent = trace.parent[row] ?? -1;
    if (parent >= 0 && trace.resource[parent] !== trace.resource[row]) cross(parent, row, false);
    const kind = trace.kind[row] ?? 0;
    if (rows.has(row) || (kind !== client && kind !== producer)) continue;
    const from = serviceAt(found, row);
    const topic = kind === producer ? topicOf(row) : null;
    if (topic !== null) {
      const key = JSON.stringify([serviceKey(from), topic]);
      const [first, last] = [trace.start[row] ?? 0, (trace.start[row] ?? 0) + (trace.duration[row] ?? 0)];
      const known = published.get(key);
      published.set(key, {
        ...{ from, topic },
        first: Math.min(first, known?.first ?? first),
        last: Math.max(last, known?.last ?? last),
      });
    }
    // The address of a message is the broker's.
    if (kind === producer) continue;
    const peer = peerOf(row);
    const host =
      peer === null ? hostOf(addressOf(row) ?? "") : { service: { name: peer, namespace: null }, outside: false };
    if (host) add(from, host.service, null, false, host.outside);
  }
  for (const [origin, row] of linked) cross(origin, row, true);
  const read = { edges: [...edges.values()], published: [...published.values()] };
  held.set(found, read);
  return read;
}
