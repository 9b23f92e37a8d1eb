/** Errors per second ÷ requests per second -> the share that failed, point by point. */
import { indexAt, instantOf, type Series } from "@/lib/signal/series";

/**
 * On the grid of `rate`. 0/0 and a missing rate are holes; a missing error sample beside a rate is 0 (a counter of
 * failures that never failed does not exist yet). Above 1 (the two were not read at one instant) is cut to 1.
 */
export function ratioSeries(errors: Series, rate: Series): Series {
  const values = Array.from({ length: rate.values.length }, (_, index) => {
    const all = rate.values[index] ?? null;
    if (all === null || all <= 0) return null;
    const at = indexAt(errors, instantOf(rate, index));
    const failed = at === undefined ? 0 : (errors.values[at] ?? 0);
    return Math.min(1, Math.max(0, failed / all));
  });
  return { labels: errors.labels, start: rate.start, step: rate.step, values };
}
