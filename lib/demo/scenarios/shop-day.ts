/**
 * The shop on a later day: its database is watched, its agent's calls are spans, and the error handler of `order` answers
 * failures without a word. What it sold is counted by `analytics`, a batch of orders at a time, in traces of its own.
 */

import { shop } from "@/lib/demo/scenarios/shop";
import { askAgent } from "@/lib/demo/scenarios/shop-agent";
import { databaseLog, databaseSeries, warningEvents } from "@/lib/demo/scenarios/shop-database";
import {
  at,
  concludes,
  publishes,
  type RouteScript,
  type Says,
  type Scenario,
  type ServiceScript,
  type Step,
  takesBatch,
  uses,
  works,
} from "@/lib/demo/script";
import { goKubernetes } from "@/lib/demo/telemetry/go-kubernetes";
import { minute, second } from "@/lib/signal/time";

/** The gateway notes a failed request as it notes any; nobody else says that anything failed. */
const unsaid = (says: readonly Says[], service: string): Says[] =>
  says.flatMap((each) =>
    each.when !== "failed" ? [each] : service === "gateway" ? [{ ...each, level: "info" as const }] : [],
  );
const swallowing = (step: Step): Step => ({
  ...step,
  says: unsaid(step.says, step.service),
  steps: step.steps.map(swallowing),
});

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

export const shopDay: Scenario = {
  ...shop,
  name: "shop-day",
  services: [...shop.services, analytics],
  routes: [
    ...shop.routes.map((route) =>
      route.name === "POST /checkout"
        ? { ...route, root: publishing(swallowing(route.root)) }
        : route.name === "POST /assistant"
          ? { ...route, perSecond: 1.1, root: askAgent }
          : route,
    ),
    counting,
  ],
  ordinary: shop.ordinary.map(({ at: when, what }) =>
    at(when, what.kind === "fault" && what.service === "payment" ? { ...what, says: [] } : what),
  ),
  series: databaseSeries,
  streams: [databaseLog, warningEvents],
};
