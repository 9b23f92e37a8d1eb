/** Spring Boot's Micrometer. Buckets only where `percentiles-histogram` is on: else the mean, and it is said. */
import { commonNaming } from "@/lib/identity/naming";
import { noHealthRoutes, type Recipe, recipe } from "@/lib/recipes/recipe";

const spring = {
  title: "HTTP requests",
  layer: "http",
  naming: commonNaming,
  only: noHealthRoutes("uri"),
  errors: [
    { label: "outcome", failed: "SERVER_ERROR" },
    { label: "status", failed: "5.." },
  ],
  notToConfuse: "http_client_requests_seconds: what the service asks; _max: the highest of the last two minutes",
} as const;

export const redSpring: readonly Recipe[] = [
  recipe({
    ...spring,
    name: "spring-http",
    counter: "http_server_requests_seconds_count",
    latency: [{ histogram: "http_server_requests_seconds", perSecond: 1 }],
    source: "Spring Boot, Micrometer",
  }),
  recipe({
    ...spring,
    name: "spring-http-otlp",
    counter: "http_server_requests_milliseconds_count",
    native: "http_server_requests_milliseconds",
    latency: [{ histogram: "http_server_requests_milliseconds", perSecond: 1_000 }],
    source: "Spring Boot, Micrometer's OTLP registry, which tells milliseconds",
  }),
];
