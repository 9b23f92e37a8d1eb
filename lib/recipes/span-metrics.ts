/** Rates made from spans: only of the traces kept. Server and consumer kinds, or each request is counted several times. */
import type { Naming } from "@/lib/identity/naming";
import { type Recipe, recipe } from "@/lib/recipes/recipe";

/** `job`, `namespace` and `instance` are those of who made the metrics. */
const naming: Naming = {
  services: [{ label: "service_name" }, { label: "exported_service" }, { label: "service" }, { label: "exported_job" }],
  namespaces: ["service_namespace", "k8s_namespace_name", "exported_namespace"],
  scraped: false,
  reporter: null,
};
const served = "SPAN_KIND_SERVER|SPAN_KIND_CONSUMER";
const kept = {
  title: "spans served, of the traces kept",
  layer: "spans",
  naming,
  only: [{ label: "span_kind", op: "=~", value: served }],
  errors: [{ label: "status_code", failed: "STATUS_CODE_ERROR" }],
  errorsCertain: true,
  notToConfuse: "spans of kind internal, client and producer: the same requests, seen from inside or from the caller",
} as const;

export const spanMetrics: readonly Recipe[] = [
  recipe({
    ...kept,
    name: "tempo-span-metrics",
    counter: "traces_spanmetrics_calls_total",
    latency: [
      { histogram: "traces_spanmetrics_latency", perSecond: 1 },
      { histogram: "traces_spanmetrics_duration_seconds", perSecond: 1 },
      { histogram: "traces_spanmetrics_duration_milliseconds", perSecond: 1_000 },
    ],
    source: "Tempo's metrics-generator",
  }),
  recipe({
    ...kept,
    name: "span-metrics-connector",
    counter: "traces_span_metrics_calls_total",
    latency: [
      { histogram: "traces_span_metrics_duration_milliseconds", perSecond: 1_000 },
      { histogram: "traces_span_metrics_duration_seconds", perSecond: 1 },
    ],
    source: "OpenTelemetry Collector, span metrics connector; Alloy; Jaeger SPM",
  }),
  recipe({
    ...kept,
    name: "span-metrics-dots",
    counter: "traces.span.metrics.calls",
    only: [{ label: "span.kind", op: "=~", value: served }],
    errors: [{ label: "status.code", failed: "STATUS_CODE_ERROR" }],
    naming: { ...naming, services: [{ label: "job" }] },
    latency: [
      { histogram: "traces.span.metrics.duration_milliseconds", perSecond: 1_000 },
      { histogram: "traces.span.metrics.duration_seconds", perSecond: 1 },
    ],
    // Without a suffix the name tells no unit, and the connector has used two.
    source: "the same, untranslated: service.name stands in job",
  }),
  recipe({
    ...kept,
    name: "span-metrics-older",
    counter: "calls_total",
    latency: [
      { histogram: "duration_milliseconds", perSecond: 1_000 },
      { histogram: "duration_seconds", perSecond: 1 },
      { histogram: "latency", perSecond: 1_000 },
    ],
    source: "OpenTelemetry Collector, span metrics connector and processor before namespaces",
  }),
];

const made = "SPAN_KIND_CLIENT|SPAN_KIND_PRODUCER";
/** Of a service that serves nobody (a job, a poller, a producer): how the calls and messages fare that it sends. */
export const callsInSpans: readonly Recipe[] = spanMetrics.map((each) => ({
  ...each,
  name: `${each.name}-calls`,
  title: "calls it makes, of the traces kept",
  only: each.only.map(({ label, op }) => ({ label, op, value: made })),
  notToConfuse: "spans of kind internal: what it does in its own process",
}));
