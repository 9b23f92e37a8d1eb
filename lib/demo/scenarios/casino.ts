/**
 * A casino, eight requests a second, as tasks on ECS behind a load balancer:
 *
 *   player -> bank-service -> RDS; bets -> Kafka (MSK) -> rewards-service -> RDS
 *                                                      -> sockets-service -> player's socket
 *   player -> sockets-service (chat) -> bank-service (tips)
 *
 * One OpenTelemetry Collector takes everything: metrics to Prometheus, lines to Loki, spans to Tempo.
 */

import { hexIds } from "@/lib/demo/ids";
import { albLogs, series } from "@/lib/demo/scenarios/casino-around";
import { rules } from "@/lib/demo/scenarios/casino-rules";
import {
  at,
  calls,
  concludes,
  consumes,
  counts,
  deploys,
  laments,
  publishes,
  type Scenario,
  type ServiceScript,
  type Step,
  serves,
  uses,
  works,
} from "@/lib/demo/script";
import { collected } from "@/lib/demo/telemetry/collected";
import { hour, minute } from "@/lib/signal/time";

const telemetry = collected({
  cloud_provider: "aws",
  cloud_platform: "aws_ecs",
  cloud_region: "eu-west-1",
  deployment_environment_name: "prod",
});

const service = (
  name: string,
  version: string,
  revision: string,
  language: ServiceScript["language"],
  idle: string,
): ServiceScript => ({
  ...{ name, version, revision, telemetry, pods: 2, language, buildInfo: null },
  idle: { level: "info", text: idle, every: minute },
});

const sql = (of: string, name: string, ms: number, text: string): Step =>
  uses(of, name, ms, {
    "db.system.name": "postgresql",
    "db.namespace": "yeet",
    "db.query.text": text,
    "server.address": "yeet-prod.eu-west-1.rds.amazonaws.com",
  });

const bet = { bet_id: "b-{bet:hex8}", game: "{game:crash|plinko|mines|limbo}", user: "{user}" };

/** A settled bet goes to those who reward it and to those who show it. */
const settled = publishes(
  "bank-service",
  "bets.settled",
  1.3,
  consumes(
    "rewards-service",
    "bets.settled",
    420,
    1.6,
    sql(
      "rewards-service",
      "select wager totals",
      5.2,
      "SELECT sum(amount) FROM wagers WHERE user_id = $1 AND day = $2",
    ),
    works("rewards-service", "calculate rakeback", 2.1),
    sql("rewards-service", "upsert reward", 3.4, "INSERT INTO rewards (user_id, amount) VALUES ($1, $2) ON CONFLICT …"),
    counts("reward_calculated_total", { status: "success" }),
    counts("reward_calculated_total", { status: "failed" }, "failed"),
    concludes("info", "reward calculated in {ms} ms", { event: "reward_calculated", ...bet }),
    laments("error", "reward not calculated after {ms} ms, message will be read again", {
      event: "reward_failed",
      ...bet,
    }),
  ),
  consumes(
    "sockets-service",
    "bets.settled",
    60,
    0.7,
    concludes("debug", "bet shown to {count:20-400} sockets", { event: "bet_broadcast" }),
  ),
);

const placesBet = serves(
  "bank-service",
  "POST /v1/bets",
  "POST /v1/bets",
  2.2,
  sql("bank-service", "debit balance", 4.1, "UPDATE balances SET amount = amount - $2 WHERE user_id = $1"),
  sql("bank-service", "insert ledger entry", 3.2, "INSERT INTO ledger (user_id, bet_id, amount) VALUES ($1, $2, $3)"),
  settled,
  counts("bet_processed_total", { status: "success" }),
  counts("bet_processed_total", { status: "failed" }, "failed"),
  concludes("info", "bet processed in {ms} ms", { event: "bet_processed", ...bet }),
  laments("error", "bet could not be processed: answered {status}", { event: "bet_failed", ...bet }),
);

const deposits = serves(
  "bank-service",
  "POST /v1/deposits",
  "POST /v1/deposits",
  2.6,
  uses("bank-service", "POST payments", 180, {
    "http.request.method": "POST",
    "server.address": "api.payments.example",
  }),
  sql("bank-service", "credit balance", 3.9, "UPDATE balances SET amount = amount + $2 WHERE user_id = $1"),
  counts("deposit_total", { status: "success" }),
  counts("deposit_total", { status: "failed" }, "failed"),
  concludes("info", "deposit credited in {ms} ms", { event: "deposit_credited", user: "{user}" }),
  laments("error", "deposit failed: payment provider answered {status}", { event: "deposit_failed", user: "{user}" }),
);

const balance = serves(
  "bank-service",
  "GET /v1/balance",
  "GET /v1/balance",
  1.2,
  sql("bank-service", "select balance", 1.9, "SELECT amount FROM balances WHERE user_id = $1"),
);

const rewards = serves(
  "rewards-service",
  "GET /v1/rewards",
  "GET /v1/rewards",
  1.3,
  sql("rewards-service", "select rewards", 2.3, "SELECT * FROM rewards WHERE user_id = $1"),
);

const chat = serves(
  "sockets-service",
  "POST /socket/chat",
  "POST /socket/chat",
  1.1,
  works("sockets-service", "accept", 0.3),
  works("sockets-service", "broadcast", 0.9),
  concludes("debug", "message shown in room {room:en|de|pt|high-rollers}", { event: "chat_message" }),
  laments("error", "message refused: answered {status}", { event: "chat_refused", user: "{user}" }),
);

const tip = serves(
  "sockets-service",
  "POST /socket/tip",
  "POST /socket/tip",
  1.4,
  works("sockets-service", "accept", 0.3),
  calls(
    "sockets-service",
    "POST bank-service",
    "POST bank-service",
    0.8,
    serves(
      "bank-service",
      "POST /v1/transfers",
      "POST /v1/transfers",
      1.6,
      sql("bank-service", "transfer", 4.4, "UPDATE balances SET amount = amount + $2 WHERE user_id IN ($1, $3)"),
    ),
  ),
  concludes("info", "tip sent in {ms} ms", { event: "tip_sent", user: "{user}" }),
);

export const casino: Scenario = {
  name: "casino",
  namespace: "yeet",
  platform: "hosts",
  ids: hexIds,
  services: [
    service("bank-service", "5.3.2", "4be81a0", "go", "pool in use={count}"),
    service("rewards-service", "2.7.4", "b02fd11", "java", "offsets committed partitions=6"),
    service("sockets-service", "3.1.0", "77ac90e", "nodejs", "sockets open={count}"),
  ],
  routes: [
    { name: "bet", perSecond: 3.2, root: placesBet },
    { name: "deposit", perSecond: 0.5, root: deposits },
    { name: "balance", perSecond: 2.1, root: balance },
    { name: "rewards", perSecond: 0.7, root: rewards },
    { name: "chat", perSecond: 1.2, root: chat },
    { name: "tip", perSecond: 0.3, root: tip },
  ],
  ordinary: [
    at(-30 * hour, deploys("bank-service", "5.3.3", "0c77e21")),
    at(Number.NEGATIVE_INFINITY, {
      kind: "fault",
      routes: ["balance"],
      service: "bank-service",
      step: "select balance",
      share: 0.003,
      takes: 1_000,
      fails: { type: "QueryCanceled", message: "canceling statement due to statement timeout", status: 503 },
      says: [{ after: 1_000, level: "error", text: "statement timeout", fields: { event: "balance_failed" } }],
      lasts: null,
    }),
  ],
  series,
  streams: [albLogs],
  rules,
};
