/**
 * The shop on a later day: its database is watched, its agent's calls are spans, and the error handler of `order` answers
 * failures without a word. What it sold is counted by `analytics`, a batch of orders at a time, in traces of its own.
 */

import { shop } from "@/lib/demo/scenarios/shop";
import { askAgent } from "@/lib/demo/scenarios/shop-agent";
import { withAnalytics } from "@/lib/demo/scenarios/shop-analytics";
import { databaseLog, databaseSeries, warningEvents } from "@/lib/demo/scenarios/shop-database";
import { at, type Says, type Scenario, type Step } from "@/lib/demo/script";

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

export const shopDay: Scenario = withAnalytics({
  ...shop,
  name: "shop-day",
  routes: shop.routes.map((route) =>
    route.name === "POST /checkout"
      ? { ...route, root: swallowing(route.root) }
      : route.name === "POST /assistant"
        ? { ...route, perSecond: 1.1, root: askAgent }
        : route,
  ),
  ordinary: shop.ordinary.map(({ at: when, what }) =>
    at(when, what.kind === "fault" && what.service === "payment" ? { ...what, says: [] } : what),
  ),
  series: databaseSeries,
  streams: [databaseLog, warningEvents],
});
