/**
 * The vanished 500: a new version of `order` fails on one in four checkouts, and the middleware that makes an answer of
 * every error writes no line. Nothing in the lines says that anything is wrong.
 */
import { at, deploys, fires, type Incident, type RuleScript, rollsBack } from "@/lib/demo/script";
import { minute, second } from "@/lib/signal/time";

const total = 'http_server_request_duration_seconds_count{job="shop/gateway",http_route="/checkout"';
const failing: RuleScript = {
  name: "CheckoutServerErrors",
  expression: `sum(rate(${total},http_response_status_code=~"5.."}[2m])) / sum(rate(${total}}[2m])) > 0.05`,
  pendingFor: minute,
  labels: { severity: "critical", namespace: "shop", service: "gateway" },
  annotations: { summary: "More than 5 % of the checkouts end in a 5xx" },
};

export const vanishedError: Incident = {
  name: "vanished-error",
  story: "Order 2.32.0 answers one checkout in four with a 500, and no line says so.",
  script: [
    at(-9 * minute, deploys("cart", "3.3.4", "1fa20c7")), // innocent
    at(-70 * second, deploys("order", "2.32.0", "9c1f2ab")),
    at(0, {
      kind: "fault",
      routes: ["POST /checkout"],
      service: "order",
      step: "CreateOrder",
      share: 0.23,
      takes: 4,
      fails: { type: "AppError", message: "", status: 500, swallowed: true },
      says: [],
      lasts: 20 * minute,
    }),
    at(20 * minute, rollsBack("order", "2.31.0", "4ddc018")),
    at(75 * second, fires(failing, 19 * minute)),
  ],
};
