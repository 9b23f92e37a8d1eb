/** How each real server is started: its files, its arguments, where it answers. Every listener is on 127.0.0.1. */
import { join } from "node:path";
import type { ServerName } from "@/test/stack/build";

export type Launch = {
  readonly name: ServerName;
  readonly url: string;
  /** Where OTLP over HTTP goes in; null where it does not. */
  readonly otlpUrl: string | null;
  /** Answers 2xx once the server is of use. */
  readonly ready: string;
  readonly files: Readonly<Record<string, string>>;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
};

const local = (port: number): string => `127.0.0.1:${port}`;

function prometheus(dir: string, [port = 0]: readonly number[]): Launch {
  const url = `http://${local(port)}`;
  return {
    name: "prometheus",
    url,
    otlpUrl: null,
    ready: `${url}/-/ready`,
    files: {
      // Out of order: a story of two hours is written in seconds.
      "prometheus.yml":
        "global: {scrape_interval: 15s}\nstorage:\n  tsdb: {out_of_order_time_window: 24h}\n  exemplars: {max_exemplars: 100000}\n",
    },
    args: [
      `--config.file=${join(dir, "prometheus.yml")}`,
      `--storage.tsdb.path=${join(dir, "prometheus")}`,
      `--web.listen-address=${local(port)}`,
      "--web.enable-remote-write-receiver",
      "--enable-feature=exemplar-storage",
      "--log.level=warn",
    ],
    env: {},
  };
}

/**
 * Bytes; 262,144 unless told. Loki reads whole blocks, and those at a full hour, where it takes a query apart, twice. A busy
 * service fills one in seconds; the story's in a quarter of an hour, and what a question reads would say little of what it
 * asks for. So they are smaller here in about the measure in which the story is.
 */
const blockSize = 8_192;

function loki(dir: string, [port = 0, grpc = 0, gossip = 0]: readonly number[]): Launch {
  const url = `http://${local(port)}`;
  const ring = "{kvstore: {store: inmemory}, replication_factor: 1}";
  // Otherwise Loki waits half a minute for instances that will not come.
  const lifecycler = `{ring: ${ring}, min_ready_duration: 0s, join_after: 0s, final_sleep: 0s}`;
  return {
    name: "loki",
    url,
    otlpUrl: null,
    // Its own /ready lags behind; queries answer before.
    ready: `${url}/loki/api/v1/labels`,
    files: {
      "loki.yaml": `auth_enabled: false
server: {http_listen_address: 127.0.0.1, http_listen_port: ${port}, grpc_listen_address: 127.0.0.1, grpc_listen_port: ${grpc}, log_level: warn}
common:
  instance_addr: 127.0.0.1
  path_prefix: ${join(dir, "loki")}
  replication_factor: 1
  ring: {kvstore: {store: inmemory}}
  storage: {filesystem: {chunks_directory: ${join(dir, "loki", "chunks")}, rules_directory: ${join(dir, "loki", "rules")}}}
memberlist: {bind_addr: [127.0.0.1], bind_port: ${gossip}}
schema_config:
  configs:
    - {from: 2024-01-01, store: tsdb, object_store: filesystem, schema: v13, index: {prefix: index_, period: 24h}}
limits_config:
  allow_structured_metadata: true
  volume_enabled: true
  reject_old_samples: false
  unordered_writes: true
  ingestion_rate_mb: 64
  ingestion_burst_size_mb: 128
  per_stream_rate_limit: 64MB
  per_stream_rate_limit_burst: 128MB
ingester: {lifecycler: ${lifecycler}, wal: {enabled: false}, chunk_block_size: ${blockSize}}
pattern_ingester: {enabled: true, lifecycler: ${lifecycler}}
querier: {query_ingesters_within: 0s}
frontend_worker: {frontend_address: "127.0.0.1:${grpc}"}
analytics: {reporting_enabled: false}
`,
    },
    args: [`-config.file=${join(dir, "loki.yaml")}`],
    env: {},
  };
}

function jaeger(_dir: string, ports: readonly number[]): Launch {
  const [query = 0, otlp = 0, ...others] = ports;
  const url = `http://${local(query)}`;
  const flags = [
    "query.grpc-server.host-port",
    "collector.otlp.grpc.host-port",
    "collector.http-server.host-port",
    "collector.grpc-server.host-port",
    "admin.http.host-port",
    "http-server.host-port",
    "processor.jaeger-binary.server-host-port",
    "processor.jaeger-compact.server-host-port",
    "processor.zipkin-compact.server-host-port",
  ];
  return {
    name: "jaeger",
    url,
    otlpUrl: `http://${local(otlp)}`,
    ready: `${url}/api/services`,
    files: {},
    args: [
      `--query.http-server.host-port=${local(query)}`,
      "--collector.otlp.enabled=true",
      `--collector.otlp.http.host-port=${local(otlp)}`,
      ...flags.map((flag, i) => `--${flag}=${local(others[i] ?? 0)}`),
      "--log-level=warn",
    ],
    env: { SPAN_STORAGE_TYPE: "memory" },
  };
}

function alertmanager(dir: string, [port = 0]: readonly number[]): Launch {
  const url = `http://${local(port)}`;
  return {
    name: "alertmanager",
    url,
    otlpUrl: null,
    ready: `${url}/-/ready`,
    files: { "alertmanager.yml": "route: {receiver: nobody}\nreceivers: [{name: nobody}]\n" },
    args: [
      `--config.file=${join(dir, "alertmanager.yml")}`,
      `--storage.path=${join(dir, "alertmanager")}`,
      `--web.listen-address=${local(port)}`,
      "--cluster.listen-address=",
      "--log.level=warn",
    ],
    env: {},
  };
}

const launches = { prometheus, loki, jaeger, alertmanager } as const;
/** How many free ports each needs. */
export const portsOf: Readonly<Record<ServerName, number>> = { prometheus: 1, loki: 3, jaeger: 11, alertmanager: 1 };
export const launchOf = (name: ServerName, dir: string, ports: readonly number[]): Launch => launches[name](dir, ports);
