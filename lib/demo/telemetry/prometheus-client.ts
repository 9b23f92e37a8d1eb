/**
 * A Go service on a plain host or in Compose: a scraped client library whose counters carry the code and whose histograms
 * do not, JSON lines by Docker's labels. gRPC codes are words.
 */
import { constant, instrument, type Telemetry } from "@/lib/demo/telemetry";

const bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** `ports` by service: what is scraped is `<service>:<port>`. `idField`: where a line carries the id. */
export const prometheusClient = (ports: Readonly<Record<string, number>>, idField = "trace_id"): Telemetry => {
  const podLabels: Telemetry["podLabels"] = ({ service, number }) => ({
    job: service,
    instance: `${service}${number > 0 ? `-${number + 1}` : ""}:${ports[service] ?? 8080}`,
  });
  return {
    instruments: ({ measure, status, failure }) => {
      if (measure?.kind !== "server") return [];
      if (measure.protocol === "grpc") {
        const method = `/${measure.target}/${measure.method}`;
        const code = failure ? (failure.code ?? "Unknown") : "OK";
        return [
          instrument({ counter: "grpc_server_requests_total", labels: { method, code }, isInHand: true }),
          instrument({ family: "grpc_server_request_duration_seconds", labels: { method }, bounds }),
        ];
      }
      const labels = { route: measure.target, method: measure.method };
      return [
        instrument({ counter: "http_requests_total", labels: { ...labels, code: `${status}` }, isInHand: true }),
        instrument({ family: "http_request_duration_seconds", labels, bounds }),
      ];
    },
    podLabels,
    running: { name: "go_goroutines", value: (inHand) => 24 + 2 * inHand },
    told: (teller) => [
      constant("up", podLabels(teller)),
      constant("process_start_time_seconds", podLabels(teller), teller.from / 1_000),
    ],
    line: ({ clock, level, text, fields, teller, traceId }) => ({
      labels: { service: teller.service, container: `${teller.namespace}-${teller.pod}`, level },
      text: JSON.stringify({
        time: clock,
        level: level.toUpperCase(),
        msg: text,
        ...fields,
        ...(traceId ? { [idField]: traceId } : {}),
      }),
      metadata: {},
    }),
    spans: true,
  };
};
