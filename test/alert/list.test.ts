/** A row of the list says whose alert it is, from what its sources told: nobody is asked for it. */
import { expect, test } from "vitest";
import { listedAlerts } from "@/lib/alert-list";
import type { MappingSetting } from "@/lib/setting";
import type { Alert, AlertRule } from "@/lib/signal/alert";
import type { Labels } from "@/lib/signal/labels";
import { at, evidenceOf } from "@/test/draw";
import { environment } from "@/test/installation";
import { growthOf } from "@/test/worked";

const now = at("15:00:00");
const alert = (labels: Labels, expression: string | null = null): Alert => ({
  ...{ name: "A", labels: { alertname: "A", ...labels }, annotations: {}, state: "firing", startsAt: at("14:10:00") },
  ...{ endsAt: null, expression, link: null, source: "shop/alertmanager" },
});
const told = (...alerts: readonly Alert[]) =>
  evidenceOf({ kind: "alerts", alerts }, { kind: "alerts" }, { id: `${alerts.length}` });
const rule = (expression: string): AlertRule => ({
  ...{ name: "A", group: "g", expression, for: 0, keepFiringFor: 0, interval: null, labels: {}, annotations: {} },
  ...{ problem: null, alerts: [], source: "shop/prometheus", uid: null },
});
const service = (one: Alert, expression = "up == 0", mappings: readonly MappingSetting[] = []) =>
  listedAlerts(
    environment(["alertmanager"], { mappings }),
    [told(one), evidenceOf({ kind: "rules", rules: [rule(expression)] }, { kind: "alert-rules" }, { id: "r" })],
    now,
    "",
  ).map((each) => each.service);

test("by its labels, its rule's expression, a mapping; never the exporter's job", () => {
  expect(service(alert({ service: "cart" }))).toEqual(["cart"]);
  expect(service(alert({}), 'sum(rate(http_requests_total{service="cart"}[5m])) > 1')).toEqual(["cart"]);
  const matchers = [{ label: "queue", op: "=~", value: "rewards-.*" }] as const;
  const mapped = service(alert({ queue: "rewards-in" }), "up == 0", [
    { service: "rewards", signal: "alerts", matchers },
  ]);
  expect(mapped).toEqual(["rewards"]);
  const pods = alert({ job: "kube-state-metrics", deployment: "cart" });
  expect(service(pods, "kube_deployment_status_replicas < 1")).toEqual(["cart"]);
  expect(service(alert({ job: "node" }), "node_load1 > 9")).toEqual([null]);
});

test("an expression is read once for all alerts of its rule: rows that have one cost little more than rows without", () => {
  const of = (expression: (n: number) => string | null) =>
    told(...Array.from({ length: 1_000 }, (_, n) => alert({ pod: `p${n}` }, expression(n))));
  const [bare, expressed] = [of(() => null), of((n) => `sum(rate(x{n="${n % 40}"}[5m])) by (pod) > 1`)];
  const listed = (known: typeof bare) => listedAlerts(environment(["alertmanager"]), [known], now, "");
  const growth = growthOf(
    () => listed(bare),
    () => listed(expressed),
    3,
  );
  expect(growth).toBeLessThan(3);
});
