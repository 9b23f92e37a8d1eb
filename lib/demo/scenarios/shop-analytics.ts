/** The shop's orders counted: `analytics` takes them in batches from Kafka, in traces of its own that link back to each order's. */
import {
  concludes,
  publishes,
  type RouteScript,
  type Scenario,
  type ServiceScript,
  type Step,
  takesBatch,
  uses,
  works,
} from "@/lib/demo/script";
import { goKubernetes } from "@/lib/demo/telemetry/go-kubernetes";
import { minute, second } from "@/lib/signal/time";

const placed = publishes("order", "orders", 4);
/** What the order service told as a call to Kafka is told as a message now. */
const publishing = (step: Step): Step =>
  step.service === placed.service && step.name === placed.name
    ? { ...step, spanKind: placed.spanKind, attributes: placed.attributes }
    : { ...step, steps: step.steps.map(publishing) };

const analytics: ServiceScript = {
  ...{ name: "analytics", version: "0.6.2", revision: "c3f09d4", pods: 1, telemetry: goKubernetes, language: "go" },
  buildInfo: "app_build_info",
  idle: { level: "debug", text: "offsets committed topic=orders partitions={count}", every: minute },
};
const copied = "COPY order_facts (order_id, placed_at, amount) FROM STDIN";
const counting: RouteScript = {
  name: "orders batch",
  perSecond: 0,
  batch: { topic: "orders", every: 20 * second },
  root: takesBatch(
    "analytics",
    "orders",
    2.4,
    works("analytics", "aggregate", 3.2),
    uses("analytics", "COPY order_facts", 9, {
      ...{ "db.system.name": "postgresql", "db.operation.name": "COPY", "db.query.text": copied },
      "server.address": "postgres",
    }),
    concludes("info", "orders counted in {ms}ms"),
  ),
};

/** A shop with it. */
export const withAnalytics = (shop: Scenario): Scenario => ({
  ...shop,
  services: [...shop.services, analytics],
  routes: [
    ...shop.routes.map((route) =>
      route.name === "POST /checkout" ? { ...route, root: publishing(route.root) } : route,
    ),
    counting,
  ],
});
