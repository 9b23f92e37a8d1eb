/** How the wire talks to the clients: a reply is a value or a failure, never a throw. What a failure means to a reader is told by gap-text.ts. */
import "server-only";
import type { UpstreamConfig } from "@/lib/config/upstream-config";
import type { Answer, Gap, Receipt } from "@/lib/evidence";

/** Each cause has its own sentence and next step. */
export type FailureCause =
  | "refused"
  | "dns"
  | "unreachable"
  | "reset"
  | "cut-off"
  | "tls-untrusted"
  | "tls"
  | "not-http"
  | "timeout"
  | "query-timeout"
  | "cancelled"
  | "unauthorized"
  | "no-tenant"
  | "forbidden"
  | "not-found"
  | "bad-request"
  | "unprocessable"
  | "rate-limited"
  | "redirect"
  | "bad-gateway"
  | "unavailable"
  | "server-error"
  | "html"
  | "not-json"
  | "damaged"
  | "wrong-shape"
  | "too-large"
  | "decoder-crashed"
  | "spared"
  | "over-budget";

export type Failure = {
  readonly ok: false;
  readonly cause: FailureCause;
  readonly status: number | null;
  /** What the server said, cleaned and bounded; "" = nothing. */
  readonly said: string;
  /** ms, where the server asked for a pause. */
  readonly retryAfter: number | null;
};

/** A value, or who failed and how. */
export type Reply<T> = { readonly ok: true; readonly value: T } | Failure;

/** A 2xx answer with its decoded body, not yet parsed. */
export type Received = {
  readonly status: number;
  /** Lower case, without parameters; "" where absent. */
  readonly contentType: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
};

export type WireRequest = {
  readonly method: "GET" | "POST";
  /** Behind the configured url, with leading slash. */
  readonly path: string;
  /** Query string of a GET, form of a POST. Repeated names are allowed. */
  readonly parameters: readonly (readonly [string, string])[];
  readonly headers?: Readonly<Record<string, string>>;
};

/** What the exchange cost; the part of a receipt that only the wire knows. */
export type Cost = Pick<Receipt, "request" | "sent" | "firstByte" | "lastByte" | "bytes" | "status" | "attempts">;

/** One upstream as its client sees it. `send` never rejects. */
export type Http = {
  readonly config: UpstreamConfig;
  readonly send: (request: WireRequest, signal: AbortSignal) => Promise<Reply<Received>>;
};

/** What a client makes of an answer; with question and receipt it is evidence. */
export type Reading = {
  readonly answer: Answer;
  readonly notes: readonly string[];
  readonly partial: boolean;
};

export const fail = (
  cause: FailureCause,
  said = "",
  status: number | null = null,
  retryAfter: number | null = null,
): Failure => ({ ok: false, cause, status, said, retryAfter });

export const found = (answer: Answer, notes: readonly string[] = [], partial = false): Reading => ({
  answer,
  notes,
  partial,
});

export const gap = (reason: Gap["reason"], text: string, next: string): Gap => ({ kind: "gap", reason, text, next });
