/** Steps and windows of range queries: aligned, never under the sample interval, at most 240 points. */
import { type Instant, minute, second, toInstant, type Window } from "@/lib/signal/time";

const ladder = [5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 21_600, 86_400].map(
  (seconds) => seconds * second,
);

/** Smallest step of the ladder that is no finer than the samples and gives at most `points`. */
export function stepFor(window: Window, interval: number, points = 240): number {
  const least = Math.max(interval, (window.to - window.from) / points);
  return ladder.find((step) => step >= least - 1) ?? 86_400 * second;
}

/** Grid points on multiples of `step`, so that a refresh does not make the graph jitter. */
export const alignTo = (window: Window, step: number): Window => ({
  from: toInstant(Math.floor(window.from / step) * step),
  to: toInstant(Math.ceil(window.to / step) * step),
});

/** As `alignTo`, but never asks beyond `now`: the last point may be the one before it. */
export function alignWithin(window: Window, step: number, now: Instant): Window {
  const aligned = alignTo(window, step);
  return aligned.to <= now ? aligned : { from: aligned.from, to: toInstant(Math.floor(now / step) * step) };
}

/** Four samples must fit, or a rate over a scrape that failed is no number. Source: Prometheus' advice on range selectors. */
export const rateWindowFor = (interval: number): number => Math.max(4 * interval, minute);

/** `90s` as PromQL and LogQL write it. */
export const printRange = (ms: number): string => `${Math.round(ms / second)}s`;

const usual = [1, 5, 10, 15, 20, 30, 60, 120, 300].map((seconds) => seconds * second);
/** Sample interval from the number of samples seen in a range: the usual one nearest to it, ms. */
export function intervalFrom(samples: number, range: number): number {
  const measured = range / Math.max(samples, 1);
  return usual.reduce((best, next) =>
    Math.abs(Math.log(next / measured)) < Math.abs(Math.log(best / measured)) ? next : best,
  );
}
