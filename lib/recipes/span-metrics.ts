/** Rates made from spans: only of the traces kept. Server and consumer kinds, or each request is counted several times. */
import type { Recipe } from "@/lib/recipes/recipe";
import type { Matcher } from "@/lib/signal/labels";

const served: readonly Matcher[] = [{ label: "span_kind", op: "=~", value: "SPAN_KIND_SERVER|SPAN_KIND_CONSUMER" }];
const errors = [{ label: "status_code", failed: "STATUS_CODE_ERROR" }];

export const spanMetrics: readonly Recipe[] = [
  {
    name: "tempo-span-metrics",
    title: "spans served, of the traces kept",
    counter: "traces_spanmetrics_calls_total",
    only: served,
    errors,
    errorsCertain: true,
    latency: { bucket: "traces_spanmetrics_latency_bucket", perSecond: 1 },
    source: "Tempo's metrics-generator",
  },
  {
    name: "span-metrics-connector",
    title: "spans served, of the traces kept",
    counter: "traces_span_metrics_calls_total",
    only: served,
    errors,
    errorsCertain: true,
    latency: { bucket: "traces_span_metrics_duration_milliseconds_bucket", perSecond: 1_000 },
    source: "OpenTelemetry Collector, span metrics connector",
  },
  {
    name: "span-metrics-older",
    title: "spans served, of the traces kept",
    counter: "calls_total",
    only: served,
    errors,
    errorsCertain: true,
    latency: { bucket: "duration_milliseconds_bucket", perSecond: 1_000 },
    source: "OpenTelemetry Collector, span metrics connector before namespaces",
  },
];
