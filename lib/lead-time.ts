/** A time as links and messages write it -> an instant. Templates, shells and URL decoders all leave their marks on it. */
import { type Instant, minute, toInstant } from "@/lib/signal/time";

/** Before 2001 nothing of this was running; Go's zero time (year 1) and `0` mean "none". */
const earliest = 1_000_000_000_000;
const latest = 32_503_680_000_000;
const sane = (ms: number): Instant | undefined =>
  Number.isFinite(ms) && ms >= earliest && ms < latest ? toInstant(ms) : undefined;

/** How many of the unit make a second, by the number of digits an instant of this century has. */
const perSecond: readonly (readonly [digits: number, perSecond: number])[] = [
  [10, 1],
  [13, 1e3],
  [16, 1e6],
  [19, 1e9],
];

const written =
  /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(?: ?(Z|UTC|GMT)| ?([+ -])(\d\d):?(\d\d)(?: [A-Za-z]{1,5}| [+-]\d{2,4})?)?(?: m=[ +-][\d.]+)?$/i;

/**
 * RFC 3339 (its `+` may have become a space), Go's `2026-11-21 04:03:13.3 +0000 UTC`, epoch seconds, milliseconds,
 * microseconds or nanoseconds. A date and time without a zone is UTC. Anything else, and a zero time, is undefined.
 */
export function parseTime(pasted: string): Instant | undefined {
  const text = pasted.trim().replace(/ {2,}/g, " ");
  if (/^\d{10}\.\d{1,9}$/.test(text)) return sane(Number(text) * 1_000);
  const unit = /^\d+$/.test(text) ? perSecond.find(([digits]) => digits === text.length) : undefined;
  if (unit) return sane((Number(text) / unit[1]) * 1_000);
  const [, year, month, day, hours, minutes, seconds = "0", fraction = "0", , sign, ahead, aside] =
    written.exec(text) ?? [];
  if (year === undefined) return undefined;
  const [y, mo, d, h, mi, s] = [year, month, day, hours, minutes, seconds].map(Number);
  const at = Date.UTC(y ?? 0, (mo ?? 0) - 1, d, h, mi, s) + Math.round(Number(`0.${fraction}`) * 1_000);
  // The 31st of February and 25 o'clock are no times.
  if (new Date(at).getUTCDate() !== d || (h ?? 0) > 23 || (mi ?? 0) > 59) return undefined;
  const offset = (Number(ahead ?? 0) * 60 + Number(aside ?? 0)) * minute;
  return sane(at - (sign === "-" ? -offset : offset));
}
