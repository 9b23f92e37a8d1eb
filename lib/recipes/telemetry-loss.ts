/**
 * What the telemetry itself lost around the lead: refused, dropped, not sent, not scraped, not kept. One instant question a
 * Prometheus: counters by name, wherever they come from, and those of the services on the path by the ending of their names.
 */
import type { NamedByAll, Question } from "@/lib/evidence";
import { printLabel } from "@/lib/query/promql";
import { filled } from "@/lib/recipes/exporter";
import { type Facts, upstreamsOf } from "@/lib/recipes/facts";
import { printRange } from "@/lib/recipes/grid";
import { question } from "@/lib/recipes/question";
import { identityQuestion, subjectsIn } from "@/lib/recipes/red";
import { marked } from "@/lib/recipes/red-united";
import { scrapedGroups } from "@/lib/recipes/saturation";
import type { UpstreamSetting } from "@/lib/setting";
import type { Matcher } from "@/lib/signal/labels";
import { minute, shift, toInstant } from "@/lib/signal/time";

const range = 15 * minute;
/** What is lost of a moment is counted minutes later: queues and retries come first. */
const late = 5 * minute;
const mostRows = 500;

/** Since the Collector's 0.119 counters end in `_total`; both are in use. */
const families: readonly { readonly metrics: string; readonly source: string }[] = [
  {
    metrics:
      "otelcol_(?:receiver_(?:refused|failed)|exporter_(?:send|enqueue)_failed|processor_(?:dropped|refused))_(?:spans|metric_points|log_records)(?:_total)?",
    source: "OpenTelemetry Collector, internal telemetry; Alloy alike",
  },
  { metrics: "loki_discarded_samples_total", source: "Loki's distributor: lines, in spite of the name" },
  { metrics: "(?:loki_write|promtail)_dropped_entries_total", source: "Alloy, Promtail" },
  { metrics: "fluentbit_output_(?:dropped_records|retries_failed)_total", source: "Fluent Bit" },
  { metrics: "tempo_discarded_spans_total", source: "Tempo's distributor" },
  { metrics: "jaeger_(?:collector_)?spans_dropped_total", source: "Jaeger's collector" },
  { metrics: "cortex_discarded_samples_total", source: "Mimir, Cortex" },
  { metrics: "prometheus_remote_storage_samples_(?:dropped|failed)_total", source: "Prometheus, remote write" },
  { metrics: "prometheus_target_scrapes_exceeded_sample_limit_total", source: "Prometheus' scrapes" },
];
/** By name, of the services on the path alone: `audit_rows_dropped_total`. */
export const lostOfServices = ".+_(?:dropped|discarded|lost)(?:_[a-z_]+)?_total";

/**
 * By how much counters rose; their name, which a difference takes away, is kept as `metric`. Where one began anew, or began
 * to exist, all of it counts: labelled counters are born with their first event. Two numbers a series are read instead of
 * all its samples; a store that had a hole is asked a little earlier.
 */
function risen(matchers: readonly Matcher[], by: readonly string[]): string {
  const named = (offset: string): string =>
    `label_replace(${filled("{m}", matchers, "")}${offset}, "metric", "$1", "__name__", "(.+)")`;
  const ago = [range, range + 5 * minute, 2 * range].map((each) => named(` offset ${printRange(each)}`)).join(" or ");
  return `sum by (${["metric", ...by].join(", ")}) (${named("")} - (${ago}) >= 0 or ${named("")}) > 0`;
}

const known = (): string =>
  risen(
    [
      { label: "__name__", op: "=~", value: families.map(({ metrics }) => metrics).join("|") },
      // What a pipeline filters on purpose is not lost.
      { label: "intentional", op: "!=", value: "true" },
    ],
    [],
  );

/** The Collector's queues before their backends; full, it refuses what comes next. */
const queues = `max by (exporter) (max_over_time((otelcol_exporter_queue_size / otelcol_exporter_queue_capacity)[${printRange(range)}:${printRange(minute)}]))`;

/** The tail sampler's last word on each trace, in the spellings of two of its versions. */
const sampler = (): string => {
  const counter = "otelcol_processor_tail_sampling_global_count_traces_sampled";
  const rise = (label: string, value: string): string =>
    `sum(increase({__name__=~"${counter}(?:_total)?",${label}=~"${value}"}[${printRange(range)}]))`;
  const kept = `(${rise("sampled", "true")} or ${rise("decision", "sampled")})`;
  const not = `(${rise("sampled", "false")} or ${rise("decision", "not_sampled|dropped")})`;
  return `${marked(marked(kept, "kept", "true"), "told", "traces")}\nor ${marked(marked(not, "kept", "false"), "told", "traces")}`;
};

function lossQuestion(facts: Facts, upstream: UpstreamSetting, after: readonly string[]): Question {
  const groups = scrapedGroups(subjectsIn(facts, upstream));
  const services: readonly NamedByAll[] = groups.flatMap((group) => group.services);
  const ofServices = groups.flatMap(({ matchers, by }) => {
    const labels = by.map(printLabel);
    const up = filled(`up{m}[${printRange(range)}]`, matchers, "");
    const sum = (text: string): string => `sum by (${labels.join(", ")}) (${text})`;
    return [
      marked(risen([{ label: "__name__", op: "=~", value: lostOfServices }, ...matchers], labels), "told", "lost"),
      marked(sum(`count_over_time(${up})`), "told", "scrapes"),
      marked(`${sum(`count_over_time(${up}) - sum_over_time(${up})`)} > 0`, "told", "failed"),
    ];
  });
  const query = [marked(known(), "told", "lost"), marked(queues, "told", "queue"), sampler(), ...ofServices].join(
    "\nor ",
  );
  const last = Math.min(facts.focus.to + late, facts.now);
  const at = toInstant(last - (last % minute));
  return question({
    upstream,
    slot: "spike",
    purpose: { kind: "telemetry-loss", services },
    call: { api: "prometheus-instant", query, at, limit: mostRows },
    window: { from: shift(at, -range), to: at },
    why: "whether the telemetry itself is whole: refused, dropped, not scraped, not kept",
    after,
  });
}

/** One question a Prometheus, once it is known how its series name the services. */
export function planTelemetryLoss(facts: Facts): Question[] {
  if (facts.subjects.length === 0) return [];
  return upstreamsOf(facts.environment, "prometheus").flatMap((upstream) => {
    const identity = identityQuestion(facts, upstream);
    const isTold = facts.evidence.some(({ question: { id } }) => id === identity.id);
    return isTold ? [lossQuestion(facts, upstream, [identity.id])] : [];
  });
}
