/** What each function of PromQL takes and gives. Source: promql/parser/functions.go of Prometheus 3.15. */

export type ValueType = "vector" | "range" | "scalar" | "string";
export type Signature = {
  readonly takes: readonly ValueType[];
  /** How many of the last kind may be added or left out: 0 none, -1 any number. */
  readonly variadic: number;
  readonly gives: "vector" | "scalar";
};

const of = (takes: readonly ValueType[], variadic = 0, gives: Signature["gives"] = "vector"): Signature => ({
  takes,
  variadic,
  gives,
});
const all = (names: string, signature: Signature): [string, Signature][] =>
  names.split(" ").map((name) => [name, signature]);

const signatures: ReadonlyMap<string, Signature> = new Map([
  ...all("abs absent ceil exp floor ln log10 log2 sgn sqrt sort sort_desc timestamp", of(["vector"])),
  ...all("acos acosh asin asinh atan atanh cos cosh deg rad sin sinh tan tanh", of(["vector"])),
  ...all("histogram_avg histogram_count histogram_sum histogram_stddev histogram_stdvar", of(["vector"])),
  ...all("days_in_month day_of_month day_of_week day_of_year hour minute month year", of(["vector"], 1)),
  ...all("rate irate increase delta idelta deriv changes resets", of(["range"])),
  ...all("avg_over_time count_over_time first_over_time last_over_time max_over_time min_over_time", of(["range"])),
  ...all("sum_over_time present_over_time absent_over_time stddev_over_time stdvar_over_time", of(["range"])),
  ...all("clamp_max clamp_min", of(["vector", "scalar"])),
  ...all("clamp", of(["vector", "scalar", "scalar"])),
  ...all("round", of(["vector", "scalar"], 1)),
  ...all("quantile_over_time", of(["scalar", "range"])),
  ...all("predict_linear", of(["range", "scalar"])),
  ...all("histogram_quantile", of(["scalar", "vector"])),
  ...all("histogram_fraction", of(["scalar", "scalar", "vector"])),
  ...all("label_replace", of(["vector", "string", "string", "string", "string"])),
  ...all("label_join", of(["vector", "string", "string", "string"], -1)),
  ...all("vector", of(["scalar"])),
  ...all("scalar", of(["vector"], 0, "scalar")),
  ...all("time pi", of([], 0, "scalar")),
]);

/** Known to Prometheus, but refused unless it is started with experimental functions; the demo's is not. */
const experimental = new Set(
  "end histogram_quantiles double_exponential_smoothing info max_of min_of mad_over_time ts_of_first_over_time ts_of_max_over_time ts_of_min_over_time ts_of_last_over_time range sort_by_label sort_by_label_desc start start_timestamp step".split(
    " ",
  ),
);

export const signatureOf = (name: string): Signature | undefined => signatures.get(name);
export const isExperimental = (name: string): boolean => experimental.has(name);
