import { describe, expect, test } from "vitest";
import type { Question } from "@/lib/evidence";
import type { Movement } from "@/lib/explanation";
import { explain } from "@/lib/findings";
import { isValid } from "@/lib/query/promql";
import { at, drawnLead, drawnWindow, gapOf, traceAnswer } from "@/test/draw";
import { environment, everything, type Walk, type World, walk } from "@/test/installation";
import { drawnPrometheus } from "@/test/recipes/drawn-metrics";

const now = drawnWindow.to;
/** `gateway -> payment`, in namespace shop where told. */
function traceIn(told: boolean, cluster?: string): NonNullable<World["trace"]> {
  const answer = traceAnswer("gateway GET / 0-900 [server]\n  payment Charge 50-800 [server]", {
    start: at("14:03:12"),
  });
  const resources = answer.trace.resources.map((each) => ({
    ...each,
    attributes: {
      ...(told ? { "k8s.namespace.name": "shop" } : {}),
      ...(cluster === undefined ? {} : { "k8s.cluster.name": cluster }),
    },
  }));
  return ({ upstream }) =>
    upstream === "shop/tempo" ? { ...answer, trace: { ...answer.trace, resources } } : undefined;
}
const ofSaturation = ({ purpose }: Question): boolean => purpose.kind === "saturation";

function walked(text: string, { told = true, cluster }: { told?: boolean; cluster?: string } = {}): Walk {
  const prometheus = drawnPrometheus(text);
  return walk({
    lead: drawnLead,
    environments: [environment(everything)],
    world: {
      trace: traceIn(told, cluster),
      families: ["gateway", "payment"].map((value) => ({ __name__: "http_requests_total", job: value })),
      answer: (question) => (ofSaturation(question) ? prometheus(question) : undefined),
    },
    now,
  });
}
function movementsIn(text: string, more: Parameters<typeof walked>[1] = {}): readonly Movement[] {
  const { known } = walked(text, more);
  return explain(drawnLead, known, now, drawnWindow).movements.filter(({ role }) => role === "saturation");
}
/** `payment: CPU throttled 1 % → 60 %, since …` */
const said = (text: string, more: Parameters<typeof walked>[1] = {}): string[] =>
  movementsIn(text, more).map(({ service, title, words }) => `${service?.name}: ${title} ${words}`);

const pod = 'namespace="shop",pod="payment-7d9c5b8f6-kvkzh"';
const throttling = (labels: string, drawn: string): string => `
  container_cpu_cfs_periods_total{${labels},container="payment"}            + 300x90
  container_cpu_cfs_throttled_periods_total{${labels},container="payment"}  + ${drawn}`;
/** kube-state-metrics: whose labels name itself. */
const exporter = 'job="kube-state-metrics",service="kube-state-metrics",instance="10.42.0.5:8080"';

describe("what is found", () => {
  test.each([
    ["CPU", throttling(pod, "3x60 180x30"), /^payment: CPU throttled 1 % → 60 %, since 14:0\d/],
    [
      "memory, as a share of the limit",
      `container_memory_working_set_bytes{${pod},container="payment"}  200e6x60 980e6x30
       kube_pod_container_resource_limits{${exporter},${pod},container="payment",resource="memory"}  1e9x90
       kube_pod_container_resource_limits{${exporter},${pod},container="payment",resource="cpu"}     2x90`,
      /^payment: memory of its limit 20 % → 98 %, since 14:0\d/,
    ],
    [
      "memory, where the exporter's labels stand in the place of the subject's",
      `container_memory_working_set_bytes{${pod},container="payment"}  200e6x60 980e6x30
       kube_pod_container_resource_limits{namespace="monitoring",pod="kube-state-metrics-5c9d8f7b6-x2x4z",container="kube-state-metrics",exported_namespace="shop",exported_pod="payment-7d9c5b8f6-kvkzh",exported_container="payment",resource="memory"}  1e9x90`,
      /^payment: memory of its limit 20 % → 98 %/,
    ],
    [
      "a crash loop",
      `kube_pod_container_status_waiting_reason{${exporter},${pod},container="payment",reason="CrashLoopBackOff"}  _x60 1x30`,
      /^payment: crash loop waiting to be restarted since 14:0\d:\d\dZ ± /,
    ],
    [
      "a kill for want of memory",
      `kube_pod_container_status_last_terminated_reason{${exporter},${pod},container="payment",reason="OOMKilled"}  _x60 1x30`,
      /^payment: killed for memory last ended so since/,
    ],
    [
      "replicas that are not available",
      `kube_deployment_status_replicas_unavailable{${exporter},namespace="shop",deployment="payment"}  0x60 3x30`,
      /^payment: replicas unavailable 0 → 3, since/,
    ],
    [
      "a volume",
      `kubelet_volume_stats_used_bytes{namespace="shop",persistentvolumeclaim="data-payment-0"}      4e9x60 9.9e9x30
       kubelet_volume_stats_capacity_bytes{namespace="shop",persistentvolumeclaim="data-payment-0"}  1e10x90`,
      /^payment: volume full 40 % → 99 %/,
    ],
    [
      "a database's connections, by the name their owner gives them",
      `pg_stat_activity_count{job="postgres",application_name="payment-service",state="active"}  9x60 70x30
       pg_stat_activity_count{job="postgres",application_name="payment-service",state="idle"}    5x60 9x30
       pg_stat_activity_count{job="postgres",application_name="paymentary",state="idle"}         1x60 99x30`,
      /^payment: database connections 14 → 79, since 14:0/,
    ],
    [
      "a statement that became slow, in a database that bears the service's name",
      `pg_stat_statements_mean_exec_time{job="postgres",datname="paymentdb",queryid="-41"}  3x60 2400x30
       pg_stat_statements_mean_exec_time{job="postgres",datname="paymentdb",queryid="52"}   4x60 9x30`,
      /^payment: mean time of queryid -41 3 ms → 2\.4 s/,
    ],
    [
      "the same of an exporter that counts seconds and calls",
      `pg_stat_statements_seconds_total{job="postgres",datname="payment",queryid="-41"}  + 0.3x60 60x30
       pg_stat_statements_calls_total{job="postgres",datname="payment",queryid="-41"}    + 30x90`,
      /^payment: mean time of queryid -41 10 ms → 2 s/,
    ],
    [
      "a pool of HikariCP",
      `hikaricp_connections_active{job="payment",pool="main"}  2x60 10x30
       hikaricp_connections_max{job="payment",pool="main"}     10x90`,
      /^payment: connection pool in use 20 % → 100 %/,
    ],
    [
      "a pool that OpenTelemetry tells by state",
      `db_client_connection_count{job="payment",db_client_connection_state="used",db_client_connection_pool_name="main"}  1x60 10x30
       db_client_connection_count{job="payment",db_client_connection_state="idle",db_client_connection_pool_name="main"}  9x60 0x30
       db_client_connection_max{job="payment",db_client_connection_pool_name="main"}  10x90`,
      /^payment: connection pool in use 10 % → 100 %/,
    ],
    [
      "who waits for a connection",
      'hikaricp_connections_pending{job="payment",pool="main"}  0x60 40x30',
      /^payment: waiting for a connection 0 → 40/,
    ],
    [
      "a Go pool without limit is no share",
      `go_sql_in_use_connections{job="payment",db_name="main"}   2x90
       go_sql_max_open_connections{job="payment",db_name="main"} 0x90
       go_sql_wait_count_total{job="payment",db_name="main"}     + 0x60 300x30`,
      /^payment: waits for a connection 0 \/s → 10 \/s/,
    ],
    [
      "threads",
      `tomcat_threads_busy_threads{job="payment",name="http-nio-8080"}        20x60 200x30
       tomcat_threads_config_max_threads{job="payment",name="http-nio-8080"}  200x90`,
      /^payment: request threads busy 10 % → 100 %/,
    ],
    [
      "garbage collection",
      'jvm_gc_pause_seconds_sum{job="payment",action="end of major GC",cause="Allocation Failure"}  + 0.1x60 15x30',
      /^payment: time in garbage collection 0.3 % → 50 %/,
    ],
    [
      "calls that hang",
      `grpc_server_started_total{job="payment",grpc_type="unary",grpc_method="Charge"}  + 30x90
       grpc_server_handled_total{job="payment",grpc_type="unary",grpc_method="Charge",grpc_code="OK"}  + 30x60 0x30`,
      /^payment: gRPC calls begun and not ended 0 → [1-9]/,
    ],
    [
      "a consumer group's lag, over its partitions",
      `kafka_consumergroup_lag{job="kafka-exporter",consumergroup="payment",topic="orders",partition="0"}  5x60 4000x30
       kafka_consumergroup_lag{job="kafka-exporter",consumergroup="payment",topic="orders",partition="1"}  5x90`,
      /^payment: consumer group lag 10 → 4,005/,
    ],
    [
      "a consumer group's lag, as CloudWatch sums it up",
      'aws_msk_consumergroup_lag_sum{job="cloudwatch",consumergroup="payment",topic="orders"}  5x60 4000x30',
      /^payment: consumer group lag 5 → 4,000/,
    ],
    ["a queue", 'payment_outbox_queue_depth{job="payment"}  3x60 900x30', /^payment: queue length 3 → 900/],
    [
      "a breaker that opens",
      `resilience4j_circuitbreaker_state{job="payment",name="vault",state="open"}    0x60 1x30
       resilience4j_circuitbreaker_state{job="payment",name="vault",state="closed"}  1x60 0x30`,
      /^payment: circuit breaker open since 14:0\d:\d\dZ ± /,
    ],
    [
      "a breaker told by one number",
      'payment_vault_circuit_breaker_state{job="payment"}  0x60 1x30',
      /^payment: circuit breaker open since 14:0\d:\d\dZ ± /,
    ],
    [
      "failures in a row",
      'payment_consecutive_failures{job="payment"}  0x60 40x30',
      /^payment: consecutive failures 0 → 40/,
    ],
    [
      "failures it counts itself, and none of its libraries'",
      `payment_uploads_failed_total{job="payment"}  + 0x60 30x30
       promhttp_metric_handler_errors_total{job="payment",cause="encoding"}  + 5x20 90x70`,
      /^payment: failures counted 0 → \d+/,
    ],
    [
      "a breaker that stays open",
      'resilience4j_circuitbreaker_state{job="payment",name="vault",state="open"}  1x90',
      /^payment: circuit breaker open all the time$/,
    ],
  ])("%s", (_, drawn, words) => {
    expect(said(drawn)).toEqual([expect.stringMatching(words)]);
  });
});

describe("what is not taken", () => {
  test.each([
    [
      "another namespace's workload of the same name",
      throttling('namespace="billing",pod="payment-7d9c5b8f6-x2x4z"', "3x60 180x30"),
    ],
    [
      "a canary and a worker",
      throttling('namespace="shop",pod="payment-canary-7d9c5b8f6-kvkzh"', "3x60 180x30") +
        throttling('namespace="shop",pod="payment-worker-7d9c5b8f6-kvkzh"', "3x60 180x30"),
    ],
    [
      "kube-state-metrics' own pod",
      `kube_pod_container_status_waiting_reason{namespace="shop",pod="payment-7d9c5b8f6-kvkzh",container="x",exported_namespace="billing",exported_pod="other-0",exported_container="y",reason="CrashLoopBackOff"}  _x60 1x30`,
    ],
    [
      "a consumer group that only begins alike",
      'kafka_consumergroup_lag{consumergroup="payment-archive",topic="orders",partition="0"}  5x60 4000x30',
    ],
    ["a pool of another service", 'hikaricp_connections_pending{job="cart",pool="main"}  0x60 40x30'],
    [
      "streams, which live long by design",
      'grpc_server_started_total{job="payment",grpc_type="bidi_stream"}  + 30x90\ngrpc_server_handled_total{job="payment",grpc_type="bidi_stream"}  + 30x60 0x30',
    ],
  ])("%s", (_, drawn) => {
    expect(said(drawn)).toEqual([]);
  });

  test("where no one told the namespace, a name that is there in two is no one's", () => {
    const one = throttling(pod, "3x60 180x30");
    const other = throttling('namespace="billing",pod="payment-7d9c5b8f6-x2x4z"', "3x90");
    expect(said(one, { told: false })).toEqual([expect.stringContaining("payment: CPU throttled 1 % → 60 %")]);
    expect(said(one + other, { told: false })).toEqual([]);
  });
});

test("of two clusters behind one store, only the one that was told, else neither", () => {
  const eu = throttling(`cluster="eu-1",${pod}`, "3x60 180x30");
  const us = throttling(`cluster="us-1",${pod}`, "3x90");
  expect(said(eu + us, { cluster: "eu-1" })).toEqual([expect.stringContaining("CPU throttled 1 % → 60 %")]);
  expect(said(us, { cluster: "eu-1" })).toEqual([]);
  expect(said(eu + us)).toEqual([]);
  expect(said(eu)).toHaveLength(1);
});

describe("asked", () => {
  const questions = ({ asked }: Walk): readonly Question[] => asked.filter(ofSaturation);

  test("in one question a Prometheus, for all services and signals", () => {
    const [only, ...others] = questions(walked(""));
    expect(others).toEqual([]);
    expect(isValid(only?.text ?? "")).toBe(true);
    expect(only?.text.length).toBeLessThan(16_000);
  });

  test("and a Prometheus that tells nothing of a service says so once", () => {
    const gaps = (text: string): string[] =>
      walked(text).plan.unasked.flatMap((each) => (each.text.includes("tells how full") ? [each.text] : []));
    expect(gaps("")).toEqual([
      "No known metric in prometheus tells how full gateway, payment run: CPU, memory, pools, queues, threads.",
    ]);
    expect(gaps(throttling(pod, "3x90"))).toEqual([expect.stringContaining("how full gateway runs:")]);
  });

  test("of a Prometheus that does not answer, nothing is denied", () => {
    const { plan } = walk({
      ...{ lead: drawnLead, environments: [environment(everything)], now },
      world: {
        trace: traceIn(true),
        families: [{ __name__: "http_requests_total", job: "payment" }],
        answer: (question) => (ofSaturation(question) ? gapOf("timeout") : undefined),
      },
    });
    expect(plan.unasked.filter(({ text }) => text.includes("how full"))).toEqual([]);
  });
});

describe("a service that no label names is found by how its metrics begin", () => {
  /** `image.sync -> <name>`: known by its spans alone, scraped by a job of another name. */
  function saidOf(text: string, name = "image.worker", namespace: string | null = null): string[] {
    const answer = traceAnswer(`image.sync run 0-900\n  ${name} work 50-800`, { start: at("14:03:12") });
    const resources = answer.trace.resources.map((each) => ({
      ...each,
      attributes: namespace === null ? {} : { "k8s.namespace.name": namespace },
    }));
    const prometheus = drawnPrometheus(text);
    const { known } = walk({
      lead: drawnLead,
      environments: [environment(everything)],
      world: {
        trace: ({ upstream }) =>
          upstream === "shop/tempo" ? { ...answer, trace: { ...answer.trace, resources } } : undefined,
        answer: (question) => (ofSaturation(question) ? prometheus(question) : undefined),
      },
      now,
    });
    return explain(drawnLead, known, now, drawnWindow)
      .movements.filter(({ role }) => role === "saturation")
      .map(({ service, title, words }) => `${service?.name}: ${title} ${words}`)
      .sort();
  }

  test("queue, breaker, failures in a row and failures counted", () => {
    const said = saidOf(`
      image_worker_queue_depth{job="droplet",instance="a:9091"}            12x60 4310x30
      image_worker_circuit_breaker_state{job="droplet",instance="a:9091"}  0x60 1x30
      image_worker_consecutive_failures{job="droplet",instance="a:9091"}   0x60 25x30
      image_worker_uploads_failed_total{job="droplet",instance="a:9091"}   + 0x60 9x30`);
    expect(said).toEqual([
      expect.stringMatching(/^image\.worker: circuit breaker open since 14:0\d/),
      expect.stringMatching(/^image\.worker: consecutive failures 0 → 25, since 14:0\d/),
      expect.stringMatching(/^image\.worker: failures counted 0 → [1-9]/),
      expect.stringMatching(/^image\.worker: queue length 12 → 4,310, since 14:0\d/),
    ]);
  });

  test.each([
    ["the longer name takes its own", 'image_worker_v_queue_depth{job="x"} 1x60 9x30', "image"],
    ["a library's first word is nobody's name", 'redis_queue_length{job="x"} 1x60 900x30', "redis"],
    [
      "another's state by label is no number",
      'image_worker_circuit_breaker_state{state="closed"} 0x60 1x30',
      "image.worker",
    ],
    [
      "in two namespaces it is nobody's",
      'image_worker_queue_depth{namespace="a"} 1x60 900x30\nimage_worker_queue_depth{namespace="b"} 1x90',
      "image.worker",
    ],
  ])("%s", (_, text, name) => {
    expect(saidOf(text, name)).toEqual([]);
  });

  test("of the namespace that its spans tell", () => {
    const text = 'image_worker_queue_depth{namespace="a"} 1x60 900x30\nimage_worker_queue_depth{namespace="b"} 1x90';
    expect(saidOf(text, "image.worker", "a")).toEqual([expect.stringMatching(/queue length 1 → 900/)]);
  });
});
