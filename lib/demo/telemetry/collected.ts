/**
 * SDK -> one Collector -> OTLP into Prometheus, Loki and Tempo, for services that run as tasks and have no namespace: the
 * service's name is promoted to a label of every series, lines are the application's own JSON, ids stand beside them.
 */
import { constant, instrument, type Telemetry } from "@/lib/demo/telemetry";
import { opentelemetry, severity } from "@/lib/demo/telemetry/opentelemetry";

const podLabels: Telemetry["podLabels"] = ({ service, pod }) => ({
  job: service,
  instance: pod,
  service_name: service,
});
const bounds = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

/** `attributes`: of the resource, as the Collector adds them; they stand in `target_info` and beside each line. */
export const collected = (attributes: Readonly<Record<string, string>>): Telemetry => ({
  ...opentelemetry,
  instruments: (measured) => {
    const { measure, failure } = measured;
    if (measure?.kind !== "consumer") return opentelemetry.instruments(measured);
    return [
      instrument({
        family: "messaging_process_duration_seconds",
        bounds,
        printsBounds: "plain",
        labels: {
          messaging_system: "kafka",
          messaging_operation_name: "process",
          messaging_destination_name: measure.target,
          messaging_consumer_group_name: measure.method,
          ...(failure ? { error_type: failure.type } : {}),
        },
        exemplar: (traceId, spanId) => ({ trace_id: traceId, span_id: spanId }),
      }),
    ];
  },
  podLabels,
  told: (teller) => [
    constant("target_info", {
      ...podLabels(teller),
      ...attributes,
      service_version: teller.version,
      telemetry_sdk_language: teller.language,
    }),
  ],
  line: ({ clock, level, text, fields, teller, traceId, spanId }) => ({
    labels: { service_name: teller.service },
    text: JSON.stringify({ time: clock, level, ...fields, message: text }),
    metadata: {
      ...(traceId && spanId ? { trace_id: traceId, span_id: spanId } : {}),
      ...attributes,
      severity_text: level.toUpperCase(),
      severity_number: severity[level],
      detected_level: level,
      service_instance_id: teller.pod,
      service_version: teller.version,
    },
  }),
});
