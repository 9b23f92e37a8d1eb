/** Instants and windows. One clock: integer epoch milliseconds; spans and lines add nanosecond offsets to a base. */

declare const instant: unique symbol;
/** Integer epoch milliseconds. */
export type Instant = number & { readonly [instant]: true };
/** Absolute, both ends inclusive for display; each upstream's client settles its own edges. */
export type Window = { readonly from: Instant; readonly to: Instant };

export const second = 1_000;
export const minute = 60_000;
export const hour = 3_600_000;
export const day = 86_400_000;

export const toInstant = (ms: number): Instant => Math.round(ms) as Instant;
export const fromUnixSeconds = (seconds: number): Instant => toInstant(seconds * 1_000);
export const toUnixSeconds = (at: Instant): number => at / 1_000;
/** Epoch nanoseconds as the string every backend sends beyond 2^53; rounds down to the millisecond. */
export const fromUnixNanos = (nanos: string): Instant => Number(BigInt(nanos) / 1_000_000n) as Instant;
export const toUnixNanos = (at: Instant): string => `${BigInt(at) * 1_000_000n}`;
/** The instant `offsetNanos` after `base` (epoch ns). */
export const instantAfter = (base: string, offsetNanos: number): Instant =>
  toInstant(Number(BigInt(base) / 1_000n) / 1_000 + offsetNanos / 1e6);
/** Exact nanoseconds from `base` to `nanos`; safe for 104 days. */
export const nanosSince = (base: string, nanos: string): number => Number(BigInt(nanos) - BigInt(base));

export const shift = (at: Instant, ms: number): Instant => toInstant(at + ms);
export const durationOf = (window: Window): number => window.to - window.from;
export const isWithin = (at: Instant, window: Window): boolean => at >= window.from && at <= window.to;
export const widen = (window: Window, beforeMs: number, afterMs: number): Window => ({
  from: shift(window.from, -beforeMs),
  to: shift(window.to, afterMs),
});
/** Cuts what lies after `now`; a window wholly after it becomes empty at `now`. */
export const clipTo = (window: Window, now: Instant): Window => ({
  from: Math.min(window.from, now) as Instant,
  to: Math.min(window.to, now) as Instant,
});

/** RFC 3339 with milliseconds, UTC: `2026-11-21T14:03:10.000Z`. */
export const printInstant = (at: Instant): string => new Date(at).toISOString();
/** RFC 3339 only; anything else is undefined. */
export function parseInstant(text: string): Instant | undefined {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/.test(text)) return undefined;
  const at = Date.parse(text);
  return Number.isFinite(at) ? toInstant(at) : undefined;
}

/** `14:03:10Z`; with the date where `now` is another UTC day: `2026-11-20 14:03:10Z`. */
export function printClock(at: Instant, now: Instant): string {
  const iso = printInstant(at);
  const clock = `${iso.slice(11, 19)}Z`;
  return iso.slice(0, 10) === printInstant(now).slice(0, 10) ? clock : `${iso.slice(0, 10)} ${clock}`;
}

/** Milliseconds as people say them: `850 ms`, `1.2 s`, `85 s`, `12 min`, `3 h`, `2 d`. */
export function printDuration(ms: number): string {
  const size = Math.abs(ms);
  const say = (value: number, unit: string): string =>
    `${ms < 0 ? "−" : ""}${value >= 10 || Number.isInteger(value) ? Math.round(value) : value.toFixed(1).replace(/\.0$/, "")} ${unit}`;
  if (size < 1) return say(Math.round(size * 1_000), "µs");
  if (size < second) return say(size, "ms");
  if (size < 2 * minute) return say(size / second, "s");
  if (size < 2 * hour) return say(size / minute, "min");
  if (size < 2 * day) return say(size / hour, "h");
  return say(size / day, "d");
}
