/** Where the evaluator finds samples. */
import type { Labels, Matcher } from "@/lib/signal/labels";

/** Samples at ascending instants (ms). */
export type StoredSeries = {
  /** With `__name__`. */
  readonly labels: Labels;
  readonly at: Float64Array;
  readonly values: Float64Array;
  /** When it was marked stale (its target went away), ascending; a later sample brings it back. */
  readonly ends: readonly number[];
};

export type Storage = {
  /** Series with samples in (after, until] ms that satisfy all matchers, ordered by their labels; no two alike. */
  readonly select: (matchers: readonly Matcher[], after: number, until: number) => readonly StoredSeries[];
};
