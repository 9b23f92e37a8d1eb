/** A metric query on a grid of instants. */
import type { Grouping, Metric, RangeAggregation } from "@/lib/engine/logql/ast";
import { overTime } from "@/lib/engine/logql/over-time";
import { refuse } from "@/lib/engine/logql/refusal";
import { regexpOf } from "@/lib/engine/logql/regexp";
import { samplesOf } from "@/lib/engine/logql/samples";
import { aggregated, type Column, matched, withNumber } from "@/lib/engine/logql/series";
import type { Storage } from "@/lib/engine/logql/storage";
import { labelsKey } from "@/lib/signal/labels";

/** Epoch microseconds, ascending, evenly spaced. */
export type Grid = readonly number[];

/** Loki's `max_query_series`. */
const seriesLimit = 500;
const everything: Grouping = { without: false, labels: [] };

/** Of a number alone: one series without labels. */
export function queryMetric(metric: Metric, storage: Storage, grid: Grid): Column[] {
  return limited(evaluated(metric, storage, grid)).filter(({ values }) => values.some((value) => value !== undefined));
}

function limited(columns: Column[]): Column[] {
  if (columns.length <= seriesLimit) return columns;
  return refuse(
    `maximum number of series (${seriesLimit}) reached for a single query; consider reducing query cardinality by adding more specific stream selectors, reducing the time range, or aggregating results with functions like sum(), count() or topk()`,
  );
}

function evaluated(metric: Metric, storage: Storage, grid: Grid): Column[] {
  switch (metric.kind) {
    case "number":
    case "vector-of":
      return [{ labels: {}, values: grid.map(() => metric.value) }];
    case "range":
      return ranges(metric, null, storage, grid);
    case "vector": {
      const { operation, parameter, of } = metric;
      const grouping = metric.grouping ?? everything;
      if (operation === "sum" && of.kind === "range" && isSummable(of))
        return aggregated(ranges(of, grouping, storage, grid), operation, grouping, parameter);
      const columns = evaluated(of, storage, grid);
      return aggregated(isFolded(operation, of) ? columns : limited(columns), operation, grouping, parameter);
    }
    case "binary": {
      const { op, left, right, matching } = metric;
      if (left.kind === "number")
        return withNumber(limited(evaluated(right, storage, grid)), op, left.value, true, matching.isBool);
      if (right.kind === "number")
        return withNumber(limited(evaluated(left, storage, grid)), op, right.value, false, matching.isBool);
      const [a, b] = [evaluated(left, storage, grid), evaluated(right, storage, grid)];
      return matched(limited(a), limited(b), op, matching, grid.length);
    }
    case "label-replace":
      return replaced(metric, limited(evaluated(metric.of, storage, grid)));
  }
}

/** Loki folds these where the lines are; whatever else is around series fetches them whole, and they count. */
const isFolded = (operation: string, of: Metric): boolean =>
  of.kind === "range"
    ? ["sum", "count", "min", "max", "avg"].includes(operation)
    : of.kind === "vector" && operation === "sum" && of.operation === "sum";

const isSummable = ({ operation, grouping }: RangeAggregation): boolean =>
  grouping === null &&
  ["bytes_over_time", "bytes_rate", "sum_over_time", "rate", "count_over_time"].includes(operation);

function ranges(range: RangeAggregation, outer: Grouping | null, storage: Storage, grid: Grid): Column[] {
  const [reach, offset] = [range.range / 1e3, range.offset / 1e3];
  const span = { from: (grid[0] ?? 0) - offset - reach + 1, to: (grid.at(-1) ?? 0) - offset + 1 };
  const over = overTime(range);
  const columns = samplesOf(range, outer, storage, span).map((samples) => {
    let [first, end] = [0, 0];
    const { micros } = samples;
    // The range is open at its start and closed at its end.
    const values = grid.map((at) => {
      while (end < micros.length && (micros[end] ?? 0) <= at - offset) end += 1;
      while (first < end && (micros[first] ?? 0) <= at - offset - reach) first += 1;
      return first < end ? over(samples, first, end) : undefined;
    });
    return { labels: samples.labels, values };
  });
  return range.operation === "absent_over_time" ? absent(range, columns, grid) : columns;
}

function absent({ logs }: RangeAggregation, columns: readonly Column[], grid: Grid): Column[] {
  const named = logs.matchers.filter(({ op, value }) => op === "=" && value !== "");
  const others = logs.matchers.filter(
    (matcher) => matcher.op !== "=" || named.find(({ label }) => label === matcher.label) !== matcher,
  );
  const labels = Object.fromEntries(
    named
      .filter(({ label }) => !others.some((other) => other.label === label))
      .map(({ label, value }) => [label, value]),
  );
  const values = grid.map((_, step) => (columns.some(({ values: own }) => own[step] !== undefined) ? undefined : 1));
  return [{ labels, values }];
}

function replaced(metric: Extract<Metric, { kind: "label-replace" }>, columns: readonly Column[]): Column[] {
  const regexp = regexpOf(metric.pattern, true);
  const made = columns.map(({ labels, values }): Column => {
    const found = regexp.exec(labels[metric.source] ?? "");
    if (!found) return { labels, values };
    const value = metric.replacement.replace(/\$(?:\$|(\d+)|\{(\d+)\})/g, (whole, bare?: string, braced?: string) =>
      whole === "$$" ? "$" : (found[Number(bare ?? braced)] ?? ""),
    );
    const { [metric.target]: _, ...others } = labels;
    return { labels: value === "" ? others : { ...others, [metric.target]: value }, values };
  });
  const keys = new Set(made.map(({ labels }) => labelsKey(labels)));
  if (keys.size < made.length) refuse("vector cannot contain metrics with the same labelset", 500);
  return made;
}
