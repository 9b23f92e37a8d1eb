/**
 * A trace as columns with a string table (100,000 spans: 4.5 MB instead of 53). Made once at the wire, kept through
 * stream, findings and rows; a span object is a view made when someone looks at one.
 *
 *   row      0        1        2         rows stand in display order: depth first, siblings by start
 *   parent  -1        0        1         so parent[i] < i, and a subtree is the run of rows behind its root
 *   depth    0        1        2         with greater depth
 */

import { type Service, serviceKey } from "@/lib/signal/service";
import type { Instant } from "@/lib/signal/time";
import { instantAfter } from "@/lib/signal/time";

export type AttributeValue =
  | string
  | number
  | boolean
  | null
  | readonly AttributeValue[]
  | { readonly [key: string]: AttributeValue };
export type Attributes = Readonly<Record<string, AttributeValue>>;

/** OpenTelemetry's span kinds by number: 0 unspecified … 5 consumer. */
export const spanKinds = ["unspecified", "internal", "server", "client", "producer", "consumer"] as const;
export type SpanKind = (typeof spanKinds)[number];

/** Bits of `Trace.flags`. */
export const spanFlag = {
  /** status = ERROR */
  failed: 1,
  /** no end was ever received; duration is 0 */
  unfinished: 2,
  /** end before start; duration is 0 */
  negative: 4,
  /** names a parent that is not in the trace */
  orphan: 8,
  /** starts before its parent does: clocks disagree */
  skewed: 16,
} as const;

/** What one process said of itself: `service.name`, version, pod and the rest of its resource. */
export type Resource = { readonly service: Service; readonly version: string | null; readonly attributes: Attributes };

export type Trace = {
  /** 32 lower-case hex. */
  readonly id: string;
  /** Epoch ns of the earliest start. */
  readonly base: string;
  readonly strings: readonly string[];
  readonly resources: readonly Resource[];
  readonly spanId: readonly string[];
  /** Row of the parent; -1 for a root or an orphan. */
  readonly parent: ArrayLike<number>;
  readonly depth: ArrayLike<number>;
  /** Index into `resources`. */
  readonly resource: ArrayLike<number>;
  /** Index into `strings`. */
  readonly name: ArrayLike<number>;
  /** ns after `base`. */
  readonly start: ArrayLike<number>;
  /** ns, never negative. */
  readonly duration: ArrayLike<number>;
  readonly kind: ArrayLike<number>;
  readonly flags: ArrayLike<number>;
};

/** What comes behind the skeleton: attributes as index rows, events, links, status messages. Rows without are absent. */
export type TraceDetails = {
  readonly keys: readonly string[];
  readonly values: readonly AttributeValue[];
  /** By row: key index, value index, key index, value index … Duplicate keys survive. */
  readonly attributes: readonly (readonly number[])[];
  readonly events: readonly {
    readonly row: number;
    readonly offset: number;
    readonly name: string;
    readonly attributes: Attributes;
  }[];
  readonly links: readonly {
    readonly row: number;
    readonly traceId: string;
    readonly spanId: string;
    readonly attributes: Attributes;
  }[];
  readonly statusMessages: readonly { readonly row: number; readonly message: string }[];
};

export type Span = {
  readonly row: number;
  readonly id: string;
  readonly parent: number;
  readonly depth: number;
  readonly service: Service;
  readonly resource: Resource;
  readonly name: string;
  readonly kind: SpanKind;
  readonly start: number;
  readonly duration: number;
  readonly flags: number;
  readonly failed: boolean;
};

const unknownResource: Resource = {
  service: { name: "unknown_service", namespace: null },
  version: null,
  attributes: {},
};

export const spanCount = (trace: Trace): number => trace.spanId.length;

export function spanAt(trace: Trace, row: number): Span {
  const resource = trace.resources[trace.resource[row] ?? -1] ?? unknownResource;
  const flags = trace.flags[row] ?? 0;
  return {
    row,
    id: trace.spanId[row] ?? "",
    parent: trace.parent[row] ?? -1,
    depth: trace.depth[row] ?? 0,
    service: resource.service,
    resource,
    name: trace.strings[trace.name[row] ?? -1] ?? "",
    kind: spanKinds[trace.kind[row] ?? 0] ?? "unspecified",
    start: trace.start[row] ?? 0,
    duration: trace.duration[row] ?? 0,
    flags,
    failed: (flags & spanFlag.failed) !== 0,
  };
}

/** First row behind the subtree of `row`. */
export function subtreeEnd(trace: Trace, row: number): number {
  const depth = trace.depth[row] ?? 0;
  let end = row + 1;
  while (end < spanCount(trace) && (trace.depth[end] ?? 0) > depth) end += 1;
  return end;
}

export function childrenOf(trace: Trace, row: number): number[] {
  const children: number[] = [];
  const end = subtreeEnd(trace, row);
  for (let at = row + 1; at < end; at += 1) if (trace.parent[at] === row) children.push(at);
  return children;
}

export const hasFlag = (trace: Trace, row: number, flag: number): boolean => ((trace.flags[row] ?? 0) & flag) !== 0;

/** First start to last end, ns after `base`. */
export function traceEnd(trace: Trace): number {
  let end = 0;
  for (let row = 0; row < spanCount(trace); row += 1)
    end = Math.max(end, (trace.start[row] ?? 0) + (trace.duration[row] ?? 0));
  return end;
}
export const spanInstant = (trace: Trace, row: number): Instant => instantAfter(trace.base, trace.start[row] ?? 0);

/** Services in order of first appearance, the entry service first. */
export function servicesOf(trace: Trace): Service[] {
  const seen = new Map<string, Service>();
  const resources = new Set<number>();
  for (let row = 0; row < spanCount(trace); row += 1) {
    const index = trace.resource[row] ?? -1;
    // Few resources, many spans: each is looked at once.
    if (resources.has(index)) continue;
    resources.add(index);
    const service = trace.resources[index]?.service;
    if (service && !seen.has(serviceKey(service))) seen.set(serviceKey(service), service);
  }
  return [...seen.values()];
}

/** Attributes of one row as pairs, in the order received. */
export function attributesOf(details: TraceDetails, row: number): readonly (readonly [string, AttributeValue])[] {
  const pairs = details.attributes[row] ?? [];
  const out: [string, AttributeValue][] = [];
  for (let at = 0; at + 1 < pairs.length; at += 2) {
    const value = details.values[pairs[at + 1] ?? -1];
    out.push([details.keys[pairs[at] ?? -1] ?? "", value ?? null]);
  }
  return out;
}
