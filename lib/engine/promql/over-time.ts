/** `*_over_time`: one number of all samples in a range. Source: promql/functions.go of Prometheus 3.15. */
import type { RangeFunction, Span } from "@/lib/engine/promql/span";
import { add, meanOf, newSum, quantileOf, totalOf } from "@/lib/engine/promql/sums";

const valuesOf = ({ values, first, last }: Span): Float64Array => values.subarray(first, last);

/** The extreme that is no NaN, where there is any. */
function extreme(span: Span, isBetter: (value: number, best: number) => boolean): number {
  let best = Number.NaN;
  for (const value of valuesOf(span)) if (Number.isNaN(best) || isBetter(value, best)) best = value;
  return best;
}

/** Welford's, with what rounding loses kept. */
function variance(span: Span): number {
  const mean = newSum();
  const squares = newSum();
  let count = 0;
  for (const value of valuesOf(span)) {
    count += 1;
    const delta = value - (mean.total + mean.lost);
    add(mean, delta / count);
    add(squares, delta * (value - (mean.total + mean.lost)));
  }
  return (squares.total + squares.lost) / count;
}

export const overTime: readonly (readonly [string, RangeFunction])[] = [
  ["avg_over_time", (span) => meanOf(valuesOf(span))],
  ["min_over_time", (span) => extreme(span, (value, best) => value < best)],
  ["max_over_time", (span) => extreme(span, (value, best) => value > best)],
  [
    "sum_over_time",
    (span) => {
      const sum = newSum();
      for (const value of valuesOf(span)) add(sum, value);
      return totalOf(sum);
    },
  ],
  ["count_over_time", ({ first, last }) => last - first],
  ["first_over_time", ({ values, first }) => values[first] ?? null],
  ["last_over_time", ({ values, last }) => values[last - 1] ?? null],
  ["present_over_time", () => 1],
  // Turned round where it is evaluated: presence here, absence there.
  ["absent_over_time", () => 1],
  ["stddev_over_time", (span) => Math.sqrt(variance(span))],
  ["stdvar_over_time", variance],
  ["quantile_over_time", (span) => quantileOf(span.parameter, [...valuesOf(span)])],
];
