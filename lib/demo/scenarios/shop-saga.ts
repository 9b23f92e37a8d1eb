/**
 * The shop's saga, counted step by step by `order`: an order whose payment was created waits until the card processor's
 * webhook tells that it was paid. Nobody waits for the webhook's answer but the processor, who tries again later.
 */
import { calls, concludes, counts, type RouteScript, type Scenario, type Step, serves, uses } from "@/lib/demo/script";

export const sagaSteps = "saga_steps_total";
/** Of all orders, how many are paid on the processor's own page; the rest is paid before the customer has an answer. */
const paidElsewhere = 0.2;

const counting = (step: Step): Step =>
  step.service === "order" && step.name === "CreateOrder"
    ? { ...step, counts: [...step.counts, counts(sagaSteps, { step: "PAYMENT_CREATED" }, "ok", paidElsewhere)] }
    : { ...step, steps: step.steps.map(counting) };

export const confirms = "ConfirmPayment";
const webhook: RouteScript = {
  name: "POST /webhooks/payment",
  perSecond: 0.5,
  root: serves(
    "gateway",
    "POST /webhooks/payment",
    "POST /webhooks/payment",
    1.8,
    calls(
      "gateway",
      "POST order",
      "POST order",
      0.8,
      serves(
        "order",
        confirms,
        "POST /orders/{id}/payment",
        2.3,
        uses("order", "UPDATE orders", 3.8, {
          "db.system.name": "postgresql",
          "db.operation.name": "UPDATE",
          "db.query.text": "UPDATE orders SET state = $2 WHERE id = $1",
          "server.address": "postgres",
        }),
        counts(sagaSteps, { step: "COMPLETED" }),
        concludes("info", "order {order} paid, cart cleared"),
      ),
    ),
    concludes("info", "POST /webhooks/payment {status} in {ms} ms"),
  ),
};

/** A shop with it. */
export const withSaga = (shop: Scenario): Scenario => ({
  ...shop,
  routes: [
    ...shop.routes.map((route) => (route.name === "POST /checkout" ? { ...route, root: counting(route.root) } : route)),
    webhook,
  ],
});
