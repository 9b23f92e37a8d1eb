/**
 * What runs full or stands still, by convention: read it as a table. `{m}` stands for the matchers of the subject, `{r}`
 * for the range of rates. Which pod of a workload is fullest does not matter: its highest value speaks for the service.
 */
import type { SaturationPart } from "@/lib/evidence";

export type Row = Omit<SaturationPart, "rateWindow"> & {
  /** Several rows may tell one signal; of one service the first that has series counts. */
  readonly signal: string;
  readonly query: string;
  /** What looks like it and is not. */
  readonly notToConfuse: string;
  readonly source: string;
};

const share = { unit: "ratio" } as const;
const count = { unit: "count" } as const;
const switched = { unit: "count", state: { on: "open", off: "closed" } } as const;

const cadvisor = "cAdvisor, in the kubelet";
const kubeState = "kube-state-metrics";

/** `query` by pod, of the kubelet; `kube` by pod and container, of kube-state-metrics. Both: the one as a share of the other. */
export type PodRow = Omit<Row, "query"> & { readonly query?: string; readonly kube?: string };

export const podRows: readonly PodRow[] = [
  {
    ...{
      signal: "cpu-throttled",
      title: "CPU throttled",
      ...share,
      notToConfuse: "CPU used ÷ its limit: throttling happens within tenths of a second, which that averages",
      source: cadvisor,
    },
    query: `sum by (cluster, namespace, pod) (rate(container_cpu_cfs_throttled_periods_total{m,container!=""}[{r}]))
      / sum by (cluster, namespace, pod) (rate(container_cpu_cfs_periods_total{m,container!=""}[{r}]))`,
  },
  {
    ...{
      signal: "memory",
      title: "memory of its limit",
      ...share,
      notToConfuse: "container_memory_usage_bytes: with page cache that is given back; the POD container holds nothing",
      source: `${cadvisor}; ${kubeState}`,
    },
    query:
      'max by (cluster, namespace, pod, container) (container_memory_working_set_bytes{m,container!="",container!="POD"})',
    kube: 'kube_pod_container_resource_limits{m,resource="memory"} > 0',
  },
  {
    ...{
      signal: "restarts",
      title: "container restarts",
      ...count,
      notToConfuse: "a pod that is new: a rollout restarts nothing",
      source: kubeState,
    },
    kube: "increase(kube_pod_container_status_restarts_total{m}[{r}])",
  },
  {
    ...{
      signal: "out-of-memory",
      title: "killed for memory",
      unit: "count",
      notToConfuse: "exit code 137 alone: also what a stop that took too long ends with",
      source: kubeState,
    },
    state: { on: "last ended so", off: "not so" },
    kube: 'kube_pod_container_status_last_terminated_reason{m,reason="OOMKilled"}',
  },
  {
    ...{
      signal: "crash-loop",
      title: "crash loop",
      unit: "count",
      notToConfuse: "ImagePullBackOff, ContainerCreating: it has not begun yet",
      source: kubeState,
    },
    state: { on: "waiting to be restarted", off: "none" },
    kube: 'kube_pod_container_status_waiting_reason{m,reason="CrashLoopBackOff"}',
  },
];

/** Known by how its name ends. `counts`: a counter, shown as what it rose by within the range of rates. */
export type NamedRow = Omit<SaturationPart, "rateWindow"> & {
  readonly signal: string;
  readonly ending: string;
  readonly counts?: true;
};

/** RE2. Of a breaker's state only what is one number: those told by a label `state` have rows of their own. */
export const namedRows: readonly NamedRow[] = [
  { signal: "queue", title: "queue length", ...count, ending: "queue_(?:depth|length|size)" },
  { signal: "breaker", title: "circuit breaker", ...switched, ending: "circuit_?breaker_(?:state|(?:is_)?open)" },
  {
    signal: "consecutive-failures",
    title: "consecutive failures",
    ...count,
    ending: "consecutive_(?:failures|errors)",
  },
  {
    signal: "own-failures",
    title: "failures counted",
    ...count,
    ending: "(?:failed|failures|errors)_total",
    counts: true,
  },
];
const endingOf = (signal: string): string => namedRows.find((row) => row.signal === signal)?.ending ?? "a^";
/** What libraries count of themselves: failures of a scrape, of a dial, of a collector. */
const notOwn =
  "(?:promhttp|net_conntrack|prometheus|go|process|otel|otelcol|scrape|http|grpc|rpc|traces|istio|envoy)_.+";

/** By the labels that name the service in its own metrics. */
export const appRows: readonly Row[] = [
  ...[
    ["hikaricp_connections_active{m}", "hikaricp_connections_max{m}", "HikariCP, Micrometer"],
    ["jdbc_connections_active{m}", "jdbc_connections_max{m}", "Spring Boot, Micrometer"],
    ["r2dbc_pool_acquired_connections{m}", "r2dbc_pool_max_allocated_connections{m}", "R2DBC, Micrometer"],
    ["go_sql_in_use_connections{m}", "(go_sql_max_open_connections{m} > 0)", "client_golang, DBStats collector"],
    ["go_sql_stats_connections_in_use{m}", "(go_sql_stats_connections_max_open{m} > 0)", "sqlstats for Go"],
    ["pgxpool_acquired_conns{m}", "pgxpool_max_conns{m}", "pgxpool collectors for Go"],
    [
      'db_client_connection_count{m,db_client_connection_state="used"}',
      "ignoring (db_client_connection_state) db_client_connection_max{m}",
      "OpenTelemetry, database client pools",
    ],
    [
      'db_client_connections_usage{m,state="used"}',
      "ignoring (state) db_client_connections_max{m}",
      "OpenTelemetry, database client pools before they were renamed",
    ],
  ].map(([used, most, source = ""]) => ({
    ...{
      signal: "pool",
      title: "connection pool in use",
      ...share,
      notToConfuse: "hikaricp_connections and the like: idle ones among them",
      source,
    },
    query: `${used} / ${most}`,
  })),
  {
    ...{
      signal: "pool-waiting",
      title: "waiting for a connection",
      ...count,
      notToConfuse: "hikaricp_connections_timeout_total: those that gave up waiting",
      source: "Micrometer; OpenTelemetry",
    },
    query:
      '{m,__name__=~"hikaricp_connections_pending|r2dbc_pool_pending_connections|db_client_connections?_pending_requests"}',
  },
  {
    ...{
      signal: "pool-waits",
      title: "waits for a connection",
      unit: "per-second",
      notToConfuse: "go_sql_wait_duration_seconds_total: how long, not how often",
      source: "client_golang",
    },
    query: "rate(go_sql_wait_count_total{m}[{r}])",
  },
  ...[
    ["tomcat_threads_busy_threads{m}", "tomcat_threads_config_max_threads{m}", "Tomcat, Micrometer"],
    ["jetty_threads_busy{m}", "jetty_threads_config_max{m}", "Jetty, Micrometer"],
  ].map(([busy, most, source = ""]) => ({
    ...{
      signal: "threads",
      title: "request threads busy",
      ...share,
      notToConfuse: "tomcat_threads_current_threads: idle ones among them",
      source,
    },
    query: `${busy} / ${most}`,
  })),
  {
    ...{
      signal: "executor",
      title: "executor threads busy",
      ...share,
      notToConfuse: "executor_pool_size_threads: those that are there, not those it may have",
      source: "executors, Micrometer",
    },
    query: "executor_active_threads{m} / executor_pool_max_threads{m}",
  },
  {
    ...{
      signal: "executor-queue",
      title: "tasks queued",
      ...count,
      notToConfuse: "executor_completed_tasks_total: what is done",
      source: "executors, Micrometer",
    },
    query: "executor_queued_tasks{m}",
  },
  ...[
    ["jvm_gc_pause_seconds_sum", "Micrometer"],
    ["jvm_gc_duration_seconds_sum", "OpenTelemetry, JVM"],
    ["go_gc_duration_seconds_sum", "client_golang"],
  ].map(([metric, source = ""]) => ({
    ...{
      signal: "gc",
      title: "time in garbage collection",
      ...share,
      notToConfuse: "jvm_gc_concurrent_phase_time_seconds: work beside the program, which stops nobody",
      source,
    },
    query: `rate(${metric}{m}[{r}])`,
  })),
  {
    ...{
      signal: "event-loop",
      title: "event loop lag, p99",
      unit: "seconds",
      notToConfuse: "nodejs_eventloop_lag_seconds: the lag at the instant of the scrape alone",
      source: "prom-client for Node",
    },
    query: "nodejs_eventloop_lag_p99_seconds{m}",
  },
  {
    ...{
      signal: "files",
      title: "file descriptors in use",
      ...share,
      notToConfuse: "node_filefd_allocated: the whole machine's",
      source: "process collectors",
    },
    query: "process_open_fds{m} / process_max_fds{m}",
  },
  {
    ...{
      signal: "queue",
      title: "queue length",
      ...count,
      notToConfuse: "how many were ever queued (_total); how many it may hold (_capacity)",
      source: "by name: what ends in _queue_depth or the like",
    },
    query: `{m,__name__=~".+_${endingOf("queue")}"}`,
  },
  {
    ...{
      signal: "consumer-lag",
      title: "consumer lag",
      ...count,
      notToConfuse: "offsets: where it stands, not how far it is behind",
      source: "Kafka clients: Micrometer, JMX",
    },
    query: '{m,__name__=~"kafka_consumer_lag|kafka_consumer_(?:fetch_manager_)?records_lag(?:_max)?"}',
  },
  {
    ...{
      signal: "consecutive-failures",
      title: "consecutive failures",
      ...count,
      notToConfuse: "failures ever, which never fall",
      source: "by name",
    },
    query: `{m,__name__=~".+_${endingOf("consecutive-failures")}"}`,
  },
  {
    ...{
      signal: "in-flight",
      title: "requests in flight",
      ...count,
      notToConfuse: "requests ever (_total); what it asks of others",
      source: "OpenTelemetry; middlewares",
    },
    query: '{m,__name__=~"http_server_active_requests|http_requests_in_flight|http_requests_in_progress"}',
  },
  ...[
    'resilience4j_circuitbreaker_state{m,state=~"open|forced_open"}',
    // 0 is closed whatever counts the rest: 1 open, or 1 half open and 2 open.
    `{m,__name__=~".+_${endingOf("breaker")}",state=""} > bool 0`,
  ].map((query) => ({
    ...{
      signal: "breaker",
      title: "circuit breaker",
      ...switched,
      notToConfuse: "half open: it lets some through; told apart only where a label names the state",
      source: "Resilience4j, Micrometer; by name",
    },
    query,
  })),
  {
    ...{
      signal: "envoy-breaker",
      title: "Envoy circuit breaker",
      ...switched,
      notToConfuse: "circuit_breakers_default_remaining_*: what is left until it opens",
      source: "Envoy's cluster statistics",
    },
    query: '{m,__name__=~"envoy_cluster_circuit_breakers_default_(?:cx|rq|rq_pending)_open"}',
  },
];

/**
 * Begun and not ended, summed over the service: a call that hangs is in no rate and in no latency. Streams live long by
 * design and are left out.
 */
export const differenceRows: readonly (Omit<Row, "query"> & { readonly begun: string; readonly ended: string })[] = [
  {
    ...{
      signal: "hung-calls",
      title: "gRPC calls begun and not ended",
      ...count,
      notToConfuse: "streams, which live long by design",
      source: "go-grpc-middleware",
    },
    begun: 'grpc_server_started_total{m,grpc_type!~".*stream"}',
    ended: 'grpc_server_handled_total{m,grpc_type!~".*stream"}',
  },
  {
    ...{
      signal: "hung-client-calls",
      title: "gRPC calls made and not answered",
      ...count,
      notToConfuse: "streams, which live long by design",
      source: "go-grpc-middleware",
    },
    begun: 'grpc_client_started_total{m,grpc_type!~".*stream"}',
    ended: 'grpc_client_handled_total{m,grpc_type!~".*stream"}',
  },
  {
    ...{
      signal: "own-failures",
      title: "failures counted",
      ...count,
      notToConfuse: "what libraries count of themselves: scrapes, dials, collectors",
      source: "by name: what ends in _failed_total",
    },
    begun: `{m,__name__=~".+_${endingOf("own-failures")}",__name__!~"${notOwn}"}`,
    ended: `{m,__name__=~".+_${endingOf("own-failures")}",__name__!~"${notOwn}"} offset {r}`,
  },
];

/** By the consumer group, which exporters name in a label of their own; summed over topics and partitions. */
export const groupLabels = [
  {
    label: "consumergroup",
    metrics: "kafka_consumergroup_lag|aws_(?:msk|kafka)_consumer_?group_lag(?:_[a-z]+)?",
    source: "kafka_exporter; CloudWatch's by exporters that name it so",
  },
  {
    label: "group",
    metrics: "kafka_consumer_group_lag|kafka_consumergroup_group_lag",
    source: "OpenTelemetry; kafka-lag-exporter",
  },
  { label: "group_id", metrics: "kminion_kafka_consumer_group_topic_lag", source: "KMinion" },
  {
    label: "dimension_Consumer_Group",
    metrics: "aws_(?:msk|kafka)_(?:sum_offset_lag|estimated_max_time_lag)_.+",
    source: "YACE",
  },
  { label: "consumer_group", metrics: "aws_(?:msk|kafka)_sum_offset_lag_.+", source: "cloudwatch_exporter" },
] as const;
export const groupPart = { signal: "group-lag", title: "consumer group lag", ...count } as const;

/** By the name a service gives its connections, and by that of its database: what PostgreSQL's exporters tell of both. */
export const connectionsPart = { signal: "database-connections", title: "database connections", ...count } as const;
export const statementPart = {
  signal: "statement",
  title: "mean time of queryid",
  unit: "seconds",
  named: "queryid",
} as const;
/** ms; a statement that never took so long on average in the window is not asked for: exporters tell of fifty and more. */
const slow = 100;
/** Seconds, by `datname` and `queryid`. `{w}` is the whole window. */
export const statementRows = [
  // A query of one's own, named as the view's column; milliseconds.
  `(pg_stat_statements_mean_exec_time{m} and max_over_time(pg_stat_statements_mean_exec_time{m}[{w}] @ end()) > ${slow}) / 1000`,
  // postgres_exporter's collector, since 0.12.
  `(rate(pg_stat_statements_seconds_total{m}[{r}]) / rate(pg_stat_statements_calls_total{m}[{r}])
    and max_over_time((rate(pg_stat_statements_seconds_total{m}[{r}]) / rate(pg_stat_statements_calls_total{m}[{r}]))[{w}:] @ end()) > ${slow / 1_000})`,
];

/** Replicas a deployment wants and has not; volumes that its pods claim. */
export const unavailablePart = { signal: "unavailable", title: "replicas unavailable", ...count } as const;
export const volumePart = { signal: "volume", title: "volume full", ...share } as const;
