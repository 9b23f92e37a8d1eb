/** What the engine asks of whoever keeps traces. */
import type { Value } from "@/lib/engine/traceql/value";
import type { Window } from "@/lib/signal/time";

export type Attributes = ReadonlyMap<string, Value>;

/** What many traces may share: the same code path leaves the same span, but for its ids and particulars. */
export type StoredSpan = {
  /** Its place among the trace's spans. */
  readonly row: number;
  /** Row of the parent; -1 for a root and for one whose parent is missing. */
  readonly parent: number;
  /** It names no parent, missing or not. */
  readonly isRoot: boolean;
  readonly name: string;
  /** OpenTelemetry's number. */
  readonly kind: number;
  /** ns after the trace's base. */
  readonly start: number;
  /** ns; negative where it ends before it starts. */
  readonly duration: number;
  /** 0 unset, 1 ok, 2 error */
  readonly status: number;
  readonly statusMessage: string;
  readonly service: string;
  readonly scope: { readonly name: string; readonly version: string };
};

/** The functions take a span's row. */
export type StoredTrace = {
  /** 32 hex. */
  readonly id: string;
  /** Epoch ns. */
  readonly base: string;
  readonly spans: readonly StoredSpan[];
  /** 16 hex. */
  readonly spanId: (row: number) => string;
  /** Empty for a root; may name a span that is not there. */
  readonly parentId: (row: number) => string;
  readonly attribute: (row: number, key: string) => Value | undefined;
  readonly resource: (row: number, key: string) => Value | undefined;
  readonly keys: (row: number) => { readonly span: Iterable<string>; readonly resource: Iterable<string> };
  readonly events: (row: number) => readonly {
    readonly name: string;
    /** ns after the span's start */
    readonly since: number;
    readonly attributes: Attributes;
  }[];
  readonly links: (row: number) => readonly {
    readonly traceId: string;
    readonly spanId: string;
    readonly attributes: Attributes;
  }[];
};

export type Storage = {
  /** Traces with any part in the window, newest start first. Lazy: whoever has enough stops. */
  readonly traces: (window: Window) => Iterable<StoredTrace>;
};

/** Earliest start and latest end, ns after the base. */
export function extentOf({ spans }: StoredTrace): { readonly start: number; readonly end: number } {
  let start = Number.POSITIVE_INFINITY;
  let end = Number.NEGATIVE_INFINITY;
  for (const span of spans) {
    start = Math.min(start, span.start);
    end = Math.max(end, span.start + Math.max(0, span.duration));
  }
  return spans.length > 0 ? { start, end } : { start: 0, end: 0 };
}
/** The last span without a parent: what Tempo takes where there are several. */
export const rootOf = ({ spans }: StoredTrace): StoredSpan | undefined => spans.findLast(({ isRoot }) => isRoot);

/** Epoch ns as decimal text, `offset` ns after the trace's base. */
export const nanosAt = ({ base }: StoredTrace, offset: number): string =>
  `${BigInt(base) + BigInt(Math.round(offset))}`;
/** Epoch ms with fractions: rounded in its last digits, for comparison with windows only. */
export const millisAt = ({ base }: StoredTrace, offset: number): number => Number(base) / 1e6 + offset / 1e6;
