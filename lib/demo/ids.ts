/**
 * Trace ids that look random and still say which request they belong to: the first half is (second, index) through a
 * Feistel network keyed by the seed, the second half is a check. So a trace is found by its id without any index.
 */
import { hex, mix, mixText } from "@/lib/demo/chance";

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

/** What the first sixteen of the 32 digits stand for; of any, whether or not this seed gave them away. */
function placeOf(seed: number, half: string): Place {
  let left = Number.parseInt(half.slice(0, 8), 16);
  let right = Number.parseInt(half.slice(8, 16), 16);
  for (const round of rounds.toReversed()) [left, right] = [(right ^ mix(seed, round, left)) >>> 0, left];
  return { second: left, index: right & 0xffff };
}

/** Undefined for an id that this seed never gave away. */
export function parseTraceId(seed: number, traceId: string): Place | undefined {
  if (!/^[0-9a-f]{32}$/.test(traceId)) return undefined;
  const place = placeOf(seed, traceId);
  return printTraceId(seed, place) === traceId ? place : undefined;
}

/** 16 lower-case hex; `span` is the row of the span in its trace. */
export function printSpanId(traceId: string, span: number): string {
  const isHex = /^[0-9a-f]{16}/.test(traceId);
  const high = isHex ? Number.parseInt(traceId.slice(0, 8), 16) : mixText(traceId);
  const low = isHex ? Number.parseInt(traceId.slice(8, 16), 16) : mixText(`${traceId} low`);
  return hex(mix(high, low, span)) + hex(mix(low, high, span));
}

/** How a world writes the ids of its requests. */
export type Ids = {
  readonly print: (seed: number, place: Place) => string;
  /** Undefined for an id that this seed never gave away. */
  readonly parse: (seed: number, text: string) => Place | undefined;
  /** Whether a text is spelled as they are, given away or not. */
  readonly isSpelled: (text: string) => boolean;
};

/** As OpenTelemetry's trace ids: 32 hex digits. */
export const hexIds: Ids = {
  print: printTraceId,
  parse: parseTraceId,
  isSpelled: (text) => /^[0-9a-f]{32}$/.test(text),
};

/** `spell` writes 32 hex digits in another way, `read` takes them back, undefined where it is no such spelling. */
const respelled = (spell: (id: string) => string, read: (text: string) => string | undefined): Ids => ({
  print: (seed, place) => spell(printTraceId(seed, place)),
  parse: (seed, text) => {
    const half = read(text);
    if (half === undefined) return undefined;
    const place = placeOf(seed, half);
    return spell(printTraceId(seed, place)) === text ? place : undefined;
  },
  isSpelled: (text) => read(text) !== undefined,
});

/** A version 4 UUID. */
export const uuidIds: Ids = respelled(
  (id) => {
    const rest = id.slice(16);
    const variant = "89ab"[Number.parseInt(rest[7] ?? "0", 16) % 4];
    return `${id.slice(0, 8)}-${rest.slice(0, 4)}-4${rest.slice(4, 7)}-${variant}${rest.slice(8, 11)}-${rest.slice(11, 15)}${id.slice(8, 16)}`;
  },
  (text) =>
    /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(text)
      ? text.slice(0, 8) + text.slice(-8)
      : undefined,
);

const base32 = "0123456789abcdefghijklmnopqrstuv";
const inBase32 = (word: string, length: number): string => {
  let [left, text] = [Number.parseInt(word, 16), ""];
  for (let i = 0; i < length; i++) [left, text] = [Math.floor(left / 32), (base32[left % 32] ?? "") + text];
  return text;
};
const fromBase32 = (text: string): number => [...text].reduce((sum, sign) => sum * 32 + base32.indexOf(sign), 0);

/** Twenty signs, 0-9 and a-v, behind a prefix: as `xid` and its like write them. */
export const shortIds = (prefix = ""): Ids =>
  respelled(
    (id) => prefix + inBase32(id.slice(0, 8), 7) + inBase32(id.slice(8, 16), 7) + inBase32(id.slice(16, 23), 6),
    (text) => {
      const signs = text.startsWith(prefix) ? text.slice(prefix.length) : "";
      if (!/^[0-9a-v]{20}$/.test(signs)) return undefined;
      const words = [signs.slice(0, 7), signs.slice(7, 14)].map(fromBase32);
      return words.every((word) => word < 2 ** 32) ? words.map(hex).join("") : undefined;
    },
  );
