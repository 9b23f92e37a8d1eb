/** HTTP servers with Prometheus clients: Go, FastAPI, Node, prometheus-net. They share names, and differ in labels. */
import { commonNaming } from "@/lib/identity/naming";
import { noHealthRoutes, type Recipe, recipe } from "@/lib/recipes/recipe";

/** `5xx` is FastAPI's, which counts classes. */
const fiveHundreds = "5..|5xx|5XX";
const errors = ["code", "status", "status_code", "http_status_code", "http_status"].map((label) => ({
  label,
  failed: fiveHundreds,
}));
const http = {
  title: "HTTP requests",
  layer: "http",
  naming: commonNaming,
  only: noHealthRoutes("handler", "route", "path", "uri", "url"),
  errors,
} as const;
const duration = [{ histogram: "http_request_duration_seconds", perSecond: 1 }];

export const redHttp: readonly Recipe[] = [
  recipe({
    ...http,
    name: "http-requests",
    counter: "http_requests_total",
    latency: duration,
    notToConfuse: "promhttp_metric_handler_requests_total: scrapes, no users",
    source: "Prometheus' naming advice; Go, FastAPI, Node middlewares",
  }),
  recipe({
    ...http,
    name: "prometheus-net",
    counter: "http_requests_received_total",
    latency: duration,
    notToConfuse: "http_requests_in_progress: a gauge",
    source: "prometheus-net, ASP.NET Core middleware",
  }),
  recipe({
    ...http,
    name: "http-duration",
    counter: "http_request_duration_seconds_count",
    native: "http_request_duration_seconds",
    latency: duration,
    notToConfuse: "http_request_duration_seconds with `quantile`: a summary, whose quantiles cannot be united",
    source: "as above, where only the histogram or summary exists",
  }),
];
