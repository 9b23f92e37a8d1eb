/**
 * OpenTelemetry's servers, over OTLP or a scraped Collector. `job` is `service.namespace/service.name`, `exported_job` where
 * a Collector is scraped. Names with dots are those of Prometheus' `NoTranslation`; `_seconds` stays where only suffixes do.
 */
import { commonNaming } from "@/lib/identity/naming";
import { grpcFaults, grpcMistakes, noHealthApis, noHealthRoutes, type Recipe, recipe } from "@/lib/recipes/recipe";

const http = { title: "HTTP requests", layer: "http", naming: commonNaming } as const;
const rpc = {
  title: "RPCs",
  layer: "rpc",
  naming: commonNaming,
  mistakes: grpcMistakes,
  only: noHealthApis("rpc_service", "rpc_method"),
} as const;
const notToConfuse = "http_client_*, rpc_client_*: what the service asks of others";

const messages = {
  title: "messages processed",
  layer: "messaging",
  naming: commonNaming,
  notToConfuse: "messaging_client_*: what was sent and fetched, not what was done with it",
} as const;

const httpNew = {
  ...http,
  only: noHealthRoutes("http_route"),
  errors: [
    { label: "http_response_status_code", failed: "5.." },
    { label: "error_type", failed: ".+" },
  ],
  notToConfuse,
  source: "OpenTelemetry semantic conventions ≥ 1.23",
};
const httpDotted = {
  ...http,
  only: noHealthRoutes("http.route"),
  errors: [
    { label: "http.response.status_code", failed: "5.." },
    { label: "error.type", failed: ".+" },
  ],
  notToConfuse,
  source: "Prometheus' OTLP endpoint with translation_strategy NoTranslation or NoUTF8EscapingWithSuffixes",
};

export const redOtel: readonly Recipe[] = [
  recipe({
    ...httpNew,
    name: "otel-http",
    counter: "http_server_request_duration_seconds_count",
    native: "http_server_request_duration_seconds",
    latency: [{ histogram: "http_server_request_duration_seconds", perSecond: 1 }],
  }),
  recipe({
    ...httpDotted,
    name: "otel-http-dots",
    counter: "http.server.request.duration_count",
    native: "http.server.request.duration",
    latency: [{ histogram: "http.server.request.duration", perSecond: 1 }],
  }),
  recipe({
    ...httpDotted,
    name: "otel-http-dots-suffixed",
    counter: "http.server.request.duration_seconds_count",
    native: "http.server.request.duration_seconds",
    latency: [{ histogram: "http.server.request.duration_seconds", perSecond: 1 }],
  }),
  recipe({
    ...http,
    name: "otel-http-old",
    counter: "http_server_duration_milliseconds_count",
    native: "http_server_duration_milliseconds",
    only: noHealthRoutes("http_route", "http_target"),
    errors: [{ label: "http_status_code", failed: "5.." }],
    latency: [{ histogram: "http_server_duration_milliseconds", perSecond: 1_000 }],
    notToConfuse: "http_server_duration: the same without a unit; milliseconds all the same",
    source: "OpenTelemetry semantic conventions before 1.23",
  }),
  recipe({
    ...http,
    name: "otel-http-oldest",
    counter: "http_server_duration_count",
    native: "http_server_duration",
    only: noHealthRoutes("http_route", "http_target"),
    errors: [{ label: "http_status_code", failed: "5.." }],
    latency: [{ histogram: "http_server_duration", perSecond: 1_000 }],
    notToConfuse: "http_server_requests_seconds, Spring's",
    source: "OpenTelemetry semantic conventions before 1.23, Collectors that add no unit",
  }),
  recipe({
    ...rpc,
    name: "otel-rpc",
    counter: "rpc_server_call_duration_seconds_count",
    native: "rpc_server_call_duration_seconds",
    errors: [
      { label: "rpc_response_status_code", failed: grpcFaults },
      { label: "error_type", failed: grpcFaults },
    ],
    latency: [{ histogram: "rpc_server_call_duration_seconds", perSecond: 1 }],
    notToConfuse,
    source: "OpenTelemetry semantic conventions for RPC",
  }),
  recipe({
    ...rpc,
    name: "otel-rpc-dots",
    only: noHealthApis("rpc.service", "rpc.method"),
    counter: "rpc.server.call.duration_count",
    native: "rpc.server.call.duration",
    errors: [
      { label: "rpc.response.status_code", failed: grpcFaults },
      { label: "error.type", failed: grpcFaults },
    ],
    latency: [{ histogram: "rpc.server.call.duration", perSecond: 1 }],
    notToConfuse,
    source: "OpenTelemetry semantic conventions for RPC, untranslated",
  }),
  recipe({
    ...rpc,
    name: "otel-rpc-old",
    counter: "rpc_server_duration_milliseconds_count",
    native: "rpc_server_duration_milliseconds",
    errors: [{ label: "rpc_grpc_status_code", failed: grpcFaults }],
    latency: [{ histogram: "rpc_server_duration_milliseconds", perSecond: 1_000 }],
    notToConfuse,
    source: "OpenTelemetry semantic conventions for RPC, before they were stable",
  }),
  recipe({
    ...messages,
    name: "otel-messages",
    counter: "messaging_process_duration_seconds_count",
    native: "messaging_process_duration_seconds",
    errors: [{ label: "error_type", failed: ".+" }],
    latency: [{ histogram: "messaging_process_duration_seconds", perSecond: 1 }],
    source: "OpenTelemetry semantic conventions for messaging ≥ 1.24",
  }),
  recipe({
    ...messages,
    name: "otel-messages-dots",
    counter: "messaging.process.duration_count",
    native: "messaging.process.duration",
    errors: [{ label: "error.type", failed: ".+" }],
    latency: [{ histogram: "messaging.process.duration", perSecond: 1 }],
    source: "OpenTelemetry semantic conventions for messaging, untranslated",
  }),
];
