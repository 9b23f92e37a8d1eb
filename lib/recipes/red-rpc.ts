/** RPC servers. gRPC faults of the server only: what a client did wrong is no failure of this service. */
import type { Recipe } from "@/lib/recipes/recipe";

const serverFaults = "Unknown|DeadlineExceeded|Unimplemented|Internal|Unavailable|DataLoss";
const serverFaultsUpper = "UNKNOWN|DEADLINE_EXCEEDED|UNIMPLEMENTED|INTERNAL|UNAVAILABLE|DATA_LOSS";

export const redRpc: readonly Recipe[] = [
  {
    name: "otel-rpc",
    title: "RPCs",
    counter: "rpc_server_call_duration_seconds_count",
    only: [],
    errors: [{ label: "rpc_response_status_code", failed: `${serverFaultsUpper}|${serverFaults}` }],
    errorsCertain: false,
    latency: { bucket: "rpc_server_call_duration_seconds_bucket", perSecond: 1 },
    source: "OpenTelemetry semantic conventions for RPC",
  },
  {
    name: "otel-rpc-old",
    title: "RPCs",
    counter: "rpc_server_duration_milliseconds_count",
    only: [],
    errors: [{ label: "rpc_grpc_status_code", failed: "2|4|12|13|14|15" }],
    errorsCertain: false,
    latency: { bucket: "rpc_server_duration_milliseconds_bucket", perSecond: 1_000 },
    source: "OpenTelemetry semantic conventions for RPC, before they were stable",
  },
  {
    name: "grpc-go",
    title: "gRPC calls",
    counter: "grpc_server_handled_total",
    only: [],
    errors: [{ label: "grpc_code", failed: serverFaults }],
    errorsCertain: true,
    latency: { bucket: "grpc_server_handling_seconds_bucket", perSecond: 1 },
    source: "go-grpc-middleware",
  },
];
