/**
 * The shop's rules that fired in the last thirty days, before the two days that are kept in full: of them nothing but
 * the alerts is left, as with real retention. When they fired is drawn once, from their names.
 */
import { dice, mixText } from "@/lib/demo/chance";
import { type AlertScript, at, type Happening } from "@/lib/demo/script";
import { day, hour, minute, second } from "@/lib/signal/time";

type Rule = Pick<AlertScript, "name" | "expression" | "pendingFor" | "labels" | "annotations"> & {
  /** How often in the thirty days. */
  readonly firings: number;
};

/** What is kept in full begins here; alerts alone reach from `oldest` to here. */
const youngest = -52 * hour;
const oldest = -30 * day;

const gateway = 'job="shop/gateway",http_route="/checkout"';

const rules: readonly Rule[] = [
  {
    name: "CheckoutErrorRateHigh",
    expression: `sum(rate(http_server_request_duration_seconds_count{${gateway},http_response_status_code=~"5.."}[2m])) / sum(rate(http_server_request_duration_seconds_count{${gateway}}[2m])) > 0.05`,
    pendingFor: 45 * second,
    labels: { severity: "critical", namespace: "shop", service: "gateway" },
    annotations: {
      summary: "More than 5 % of the checkouts fail",
      description: "POST /checkout answers 5xx for more than one in twenty customers.",
    },
    firings: 2,
  },
  {
    name: "CheckoutLatencyHigh",
    expression: `histogram_quantile(0.95, sum by (le) (rate(http_server_request_duration_seconds_bucket{${gateway}}[5m]))) > 1`,
    pendingFor: 5 * minute,
    labels: { severity: "warning", namespace: "shop", service: "gateway" },
    annotations: { summary: "One checkout in twenty takes more than a second" },
    firings: 5,
  },
  {
    name: "ConsumerLagHigh",
    expression: 'max by (topic, group) (kafka_consumer_lag{namespace="shop"}) > 500',
    pendingFor: 5 * minute,
    labels: { severity: "warning", namespace: "shop", topic: "orders.created", group: "projector" },
    annotations: { summary: "The projector is behind its topic" },
    firings: 3,
  },
  {
    name: "PodRestarted",
    expression: 'increase(kube_pod_container_status_restarts_total{namespace="shop"}[10m]) > 0',
    pendingFor: 0,
    labels: { severity: "warning", namespace: "shop", container: "stock" },
    annotations: { summary: "A pod was restarted" },
    firings: 4,
  },
];

const sprinkled = ({ firings, ...rule }: Rule): Happening[] => {
  const roll = dice(mixText(rule.name));
  return Array.from({ length: firings }, () => {
    const begin = Math.round(oldest + roll() * (youngest - oldest - hour));
    const lasts = Math.round((4 + roll() * 36) * minute);
    return at(begin - (begin % second), { kind: "alert", ...rule, lasts });
  });
};

export const pastAlerts: readonly Happening[] = rules.flatMap(sprinkled);
