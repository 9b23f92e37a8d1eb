/** `/query`, `/query_range`, `/query_exemplars`, `/format_query`. */
import { type Answer, error, invalid, printResult, sortedLabels } from "@/lib/demo/servers/prometheus-answers";
import {
  type Parameters,
  readDuration,
  readLimit,
  readOptionalTime,
  readTime,
} from "@/lib/demo/servers/prometheus-parameters";
import type { World } from "@/lib/demo/world";
import { printComplaint } from "@/lib/engine/promql/complaint";
import { matchersOf, selectorsIn } from "@/lib/engine/promql/expression";
import { byLabels } from "@/lib/engine/promql/label-sets";
import { printValue } from "@/lib/engine/promql/literals";
import { matchesAll } from "@/lib/engine/promql/matching";
import { parse } from "@/lib/engine/promql/parse";
import { prettyPrint } from "@/lib/engine/promql/print";
import { instantQuery, type Limits, type Outcome, rangeQuery } from "@/lib/engine/promql/query";
import type { Storage } from "@/lib/engine/promql/storage";
import { labelsKey } from "@/lib/signal/labels";
import { hour, type Instant, second, toInstant } from "@/lib/signal/time";

const mostPoints = 11_000;

/** Ends an evaluation when `timeout` is over; without one, after Prometheus' own two minutes. */
function limitsOf(
  text: string,
): { readonly ok: true; readonly value: Limits } | { readonly ok: false; readonly text: string } {
  const read = text === "" ? { ok: true as const, value: 120 * second } : readDuration(text);
  if (!read.ok) return read;
  const end = performance.now() + read.value;
  return { ok: true, value: { isOver: () => performance.now() > end } };
}

function statsOf(
  parameters: Parameters,
  samples: number,
  started: number,
): { readonly stats: object | null; readonly warnings: readonly string[] } {
  const asked = parameters.one("stats");
  if (asked === "") return { stats: null, warnings: [] };
  const spent = (performance.now() - started) / 1_000;
  const timings = {
    evalTotalTime: spent,
    resultSortTime: 0,
    queryPreparationTime: 0,
    innerEvalTime: spent,
    execQueueTime: 0,
    execTotalTime: spent,
  };
  const stats = { timings, samples: { totalQueryableSamples: samples, samplesRead: samples, peakSamples: samples } };
  if (asked === "true" || asked === "all") return { stats, warnings: [] };
  const deprecated = `value ${JSON.stringify(asked)} for parameter "stats" is deprecated and will be rejected in the next major release, use "true" or "all"`;
  return { stats, warnings: [deprecated] };
}

/** Samples stand for five minutes here; another span would make other numbers. */
const noLookback = error("execution", "lookback_delta is not supported by this server");

function answered(outcome: Outcome, parameters: Parameters, limit: number, started: number): Answer {
  if (!outcome.ok)
    return outcome.reason === "query" ? invalid("query", outcome.text) : error(outcome.reason, outcome.text);
  const { data, warnings } = printResult(outcome.result, limit);
  const { stats, warnings: more } = statsOf(parameters, outcome.samples, started);
  return {
    kind: "data",
    data: stats ? { ...data, stats } : data,
    warnings: [...outcome.warnings, ...warnings, ...more],
    infos: outcome.infos,
  };
}

export function answerInstant(storage: Storage, now: Instant, parameters: Parameters): Answer {
  const started = performance.now();
  const limit = readLimit(parameters.one("limit"));
  if (!limit.ok) return invalid("limit", limit.text);
  const at = readOptionalTime(parameters, "time", now);
  if (!at.ok) return invalid("time", at.text);
  const limits = limitsOf(parameters.one("timeout"));
  if (!limits.ok) return invalid("timeout", limits.text);
  if (parameters.one("lookback_delta") !== "") return noLookback;
  return answered(
    instantQuery(parameters.one("query"), storage, at.value, limits.value),
    parameters,
    limit.value,
    started,
  );
}

export function answerRange(storage: Storage, parameters: Parameters): Answer {
  const started = performance.now();
  const limit = readLimit(parameters.one("limit"));
  if (!limit.ok) return invalid("limit", limit.text);
  const start = readTime(parameters.one("start"));
  if (!start.ok) return invalid("start", start.text);
  const end = readTime(parameters.one("end"));
  if (!end.ok) return invalid("end", end.text);
  if (end.value < start.value) return invalid("end", "end timestamp must not be before start time");
  const step = readDuration(parameters.one("step"));
  if (!step.ok) return invalid("step", step.text);
  if (step.value <= 0)
    return invalid("step", "zero or negative query resolution step widths are not accepted. Try a positive integer");
  if (Math.floor((end.value - start.value) / step.value) > mostPoints)
    return error(
      "bad_data",
      "exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)",
    );
  const limits = limitsOf(parameters.one("timeout"));
  if (!limits.ok) return invalid("timeout", limits.text);
  if (parameters.one("lookback_delta") !== "") return noLookback;
  const whole = Math.max(1, Math.trunc(step.value));
  const outcome = rangeQuery(parameters.one("query"), storage, start.value, end.value, whole, limits.value);
  return answered(outcome, parameters, limit.value, started);
}

export function answerFormat(parameters: Parameters): Answer {
  const query = parameters.one("query");
  const parsed = parse(query);
  return parsed.ok
    ? { kind: "data", data: prettyPrint(parsed.value) }
    : invalid("query", printComplaint(query, parsed.complaint));
}

/** Exemplars live in a ring: what is older has been written over. */
const exemplarRetention = 3 * hour;
/** An exemplar is seen by the scrape behind it. */
const scrapeDelay = 15 * second;

/** Only the selectors of the query matter, whatever is computed of them. */
export function answerExemplars(world: World, now: Instant, parameters: Parameters): Answer {
  const start = readOptionalTime(parameters, "start", 0);
  if (!start.ok) return invalid("start", start.text);
  const end = readOptionalTime(parameters, "end", now);
  if (!end.ok) return invalid("end", end.text);
  if (end.value < start.value) return error("bad_data", "end timestamp must not be before start timestamp");
  const query = parameters.one("query");
  const parsed = parse(query);
  if (!parsed.ok) return error("bad_data", printComplaint(query, parsed.complaint));
  const selectors = selectorsIn(parsed.value).map(matchersOf);
  if (selectors.length === 0) return { kind: "nothing" };

  const window = {
    from: toInstant(Math.max(start.value, now - exemplarRetention, world.origin)),
    to: toInstant(Math.min(end.value + scrapeDelay, now)),
  };
  const found = world
    .exemplars(window, (labels) => selectors.some((matchers) => matchesAll(matchers, labels)))
    .filter(({ at }) => at >= start.value && at <= end.value);
  const series = [...Map.groupBy(found, ({ series: labels }) => labelsKey(labels)).values()].map((own) => ({
    labels: own[0]?.series ?? {},
    exemplars: own.map(({ labels, value, at }) => ({
      labels: sortedLabels(labels),
      value: printValue(value),
      timestamp: at / 1_000,
    })),
  }));
  return {
    kind: "data",
    data: byLabels(series).map(({ labels, exemplars }) => ({ seriesLabels: sortedLabels(labels), exemplars })),
  };
}
