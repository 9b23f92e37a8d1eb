/** Parameters of Tempo's API and the answers to wrong ones, in Go's words. */
import type { Value } from "@/lib/engine/traceql/value";
import { printGoDuration, printValue } from "@/lib/engine/traceql/value";
import { type Instant, minute, second } from "@/lib/signal/time";

export type TempoVersion = "2.10.8" | "3.0.3";
/** A number, or the sentence that goes back with a 400. */
export type Read = { readonly ok: true; readonly value: number } | { readonly ok: false; readonly message: string };

export const plainText = (status: number, text: string): Response =>
  new Response(text, { status, headers: { "content-type": "text/plain; charset=utf-8" } });
export const json = (body: unknown): Response =>
  new Response(JSON.stringify(body), { headers: { "content-type": "application/json" } });
export const refused = (message: string): Response => plainText(400, message);

/** Tempo 3 does not search what is younger (query_end_cutoff). */
export const cutoffOf = (version: TempoVersion): number => (version === "3.0.3" ? 30 * second : 0);
/** What is asked without a window is asked of recent data. */
export const recently = 30 * minute;

/** An unsigned 32-bit integer; `missing` where it is absent or empty. */
export function unsigned(query: URLSearchParams, name: string, missing: number): Read {
  const text = query.get(name) ?? "";
  if (text === "") return { ok: true, value: missing };
  const wrong = (what: string): Read => ({
    ok: false,
    message: `invalid ${name}: strconv.ParseUint: parsing ${JSON.stringify(text)}: ${what}`,
  });
  if (!/^\d+$/.test(text)) return wrong("invalid syntax");
  return Number(text) < 2 ** 32 ? { ok: true, value: Number(text) } : wrong("value out of range");
}

/** Epoch ms of seconds, nanoseconds, fractions of seconds or RFC 3339. */
export function timestamp(query: URLSearchParams, name: string, missing: number): Read {
  const text = query.get(name) ?? "";
  if (text === "") return { ok: true, value: missing };
  if (/^\d+$/.test(text)) return { ok: true, value: text.length <= 10 ? Number(text) * 1_000 : Number(text) / 1e6 };
  if (/^\d+\.\d+$/.test(text)) return { ok: true, value: Math.round(Number(text) * 1_000) };
  const at = /^\d{4}-\d\d-\d\dT/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at)
    ? {
        ok: false,
        message: `could not parse '${name}' parameter: strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`,
      }
    : { ok: true, value: at };
}

/** Bytes nobody counts: in proportion to what was looked at. */
export const inspectedBytes = (traces: number): string => `${traces * 640}`;

/** As OTLP's AnyValue: status, kind and duration as words (pkg/traceql, Static.AsAnyValue). */
export function anyValue(value: Value | undefined): object {
  if (value === undefined) return { stringValue: "nil" };
  switch (value.type) {
    case "int":
      return { intValue: `${value.value}` };
    case "float":
      return { doubleValue: Number.isFinite(value.value) ? value.value : `${value.value}` };
    case "boolean":
      return { boolValue: value.value };
    case "array":
      return { arrayValue: { values: value.value.map(anyValue) } };
    case "duration":
      return { stringValue: printGoDuration(value.value) };
    default:
      return { stringValue: printValue(value, true) };
  }
}

export const strippedId = (id: string): string => id.replace(/^0+/, "");
export const wholeSeconds = (at: Instant): number => Math.floor(at / second);
