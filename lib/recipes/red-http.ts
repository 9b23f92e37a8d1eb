/** HTTP servers: who counts requests, what is a failure, in which unit time is told. */
import { noHealthRoutes, type Recipe } from "@/lib/recipes/recipe";

const fiveHundreds = "5..|5xx";
const plainErrors = [
  { label: "code", failed: fiveHundreds },
  { label: "status", failed: fiveHundreds },
  { label: "status_code", failed: fiveHundreds },
  { label: "http_status_code", failed: fiveHundreds },
];

export const redHttp: readonly Recipe[] = [
  {
    name: "otel-http",
    title: "HTTP requests",
    counter: "http_server_request_duration_seconds_count",
    only: noHealthRoutes("http_route"),
    errors: [{ label: "http_response_status_code", failed: "5.." }],
    errorsCertain: false,
    latency: { bucket: "http_server_request_duration_seconds_bucket", perSecond: 1 },
    source: "OpenTelemetry semantic conventions ≥ 1.23",
  },
  {
    name: "otel-http-old",
    title: "HTTP requests",
    counter: "http_server_duration_milliseconds_count",
    only: noHealthRoutes("http_route"),
    errors: [{ label: "http_status_code", failed: "5.." }],
    errorsCertain: false,
    latency: { bucket: "http_server_duration_milliseconds_bucket", perSecond: 1_000 },
    source: "OpenTelemetry semantic conventions before 1.23",
  },
  {
    name: "http-requests",
    title: "HTTP requests",
    counter: "http_requests_total",
    only: noHealthRoutes("handler", "route", "path"),
    errors: plainErrors,
    errorsCertain: false,
    latency: { bucket: "http_request_duration_seconds_bucket", perSecond: 1 },
    source: "Prometheus' naming advice; Go, FastAPI, Node middlewares",
  },
  {
    name: "http-duration",
    title: "HTTP requests",
    counter: "http_request_duration_seconds_count",
    only: noHealthRoutes("handler", "route", "path"),
    errors: plainErrors,
    errorsCertain: false,
    latency: { bucket: "http_request_duration_seconds_bucket", perSecond: 1 },
    source: "as above, where only the histogram exists",
  },
  {
    name: "spring-http",
    title: "HTTP requests",
    counter: "http_server_requests_seconds_count",
    only: noHealthRoutes("uri"),
    errors: [
      { label: "outcome", failed: "SERVER_ERROR" },
      { label: "status", failed: "5.." },
    ],
    errorsCertain: false,
    latency: { bucket: "http_server_requests_seconds_bucket", perSecond: 1 },
    source: "Spring Boot, Micrometer",
  },
];
