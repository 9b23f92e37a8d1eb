/** The conventions of common installations: what a probe finds of them, and what is asked in return. */
import { describe, expect, test } from "vitest";
import { isValid } from "@/lib/query/promql";
import type { World } from "@/test/installation";
import { asked, counted, form, inShop, investigated, payment } from "@/test/recipes/investigated";

type Row = {
  readonly stack: string;
  readonly path: string;
  readonly world: Partial<World>;
  readonly parts: Readonly<Record<string, readonly string[]>>;
};
const table: readonly Row[] = [
  {
    stack: "OTLP: job is namespace and name",
    path: inShop,
    world: {
      families: counted("http_server_request_duration_seconds_count", { job: "shop/payment" }),
      errorLabels: { http_server_request_duration_seconds_count: ["http_response_status_code"] },
    },
    parts: {
      rate: ['sum by (job) (rate(http_server_request_duration_seconds_count{job="shop/payment",'],
      errors: ['http_response_status_code=~"5.."'],
      "latency-p99": ["histogram_quantile(0.99, sum by (le, job) (rate(http_server_request_duration_seconds_bucket{"],
    },
  },
  {
    stack: "OTLP untranslated: names and labels with dots",
    path: payment,
    world: {
      families: counted("http.server.request.duration_count", { job: "payment" }),
      errorLabels: { "http.server.request.duration_count": ["http.response.status_code"] },
    },
    parts: {
      rate: ['rate({"http.server.request.duration_count",job="payment","http.route"!~'],
      errors: ['"http.response.status_code"=~"5.."'],
      "latency-p99": ['rate({"http.server.request.duration_bucket",'],
    },
  },
  {
    stack: "a native histogram: no _count, no _bucket",
    path: payment,
    world: {
      families: counted("http_server_request_duration_seconds", { job: "payment" }),
      errorLabels: { http_server_request_duration_seconds: ["http_response_status_code"] },
      ...form("native of http_server_request_duration_seconds"),
    },
    parts: {
      rate: ["histogram_count(sum by (job) (rate(http_server_request_duration_seconds{"],
      errors: ["histogram_count(", 'http_response_status_code=~"5.."'],
      "latency-p99": ["histogram_quantile(0.99, sum by (job) (rate(http_server_request_duration_seconds{"],
    },
  },
  {
    stack: "old OpenTelemetry: milliseconds",
    path: payment,
    world: {
      families: counted("http_server_duration_milliseconds_count", { job: "payment" }),
      errorLabels: { http_server_duration_milliseconds_count: ["http_status_code"] },
    },
    parts: { errors: ['http_status_code=~"5.."'], "latency-p99": [")) / 1000"] },
  },
  {
    stack: "OpenTelemetry RPC: words or numbers; what clients got wrong stands beside",
    path: payment,
    world: {
      families: counted("rpc_server_call_duration_seconds_count", { job: "payment" }),
      errorLabels: { rpc_server_call_duration_seconds_count: ["rpc_response_status_code"] },
    },
    parts: {
      errors: ['rpc_response_status_code=~"Unknown|', "UNAVAILABLE", "2|4|12|13|14|15"],
      other: ['rpc_response_status_code!~"|OK|Ok|0|Unknown'],
    },
  },
  {
    stack: "go-grpc-middleware: faults of the server only; health checks are no requests",
    path: payment,
    world: { families: counted("grpc_server_handled_total", { job: "payment", grpc_service: "pay.v1.Payments" }) },
    parts: {
      rate: ['grpc_service!~"/?grpc\\\\.(?:health|reflection)'],
      errors: ['grpc_code=~"Unknown|DeadlineExceeded'],
      other: ['grpc_code!~"|OK'],
      "latency-p99": ["grpc_server_handling_seconds_bucket"],
    },
  },
  {
    stack: "grpc-go's OpenTelemetry plugin",
    path: payment,
    world: { families: counted("grpc_server_call_duration_seconds_count", { job: "payment" }) },
    parts: { errors: ["grpc_status=~"] },
  },
  {
    stack: "OpenTelemetry's messages, of which none has failed yet, beside HTTP",
    path: payment,
    world: {
      families: [
        ...counted("http_server_request_duration_seconds_count", { job: "payment" }),
        ...counted("messaging_process_duration_seconds_count", { job: "payment" }),
      ],
      errorLabels: { http_server_request_duration_seconds_count: ["http_response_status_code"] },
    },
    parts: {
      rate: ["rate(http_server_request_duration_seconds_count{", "rate(messaging_process_duration_seconds_count{"],
      errors: ['http_response_status_code=~"5.."'],
      "latency-p99": ["messaging_process_duration_seconds_bucket{"],
    },
  },
  {
    stack: "Spring without buckets: the mean, said so",
    path: payment,
    world: {
      families: counted("http_server_requests_seconds_count", { job: "payment" }),
      errorLabels: { http_server_requests_seconds_count: ["outcome", "status"] },
      ...form("mean of http_server_requests_seconds"),
    },
    parts: {
      errors: ['outcome=~"SERVER_ERROR"'],
      "latency-mean": [
        "(rate(http_server_requests_seconds_sum{",
        ") / sum by (job) (rate(http_server_requests_seconds_count{",
      ],
    },
  },
  {
    stack: "Spring over OTLP: milliseconds",
    path: payment,
    world: {
      families: counted("http_server_requests_milliseconds_count", { job: "payment" }),
      errorLabels: { http_server_requests_milliseconds_count: ["outcome"] },
    },
    parts: { "latency-p99": [" / 1000"] },
  },
  {
    stack: "FastAPI: classes of status",
    path: payment,
    world: {
      families: counted("http_requests_total", { job: "payment" }),
      errorLabels: { http_requests_total: ["status"] },
    },
    parts: { errors: ['status=~"5..|5xx'], rate: ['handler!~"'] },
  },
  {
    stack: "prometheus-net",
    path: payment,
    world: {
      families: counted("http_requests_received_total", { job: "payment" }),
      errorLabels: { http_requests_received_total: ["code"] },
    },
    parts: {
      rate: ["http_requests_received_total{"],
      errors: ['code=~"5..'],
      "latency-p99": ["http_request_duration_seconds_bucket"],
    },
  },
  {
    stack: "a summary: its quantile, of the slowest instance",
    path: payment,
    world: {
      families: counted("http_request_duration_seconds_count", { job: "payment" }),
      errorLabels: { http_request_duration_seconds_count: ["status_code"] },
      ...form("quantiles of http_request_duration_seconds", "mean of http_request_duration_seconds"),
    },
    parts: { "latency-p99": ["max by (job) (http_request_duration_seconds{", 'quantile="0.99"'] },
  },
  {
    stack: "Istio: one reporter; a gRPC fault travels in a 200",
    path: inShop,
    world: {
      families: ["source", "destination"].map((reporter) => ({
        __name__: "istio_requests_total",
        destination_canonical_service: "payment",
        destination_workload_namespace: "shop",
        reporter,
      })),
    },
    parts: {
      rate: [
        'sum by (destination_canonical_service) (rate(istio_requests_total{destination_canonical_service="payment",destination_workload_namespace="shop",reporter="destination"}',
      ],
      errors: ['response_code=~"5..|0"', " or rate(istio_requests_total{", "grpc_response_status=~"],
      "latency-p99": ["istio_request_duration_milliseconds_bucket", " / 1000"],
    },
  },
  {
    stack: "Linkerd: inbound only",
    path: inShop,
    world: { families: counted("response_total", { deployment: "payment", namespace: "shop" }) },
    parts: {
      rate: ['response_total{deployment="payment",namespace="shop",direction="inbound"}'],
      errors: ['classification=~"failure"'],
      "latency-p99": ["response_latency_ms_bucket", " / 1000"],
    },
  },
  {
    stack: "Traefik: namespace, name and port in one",
    path: inShop,
    world: { families: counted("traefik_service_requests_total", { service: "shop-payment-8080@kubernetes" }) },
    parts: { rate: ['service="shop-payment-8080@kubernetes"'], errors: ['code=~"5.."'] },
  },
  {
    stack: "ingress-nginx: the controller's own labels do not count",
    path: inShop,
    world: {
      families: counted("nginx_ingress_controller_requests", {
        exported_service: "payment",
        exported_namespace: "shop",
        service: "ingress-nginx-controller-metrics",
        namespace: "ingress-nginx",
      }),
    },
    parts: { rate: ['exported_service="payment",exported_namespace="shop"'], errors: ['status=~"5.."'] },
  },
  {
    stack: "an ALB: sums of a period are no counters",
    path: payment,
    world: {
      families: counted("aws_applicationelb_request_count_sum", {
        dimension_TargetGroup: "targetgroup/payment-tg/0123456789abcdef",
      }),
      samples: 6,
      ...form("gauge aws_applicationelb_target_response_time_average"),
    },
    parts: {
      rate: ["sum by (dimension_TargetGroup) (aws_applicationelb_request_count_sum{", ") / 300"],
      errors: ["httpcode_(?:target|elb)_5_xx_count_sum"],
      "latency-mean": ["max by (dimension_TargetGroup) (aws_applicationelb_target_response_time_average{"],
    },
  },
  {
    stack: "Tempo's metrics-generator: server and consumer spans, of the traces kept",
    path: payment,
    world: { families: counted("traces_spanmetrics_calls_total", { service: "payment" }) },
    parts: {
      rate: ['service="payment",span_kind=~"SPAN_KIND_SERVER|SPAN_KIND_CONSUMER"'],
      errors: ['status_code=~"STATUS_CODE_ERROR"'],
      "latency-p99": ["traces_spanmetrics_latency_bucket"],
    },
  },
  {
    stack: "the span metrics connector once its unit is seconds",
    path: payment,
    world: {
      families: counted("traces_span_metrics_calls_total", {
        service_name: "payment",
        job: "otel-collector",
        namespace: "observability",
      }),
      ...form("buckets of traces_span_metrics_duration_seconds"),
    },
    parts: { rate: ['service_name="payment"'], "latency-p99": ["traces_span_metrics_duration_seconds_bucket"] },
  },
  {
    stack: "Jaeger's older span metrics",
    path: payment,
    world: { families: counted("calls_total", { service_name: "payment" }), ...form("buckets of latency") },
    parts: { "latency-p99": ["rate(latency_bucket{", " / 1000"] },
  },
];

describe("the conventions of common installations", () => {
  test.each(table)("$stack", ({ path, world, parts }) => {
    const texts = asked(path, world);
    for (const [role, expected] of Object.entries(parts))
      for (const part of expected) expect(texts[role]).toContain(part);
  });

  test.each(table)("every question is one that Prometheus can read: $stack", ({ path, world }) => {
    const run = investigated(path, world);
    const texts = run.asked.flatMap(({ call }) =>
      call.api === "prometheus-range" || call.api === "prometheus-instant" ? [call.query] : [],
    );
    expect(texts.length).toBeGreaterThan(2);
    expect(texts.filter((text) => !isValid(text))).toEqual([]);
  });
});

test("no rate is taken of what is a sum already", () => {
  const row = table.find(({ stack }) => stack.startsWith("an ALB"));
  expect(Object.values(asked(payment, row?.world ?? {})).filter((text) => text.includes("rate("))).toEqual([]);
});
