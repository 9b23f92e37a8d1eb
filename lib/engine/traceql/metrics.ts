/**
 * TraceQL metrics: spans that match, counted or measured in steps. A sample at T covers (T - step, T]; an instant query is
 * one step, [start, end]. Quantiles come from buckets of powers of two, as Tempo's do (pkg/traceql/engine_metrics.go).
 */
import type { Attribute, Metrics, Query, SecondStage } from "@/lib/engine/traceql/ast";
import { compileAttribute, type Evaluate, isTrue } from "@/lib/engine/traceql/field";
import { printAttribute } from "@/lib/engine/traceql/print";
import { log2Bucket, log2Quantile } from "@/lib/engine/traceql/quantile";
import { type Slices, tracesASlice } from "@/lib/engine/traceql/slices";
import { compileQuery } from "@/lib/engine/traceql/spansets";
import { millisAt, type Storage, type StoredSpan, type StoredTrace } from "@/lib/engine/traceql/storage";
import { floatValue, textValue, type Value, valueKey } from "@/lib/engine/traceql/value";
import { toInstant } from "@/lib/signal/time";

export type Grid = {
  /** Epoch ms, aligned by the caller; the first interval begins here. */
  readonly start: number;
  readonly end: number;
  /** ms */
  readonly step: number;
  readonly instant: boolean;
};
export type MetricSeries = {
  readonly labels: readonly (readonly [string, Value | undefined])[];
  /** null = no sample. */
  readonly samples: readonly { readonly at: number; readonly value: number | null }[];
  readonly exemplars: readonly { readonly traceId: string; readonly at: number; readonly value: number }[];
};
export type Measured =
  | { readonly kind: "series"; readonly series: readonly MetricSeries[]; readonly inspected: number }
  /** More traces than may be looked at: no number is better than a wrong one. */
  | { readonly kind: "too-many" };

type Cell = {
  count: number;
  sum: number;
  min: number;
  max: number;
  /** By upper bound. */
  readonly buckets: Map<number, number>;
};
type Group = {
  readonly labels: readonly (readonly [string, Value | undefined])[];
  readonly cells: (Cell | undefined)[];
  readonly exemplars: {
    readonly interval: number;
    readonly traceId: string;
    readonly at: number;
    readonly value: number;
  }[];
};

const perInterval = 2;
const needsBuckets = (kind: Metrics["kind"]): boolean =>
  kind === "quantile_over_time" || kind === "histogram_over_time";

/** Durations in seconds; undefined where there is no number. */
const numberOf = (value: Value | undefined): number | undefined =>
  value?.type === "duration"
    ? value.value / 1e9
    : value?.type === "int" || value?.type === "float"
      ? value.value
      : undefined;

/** The upper bound: of durations by their ns, in seconds; undefined below two units, as in Tempo. */
function bucketOf(value: Value | undefined): number | undefined {
  if (value?.type === "duration") {
    const bound = log2Bucket(value.value);
    return bound === undefined ? undefined : bound / 1e9;
  }
  return value?.type === "int" || value?.type === "float" ? log2Bucket(value.value) : undefined;
}

/** Which step a start (epoch ms) falls into; -1 where none. */
function intervalOf({ start, end, step, instant }: Grid, at: number): number {
  if (instant) return at >= start && at <= end && end !== start ? 0 : -1;
  return at > start && at <= end ? Math.ceil((at - start) / step) - 1 : -1;
}

const sampleOf = (kind: Metrics["kind"], cell: Cell | undefined, seconds: number): number | null => {
  switch (kind) {
    case "rate":
      return (cell?.count ?? 0) / seconds;
    case "count_over_time":
      return cell?.count ?? 0;
    case "sum_over_time":
      return cell ? cell.sum : null;
    case "avg_over_time":
      return cell ? cell.sum / cell.count : null;
    case "min_over_time":
      return cell ? cell.min : null;
    case "max_over_time":
      return cell ? cell.max : null;
    default:
      return null;
  }
};

function seriesOf(metrics: Metrics, group: Group, grid: Grid, mostExemplars: number): MetricSeries[] {
  const intervals = grid.instant ? 1 : Math.round((grid.end - grid.start) / grid.step);
  const seconds = (grid.instant ? grid.end - grid.start : grid.step) / 1_000;
  const atOf = (interval: number): number => (grid.instant ? grid.end : grid.start + (interval + 1) * grid.step);
  const named = group.labels.length > 0 ? group.labels : [["__name__", textValue(metrics.kind)] as const];
  const build = (labels: MetricSeries["labels"], value: (cell: Cell | undefined) => number | null): MetricSeries => ({
    labels,
    samples: Array.from({ length: intervals }, (_, i) => ({ at: atOf(i), value: value(group.cells[i]) })),
    exemplars: group.exemplars.slice(0, mostExemplars).map(({ interval, traceId, at, value: own }) => ({
      traceId,
      at,
      value: metrics.kind === "rate" || metrics.kind === "count_over_time" ? (value(group.cells[interval]) ?? 0) : own,
    })),
  });
  if (metrics.kind === "quantile_over_time")
    return metrics.quantiles.map((quantile) =>
      build([...group.labels, ["p", floatValue(quantile)]], (cell) =>
        cell ? log2Quantile(quantile, cell.buckets) : 0,
      ),
    );
  if (metrics.kind === "histogram_over_time") {
    const bounds = [...new Set(group.cells.flatMap((cell) => [...(cell?.buckets.keys() ?? [])]))].sort((a, b) => a - b);
    return bounds.map((bound) =>
      build([...group.labels, ["__bucket", floatValue(bound)]], (cell) => cell?.buckets.get(bound) ?? 0),
    );
  }
  return [build(named, (cell) => sampleOf(metrics.kind, cell, seconds))];
}

function applied(stages: readonly SecondStage[], series: readonly MetricSeries[]): readonly MetricSeries[] {
  return stages.reduce<readonly MetricSeries[]>((current, stage) => {
    if (stage.kind === "keep") {
      const keeps = (value: number | null): boolean =>
        value !== null && isTrue(stage.op, floatValue(value), floatValue(stage.value));
      return current
        .map((each) => ({ ...each, samples: each.samples.filter(({ value }) => keeps(value)) }))
        .filter(({ samples }) => samples.length > 0);
    }
    // At each instant its own best; the others have no sample there.
    const sign = stage.kind === "topk" ? -1 : 1;
    const length = current[0]?.samples.length ?? 0;
    const kept = Array.from({ length }, (_, i) => {
      const ranked = current
        .map((each, row) => ({ row, value: each.samples[i]?.value ?? null }))
        .filter((each): each is { row: number; value: number } => each.value !== null)
        .sort((a, b) => sign * (a.value - b.value) || a.row - b.row);
      return new Set(ranked.slice(0, stage.count).map(({ row }) => row));
    });
    return current
      .map((each, row) => ({ ...each, samples: each.samples.filter((_, i) => kept[i]?.has(row)) }))
      .filter(({ samples }) => samples.length > 0);
  }, series);
}

function record(cell: Cell, metrics: Metrics, value: number | undefined, bucket: number | undefined): void {
  cell.count += 1;
  if (value !== undefined) {
    cell.sum += value;
    cell.min = Math.min(cell.min, value);
    cell.max = Math.max(cell.max, value);
  }
  if (needsBuckets(metrics.kind) && bucket !== undefined) cell.buckets.set(bucket, (cell.buckets.get(bucket) ?? 0) + 1);
}

/** `metrics` is the query's own. Looks at no more than `mostInspected` traces. */
export function* measure(
  storage: Storage,
  query: Query,
  metrics: Metrics,
  grid: Grid,
  { mostExemplars, mostInspected }: { readonly mostExemplars: number; readonly mostInspected: number },
): Slices<Measured> {
  const match = compileQuery(query);
  const by = metrics.by.map(
    (attribute: Attribute) => [printAttribute(attribute), compileAttribute(attribute)] as const,
  );
  const of: Evaluate | null = "of" in metrics ? compileAttribute(metrics.of) : null;
  const groups = new Map<string, Group>();
  if (by.length === 0 && of === null) groups.set("", { labels: [], cells: [], exemplars: [] });

  const take = (span: StoredSpan, trace: StoredTrace): void => {
    const at = millisAt(trace, span.start);
    const interval = intervalOf(grid, at);
    if (interval < 0) return;
    const told = of?.(span, trace);
    const value = of ? numberOf(told) : undefined;
    const bucket = of && needsBuckets(metrics.kind) ? bucketOf(told) : undefined;
    if (of && (needsBuckets(metrics.kind) ? bucket : value) === undefined) return;
    const values = by.map(([name, evaluate]) => [name, evaluate(span, trace)] as const);
    const key = values.map(([, each]) => valueKey(each)).join("\n");
    let group = groups.get(key);
    if (!group) {
      group = { labels: values, cells: [], exemplars: [] };
      groups.set(key, group);
    }
    let cell = group.cells[interval];
    if (!cell) {
      cell = { count: 0, sum: 0, min: Number.POSITIVE_INFINITY, max: Number.NEGATIVE_INFINITY, buckets: new Map() };
      group.cells[interval] = cell;
    }
    record(cell, metrics, value, bucket);
    if (cell.count <= perInterval && mostExemplars > 0) {
      group.exemplars.push({ interval, traceId: trace.id, at, value: value ?? 0 });
    }
  };

  let inspected = 0;
  for (const trace of storage.traces({ from: toInstant(Math.floor(grid.start)), to: toInstant(Math.ceil(grid.end)) })) {
    inspected += 1;
    if (inspected > mostInspected) return { kind: "too-many" };
    if (inspected % tracesASlice === 0) yield;
    for (const { spans } of match(trace)) for (const span of spans) take(span, trace);
  }
  const ordered = [...groups].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, group]) => group);
  const share = Math.max(1, Math.floor(mostExemplars / Math.max(1, ordered.length)));
  const series = ordered.flatMap((group) => seriesOf(metrics, group, grid, Math.min(share, mostExemplars)));
  return { kind: "series", series: applied(query.secondStages, series), inspected };
}
