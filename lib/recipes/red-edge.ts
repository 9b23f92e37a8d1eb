/** What stands before services and counts what comes through it: only a part of a service's requests, and it is said. */
import type { Naming } from "@/lib/identity/naming";
import { type Recipe, recipe } from "@/lib/recipes/recipe";

const nginx: Naming = {
  services: [{ label: "exported_service" }, { label: "service" }],
  // Of the controller is `namespace` only where its own label had to give way to the scrape's.
  namespaces: ["exported_namespace", "namespace"],
  scraped: false,
  reporter: null,
};
const traefik: Naming = {
  services: [
    {
      label: "service",
      written: ["{namespace}-{name}-{port}@{provider}", "{namespace}-{name}@{provider}", "{name}@{provider}"],
    },
    { label: "exported_service", written: ["{namespace}-{name}-{port}@{provider}", "{name}@{provider}"] },
  ],
  namespaces: [],
  scraped: false,
  reporter: null,
};
/** `job`, `service` and `instance` of CloudWatch's numbers are the exporter's. */
const named = ["{name}", "{name}-tg", "{name}-alb", "{name}-lb", "k8s-{namespace}-{name}-{id}"];
const inTarget = named.map((each) => `targetgroup/${each}/{hash}`);
const inBalancer = named.map((each) => `app/${each}/{hash}`);
const alb: Naming = {
  services: [
    { label: "dimension_TargetGroup", written: inTarget },
    { label: "target_group", written: inTarget },
    // The same requests are told once a load balancer, and once a target group behind it.
    { label: "dimension_LoadBalancer", written: inBalancer, unless: "dimension_TargetGroup" },
    { label: "load_balancer", written: inBalancer, unless: "target_group" },
  ],
  namespaces: [],
  scraped: false,
  reporter: null,
};

export const redEdge: readonly Recipe[] = [
  recipe({
    name: "ingress-nginx",
    title: "requests through the ingress",
    layer: "edge",
    counter: "nginx_ingress_controller_requests",
    naming: nginx,
    errors: [{ label: "status", failed: "5.." }],
    errorsCertain: true,
    latency: [{ histogram: "nginx_ingress_controller_request_duration_seconds", perSecond: 1 }],
    notToConfuse: "job and service of the controller itself; requests between services never pass it",
    source: "ingress-nginx, monitoring",
  }),
  recipe({
    name: "traefik",
    title: "requests through Traefik",
    layer: "edge",
    counter: "traefik_service_requests_total",
    naming: traefik,
    errors: [{ label: "code", failed: "5.." }],
    errorsCertain: true,
    latency: [{ histogram: "traefik_service_request_duration_seconds", perSecond: 1 }],
    notToConfuse: "traefik_entrypoint_requests_total, traefik_router_requests_total: the same requests again",
    source: "Traefik, metrics",
  }),
  recipe({
    name: "alb",
    title: "requests through the load balancer",
    layer: "edge",
    counter: "aws_applicationelb_request_count_sum",
    kind: "gauge",
    naming: alb,
    // Told once more for each zone.
    only: [
      { label: "dimension_AvailabilityZone", op: "=", value: "" },
      { label: "availability_zone", op: "=", value: "" },
    ],
    errors: [{ label: "__name__", failed: "aws_applicationelb_httpcode_(?:target|elb)_5_xx_count_sum" }],
    errorsCertain: true,
    latency: [
      { gauge: "aws_applicationelb_target_response_time_p99", role: "latency-p99", perSecond: 1 },
      { gauge: "aws_applicationelb_target_response_time_average", role: "latency-mean", perSecond: 1 },
    ],
    notToConfuse: "counters: each value is the sum of one period, and comes minutes late",
    source: "CloudWatch through YACE or cloudwatch_exporter",
  }),
];
