/** What a trace search tells of a trace without holding it. */
import type { Instant } from "@/lib/signal/time";

export type TraceHit = {
  readonly traceId: string;
  readonly rootService: string | null;
  readonly rootName: string | null;
  readonly at: Instant;
  /** ms */
  readonly duration: number;
  /** Matched spans with the attributes that were selected. */
  readonly spans: readonly {
    readonly id: string;
    readonly at: Instant;
    readonly attributes: Readonly<Record<string, string>>;
  }[];
};
