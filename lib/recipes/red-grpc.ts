/** gRPC servers in Go. `grpc_service` is the API's name, never the service's. */
import { commonNaming } from "@/lib/identity/naming";
import { grpcFaults, grpcMistakes, noHealthApis, type Recipe, recipe } from "@/lib/recipes/recipe";

const health = noHealthApis("grpc_service", "grpc_method");
const grpc = { title: "gRPC calls", layer: "rpc", naming: commonNaming, mistakes: grpcMistakes, only: health } as const;

export const redGrpc: readonly Recipe[] = [
  recipe({
    ...grpc,
    name: "grpc-go",
    counter: "grpc_server_handled_total",
    errors: [{ label: "grpc_code", failed: grpcFaults }],
    errorsCertain: true,
    latency: [{ histogram: "grpc_server_handling_seconds", perSecond: 1 }],
    notToConfuse: "grpc_server_started_total: calls that began, handled or hanging; grpc_client_*: what it asks",
    source: "go-grpc-middleware",
  }),
  recipe({
    ...grpc,
    name: "grpc-requests",
    counter: "grpc_server_requests_total",
    only: noHealthApis("grpc_service", "grpc_method", "service", "method"),
    errors: ["code", "grpc_code", "status"].map((label) => ({ label, failed: grpcFaults })),
    latency: ["grpc_server_request_duration_seconds", "grpc_server_requests_duration_seconds"].map((histogram) => ({
      histogram,
      perSecond: 1,
    })),
    notToConfuse: "grpc_client_requests_total: what it asks",
    source: "Prometheus' naming advice; interceptors of one's own",
  }),
  recipe({
    ...grpc,
    name: "grpc-go-otel",
    counter: "grpc_server_call_duration_seconds_count",
    native: "grpc_server_call_duration_seconds",
    errors: [{ label: "grpc_status", failed: grpcFaults }],
    errorsCertain: true,
    latency: [{ histogram: "grpc_server_call_duration_seconds", perSecond: 1 }],
    notToConfuse: "grpc_client_attempt_duration_seconds: what it asks, retries counted apart",
    source: "grpc-go, OpenTelemetry plugin (gRFC A66)",
  }),
];
