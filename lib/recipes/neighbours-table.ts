/**
 * Who calls whom, by convention: read it as a table. Counters tell edges by labels at both ends; of hosts the first part
 * of the name is the service. Lag tells only who reads a topic; who writes it, spans tell.
 */
import type { NeighbourPart } from "@/lib/signal/edge";

export type CallRow = {
  readonly signal: string;
  readonly metric: string;
  /** Labels of either end, the best name first; the last of each is what subjects are looked up by. */
  readonly from: readonly string[];
  readonly to: readonly string[];
  /** Present where the far end is an address. */
  readonly isHost?: true;
  /** Label that tells a queue from a call by this value. */
  readonly queue?: { readonly label: string; readonly value: string };
  /** Labels of the namespace at either end: of two services of one name only the path's is meant, where it is told. */
  readonly spaces?: { readonly from: string; readonly to: string };
  /** What narrows it to one report of each request, by the end that is a subject. */
  readonly only?: { readonly from: string; readonly to: string };
  /** Matchers of failures, or the counter they have of their own. */
  readonly failed: { readonly matchers: string } | { readonly metric: string };
  readonly source: string;
};

const graph = {
  from: ["client"],
  to: ["server"],
  queue: { label: "connection_type", value: "messaging_system" },
} as const;
const job = ["service_name", "exported_job", "job"] as const;
/** A class of the client's own mistakes is no failure of the other side. */
const httpFailed = { matchers: 'error_type!="",http_response_status_code!~"4.."' } as const;

export const callRows: readonly CallRow[] = [
  {
    ...{ signal: "service-graph", metric: "traces_service_graph_request_total", ...graph },
    failed: { metric: "traces_service_graph_request_failed_total" },
    source: "Tempo's metrics-generator; the Collector's servicegraph connector",
  },
  {
    ...{ signal: "service-graph-older", metric: "service_graph_request_total", ...graph },
    failed: { metric: "service_graph_request_failed_total" },
    source: "the Collector's servicegraph connector without its namespace",
  },
  {
    ...{ signal: "istio", metric: "istio_requests_total" },
    from: ["source_canonical_service", "source_workload"],
    to: ["destination_canonical_service", "destination_service_name", "destination_workload"],
    spaces: { from: "source_workload_namespace", to: "destination_workload_namespace" },
    only: { from: 'reporter="source"', to: 'reporter="destination"' },
    failed: { matchers: 'response_code=~"5..|0"' },
    source: "Istio, standard metrics",
  },
  {
    ...{ signal: "http-client", metric: "http_client_request_duration_seconds_count", from: job },
    ...{ to: ["server_address"], isHost: true, failed: httpFailed, source: "OpenTelemetry, HTTP clients" },
  },
  {
    ...{ signal: "http-client-older", metric: "http_client_duration_milliseconds_count", from: job },
    ...{ to: ["net_peer_name"], isHost: true, failed: { matchers: 'http_status_code=~"5.."' } },
    source: "OpenTelemetry before its HTTP metrics were renamed",
  },
  {
    ...{ signal: "rpc-client", metric: "rpc_client_call_duration_seconds_count", from: job },
    ...{ to: ["server_address"], isHost: true, failed: { matchers: 'error_type!=""' } },
    source: "OpenTelemetry, RPC clients",
  },
  {
    ...{ signal: "grpc-client", metric: "grpc_client_attempt_duration_seconds_count", from: job },
    ...{ to: ["grpc_target"], isHost: true, failed: { matchers: 'grpc_status!="OK"' } },
    source: "grpc-go, grpc-java: OpenTelemetry plugin",
  },
  {
    ...{ signal: "grpc-middleware", metric: "grpc_client_handled_total", from: job },
    ...{ to: ["target"], isHost: true, failed: { matchers: 'grpc_code!="OK"' } },
    source: "go-grpc-middleware, with a label for the target",
  },
];

export const lagRows: readonly {
  readonly signal: string;
  readonly metrics: string;
  readonly topic: string;
  readonly group: string;
  readonly source: string;
}[] = [
  {
    ...{ signal: "kafka-exporter", metrics: "kafka_consumergroup_lag", topic: "topic", group: "consumergroup" },
    source: "kafka_exporter",
  },
  {
    ...{ signal: "kafka-groups", metrics: "kafka_consumer(?:_group|group_group)?_lag" },
    ...{
      topic: "topic",
      group: "group",
      source: "OpenTelemetry; kafka-lag-exporter; what consumers say of themselves",
    },
  },
  {
    ...{ signal: "kminion", metrics: "kminion_kafka_consumer_group_topic_lag", topic: "topic_name", group: "group_id" },
    source: "KMinion",
  },
  {
    ...{ signal: "msk", metrics: "aws_(?:msk|kafka)_(?:sum_offset_lag|estimated_max_time_lag)_.+" },
    ...{ topic: "dimension_Topic", group: "dimension_Consumer_Group", source: "YACE" },
  },
  {
    ...{ signal: "msk-cloudwatch", metrics: "aws_(?:msk|kafka)_sum_offset_lag_.+", topic: "topic" },
    ...{ group: "consumer_group", source: "cloudwatch_exporter" },
  },
];

/** How the answer is read, by the label `signal` of each series. */
export const neighbourParts: Readonly<Record<string, NeighbourPart>> = Object.fromEntries([
  ...callRows.flatMap(({ signal, from, to, isHost = false, queue = null }) => {
    const ends = { from, to, isHost, queue, topic: null };
    return [
      [signal, { ...ends, counts: "requests" as const }] as const,
      [`${signal} failed`, { ...ends, counts: "failed" as const }] as const,
    ];
  }),
  ...lagRows.map(
    ({ signal, topic, group }) =>
      [signal, { from: [], to: [group], isHost: false, queue: null, topic, counts: "lag" as const }] as const,
  ),
]);
