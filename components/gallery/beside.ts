/** Who stands beside the drawn checkout: a caller, a callee, a worker behind a queue, a host elsewhere. */
import { at, drawnWindow, evidenceOf } from "@/components/gallery/draw";
import type { Evidence } from "@/lib/evidence";
import type { NeighbourSetting } from "@/lib/setting";
import type { NeighbourPart } from "@/lib/signal/edge";

const graph: NeighbourPart = {
  ...{ from: ["client"], to: ["server"], isHost: false, queue: null, topic: null, counts: "requests" },
};
const clients: NeighbourPart = { ...graph, from: ["job"], to: ["server_address"], isHost: true };
const parts = {
  "service-graph": graph,
  "service-graph failed": { ...graph, counts: "failed" },
  "http-client": clients,
} as const;

const edge = (signal: string, labels: Readonly<Record<string, string>>, count: number) => ({
  ...{ labels: { signal, ...labels }, start: drawnWindow.to, step: 0, values: [count] },
});

const answered = evidenceOf(
  {
    kind: "series",
    series: [
      edge("service-graph", { client: "web", server: "gateway" }, 41_230),
      edge("service-graph failed", { client: "web", server: "gateway" }, 1_204),
      edge("service-graph", { client: "gateway", server: "order" }, 12_004),
      edge("service-graph failed", { client: "gateway", server: "order" }, 1_204),
      edge("http-client", { job: "shop/payment", server_address: "vault.platform.svc.cluster.local" }, 118),
      edge("http-client", { job: "shop/payment", server_address: "api.bank.example" }, 9_870),
    ],
  },
  { kind: "neighbours", parts },
);
export const besideEvidence: Evidence = {
  ...answered,
  receipt: { ...answered.receipt, sent: at("14:18:00"), firstByte: at("14:18:00") + 30, lastByte: at("14:18:00") + 40 },
};
export const besideNeighbours: readonly NeighbourSetting[] = [
  { service: "order", calls: "mail-worker", through: "mails" },
];
