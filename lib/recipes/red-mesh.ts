/** Service meshes: proxies beside the service count its requests. `job`, `pod` and `namespace` are the proxy's. */
import type { Naming } from "@/lib/identity/naming";
import { grpcFaults, type Recipe, recipe } from "@/lib/recipes/recipe";

const istio: Naming = {
  services: [
    { label: "destination_canonical_service" },
    { label: "destination_workload" },
    { label: "destination_service_name" },
  ],
  namespaces: ["destination_workload_namespace", "destination_service_namespace"],
  scraped: false,
  // Both ends count each request. A waypoint counts for services without a proxy of their own.
  reporter: { label: "reporter", order: ["destination", "waypoint", "source"] },
};
const linkerd: Naming = {
  services: [{ label: "deployment" }, { label: "statefulset" }],
  namespaces: ["namespace"],
  scraped: false,
  reporter: null,
};

export const redMesh: readonly Recipe[] = [
  recipe({
    name: "istio",
    title: "requests through its proxy",
    layer: "mesh",
    counter: "istio_requests_total",
    naming: istio,
    // 0: the client went away, or no answer came. A gRPC fault travels in a 200.
    errors: [{ label: "response_code", failed: "5..|0", also: { label: "grpc_response_status", failed: grpcFaults } }],
    errorsCertain: true,
    latency: [
      { histogram: "istio_request_duration_milliseconds", perSecond: 1_000 },
      { histogram: "istio_request_duration_seconds", perSecond: 1 },
    ],
    notToConfuse: "source_workload: the caller; destination_service: a host name, with ports of many namespaces",
    source: "Istio, standard metrics",
  }),
  recipe({
    name: "linkerd",
    title: "requests through its proxy",
    layer: "mesh",
    counter: "response_total",
    naming: linkerd,
    only: [{ label: "direction", op: "=", value: "inbound" }],
    errors: [{ label: "classification", failed: "failure" }],
    errorsCertain: true,
    latency: [{ histogram: "response_latency_ms", perSecond: 1_000 }],
    notToConfuse: 'direction="outbound": what it asks; request_total: also those without an answer yet',
    source: "Linkerd, proxy metrics",
  }),
];
