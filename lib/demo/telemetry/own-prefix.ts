/**
 * A Node service that counts what it does under its own name (`invaders_bot_…`), scraped by a job that is called
 * otherwise; Tempo's generator makes rates of its spans, where it sends any. No label of its own series names it.
 */
import { constant, type Instrument, instrument, type Measured, type Telemetry } from "@/lib/demo/telemetry";

export type Prefixed = {
  readonly job: string;
  readonly instance: string;
  readonly spans: boolean;
  /** The histogram of what it measures itself, by span; the rest is counted. */
  readonly histograms: Readonly<
    Record<string, { readonly name: string; readonly labels?: Readonly<Record<string, string>> }>
  >;
};

/** What its metrics begin with, without the last `_`. */
const prefixOf = (service: string): string => service.replaceAll(/[-.]/g, "_");

/** How a generator spells what it makes of spans. */
export type SpanSpelling = { readonly calls: string; readonly duration: string };
export const tempoSpelling: SpanSpelling = {
  calls: "traces_spanmetrics_calls_total",
  duration: "traces_spanmetrics_latency",
};
export const newerSpelling: SpanSpelling = {
  calls: "traces_span_metrics_calls_total",
  duration: "traces_span_metrics_duration_seconds",
};

const bounds = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const spanBounds = [0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.256, 0.512, 1.024, 2.048, 4.096, 8.192, 16.384];

/** Every span of every kind, as the generator counts them. */
function generated({ service, span, spanKind, failure }: Measured, { calls, duration }: SpanSpelling): Instrument {
  return instrument({
    family: duration,
    counter: calls,
    bounds: spanBounds,
    printsBounds: "plain",
    per: "service",
    labels: {
      service,
      span_name: span,
      span_kind: `SPAN_KIND_${spanKind.toUpperCase()}`,
      status_code: failure ? "STATUS_CODE_ERROR" : "STATUS_CODE_UNSET",
    },
    exemplar: (traceId) => ({ traceID: traceId.replace(/^0+/, "") }),
  });
}

/** An edge is made of a pair of spans; of one alone where nobody answers, named by what was asked. */
function edge({ service, span, spanKind, measure }: Measured): Instrument[] {
  const virtual = (client: string, server: string): Instrument =>
    instrument({
      counter: "traces_service_graph_request_total",
      per: "service",
      labels: { client, server, connection_type: "virtual_node" },
    });
  if (spanKind === "server") return [virtual("user", service)];
  if (measure?.kind === "client") return [virtual(service, measure.target)];
  return spanKind === "client" && span.startsWith("pg.") ? [virtual(service, "postgresql")] : [];
}

export const ownPrefix = (
  { job, instance, spans, histograms }: Prefixed,
  spelling: SpanSpelling = tempoSpelling,
): Telemetry => {
  const labels = { job, instance };
  return {
    instruments: (measured) => {
      const own = histograms[measured.span];
      return [
        ...(own
          ? [instrument({ family: `${prefixOf(measured.service)}_${own.name}`, labels: own.labels ?? {}, bounds })]
          : []),
        ...(spans ? [generated(measured, spelling), ...edge(measured)] : []),
      ];
    },
    podLabels: () => labels,
    running: null,
    told: ({ service, from }) => [
      constant("up", labels),
      { labels: { __name__: `${prefixOf(service)}_uptime_seconds`, ...labels }, value: (at) => (at - from) / 1_000 },
      constant(`${prefixOf(service)}_memory_bytes`, { ...labels, type: "heap_used" }, 61_342_720),
      constant(`${prefixOf(service)}_memory_bytes`, { ...labels, type: "rss" }, 134_217_728),
    ],
    line: null,
    spans,
  };
};
