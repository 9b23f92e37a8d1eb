/** SDK -> Collector -> OTLP into Prometheus and Loki: an id is structured metadata, not in the line. */
import { constant, instrument, type Telemetry } from "@/lib/demo/telemetry";
import type { Level } from "@/lib/signal/lines";

/** The callers' timeout of 30 s has a bucket of its own. */
const bounds = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 30, 35];

/** OpenTelemetry's numbers. */
export const severity: Readonly<Record<Level, string>> = {
  trace: "1",
  debug: "5",
  info: "9",
  warn: "13",
  error: "17",
  fatal: "21",
  unknown: "0",
};

export const opentelemetry: Telemetry = {
  instruments: ({ measure, status }) => {
    if (!measure || measure.kind === "consumer") return [];
    const { kind, method, target } = measure;
    return [
      instrument({
        family: `http_${kind}_request_duration_seconds`,
        bounds,
        printsBounds: "plain",
        labels: {
          http_request_method: method,
          ...(kind === "server" ? { http_route: target, url_scheme: "http" } : { server_address: target }),
          http_response_status_code: `${status}`,
          ...(status >= 500 ? { error_type: `${status}` } : {}),
        },
        isInHand: kind === "server",
        exemplar: (traceId, spanId) => ({ trace_id: traceId, span_id: spanId }),
      }),
    ];
  },
  podLabels: ({ namespace, service, pod }) => ({ job: `${namespace}/${service}`, instance: pod }),
  running: { name: "http_server_active_requests", value: (inHand) => inHand },
  told: ({ namespace, service, pod, version, language }) => [
    constant("target_info", {
      job: `${namespace}/${service}`,
      instance: pod,
      service_version: version,
      k8s_pod_name: pod,
      k8s_namespace_name: namespace,
      k8s_deployment_name: service,
      telemetry_sdk_language: language,
    }),
  ],
  line: ({ level, text, fields, teller, traceId, spanId }) => ({
    labels: {
      service_name: teller.service,
      service_namespace: teller.namespace,
      k8s_namespace_name: teller.namespace,
      k8s_deployment_name: teller.service,
      k8s_container_name: teller.service,
    },
    text,
    metadata: {
      ...(traceId && spanId ? { trace_id: traceId, span_id: spanId } : {}),
      severity_text: level.toUpperCase(),
      severity_number: severity[level],
      detected_level: level,
      k8s_pod_name: teller.pod,
      service_version: teller.version,
      scope_name: `${teller.namespace}.${teller.service}`,
      ...Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, `${value}`])),
    },
  }),
  spans: true,
};
