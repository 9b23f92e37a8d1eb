/** One series' samples within a range -> one number. */
import type { RangeAggregation } from "@/lib/engine/logql/ast";
import type { Samples } from "@/lib/engine/logql/samples";

/** `first` to `end` are rows of `samples`, at least one. */
export type OverTime = (samples: Samples, first: number, end: number) => number;

const valueAt = ({ values }: Samples, row: number): number => values[row] ?? 1;

function sum(samples: Samples, first: number, end: number): number {
  let total = 0;
  for (let row = first; row < end; row += 1) total += valueAt(samples, row);
  return total;
}
function average(samples: Samples, first: number, end: number): number {
  let mean = 0;
  for (let row = first, count = 1; row < end; row += 1, count += 1)
    mean += valueAt(samples, row) / count - mean / count;
  return mean;
}
const extreme =
  (isBetter: (a: number, b: number) => boolean): OverTime =>
  (samples, first, end) => {
    let best = valueAt(samples, first);
    for (let row = first + 1; row < end; row += 1) {
      const value = valueAt(samples, row);
      if (isBetter(value, best) || Number.isNaN(best)) best = value;
    }
    return best;
  };
/** Welford's. */
function variance(samples: Samples, first: number, end: number): number {
  let [mean, squares] = [0, 0];
  for (let row = first, count = 1; row < end; row += 1, count += 1) {
    const delta = valueAt(samples, row) - mean;
    mean += delta / count;
    squares += delta * (valueAt(samples, row) - mean);
  }
  return squares / (end - first);
}
const quantile =
  (q: number): OverTime =>
  (samples, first, end) => {
    if (q < 0) return Number.NEGATIVE_INFINITY;
    if (q > 1) return Number.POSITIVE_INFINITY;
    const values = Float64Array.from({ length: end - first }, (_, i) => valueAt(samples, first + i)).sort();
    const rank = q * (values.length - 1);
    const low = Math.max(0, Math.floor(rank));
    const weight = rank - Math.floor(rank);
    return (values[low] ?? 0) * (1 - weight) + (values[Math.min(values.length - 1, low + 1)] ?? 0) * weight;
  };
/**
 * As Loki extrapolates: its times are nanoseconds and it takes them for milliseconds, and the range begins one range
 * before the first sample.
 */
const counterRate =
  (rangeNanos: number): OverTime =>
  (samples, first, end) => {
    if (end - first < 2) return 0;
    let [gained, last] = [valueAt(samples, end - 1) - valueAt(samples, first), 0];
    for (let row = first; row < end; row += 1) {
      if (valueAt(samples, row) < last) gained += last;
      last = valueAt(samples, row);
    }
    const sampled = (((samples.micros[end - 1] ?? 0) - (samples.micros[first] ?? 0)) * 1_000) / 1_000;
    const average = sampled / (end - first - 1);
    let toStart = rangeNanos / 1e6 / 1_000;
    if (gained > 0 && valueAt(samples, first) >= 0)
      toStart = Math.min(toStart, sampled * (valueAt(samples, first) / gained));
    const extrapolated = sampled + (toStart < average * 1.1 ? toStart : average / 2);
    return (gained * (extrapolated / sampled)) / (rangeNanos / 1e9);
  };

export function overTime({ operation, parameter, range, unwrap }: RangeAggregation): OverTime {
  const seconds = range / 1e9;
  switch (operation) {
    case "count_over_time":
      return (_, first, end) => end - first;
    case "rate":
      return unwrap ? (...window) => sum(...window) / seconds : (_, first, end) => (end - first) / seconds;
    case "bytes_rate":
      return (...window) => sum(...window) / seconds;
    case "rate_counter":
      return counterRate(range);
    case "bytes_over_time":
    case "sum_over_time":
      return sum;
    case "avg_over_time":
      return average;
    case "min_over_time":
      return extreme((a, b) => a < b);
    case "max_over_time":
      return extreme((a, b) => a > b);
    case "stdvar_over_time":
      return variance;
    case "stddev_over_time":
      return (...window) => Math.sqrt(variance(...window));
    case "quantile_over_time":
      return quantile(parameter ?? 0);
    case "first_over_time":
      return (samples, first) => valueAt(samples, first);
    case "last_over_time":
      return (samples, _, end) => valueAt(samples, end - 1);
    case "absent_over_time":
      return () => 1;
  }
}
