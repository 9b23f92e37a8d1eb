/**
 * Functions over the samples of a range: (start, end], left edge out. Each gives a number, or null for no answer.
 * Source: promql/functions.go of Prometheus 3.15.
 */
import { overTime } from "@/lib/engine/promql/over-time";
import { type RangeFunction, type Span, spanTime, spanValue } from "@/lib/engine/promql/span";
import { add, newSum } from "@/lib/engine/promql/sums";

type Kind = { readonly isCounter: boolean; readonly perSecond: boolean };

/** What the samples show, drawn out to the edges of the range where the next sample beyond could well lie there. */
function extrapolated(span: Span, { isCounter, perSecond }: Kind): number | null {
  const { first, last, start, end } = span;
  const gaps = last - first - 1;
  if (gaps === 0) return null;
  const from = spanTime(span, first);
  const to = spanTime(span, last - 1);
  const begin = spanValue(span, first);
  let result = spanValue(span, last - 1) - begin;
  if (isCounter)
    for (let i = first + 1; i < last; i++)
      if (spanValue(span, i) < spanValue(span, i - 1)) result += spanValue(span, i - 1);

  const sampled = (to - from) / 1_000;
  const mean = sampled / gaps;
  const threshold = mean * 1.1;
  let before = (from - start) / 1_000;
  if (before >= threshold) before = mean / 2;
  // A counter is never negative: the way back ends where it would have been zero.
  if (isCounter && result > 0 && begin >= 0) before = Math.min(before, sampled * (begin / result));
  let behind = (end - to) / 1_000;
  if (behind >= threshold) behind = mean / 2;
  const factor = sampled === 0 ? 1 : (sampled + before + behind) / sampled;
  return result * (perSecond ? factor / ((end - start) / 1_000) : factor);
}

/** From the last two samples only. */
function instantly(span: Span, isRate: boolean): number | null {
  const { first, last } = span;
  if (last - first < 2) return null;
  const value = spanValue(span, last - 1);
  const before = spanValue(span, last - 2);
  const seconds = (spanTime(span, last - 1) - spanTime(span, last - 2)) / 1_000;
  if (!isRate) return value - before;
  return (value < before ? value : value - before) / seconds;
}

/** Least squares; the intercept lies at `origin` (ms), the slope is per second. */
function regression(span: Span, origin: number): { readonly slope: number; readonly intercept: number } {
  const { first, last } = span;
  const initial = spanValue(span, first);
  const [x, y, xy, xx] = [newSum(), newSum(), newSum(), newSum()];
  let isConstant = true;
  for (let i = first; i < last; i++) {
    const value = spanValue(span, i);
    if (value !== initial) isConstant = false;
    const seconds = (spanTime(span, i) - origin) / 1_000;
    add(x, seconds);
    add(y, value);
    add(xy, seconds * value);
    add(xx, seconds * seconds);
  }
  if (isConstant)
    return Number.isFinite(initial) ? { slope: 0, intercept: initial } : { slope: Number.NaN, intercept: Number.NaN };
  const count = last - first;
  const [sumX, sumY] = [x.total + x.lost, y.total + y.lost];
  const covariance = xy.total + xy.lost - (sumX * sumY) / count;
  const variance = xx.total + xx.lost - (sumX * sumX) / count;
  const slope = covariance / variance;
  return { slope, intercept: sumY / count - (slope * sumX) / count };
}

function counting(span: Span, happens: (value: number, before: number) => boolean): number {
  let count = 0;
  for (let i = span.first + 1; i < span.last; i++) if (happens(spanValue(span, i), spanValue(span, i - 1))) count += 1;
  return count;
}

export const rangeFunctions: ReadonlyMap<string, RangeFunction> = new Map<string, RangeFunction>([
  ["rate", (span) => extrapolated(span, { isCounter: true, perSecond: true })],
  ["increase", (span) => extrapolated(span, { isCounter: true, perSecond: false })],
  ["delta", (span) => extrapolated(span, { isCounter: false, perSecond: false })],
  ["irate", (span) => instantly(span, true)],
  ["idelta", (span) => instantly(span, false)],
  ["resets", (span) => counting(span, (value, before) => value < before)],
  [
    "changes",
    (span) => counting(span, (value, before) => value !== before && !(Number.isNaN(value) && Number.isNaN(before))),
  ],
  ["deriv", (span) => (span.last - span.first < 2 ? null : regression(span, spanTime(span, span.first)).slope)],
  [
    "predict_linear",
    (span) => {
      if (span.last - span.first < 2) return null;
      const { slope, intercept } = regression(span, span.now);
      return slope * span.parameter + intercept;
    },
  ],
  ...overTime,
]);
