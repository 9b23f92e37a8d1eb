/** Metric series on a regular grid, and exemplars. */
import type { Labels } from "@/lib/signal/labels";
import { type Instant, toInstant } from "@/lib/signal/time";

/** `values[i]` is at `start + i * step` (ms). `null` = no sample, NaN or ±Inf: a hole to be drawn as one. */
export type Series = {
  readonly labels: Labels;
  readonly start: Instant;
  readonly step: number;
  readonly values: ArrayLike<number | null>;
};

/** What a series' numbers are. `ratio` is 0..1; `seconds` are seconds; rates are per second. */
export type Unit = "ratio" | "seconds" | "per-second" | "bytes" | "count";

export type Exemplar = {
  readonly labels: Labels;
  readonly at: Instant;
  /** As the application wrote it: seconds for a latency histogram. */
  readonly value: number | null;
  /** Canonical: lower-case, 32 hex. */
  readonly traceId: string;
};

export const instantOf = (series: Series, index: number): Instant => toInstant(series.start + index * series.step);
/** Index of the grid point nearest to `at`, or undefined outside the series. */
export function indexAt(series: Series, at: Instant): number | undefined {
  if (series.values.length === 0) return undefined;
  const index = series.step === 0 ? 0 : Math.round((at - series.start) / series.step);
  return index >= 0 && index < series.values.length ? index : undefined;
}
