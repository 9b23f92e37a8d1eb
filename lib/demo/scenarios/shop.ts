/**
 * A small shop on Kubernetes, seven services, fifteen requests a second:
 *
 *   browser -> gateway -> order -> cart, stock, payment -> vault, card processor (both outside)
 *                               -> Kafka -> projector
 *                      -> cart, stock
 *                      -> assistant -> language model (outside), stock
 *
 * The services ship their telemetry in three ways on purpose: an installation that grew.
 */

import { hexIds } from "@/lib/demo/ids";
import { pastAlerts } from "@/lib/demo/scenarios/shop-alerts";
import { services } from "@/lib/demo/scenarios/shop-services";
import {
  afterFailure,
  at,
  calls,
  concludes,
  consumes,
  deploys,
  laments,
  publishes,
  type Scenario,
  type Step,
  says,
  serves,
  times,
  uses,
  works,
} from "@/lib/demo/script";
import { hour } from "@/lib/signal/time";

const postgres = (text: string): Readonly<Record<string, string>> => ({
  "db.system.name": "postgresql",
  "db.operation.name": text.slice(0, text.indexOf(" ")),
  "db.query.text": text,
  "server.address": "postgres",
});
const redis = { "db.system.name": "redis", "server.address": "redis" };
const kafka = { "messaging.system": "kafka", "messaging.destination.name": "orders" };

const authenticate = works("gateway", "authenticate", 1.4);

const loadCart = (from: string): Step =>
  calls(
    from,
    "GET cart",
    "GET cart",
    0.8,
    serves(
      "cart",
      "GET /carts/{id}",
      "GET /carts/{id}",
      1.1,
      uses("cart", "HGETALL", 0.9, redis, says("warn", "redis pool near its limit in_use=46 max=50", 0.01)),
      concludes("debug", "cart {cart} read items={items}"),
    ),
  );

const reserve = calls(
  "order",
  "stock.v1.Stock/Reserve",
  "POST stock",
  0.7,
  serves(
    "stock",
    "Reserve",
    "POST /stock.v1.Stock/Reserve",
    1.6,
    uses("stock", "UPDATE levels", 5.5, postgres("UPDATE levels SET free = free - $1 WHERE sku = $2")),
    concludes("info", "reserved stock sku={sku} qty={qty}"),
  ),
);

const charge = calls(
  "order",
  "payment.v1.Payment/Charge",
  "POST payment",
  0.9,
  serves(
    "payment",
    "Charge",
    "POST /payment.v1.Payment/Charge",
    2.2,
    says("info", "charging order={order} amount={amount}"),
    says("debug", "opening channel to vault:8200"),
    uses("payment", "tls.handshake", 6, {
      "network.peer.name": "vault",
      "network.peer.port": 8200,
      "network.transport": "tcp",
      "tls.protocol.version": "1.3",
    }),
    calls("payment", "POST /v1/transit/sign", "POST vault:8200", 8),
    calls("payment", "authorize", "POST api.cards.example", 74),
    concludes("info", "charged order={order} amount={amount} in {ms}ms"),
    laments("error", "charge failed order={order} code={status}"),
  ),
);

/** Announced before it is paid for: the read model shows the order at once, usually before the customer has an answer. */
const announce = publishes(
  "order",
  "orders.created",
  1.8,
  consumes(
    "projector",
    "orders.created",
    4,
    1.2,
    uses("projector", "UPSERT order_view", 3.2, postgres("INSERT INTO order_view (id, state) VALUES ($1, $2)")),
    concludes("info", "projected order={order} in {ms}ms"),
  ),
);

const checkout = serves(
  "gateway",
  "POST /checkout",
  "POST /checkout",
  2.4,
  says("info", "POST /checkout accepted user={user}"),
  authenticate,
  calls(
    "gateway",
    "POST order",
    "POST order",
    0.9,
    serves(
      "order",
      "CreateOrder",
      "POST /orders",
      3.1,
      says("info", "placing order {order} items={items}"),
      loadCart("order"),
      uses("order", "INSERT orders", 7, postgres("INSERT INTO orders (id, user_id, state) VALUES ($1, $2, $3)")),
      announce,
      times(3, reserve),
      charge,
      uses("order", "orders publish", 4, kafka),
      concludes("info", "order {order} placed in {ms} ms"),
      afterFailure(
        uses("order", "PublishFailed", 5, kafka, says("warn", "order {order} parked, stock stays reserved for 15m")),
      ),
      laments("error", "could not charge order {order}: payment answered {status} after {seconds}s"),
    ),
  ),
  concludes("info", "POST /checkout {status} in {ms} ms"),
  laments("error", "POST /checkout {status} in {seconds}s user={user}"),
);

const browse = (name: string, route: string, query: string): Step =>
  serves(
    "gateway",
    name,
    route,
    1.6,
    calls(
      "gateway",
      `stock.v1.Stock/${query}`,
      "POST stock",
      0.7,
      serves(
        "stock",
        query,
        `POST /stock.v1.Stock/${query}`,
        1.2,
        uses("stock", "SELECT products", 4, postgres("SELECT * FROM products WHERE category = $1 LIMIT 40")),
      ),
    ),
    concludes("info", `${route} {status} in {ms} ms`),
    laments("error", `${route} {status} in {seconds}s`),
  );

const readCart = serves(
  "gateway",
  "GET /cart",
  "GET /cart",
  1.5,
  authenticate,
  loadCart("gateway"),
  concludes("info", "GET /cart {status} in {ms} ms"),
);

const addItem = serves(
  "gateway",
  "POST /cart/items",
  "POST /cart/items",
  1.8,
  authenticate,
  calls(
    "gateway",
    "POST cart",
    "POST cart",
    0.8,
    serves(
      "cart",
      "POST /carts/{id}/items",
      "POST /carts/{id}/items",
      1.3,
      uses("cart", "HSET", 1.1, redis),
      concludes("info", "cart {cart} gained sku={sku} qty={qty}"),
    ),
  ),
  concludes("info", "POST /cart/items {status} in {ms} ms"),
);

const readOrder = serves(
  "gateway",
  "GET /orders/{id}",
  "GET /orders/{id}",
  1.6,
  authenticate,
  calls(
    "gateway",
    "GET order",
    "GET order",
    0.8,
    serves(
      "order",
      "GetOrder",
      "GET /orders/{id}",
      1.9,
      uses("order", "SELECT orders", 3.5, postgres("SELECT * FROM orders WHERE id = $1")),
      concludes("debug", "order {order} read"),
    ),
  ),
  concludes("info", "GET /orders/{id} {status} in {ms} ms"),
);

const chat = (ms: number, tokensIn: number, tokensOut: number): Step =>
  uses("assistant", "openai.chat", ms, {
    "gen_ai.system": "openai",
    "gen_ai.request.model": "gpt-5-mini",
    "gen_ai.usage.input_tokens": tokensIn,
    "gen_ai.usage.output_tokens": tokensOut,
    "server.address": "api.openai.example",
  });

/** One turn of the agent: think, look something up, answer. */
const askAssistant = serves(
  "gateway",
  "POST /assistant",
  "POST /assistant",
  1.6,
  authenticate,
  calls(
    "gateway",
    "POST assistant",
    "POST assistant",
    0.8,
    serves(
      "assistant",
      "POST /turns",
      "POST /turns",
      2.2,
      says("info", "turn started user={user}"),
      works(
        "assistant",
        "agent.turn",
        1.2,
        chat(420, 812, 46),
        works(
          "assistant",
          "tool search_products",
          0.6,
          says("info", "tool call name=search_products"),
          calls(
            "assistant",
            "stock.v1.Stock/ListProducts",
            "POST stock",
            0.7,
            serves(
              "stock",
              "ListProducts",
              "POST /stock.v1.Stock/ListProducts",
              1.2,
              uses("stock", "SELECT products", 4, postgres("SELECT * FROM products WHERE category = $1 LIMIT 40")),
            ),
          ),
        ),
        chat(560, 1_420, 118),
      ),
      concludes("info", "turn ended steps=3 in {ms}ms"),
    ),
  ),
  concludes("info", "POST /assistant {status} in {ms} ms"),
);

export const shop: Scenario = {
  name: "shop",
  namespace: "shop",
  platform: "kubernetes",
  ids: hexIds,
  services,
  routes: [
    { name: "GET /products", perSecond: 4.7, root: browse("GET /products", "GET /products", "ListProducts") },
    {
      name: "GET /products/{id}",
      perSecond: 3.2,
      root: browse("GET /products/{id}", "GET /products/{id}", "GetProduct"),
    },
    { name: "GET /cart", perSecond: 2, root: readCart },
    { name: "POST /cart/items", perSecond: 1.2, root: addItem },
    { name: "POST /checkout", perSecond: 2.6, root: checkout },
    { name: "GET /orders/{id}", perSecond: 1, root: readOrder },
    { name: "POST /assistant", perSecond: 0.3, root: askAssistant },
  ],
  ordinary: [
    ...pastAlerts,
    at(-31 * hour, deploys("order", "2.31.0", "4ddc018")),
    at(-19 * hour, deploys("gateway", "4.12.0", "f00ba92")),
    at(Number.NEGATIVE_INFINITY, {
      kind: "fault",
      routes: ["POST /checkout"],
      service: "payment",
      step: "authorize",
      share: 0.001,
      takes: 210,
      fails: {
        type: "ConnectionReset",
        message: "read tcp api.cards.example:443: connection reset by peer",
        status: 502,
      },
      says: [{ after: 210, level: "error", text: "card processor went away: connection reset by peer" }],
      lasts: null,
    }),
    at(Number.NEGATIVE_INFINITY, {
      kind: "fault",
      routes: ["GET /products", "GET /products/{id}"],
      service: "stock",
      step: "SELECT products",
      share: 0.004,
      takes: 640,
      fails: null,
      says: [{ after: 640, level: "warn", text: "slow query took 640ms: SELECT products" }],
      lasts: null,
    }),
  ],
  series: [],
  streams: [],
  rules: [],
};
