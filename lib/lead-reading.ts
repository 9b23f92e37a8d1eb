/** One token -> the id that it spells, in which form; and how sure each place of a text makes us of it. */
import { canonicalSpanId, canonicalTraceId, fromBase64, fromDecimal, fromXray } from "@/lib/signal/trace-id";

/** One way to understand the pasted text. `spelling` is the id exactly as it stood there: the only part that is kept. */
export type Reading =
  | {
      readonly kind: "trace-id";
      readonly spelling: string;
      /** Lower-case, 32 hex, left-padded. */
      readonly traceId: string;
      /** Lower-case, 16 hex; the span that stood beside it. */
      readonly spanId: string | null;
      /** In words: "W3C traceparent", "JSON field trace_id", "Grafana Explore link". */
      readonly from: string;
    }
  | { readonly kind: "correlation-id"; readonly spelling: string; readonly from: string };

/** How sure the text makes us, best first. Among equals, the one that stands first. */
export const rank = {
  field: 1,
  datadogField: 2,
  header: 3,
  brackets: 4,
  link: 5,
  bare128: 6,
  correlationField: 7,
  bareUuid: 8,
  bare64: 9,
  token: 10,
} as const;
export type Candidate = { readonly rank: number; readonly reading: Reading };

type Spelled = { readonly traceId: string; readonly form: string };
/** What may be believed of a token: the whole text, the value of a field, of a Datadog field, a part of a link's path. */
export type Place = "whole" | "field" | "datadog" | "path";

const hexLengths: Readonly<Record<Place, RegExp>> = {
  // 64 and 128 bits with some zeros stripped. 24 hex is an ObjectId, 40 a commit, 13 digits a time: those go on as they are.
  whole: /^(?:(?=.*[a-f])[0-9a-f]{14,15}|[0-9a-f]{16}|[0-9a-f]{28,32})$/i,
  field: /^[0-9a-f]{1,32}$/i,
  datadog: /^[0-9a-f]{1,32}$/i,
  // `/trace/feed` is a page.
  path: /^[0-9a-f]{8,32}$/i,
};

/**
 * The trace id that a token spells. Exactly 16 digits are hex, 17 to 20 that fit 64 bits are decimal (a hex id without
 * a letter is rarer than one in ten thousand; Datadog's own fields are decimal at any length). Padded base64 of 8 or 16
 * bytes is an id, unpadded is a word.
 */
export function spelledTraceId(token: string, place: Place): Spelled | undefined {
  const spelled = (traceId: string | undefined, form: string): Spelled | undefined =>
    traceId ? { traceId, form } : undefined;
  if (/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(token))
    return spelled(canonicalTraceId(token), "UUID");
  if (/^0x[0-9a-f]{8,32}$/i.test(token)) return spelled(canonicalTraceId(token), "hex id");
  if (place === "datadog" || /^\d{17,20}$/.test(token)) {
    const traceId = fromDecimal(token);
    if (traceId) return spelled(traceId, "decimal id");
  }
  if (hexLengths[place].test(token)) return spelled(canonicalTraceId(token), `${token.length} hex digits`);
  return spelled(fromXray(token), "X-Ray id") ?? spelled(fromBase64(token), "base64 id");
}

/** 6 to 128 letters, digits and the signs that ids use; no blanks, quotes, brackets, backslashes or percent signs; no URL. */
export const isCorrelationId = (token: string): boolean =>
  /^[\p{L}\p{N}_][\p{L}\p{N}\-._~:/?#@!$&*+,;=|]{5,127}$/u.test(token) &&
  token.length <= 128 &&
  !token.includes("://") &&
  !/^(?:.*[=:])?(?:undefined|unknown|missing|none|null|nil)$|^[0-]+$/i.test(token);

/** 16 lower-case hex of a span id in hex, decimal (Datadog) or base64 (Tempo's JSON); null where it is none. */
export function spelledSpanId(token: string, place: "field" | "datadog"): string | null {
  const decimal = place === "datadog" || /^\d{17,20}$/.test(token) ? fromDecimal(token) : undefined;
  return canonicalSpanId((decimal ?? fromBase64(token))?.slice(16) ?? token);
}

export const traceReading = (spelling: string, traceId: string, spanId: string | null, from: string): Reading => ({
  kind: "trace-id",
  spelling,
  traceId,
  spanId,
  from,
});

export type Found = (rank: number, reading: Reading) => void;
/** Tells what it found, and returns the text with that blanked: a later reader must not take a part of it again. */
export type Reader = (text: string, found: Found) => string;
