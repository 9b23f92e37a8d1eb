/** The samples that a function over a range is given. */

/** Samples `first` to before `last` of a series; never none. */
export type Span = {
  readonly at: Float64Array;
  readonly values: Float64Array;
  readonly first: number;
  readonly last: number;
  /** Edges of the range, ms. */
  readonly start: number;
  readonly end: number;
  /** When the function is evaluated, ms. */
  readonly now: number;
  /** Of `quantile_over_time`, `predict_linear`. */
  readonly parameter: number;
};
export type RangeFunction = (span: Span) => number | null;

export const spanTime = ({ at }: Span, index: number): number => at[index] ?? Number.NaN;
export const spanValue = ({ values }: Span, index: number): number => values[index] ?? Number.NaN;
