/** Where an investigation starts. Any pasted text or URL -> Lead with its readings, and back. Runs in the browser too. */
import type { Window } from "@/lib/signal/time";

/** One way to understand the pasted text. `spelling` is the id exactly as it stood there: the only part that is kept. */
export type Reading =
  | {
      readonly kind: "trace-id";
      readonly spelling: string;
      /** Lower-case, 32 hex, left-padded. */
      readonly traceId: string;
      readonly spanId: string | null;
      /** In words: "W3C traceparent", "JSON field trace_id", "Grafana Explore link". */
      readonly from: string;
    }
  | { readonly kind: "correlation-id"; readonly spelling: string; readonly from: string };

export type Lead = {
  readonly reading: Reading;
  /** Other candidates in the same text, best first, at most 5. */
  readonly others: readonly Reading[];
  /** Only from one of our own links. */
  readonly environment: string | null;
  readonly window: Window | null;
};

export type ParsedLead = { readonly ok: true; readonly lead: Lead } | { readonly ok: false; readonly message: string };
