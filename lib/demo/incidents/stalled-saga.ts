/**
 * The stalled saga: a new version of `order` cannot read the card processor's webhook any more and answers it with a 500
 * that nobody logs. Customers have paid and wait; the first to notice is a rule that compares two counters over half an hour.
 */
import { confirms, sagaSteps } from "@/lib/demo/scenarios/shop-saga";
import { at, deploys, fires, type Incident, type RuleScript, rollsBack } from "@/lib/demo/script";
import { minute, second } from "@/lib/signal/time";

const grown = (steps: string): string => `sum(increase(${sagaSteps}{step=~"${steps}"}[30m])) > 0`;
const stalled: RuleScript = {
  name: "saga-order-stalled",
  expression: `${grown("PAYMENT_CREATED")} unless ${grown("COMPLETED|COMPENSATION_COMPLETE")}`,
  pendingFor: 0,
  labels: { severity: "critical", namespace: "shop" },
  annotations: { summary: "Payments are created, and for half an hour no order was completed or compensated" },
};

export const stalledSaga: Incident = {
  name: "stalled-saga",
  story: "Order 2.31.1 answers the card processor's webhook with a 500: orders are paid for and never completed.",
  script: [
    at(-11 * minute, deploys("stock", "1.18.1", "5ab07e9")), // innocent
    at(-80 * second, deploys("order", "2.31.1", "77fe0a2")),
    at(0, {
      kind: "fault",
      routes: ["POST /webhooks/payment"],
      service: "order",
      step: confirms,
      share: 1,
      takes: 3,
      fails: { type: "AppError", message: "", status: 500, swallowed: true },
      says: [],
      lasts: 40 * minute,
    }),
    at(30 * minute + 30 * second, fires(stalled, 9 * minute + 50 * second)),
    at(40 * minute, rollsBack("order", "2.31.0", "4ddc018")),
  ],
};
