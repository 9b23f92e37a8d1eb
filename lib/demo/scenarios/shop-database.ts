/**
 * What is told of the shop's one PostgreSQL, and of the pods of `order` beneath: postgres_exporter with the fifty dearest
 * statements, its own log with plans of slow statements, kubelet and kube-state-metrics, Kubernetes' Warning events.
 */
import { counter, gauge, lines } from "@/lib/demo/own-script";

const exporter = { job: "postgres-exporter", instance: "10.42.0.9:9187", server: "postgres:5432" };
/** All services share the user: who owns a connection, its application name tells. */
const connections = (service: string, count: number) =>
  gauge(
    "pg_stat_activity_count",
    { ...exporter, datname: "shopdb", usename: "shopuser", state: "active", application_name: service },
    count,
    { noise: 0.015, grain: 1 },
  );
export const orderConnections = connections("order", 14);

const statement = (queryid: string, service: string, ms: number) => ({
  mean: gauge("pg_stat_statements_mean_exec_time", { ...exporter, datname: `${service}db`, queryid }, ms, {
    noise: 0.05,
    grain: 0.01,
  }),
  calls: counter("pg_stat_statements_calls_total", { ...exporter, datname: `${service}db`, queryid }, 1.2),
});
const readsOrder = statement("-4127690034518820931", "order", 3.1);
export const slowStatement = readsOrder.mean;
const statements = [
  readsOrder,
  statement("5520318847700912644", "order", 6.4),
  statement("-884120733190455217", "stock", 4.2),
  statement("7713904425018836190", "stock", 5.6),
  statement("2096617731845502783", "projector", 2.9),
];

/** kube-state-metrics and kubelet name themselves in `job`; the pod is in `pod`. */
const ofPods = { of: "order", fromPod: false } as const;
const container = { namespace: "{namespace}", pod: "{pod}", container: "order" };
const cluster = { job: "kube-state-metrics", service: "kube-state-metrics", instance: "10.42.0.5:8080", ...container };
const MiB = 2 ** 20;
export const memoryLimit = 512 * MiB;
export const orderMemory = gauge(
  "container_memory_working_set_bytes",
  { job: "kubelet", instance: "10.0.3.11:10250", ...container, image: "registry.shop.example/order" },
  290 * MiB,
  { ...ofPods, noise: 0.02 },
);
export const orderRestarts = counter("kube_pod_container_status_restarts_total", cluster, 0, ofPods);
export const orderKilled = gauge(
  "kube_pod_container_status_last_terminated_reason",
  { ...cluster, reason: "OOMKilled" },
  0,
  ofPods,
);

export const databaseSeries = [
  ...[orderConnections, connections("payment", 6), connections("stock", 9), connections("projector", 4)],
  gauge("pg_settings_max_connections", exporter, 100),
  ...statements.flatMap(({ mean, calls }) => [mean, calls]),
  gauge("kube_pod_container_resource_limits", { ...cluster, resource: "memory", unit: "byte" }, memoryLimit, ofPods),
  ...[orderMemory, orderRestarts, orderKilled],
];

const plan = {
  query_id: "-4127690034518820931",
  "Query Text": "SELECT * FROM orders WHERE customer_ref = $1",
  Plan: {
    ...{ "Node Type": "Seq Scan", "Relation Name": "orders", "Actual Rows": 2_214_806 },
    Filter: "(customer_ref = $1)",
    "Rows Removed by Filter": 2_214_790,
  },
};
/** As Promtail ships the container's log; `auto_explain.log_format = json`, everything above 500 ms. */
export const databaseLog = {
  name: "postgres",
  labels: {
    ...{ namespace: "shop", app: "postgres", container: "postgres", pod: "postgres-0", job: "shop/postgres" },
    level: "warning",
  },
  of: null,
  lines: [
    lines(
      "plan",
      0,
      `{"time":"{time}","level":"WARNING","application_name":"order","msg":"auto_explain: duration: {ms:1900-2900} ms plan","query_id":"${plan.query_id}","plan":${JSON.stringify(plan)}}`,
    ),
    lines(
      "full",
      0,
      '{"time":"{time}","level":"FATAL","application_name":"order","msg":"sorry, too many clients already"}',
    ),
    lines("checkpoint", 0.004, '{"time":"{time}","level":"LOG","msg":"checkpoint complete: wrote {n:40-900} buffers"}'),
  ],
};

/** Warnings only; a cluster keeps them for an hour, Loki for as long as it keeps lines. */
export const warningEvents = {
  name: "warning-events",
  labels: { job: "kube-event-exporter", namespace: "shop", reason: "BackOff", kind: "Pod", name: "{pod}" },
  of: "order",
  lines: [
    lines(
      "back-off",
      0,
      '{"type":"Warning","reason":"BackOff","message":"Back-off restarting failed container order in pod {pod}","involvedObject":{"kind":"Pod","namespace":"shop","name":"{pod}"},"firstTimestamp":"{time}","count":1}',
    ),
  ],
};
