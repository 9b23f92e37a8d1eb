/** The shop twice: with its incident, and on an ordinary afternoon, its orders counted. */
import { type DemoEnvironment, type Lead, tailSampling } from "@/lib/demo/environment";
import { quiet } from "@/lib/demo/incidents/quiet";
import { silentHandshake } from "@/lib/demo/incidents/silent-handshake";
import { keptRequests, lastAlert, linkOf, printFiring, whileFiring } from "@/lib/demo/leads";
import type { Request } from "@/lib/demo/request";
import { shop } from "@/lib/demo/scenarios/shop";
import { withAnalytics } from "@/lib/demo/scenarios/shop-analytics";
import type { World } from "@/lib/demo/world";
import { hour, type Instant } from "@/lib/signal/time";

const isCheckout = ({ route }: Request): boolean => route === "POST /checkout";

function failingLeads(world: World, now: Instant): Lead[] {
  const alert = lastAlert(world, now);
  const [first, other, third] = keptRequests(world, whileFiring(alert, now), isCheckout).filter(({ failed }) => failed);
  const line = other && world.linesOf(other).find(({ text }) => text.includes("charge failed"));
  const lead = (title: string, text: string, { traceId }: Request, note: string | null): Lead[] => [
    { title, text, traceId, note },
  ];
  return [
    ...(first ? lead("A checkout that failed", first.traceId, first, null) : []),
    ...(line ? lead("A log line", line.text, other, null) : []),
    ...(alert && third ? lead(`The alert ${alert.name}, ${printFiring(alert, now)}`, linkOf(alert), third, null) : []),
  ];
}

function healthyLead(world: World, now: Instant): Lead[] {
  const healthy = keptRequests(world, now, isCheckout).find(({ failed }) => !failed);
  if (!healthy) return [];
  const { traceId } = healthy;
  return [{ title: "A checkout that went well", text: traceId, traceId, note: null }];
}

const common = {
  scenario: shop,
  history: 50 * hour,
  sampling: tailSampling,
  // What inference cannot know: where the cluster's events are, and which annotations are deploys.
  settings: {
    change_streams: [
      {
        name: "kubernetes-events",
        query: '{job="kube-event-exporter"} | json',
        kind: "event",
        service_field: "name",
        title_field: "message",
      },
    ],
    annotation_tags: ["deploy", "rollback"],
  },
  leads: (world: World, now: Instant) => [...failingLeads(world, now), ...healthyLead(world, now)],
  rehearsal: {
    histograms: [
      'http_server_request_duration_seconds_bucket{job=~"shop/gateway|shop/order",http_route!~".*/(?:health|ready).*"}',
      'http_request_duration_seconds_bucket{service=~"cart|payment",namespace="shop",route!~"/(?:health|metrics).*"}',
    ],
    lines: '{service_name=~"cart|gateway|order|payment|projector|stock"}',
    events: '{job="kube-event-exporter"} | json',
  },
} as const;

export const shopEnvironment: DemoEnvironment = {
  ...common,
  name: "shop",
  story: "A made-up shop whose checkouts began to fail some minutes ago.",
  backends: ["prometheus", "loki", "jaeger", "alertmanager", "grafana"],
  incidents: [silentHandshake],
  seed: 1,
};

export const quietEnvironment: DemoEnvironment = {
  ...common,
  name: "quiet",
  story: "The same shop on an ordinary afternoon: nothing is wrong.",
  scenario: withAnalytics(shop),
  backends: ["prometheus", "loki", "tempo", "alertmanager", "grafana"],
  incidents: [quiet],
  seed: 2,
  // Looked at later, if at all: what is made ahead for it would be kept for nobody.
  rehearsal: null,
};
