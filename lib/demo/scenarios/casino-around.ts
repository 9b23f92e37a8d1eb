/** What the casino's requests do not make: its exporters, the Collector itself, and the load balancer's access logs. */
import { counter, gauge, lines, type SeriesScript } from "@/lib/demo/own-script";

/** CloudWatch's sums and averages are gauges, one sample a period. */
const cloudwatch = { job: "cloudwatch-exporter", instance: "cloudwatch-exporter:9106" };
const balancer = { ...cloudwatch, load_balancer: "app/yeet-public/3f1c9a20b7d45e68" };
const database = { ...cloudwatch, dbinstance_identifier: "yeet-prod" };
const broker = { ...cloudwatch, cluster_name: "yeet-events" };
const probe = { job: "chat-websocket", instance: "https://chat.yeet.example/socket" };
const collector = { job: "otel-collector", instance: "otel-collector:8888", service_name: "otelcol-contrib" };

export const rewardsGroupLag = gauge(
  "aws_msk_consumergroup_lag_sum",
  { ...broker, consumergroup: "rewards-service", topic: "bets.settled" },
  24,
  { noise: 0.04, grain: 1 },
);
const socketsGroupLag = gauge(
  "aws_msk_consumergroup_lag_sum",
  { ...broker, consumergroup: "sockets-service", topic: "bets.settled" },
  9,
  { noise: 0.35, grain: 1 },
);
export const balancerRequests = gauge("aws_applicationelb_request_count_sum", balancer, 420, {
  noise: 0.07,
  swing: 0.2,
  grain: 1,
});
export const databaseCpu = gauge("aws_rds_cpuutilization_average", database, 31, { noise: 0.06, swing: 0.15 });
export const chatProbe = gauge("probe_success", probe, 1);
export const activeUsers = gauge("active_users", {}, 1_840, {
  of: "sockets-service",
  noise: 0.008,
  swing: 0.2,
  grain: 1,
});

/** Of each exporter a queue. */
const queueOf = (exporter: string, usual: number): SeriesScript =>
  gauge("otelcol_exporter_queue_size", { ...collector, exporter }, usual, { noise: 0.3, grain: 1 });
export const traceQueue = queueOf("otlp/tempo", 14);
export const refusedSpans = counter(
  "otelcol_receiver_refused_spans_total",
  { ...collector, receiver: "otlp", transport: "grpc" },
  0,
);
export const failedSpans = counter(
  "otelcol_exporter_enqueue_failed_spans_total",
  { ...collector, exporter: "otlp/tempo" },
  0,
);

export const series: readonly SeriesScript[] = [
  rewardsGroupLag,
  socketsGroupLag,
  databaseCpu,
  gauge("aws_rds_database_connections_average", database, 46, { noise: 0.05, grain: 1 }),
  balancerRequests,
  gauge("aws_applicationelb_target_response_time_average", balancer, 0.021, { noise: 0.1 }),
  gauge("up", cloudwatch, 1),
  chatProbe,
  gauge("probe_duration_seconds", probe, 0.043, { noise: 0.15 }),
  gauge("up", probe, 1),
  activeUsers,
  traceQueue,
  queueOf("otlphttp/loki", 11),
  queueOf("otlphttp/prometheus", 6),
  ...["otlp/tempo", "otlphttp/loki", "otlphttp/prometheus"].map((exporter) =>
    gauge("otelcol_exporter_queue_capacity", { ...collector, exporter }, 1_000),
  ),
  counter("otelcol_receiver_accepted_spans_total", { ...collector, receiver: "otlp", transport: "grpc" }, 40, {
    noise: 0.2,
  }),
  refusedSpans,
  failedSpans,
  gauge("up", collector, 1),
];

/** As the load balancer writes them; Promtail lifts status and address out of each. What its firewall limits reaches no target. */
const access = (ip: string, status: number, request: string, agent: string): string => {
  const target =
    status === 429 ? `- -1 -1 -1 ${status} -` : `10.0.14.7:8080 0.001 0.0{ms:11-64} 0.000 ${status} ${status}`;
  return `https {time} app/yeet-public/3f1c9a20b7d45e68 ${ip}:{port:30000-60999} ${target} {in:310-990} {out:180-4200} "${request} HTTP/2.0" "${agent}" ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2`;
};
const ofPlayers = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36";
const odds = "GET https://yeet.example:443/v1/odds/{match:1000-1999}";

export const scraper = "198.51.100.23";
export const albLogs = {
  name: "alb",
  labels: { job: "alb_logs", load_balancer: "app/yeet-public" },
  of: null,
  lines: [
    lines("served", 2, access("{ip}", 200, odds, ofPlayers), { status_code: "200", ip: "{ip}" }),
    lines("limited", 0.02, access("{ip}", 429, odds, ofPlayers), { status_code: "429", ip: "{ip}" }),
    lines("scraped", 0, access(scraper, 429, odds, "python-requests/2.32.3"), { status_code: "429", ip: scraper }),
  ],
};
