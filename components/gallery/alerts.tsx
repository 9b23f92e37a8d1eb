"use client";
/** The list of alerts in its states, drawn from text; nobody is asked. */
import { QueryClient } from "@tanstack/react-query";
import { AlertList, type FirstAlerts } from "@/components/alert-list";
import { now } from "@/components/gallery/checkout";
import { at } from "@/components/gallery/draw";
import styles from "@/components/gallery/gallery.module.css";
import { hostileText } from "@/components/gallery/hostile";
import { Tag } from "@/components/ui/tag";
import type { AlertsTold } from "@/components/use-alerts";
import type { AlertSource, ListedAlert } from "@/lib/alert-list";
import { printInstant } from "@/lib/signal/time";

/** "firing CheckoutErrorRateHigh critical 14:06:00 service=gateway", one a line; a second time is the end. */
function alertsFrom(drawn: string, more: Partial<ListedAlert> = {}): readonly ListedAlert[] {
  return drawn
    .trim()
    .split("\n")
    .map((line): ListedAlert => {
      const [state = "", name = "", severity = "", time = "", ...pairs] = line.trim().split(/\s+/);
      const [from = "", to] = time.split("-");
      const labels = Object.fromEntries(pairs.map((pair) => pair.split("=")));
      return {
        ...{ environment: "shop", name, labels: { alertname: name, severity, ...labels }, annotations: {} },
        service: labels.service ?? null,
        state: state === "firing" || state === "pending" || state === "suppressed" ? state : "resolved",
        ...{ activeAt: null, startsAt: printInstant(at(from)), endsAt: to === undefined ? null : printInstant(at(to)) },
        ...{ within: 15_000, ended: to === undefined ? null : "value fell", times: 1, isWatcher: severity === "none" },
        ...{ sources: ["shop/alertmanager"], receivers: ["chat"], silences: [], inhibitedBy: [], link: "#" },
        ...more,
      };
    });
}
const source = (name: string, more: Partial<AlertSource> = {}): AlertSource => ({
  ...{ upstream: `shop/${name}`, kind: "prometheus", state: "answered", text: "", past: "known", ...more },
});
const sources = [source("alertmanager", { kind: "alertmanager", past: "not kept" }), source("prometheus")];

const many = [
  ...alertsFrom(`
    firing CheckoutErrorRateHigh critical 14:06:00 service=gateway team=storefront
    firing PodCrashLooping warning 13:10:00 service=payment pod=payment-1
    firing PodCrashLooping warning 13:12:00 service=payment pod=payment-2
    firing PodCrashLooping warning 13:40:00 service=payment pod=payment-3
    firing PodCrashLooping warning 14:01:00 service=payment pod=payment-4
    pending PoolNearlyFull warning 14:16:00 service=order
    resolved CheckoutLatencyHigh warning 09:10:00-09:32:00 service=gateway
  `),
  ...alertsFrom("suppressed DiskFillsUp warning 11:00:00 service=stock", {
    silences: [{ id: "1", by: "ana", until: at("18:00:00"), comment: "new disk ordered" }],
  }),
  ...alertsFrom("resolved QueueGrows warning 07:00:00-08:10:00 service=projector", { times: 6 }),
  ...alertsFrom("firing Watchdog none 00:10:00"),
];
const hostile = alertsFrom("firing X critical 14:06:00", {
  name: hostileText,
  labels: { alertname: hostileText, service: hostileText },
  service: hostileText,
  annotations: { summary: hostileText },
});

type Told = Pick<AlertsTold, "alerts" | "sources">;
const told: Readonly<Record<string, Told | null>> = {
  waiting: null,
  many: { alerts: many, sources },
  nothing: { alerts: [], sources },
  failed: {
    alerts: many.slice(0, 1),
    sources: [
      source("alertmanager", { kind: "alertmanager", state: "failed", text: "Alertmanager timed out after 2 s" }),
      source("prometheus"),
    ],
  },
  hostile: { alerts: hostile, sources },
};

export function Alerts() {
  return Object.entries(told).map(([name, known]) => (
    <section key={name} className={styles.state} aria-label={name}>
      <Tag>{name}</Tag>
      <AlertList first={first} told={clientOf(known)} />
    </section>
  ));
}

const first: FirstAlerts = {
  ...{ now, frozen: true, only: null, environments: [], rows: null, total: 0, counts: null, sources: [] },
};

function clientOf(known: Told | null): QueryClient {
  const client = new QueryClient({ defaultOptions: { queries: { enabled: false } } });
  if (known) client.setQueryData<AlertsTold>(["alerts", "24h", null], { ...known, now });
  return client;
}
