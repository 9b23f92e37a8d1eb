/** `/targets`, `/metadata`, `/status/buildinfo`: who is scraped, what their metrics are, what answers here. */
import { type Answer, error, sortedLabels } from "@/lib/demo/servers/prometheus-answers";
import type { Parameters } from "@/lib/demo/servers/prometheus-parameters";
import type { DemoStorage } from "@/lib/demo/servers/prometheus-storage";
import { instantQuery } from "@/lib/engine/promql/query";
import { type Instant, minute, printInstant, toInstant } from "@/lib/signal/time";

/** Those with an `up`; what comes by remote write is nobody's target. */
export function answerTargets(storage: DemoStorage, now: Instant, parameters: Parameters): Answer {
  const pool = parameters.one("scrapePool");
  const state = parameters.one("state").toLowerCase();
  const isActive = state === "" || state === "any" || state === "active";
  const isDropped = state === "" || state === "any" || state === "dropped";
  const outcome = instantQuery("timestamp(up)", storage, now);
  const up = outcome.ok && outcome.result.type === "vector" ? outcome.result.series : [];
  const targets = up
    .filter(({ labels }) => pool === "" || labels.job === pool)
    .map(({ labels, point }) => {
      const url = `http://${labels.instance ?? ""}/metrics`;
      return {
        discoveredLabels: {
          __address__: labels.instance ?? "",
          __metrics_path__: "/metrics",
          __scheme__: "http",
          job: labels.job ?? "",
        },
        labels: sortedLabels(labels),
        scrapePool: labels.job ?? "",
        scrapeUrl: url,
        globalUrl: url,
        lastError: "",
        lastScrape: printInstant(toInstant(point[1] * 1_000)),
        lastScrapeDuration: 0.004,
        health: "up",
        scrapeInterval: "15s",
        scrapeTimeout: "10s",
      };
    });
  return {
    kind: "data",
    data: {
      activeTargets: isActive ? targets : [],
      droppedTargets: [],
      ...(isDropped ? { droppedTargetCounts: {} } : {}),
    },
  };
}

type Described = { readonly type: string; readonly unit: string; readonly help: string };
/** By family, as the targets describe themselves; what arrives by remote write describes nothing. */
const described: Readonly<Record<string, Described>> = {
  go_goroutines: { type: "gauge", unit: "", help: "Number of goroutines that currently exist." },
  http_request_duration_seconds: {
    type: "histogram",
    unit: "",
    help: "Duration of HTTP requests, by route and status.",
  },
  http_requests_total: { type: "counter", unit: "", help: "HTTP requests answered, by route and status." },
  kube_pod_created: { type: "gauge", unit: "", help: "[STABLE] Unix creation timestamp" },
  kube_pod_info: { type: "gauge", unit: "", help: "[STABLE] Information about pod." },
  process_start_time_seconds: {
    type: "gauge",
    unit: "",
    help: "Start time of the process since unix epoch in seconds.",
  },
  promhttp_metric_handler_requests_total: {
    type: "counter",
    unit: "",
    help: "Total number of scrapes by HTTP status code.",
  },
};

export function answerMetadata(storage: DemoStorage, now: Instant, parameters: Parameters): Answer {
  const limit = parameters.one("limit");
  if (!/^(?:|-?\d+)$/.test(limit)) return error("bad_data", "limit must be a number");
  const perMetric = parameters.one("limit_per_metric");
  if (!/^(?:|-?\d+)$/.test(perMetric)) return error("bad_data", "limit_per_metric must be a number");
  const asked = parameters.one("metric");
  const names = storage.labelSets([], now - 5 * minute, now).map((labels) => labels.__name__ ?? "");
  const present = new Set([...names, ...names.map((name) => name.replace(/_(?:bucket|count|sum)$/, ""))]);
  const found = Object.entries(described).filter(
    ([family]) => present.has(family) && (asked === "" || asked === family),
  );
  const most = limit === "" || Number(limit) < 0 ? found.length : Number(limit);
  return { kind: "data", data: Object.fromEntries(found.slice(0, most).map(([family, about]) => [family, [about]])) };
}

export const buildInfo: Answer = {
  kind: "data",
  data: {
    version: "3.15.0",
    revision: "embedded-demo",
    branch: "HEAD",
    buildUser: "",
    buildDate: "",
    goVersion: "",
  },
};
