/** A scraped client library, JSON lines through Promtail with `traceID` in them. */
import { mix, mixText, unit } from "@/lib/demo/chance";
import { scrapeInterval } from "@/lib/demo/scrapes";
import { constant, instrument, type Telemetry, type Teller, type Told } from "@/lib/demo/telemetry";
import type { Labels } from "@/lib/signal/labels";
import { second } from "@/lib/signal/time";

const bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30];
const probeInterval = 10 * second;

/** Scrapes and probes come as regularly as clocks: counted, not drawn. */
const ticks = ({ from }: Teller, interval: number, at: number): number => Math.floor((at - from) / interval);

const podLabels = ({ namespace, service, pod, address }: Teller): Labels => ({
  job: service,
  service,
  namespace,
  pod,
  container: service,
  endpoint: "http",
  instance: address,
});

/** Traffic that is no user's. */
function probed(teller: Teller, labels: Labels): Told[] {
  const health = { ...labels, code: "200", method: "GET", route: "/healthz" };
  const probes = (at: number): number => ticks(teller, probeInterval, at);
  const printed = [...bounds.map((bound) => (Number.isInteger(bound) ? `${bound}.0` : `${bound}`)), "+Inf"];
  return [
    { labels: { __name__: "http_requests_total", ...health }, value: probes },
    { labels: { __name__: "http_request_duration_seconds_count", ...health }, value: probes },
    { labels: { __name__: "http_request_duration_seconds_sum", ...health }, value: (at) => probes(at) * 0.0004 },
    ...printed.map((le) => ({
      labels: { __name__: "http_request_duration_seconds_bucket", ...health, le },
      value: probes,
    })),
  ];
}

export const goKubernetes: Telemetry = {
  instruments: ({ measure, status }) => {
    if (!measure || measure.kind === "client") return [];
    const { kind, method, target } = measure;
    const isConsumer = kind === "consumer";
    return [
      instrument({
        family: isConsumer ? "kafka_message_duration_seconds" : "http_request_duration_seconds",
        counter: isConsumer ? "kafka_messages_processed_total" : "http_requests_total",
        bounds,
        labels: isConsumer
          ? { topic: target, group: method, result: status >= 500 ? "error" : "ok" }
          : { code: `${status}`, method, route: target },
        isInHand: true,
        backlog: isConsumer ? { __name__: "kafka_consumer_lag", topic: target, group: method } : null,
        exemplar: (traceId) => ({ traceID: traceId }),
      }),
    ];
  },
  podLabels,
  running: {
    name: "go_goroutines",
    // Two a request (connection and handler) over the runtime's own, which breathe a little.
    value: (inHand, { pod }, at) => 31 + 2 * inHand + Math.floor(3 * unit(mix(mixText(pod), at / 1_000))),
  },
  told: (teller) => {
    const labels = podLabels(teller);
    const { buildInfo, version, revision, from } = teller;
    return [
      constant("up", labels),
      ...(buildInfo ? [constant(buildInfo, { ...labels, version, revision, goversion: "go1.26.8" })] : []),
      {
        labels: { __name__: "promhttp_metric_handler_requests_total", ...labels, code: "200" },
        value: (at) => ticks(teller, scrapeInterval, at),
      },
      constant("process_start_time_seconds", labels, from / 1_000),
      ...probed(teller, labels),
    ];
  },
  line: ({ clock, level, text, fields, teller: { namespace, service, pod }, traceId, spanId }) => ({
    labels: { namespace, app: service, pod, container: service, job: `${namespace}/${service}`, level },
    text: JSON.stringify({
      time: clock,
      level: level.toUpperCase(),
      msg: text,
      ...fields,
      ...(traceId && spanId ? { traceID: traceId, spanID: spanId } : {}),
    }),
    metadata: {},
  }),
  spans: true,
};
