/** Steps and windows of range queries: never under the sample interval, at most 240 points, the same for the same window. */
import { type Instant, minute, second, toInstant, type Window } from "@/lib/signal/time";

const ladder = [5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 21_600, 86_400].map(
  (seconds) => seconds * second,
);

/** Smallest step of the ladder that is no finer than the samples and gives at most `points`. */
export function stepFor(window: Window, interval: number, points = 240): number {
  const least = Math.max(interval, (window.to - window.from) / points);
  return ladder.find((step) => step >= least - 1) ?? 86_400 * second;
}

const floorTo = (at: number, step: number): number => Math.floor(at / step) * step;

/**
 * Grid points on multiples of `step`, from the one at or before the window's start to the last that is not after its end
 * or after `now`. What a window that has passed gives does not depend on `now`.
 */
export const alignWithin = (window: Window, step: number, now: Instant): Window => ({
  from: toInstant(floorTo(window.from, step)),
  to: toInstant(floorTo(Math.min(window.to, now), step)),
});

/** Up to this step multiples of it are recent enough, and a refresh does not make the graph jitter. */
const finest = 30 * second;
/** Wide grids end on multiples of this. */
const anchor = 15 * second;

/**
 * The grid of a Prometheus range question: its newest point is at most 30 s older than the window's end, whatever the
 * step. Wide steps are counted back from the end: on multiples of ten minutes the newest nine would never be asked for.
 *
 *     window       |---------------------------|
 *     step ≤ 30 s  |.|.|.|.|.|.|.|.|.|.|.|.|.|.    multiples of the step
 *     above        |     .     .     .     .   .   back from the end, the first at or before the start
 *
 * Only the window decides: a link opened an hour later draws the same points. `now` cuts what a link asks of the future,
 * where Prometheus would repeat its last samples for five minutes.
 */
export function gridOf(window: Window, step: number, now: Instant): Window {
  if (step <= finest) return alignWithin(window, step, now);
  const to = floorTo(Math.min(window.to, now), anchor);
  return { from: toInstant(to - Math.ceil(Math.max(to - window.from, 0) / step) * step), to: toInstant(to) };
}

/**
 * Range of a rate, ms. Four samples must fit, or a rate over a scrape that failed is no number (source: Prometheus' advice
 * on range selectors); and a range shorter than the step would never look at what lies between.
 */
export const rateWindowFor = (interval: number, step: number): number => Math.max(4 * interval, minute, step);

/** `90s` as PromQL and LogQL write it. */
export const printRange = (ms: number): string => `${Math.round(ms / second)}s`;

const usual = [1, 5, 10, 15, 20, 30, 60, 120, 300].map((seconds) => seconds * second);
/** The usual sample interval nearest to what was measured, ms. */
export const usualInterval = (measured: number): number =>
  usual.reduce((best, next) =>
    Math.abs(Math.log(next / measured)) < Math.abs(Math.log(best / measured)) ? next : best,
  );
