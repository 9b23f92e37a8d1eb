/** Nothing of its own but spans: metrics are made of them, lines are logfmt with `trace_id=`. */
import { instrument, type Telemetry } from "@/lib/demo/telemetry";

const bounds = [0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.256, 0.512, 1.024, 2.048, 4.096, 8.192, 16.384];

export const spanMetrics: Telemetry = {
  instruments: ({ service, span, measure, failure }) =>
    measure?.kind === "server"
      ? [
          instrument({
            family: "traces_spanmetrics_latency",
            counter: "traces_spanmetrics_calls_total",
            bounds,
            printsBounds: "plain",
            // Tempo's generator counts for all pods of a service together, and knows failed or not, nothing between.
            per: "service",
            labels: {
              service,
              span_name: span,
              span_kind: "SPAN_KIND_SERVER",
              status_code: failure ? "STATUS_CODE_ERROR" : "STATUS_CODE_UNSET",
              source: "tempo",
            },
            // It writes `traceID` and strips leading zeros; SDKs write `trace_id` in full.
            exemplar: (traceId) => ({ traceID: traceId.replace(/^0+/, "") }),
          }),
        ]
      : [],
  podLabels: () => ({}),
  running: null,
  told: () => [],
  line: ({ clock, level, text, fields, teller: { namespace, service }, traceId }) => ({
    labels: { namespace, app: service },
    text: [
      `ts=${clock} level=${level} msg=${JSON.stringify(text)}`,
      ...Object.entries(fields).map(([name, value]) => `${name}=${JSON.stringify(value)}`),
      ...(traceId ? [`trace_id=${traceId}`] : []),
    ].join(" "),
    metadata: {},
  }),
  spans: true,
};
