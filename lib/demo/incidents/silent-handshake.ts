/**
 * The silent handshake: a new payment version opens its channel to the vault per request, and the vault leaves more
 * than a third of the handshakes hanging. Nothing is refused, nothing crashes; thirty seconds later the caller gives up.
 * After twenty minutes somebody takes the version back, and it is over.
 */
import { at, deploys, type Incident, rollsBack } from "@/lib/demo/script";
import { minute, second } from "@/lib/signal/time";

const rollback = 20 * minute;

export const silentHandshake: Incident = {
  name: "silent-handshake",
  story: "Payment 9.2.0 hangs in its TLS handshake with the vault; more than a third of the checkouts time out.",
  script: [
    at(-12 * minute, deploys("cart", "3.3.3", "5e0c9aa")), // innocent
    at(-85 * second, deploys("payment", "9.2.0", "a1b2c3d")),
    at(0, {
      kind: "fault",
      routes: ["POST /checkout"],
      service: "payment",
      step: "tls.handshake",
      share: 0.38,
      // Just below the caller's 30 s, which includes what came before.
      takes: 29_970,
      fails: { type: "HandshakeTimeout", message: "tls handshake with vault:8200: i/o timeout", status: 504 },
      says: [
        { after: 10_000, level: "warn", text: "handshake still pending after 10s peer=vault" },
        { after: 20_000, level: "warn", text: "handshake still pending after 20s peer=vault" },
        { after: 29_960, level: "error", text: "handshake timeout with vault:8200 after 30.0s" },
      ],
      lasts: rollback,
    }),
    at(rollback, rollsBack("payment", "9.1.4", "77e02bd")),
    // The first requests fail after their 30 s; then it takes some scrapes until the rule sees more than 5 %.
    at(75 * second, {
      kind: "alert",
      name: "CheckoutErrorRateHigh",
      expression:
        'sum(rate(http_server_request_duration_seconds_count{job="shop/gateway",http_route="/checkout",http_response_status_code=~"5.."}[2m])) / sum(rate(http_server_request_duration_seconds_count{job="shop/gateway",http_route="/checkout"}[2m])) > 0.05',
      pendingFor: 45 * second,
      // The last fail 30 s after the rollback; then their share in the rule's two minutes falls below 5 %.
      lasts: rollback + 15 * second,
      labels: { severity: "critical", namespace: "shop", service: "gateway" },
      annotations: {
        summary: "More than 5 % of the checkouts fail",
        description: "POST /checkout answers 5xx for more than one in twenty customers.",
      },
    }),
  ],
};
