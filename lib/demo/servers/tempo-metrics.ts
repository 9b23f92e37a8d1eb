/** Tempo's TraceQL metrics over a range and at an instant: how windows are clamped and aligned, and the odd JSON. */
import {
  anyValue,
  cutoffOf,
  inspectedBytes,
  json,
  plainText,
  refused,
  strippedId,
  type TempoVersion,
  timestamp,
} from "@/lib/demo/servers/tempo-parameters";
import { unhurried } from "@/lib/demo/servers/unhurried";
import { durationNanos } from "@/lib/engine/traceql/lexer";
import { type Grid, type MetricSeries, measure } from "@/lib/engine/traceql/metrics";
import { parseTraceql } from "@/lib/engine/traceql/parse";
import type { Storage } from "@/lib/engine/traceql/storage";
import { printGoDuration } from "@/lib/engine/traceql/value";
import { hour, type Instant, minute, second } from "@/lib/signal/time";

const mostIntervals = 10_000;
const mostExemplars = 100;
/** Three hours of a busy world. No real limit: what is more takes this server too long. */
const mostInspected = 250_000;
const longestOf = (version: TempoVersion): number => (version === "3.0.3" ? 24 * hour : 3 * hour);

/** DefaultQueryRangeStep in pkg/traceql/engine_metrics.go: about 240 points. */
function defaultStep(length: number): number {
  const baseline = length / 240;
  if (length < minute) return baseline > 50 ? Math.floor(baseline / 50) * 50 : 50;
  const grain = [hour, 5 * minute, minute, 15 * second, 5 * second, second].find((each) => baseline > each);
  return grain === undefined ? second : Math.floor(baseline / grain) * grain;
}

/** ms */
function stepOf(query: URLSearchParams, length: number): number | undefined {
  const text = query.get("step") ?? "";
  if (text === "") return defaultStep(length);
  if (/^\d+(?:\.\d+)?$/.test(text)) return Number(text) * 1_000;
  const nanos = durationNanos(text);
  return nanos === undefined ? undefined : nanos / 1e6;
}

type Bounds =
  | { readonly ok: true; readonly start: number; readonly end: number }
  | { readonly ok: false; readonly message: string };

function boundsOf(query: URLSearchParams, now: Instant): Bounds {
  const since = query.get("since") ?? "";
  const length = since === "" ? hour : (durationNanos(since) ?? Number.NaN) / 1e6;
  if (Number.isNaN(length))
    return {
      ok: false,
      message: `could not parse 'since' parameter: not a valid duration string: ${JSON.stringify(since)}`,
    };
  const end = timestamp(query, "end", now);
  if (!end.ok) return end;
  const start = timestamp(query, "start", Math.min(end.value, now) - length);
  return start.ok ? { ok: true, start: start.value, end: end.value } : start;
}

/** The grid of a range or an instant query, or Tempo's sentence. */
function gridOf(
  query: URLSearchParams,
  instant: boolean,
  now: Instant,
  version: TempoVersion,
): { readonly ok: true; readonly grid: Grid } | { readonly ok: false; readonly message: string } {
  const fail = (message: string): { readonly ok: false; readonly message: string } => ({ ok: false, message });
  const bounds = boundsOf(query, now);
  if (!bounds.ok) return bounds;
  const { start } = bounds;
  if (start >= bounds.end) return fail("end must be greater than start");
  const newest = version === "3.0.3" ? now - cutoffOf(version) : Number.POSITIVE_INFINITY;
  const over = bounds.end - newest;
  // An instant query is moved by whole seconds (clampInstantQueryEnd).
  const end = over > 0 ? (instant ? bounds.end - Math.ceil(over / second) * second : newest) : bounds.end;
  if (start >= end) return fail("query window falls entirely within query_end_cutoff");
  if (end - start > longestOf(version))
    return fail(
      `metrics query time range exceeds the maximum allowed duration of ${printGoDuration(longestOf(version) * 1e6)}`,
    );
  if (instant) return { ok: true, grid: { start, end, step: end - start, instant } };
  const step = stepOf(query, bounds.end - start);
  if (step === undefined) return fail(`cannot parse ${JSON.stringify(query.get("step") ?? "")} to a valid duration`);
  if (step === 0 || (end - start) / step > mostIntervals) {
    const least = Math.floor(((end - start) * 1e6) / mostIntervals);
    return fail(
      `step of ${printGoDuration(step * 1e6)} is too small, minimum step for given range is ${printGoDuration(least)}`,
    );
  }
  // One step more at the front; the newest, incomplete one is dropped by the cut-off (AlignRequest, clampQueryEnd).
  const last = Math.ceil(end / step) * step;
  const to = last > newest ? Math.floor(newest / step) * step : last;
  return { ok: true, grid: { start: Math.floor(start / step) * step - step, end: to, step, instant } };
}

const labelsOf = (labels: MetricSeries["labels"]): object[] =>
  labels.map(([key, value]) => ({ key, value: anyValue(value) }));
/** Zero is left out, as protobuf's JSON does. */
const told = (value: number): object => (value === 0 ? {} : { value });

const rangeSeries = ({ labels, samples, exemplars }: MetricSeries): object => ({
  labels: labelsOf(labels),
  samples: samples.flatMap(({ at, value }) =>
    value === null ? [] : [{ timestampMs: `${Math.floor(at)}`, ...told(value) }],
  ),
  ...(exemplars.length > 0
    ? {
        exemplars: exemplars.map(({ traceId, at, value }) => ({
          labels: [{ key: "trace:id", value: { stringValue: strippedId(traceId) } }],
          ...told(value),
          timestampMs: `${Math.floor(at)}`,
        })),
      }
    : {}),
});

/** Rejects when whoever asked has left. */
export async function tempoMetrics(
  storage: Storage,
  query: URLSearchParams,
  instant: boolean,
  now: Instant,
  version: TempoVersion,
  left: AbortSignal,
): Promise<Response> {
  const parsed = parseTraceql(query.get("q") ?? query.get("query") ?? "");
  if (!parsed.ok) return refused(parsed.message);
  const { metrics, hints } = parsed.query;
  if (metrics === null) return refused("not a metrics query");
  const placed = gridOf(query, instant, now, version);
  if (!placed.ok) return refused(placed.message);
  const hint = hints.get("exemplars");
  const asked = Number(query.get("exemplars") ?? "0");
  const wanted =
    hint?.type === "int" ? hint.value : hint?.type === "boolean" && !hint.value ? 0 : asked || mostExemplars;
  const work = measure(storage, parsed.query, metrics, placed.grid, {
    mostExemplars: instant ? 0 : Math.max(0, Math.min(mostExemplars, wanted)),
    mostInspected,
  });
  const measured = await unhurried(work, left);
  if (measured.kind === "too-many")
    return plainText(
      422,
      `this window holds more than ${mostInspected} traces, which this server does not count; ask for less`,
    );
  const metricsTold = { inspectedBytes: inspectedBytes(measured.inspected), totalJobs: 3, completedJobs: 3 };
  const series = measured.series.map((each) => ({
    ...each,
    samples: each.samples.filter(({ value }) => value !== null),
  }));
  return json({
    series: series
      .filter(({ samples }) => samples.length > 0)
      .map((each) =>
        instant ? { labels: labelsOf(each.labels), ...told(each.samples[0]?.value ?? 0) } : rangeSeries(each),
      ),
    metrics: metricsTold,
  });
}
