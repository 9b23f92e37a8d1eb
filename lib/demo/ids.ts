/**
 * Trace ids that look random and still say which request they belong to: the first half is (second, index) through a
 * Feistel network keyed by the seed, the second half is a check. So a trace is found by its id without any index.
 */
import { hex, mix } from "@/lib/demo/chance";

const rounds = [1, 2, 3, 4] as const;

/** Where a request stands: the epoch second in which it started, and its number within that second. */
export type Place = { readonly second: number; readonly index: number };

/** 32 lower-case hex. `index` must be below 65,536. */
export function printTraceId(seed: number, { second, index }: Place): string {
  let left = second >>> 0;
  let right = ((mix(seed, second, index) << 16) | index) >>> 0;
  for (const round of rounds) [left, right] = [right, (left ^ mix(seed, round, right)) >>> 0];
  return hex(left) + hex(right) + hex(mix(seed ^ 11, left, right)) + hex(mix(seed ^ 12, left, right));
}

/** Undefined for an id that this seed never gave away. */
export function parseTraceId(seed: number, traceId: string): Place | undefined {
  if (!/^[0-9a-f]{32}$/.test(traceId)) return undefined;
  let left = Number.parseInt(traceId.slice(0, 8), 16);
  let right = Number.parseInt(traceId.slice(8, 16), 16);
  for (const round of rounds.toReversed()) [left, right] = [(right ^ mix(seed, round, left)) >>> 0, left];
  const place = { second: left, index: right & 0xffff };
  return printTraceId(seed, place) === traceId ? place : undefined;
}

/** 16 lower-case hex; `span` is the row of the span in its trace. */
export function printSpanId(traceId: string, span: number): string {
  const high = Number.parseInt(traceId.slice(0, 8), 16);
  const low = Number.parseInt(traceId.slice(8, 16), 16);
  return hex(mix(high, low, span)) + hex(mix(low, high, span));
}
