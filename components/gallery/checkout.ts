/** A failing checkout, all of it found: what the gallery shows and the browser tests stream. Drawn from text, not dumped. */

import { onset } from "@/components/gallery/checkout-story";
import {
  at,
  changeFrom,
  drawnTraceId,
  drawnWindow,
  evidenceOf,
  gapOf,
  linesFrom,
  seriesFrom,
  serviceFrom,
  traceAnswer,
} from "@/components/gallery/draw";
import type { Evidence, Purpose, Question } from "@/lib/evidence";
import type { Identity } from "@/lib/identity/identity";
import type { EnvironmentSetting, UpstreamKind } from "@/lib/setting";
import { minute, second } from "@/lib/signal/time";

export const now = at("14:18:05");
const upstream = (kind: UpstreamKind) => ({
  id: `shop/${kind}`,
  kind,
  name: kind,
  environment: "shop",
  publicUrl: kind === "jaeger" ? "https://jaeger.example" : null,
  grafanaDatasource: kind === "prometheus" || kind === "loki" || kind === "tempo" ? `uid-${kind}` : null,
  tenants: [],
});
export const shop: EnvironmentSetting = {
  name: "shop",
  zone: "Europe/Berlin",
  upstreams: (["prometheus", "loki", "tempo", "grafana", "alertmanager"] as const).map(upstream),
  mappings: [],
  changeStreams: [
    {
      name: "k8s",
      query: '{job="k8s-events"}',
      kind: "event",
      serviceField: null,
      versionField: null,
      titleField: null,
    },
  ],
  annotationTags: [],
  links: [{ title: "Runbook", url: "https://runbooks.example/{service}" }],
  lokiBudget: { sliceBytes: 5e9, totalBytes: 20e9 },
  grafanaUrl: "https://grafana.example",
};

const trace = traceAnswer(`
  gateway        POST /checkout              0-30140 ! [server] {http.request.method=POST, http.route=/checkout, http.response.status_code=502}
    order@3.1.0  CreateOrder                 6-30126 ! [server]
      order@3.1.0  INSERT orders            12-23 [client] {db.system=postgresql}
      stock        Reserve                  25-53 [server]
        stock      SELECT stock             31-44 [client]
      order@3.1.0  payment.v1.Payment/Charge  60-30064 ! [client] "rpc error: code = DeadlineExceeded"
        payment@9.2.0  Charge               62-30062 ! [server] "deadline exceeded"
          payment@9.2.0  vault.token        66-70
          payment@9.2.0  tls.handshake      72-30062 ! [client] "handshake timeout" {net.peer.name=vault, net.peer.port=8200}
            * 30060 exception handshake timed out
      order@3.1.0  PublishFailed          30070-30079 [producer]
      cart         Release                30082-30101 [server]
        cart       DEL cart:u204          30086-30090 [client] {db.system=redis}
`);

const plainOwn = linesFrom(
  `
  14:03:12.481 INFO gateway POST /checkout accepted user=u204
  14:03:12.490 INFO order placing order o-9f21 items=3
  14:03:12.502 INFO order reserved stock sku=77 qty=1
  14:03:12.514 DEBUG payment opening channel to vault:8200
  14:03:22.515 WARN payment handshake still pending after 10s peer=vault
  14:03:32.516 WARN payment handshake still pending after 20s peer=vault
  14:03:42.541 ERROR payment handshake timeout with vault:8200 after 30s
  14:03:42.542 ERROR payment {"level":"error","msg":"charge failed","error":"rpc error: code = DeadlineExceeded","order":"o-9f21","amount":{"currency":"EUR","cents":4990},"span_id":"0000000000000009"}
  14:03:42.547 ERROR order order o-9f21 failed: payment unavailable
  14:03:42.560 WARN order compensation queued saga=s-4410
  14:03:42.621 ERROR gateway POST /checkout 502 30140ms
`,
);
/** Each line belongs to a span of its own service, as structured metadata tells it. */
const spanOf: Readonly<Record<string, string>> = {
  gateway: "0000000000000001",
  order: "0000000000000006",
  payment: "0000000000000009",
};
const own = {
  ...plainOwn,
  metadata: plainOwn.text.map((_, row) => {
    const service = plainOwn.streams[plainOwn.stream[row] ?? 0]?.service_name ?? "";
    return { trace_id: drawnTraceId, span_id: spanOf[service] ?? "" };
  }),
};

/** Pseudo-random but always the same: 0..1. */
const noise = (seed: number): number => {
  const x = Math.sin(seed * 127.1 + 311.7) * 43_758.545;
  return x - Math.floor(x);
};
const steps = (drawnWindow.to - drawnWindow.from) / (15 * second);
/** Quiet at `before`, then within two minutes to `after`. */
export const curve = (before: number, after: number, seed: number): number[] =>
  Array.from({ length: steps + 1 }, (_, index) => {
    const since = drawnWindow.from + index * 15 * second - onset;
    const share = Math.min(1, Math.max(0, since / (1.6 * minute)));
    const value = before + (after - before) * share * share * (3 - 2 * share);
    return Number((value * (1 + (noise(index + seed * 100) - 0.5) * 0.12)).toPrecision(4));
  });

const red = (
  role: "error-ratio" | "latency-p99" | "rate",
  title: string,
  drawn: Readonly<Record<string, number[]>>,
): Evidence => {
  const services = Object.keys(drawn).map((name) => ({ service: serviceFrom(name), value: name }));
  const unit = role === "error-ratio" ? "ratio" : role === "rate" ? "per-second" : "seconds";
  const text = `histogram_quantile(0.99, sum by (le, job) (rate(http_server_request_duration_seconds_bucket{job=~"${Object.keys(drawn).join("|")}"}[1m])))`;
  return costing(
    evidenceOf(
      {
        kind: "series",
        series: Object.entries(drawn).map(([job, values]) => seriesFrom({ values, labels: { job } })),
      },
      {
        kind: "red",
        recipe: "red-http",
        role,
        unit,
        title,
        label: "job",
        services,
        interval: 15 * second,
        rateWindow: minute,
      },
      {
        text,
        call: { api: "prometheus-range", query: text, step: 15 * second },
        why: "every service on the path, by job",
      },
    ),
    { sentAfter: 60, took: 84, bytes: 21_000 },
  );
};

function costing(
  evidence: Evidence,
  { sentAfter, took, bytes }: { sentAfter: number; took: number; bytes: number },
): Evidence {
  const sent = now - 5_000 + sentAfter;
  const rows = evidence.answer.kind === "lines" ? evidence.answer.lines.text.length : evidence.receipt.rows;
  return {
    ...evidence,
    receipt: { ...evidence.receipt, sent, firstByte: sent + took * 0.8, lastByte: sent + took, bytes, rows },
  };
}

const asked = (
  answer: Evidence["answer"],
  purpose: Purpose,
  more: Partial<Question>,
  cost: { sentAfter: number; took: number; bytes: number },
): Evidence => costing(evidenceOf(answer, purpose, more), cost);

const levels: readonly (readonly [string, number, number])[] = [
  ["info", 180, 150],
  ["warn", 12, 40],
  ["error", 2, 160],
];
const linesById = `{service_name=~".+"} |= "${drawnTraceId}"`;

export const evidence: readonly Evidence[] = [
  asked(
    trace,
    { kind: "trace-by-id" },
    {
      call: { api: "tempo-trace", traceId: drawnTraceId },
      text: `GET /api/v2/traces/${drawnTraceId}`,
      why: "the id itself, without a time range",
    },
    { sentAfter: 0, took: 31, bytes: 19_000 },
  ),
  asked(
    { kind: "lines", lines: own, limited: false },
    { kind: "lines-of-id", rung: -1 },
    {
      call: { api: "loki-lines", query: linesById, limit: 1_000, direction: "forward" },
      text: linesById,
      why: "lines that hold the id, in any spelling",
    },
    { sentAfter: 40, took: 212, bytes: 8_100_000 },
  ),
  asked(
    {
      kind: "lines",
      lines: linesFrom(
        Array.from({ length: 400 }, (_, index) => {
          const clock = new Date(onset + 4_000 + index * 2_100).toISOString().slice(11, 23);
          return index % 3 === 0
            ? `${clock} ERROR payment handshake timeout with vault:8200 after 30s attempt=${index}`
            : `${clock} ${index % 3 === 1 ? "ERROR" : "WARN"} order order o-${(index * 7919).toString(16)} failed: payment unavailable`;
        }).join("\n"),
      ),
      limited: true,
    },
    { kind: "lines-around", services: ["gateway", "order", "payment"].map(serviceFrom) },
    { text: '{service_name=~"gateway|order|payment"} | detected_level=~"error|fatal"' },
    { sentAfter: 120, took: 160, bytes: 2_400_000 },
  ),
  asked(
    {
      kind: "series",
      series: levels.map(([level, before, after], index) =>
        seriesFrom({ values: curve(before, after, index + 5), labels: { level } }),
      ),
    },
    { kind: "lines-by-level", services: ["gateway", "order", "payment"].map(serviceFrom) },
    { call: { api: "loki-range", query: "sum by (level) (count_over_time({}[15s]))", step: 15 * second } },
    { sentAfter: 120, took: 140, bytes: 12_000 },
  ),
  red("error-ratio", "Error ratio", {
    gateway: curve(0.001, 0.38, 11),
    order: curve(0.001, 0.38, 1),
    payment: curve(0.001, 0.97, 2),
    stock: curve(0.001, 0.001, 3),
  }),
  red("latency-p99", "p99 latency", {
    gateway: curve(0.44, 30, 12),
    order: curve(0.42, 30, 4),
    payment: curve(0.2, 30, 6),
    stock: curve(0.05, 0.05, 7),
  }),
  red("rate", "Requests", {
    gateway: curve(12, 11, 13),
    payment: curve(10.2, 2.1, 8),
    order: curve(11, 10.4, 9),
    stock: curve(14, 14, 10),
  }),
  asked(
    {
      kind: "changes",
      changes: [
        changeFrom("cart 3.3.3", "13:45:40", { notBefore: at("13:45:10") }),
        changeFrom("payment 9.2.0", "14:01:45", { tags: ["a1b2c3d"], previousVersion: "9.1.4" }),
      ],
    },
    { kind: "annotations" },
    { text: "GET /api/annotations?type=annotation" },
    { sentAfter: 60, took: 40, bytes: 3_100 },
  ),
  asked(
    gapOf("past-retention", "No events kept", "The stream keeps 1 h; the window begins 45 min before now."),
    { kind: "change-stream", name: "k8s" },
    { slot: "events", text: '{job="k8s-events"}' },
    { sentAfter: 60, took: 22, bytes: 90 },
  ),
  asked(
    gapOf("timeout", "Alertmanager timed out", "Rebuilt from ALERTS where Prometheus keeps them."),
    { kind: "alerts" },
    { text: "GET /api/v2/alerts" },
    { sentAfter: 60, took: 5_000, bytes: 0 },
  ),
];

export const identities: readonly Identity[] = [
  {
    service: serviceFrom("payment"),
    signal: "metrics",
    upstream: "shop/prometheus",
    matchers: [{ label: "job", op: "=", value: "shop/payment" }],
    basis: "inferred",
    because: "job equals service.namespace/service.name; 412 series of 3 families carry it",
    runnerUp: { matchers: [{ label: "app", op: "=", value: "payment" }], because: "18 series carry it" },
    cites: [],
  },
];
