/**
 * A game of chance with prizes on a few hosts, six requests a second:
 *
 *   player -> player-bff -> core -> Postgres; core -> outbox -> dispatcher (in core) -> partner's webhook
 *   staff  -> admin-bff  -> core
 *
 * Prometheus counts, Loki holds JSON lines; an id in every answer, and no span anywhere unless somebody adds Tempo.
 */

import { hexIds, shortIds } from "@/lib/demo/ids";
import { lines } from "@/lib/demo/own-script";
import { rules } from "@/lib/demo/scenarios/prize-game-rules";
import {
  at,
  callsRpc,
  concludes,
  consumes,
  counts,
  type Fault,
  laments,
  publishes,
  type Scenario,
  type ServiceScript,
  type Step,
  says,
  serves,
  servesRpc,
  uses,
  works,
} from "@/lib/demo/script";
import type { Failure } from "@/lib/demo/telemetry";
import { prometheusClient } from "@/lib/demo/telemetry/prometheus-client";
import { minute } from "@/lib/signal/time";

const telemetry = prometheusClient({ core: 9091, "player-bff": 8080, "admin-bff": 8081 });

const service = (name: string, version: string, revision: string, idle: string): ServiceScript => ({
  ...{ name, version, revision, telemetry, pods: 1, language: "go", buildInfo: null },
  idle: { level: "info", text: idle, every: minute },
});

const sql = (name: string, ms: number, text: string): Step =>
  uses("core", name, ms, {
    "db.system.name": "postgresql",
    "db.query.text": text,
    "server.address": "postgres",
  });

const cached = counts("bff_cache_ops_total", { result: "hit" }, "always", 0.86);
const missed = counts("bff_cache_ops_total", { result: "miss" }, "always", 0.14);

/** A route of a BFF that asks Core one thing; the id stands in the answer's envelope. */
const asks = (bff: string, route: string, method: string, ...within: Parameters<typeof servesRpc>[3][]): Step =>
  serves(
    bff,
    route,
    route,
    1.8,
    callsRpc(bff, `muse.v1.${method}`, 0.9, servesRpc("core", `muse.v1.${method}`, 2.4, ...within)),
    concludes("info", `${route} {status} in {ms} ms`, { player: "{user}" }),
    laments("warn", `${route} {status} in {ms} ms`, { player: "{user}" }),
  );

/** The dispatcher takes the prize out of the outbox and hands it to the partner. */
const fulfilment = publishes(
  "core",
  "fulfillment.tasks",
  1.1,
  consumes(
    "core",
    "fulfillment.tasks",
    900,
    1.4,
    works("core", "deliver", 140),
    counts("fulfillment_tasks_total", { outcome: "delivered" }, "ok", 0.93),
    counts("fulfillment_tasks_total", { outcome: "awaiting" }, "ok", 0.07),
    counts("fulfillment_tasks_total", { outcome: "retry" }, "ok", 0.01),
    counts("fulfillment_tasks_total", { outcome: "retry" }, "failed", 1, 2),
    counts("fulfillment_tasks_total", { outcome: "dead" }, "failed", 0.25),
    concludes("info", "prize delivered", { prize: "p-{prize:100-999}" }),
    laments("error", "delivery failed after 2 retries: partner answered {status}", { prize: "p-{prize:100-999}" }),
  ),
);

const play = asks(
  "player-bff",
  "POST /v1/games/{id}/play",
  "Game/Play",
  says("debug", "play accepted", 1, { game: "g-{game:1-9}", player: "{user}" }),
  works("core", "anti-cheat", 1.2),
  sql("reserve prize", 4.2, "UPDATE prizes SET stock = stock - 1 WHERE id = $1 AND stock > 0"),
  sql("insert play_history", 3.1, "INSERT INTO play_history (id, trace_id, outcome) VALUES ($1, $2, $3)"),
  counts("game_events_total", { type: "play_completed" }),
  counts("game_events_total", { type: "prize_won" }, "ok", 0.4),
  concludes("info", "play completed", { game: "g-{game:1-9}", player: "{user}" }),
  laments("error", "play failed", { game: "g-{game:1-9}", player: "{user}" }),
);

const claim = asks(
  "player-bff",
  "POST /v1/prizes/{id}/claim",
  "Prize/Claim",
  sql("claim prize", 3.8, "UPDATE wins SET claimed_at = now() WHERE id = $1"),
  fulfilment,
  counts("game_events_total", { type: "prize_claimed" }),
  concludes("info", "prize claimed", { prize: "p-{prize:100-999}", player: "{user}" }),
);

const quest = asks(
  "player-bff",
  "POST /v1/quests/{id}/progress",
  "Quest/Progress",
  sql("update quest", 2.6, "UPDATE quests SET progress = progress + 1 WHERE id = $1"),
  counts("game_events_total", { type: "quest_completed" }, "ok", 0.2),
);

const readGame = serves(
  "player-bff",
  "GET /v1/games/{id}",
  "GET /v1/games/{id}",
  1.1,
  cached,
  missed,
  callsRpc(
    "player-bff",
    "muse.v1.Game/Get",
    0.7,
    servesRpc("core", "muse.v1.Game/Get", 1.4, sql("select game", 1.9, "SELECT * FROM games WHERE id = $1")),
  ),
);

const overview = asks(
  "admin-bff",
  "GET /admin/v1/overview",
  "Admin/Overview",
  sql("select totals", 22, "SELECT type, count(*) FROM events GROUP BY type"),
);

/** What staff do leaves a line. */
export const staffLines = {
  name: "staff",
  labels: { service: "admin-bff", container: "muse-admin-bff-1", level: "info" },
  of: null,
  lines: [
    lines(
      "campaign",
      0,
      '{"time":"{time}","level":"INFO","msg":"campaign autumn-drop published","prizes":3,"stock":120}',
    ),
  ],
};

export const outOfStockFailure: Failure = {
  type: "OutOfStock",
  message: "prize is out of stock",
  status: 409,
  code: "Aborted",
};
export const invalidSpin: Failure = {
  type: "InvalidSpin",
  message: "spin token does not match",
  status: 400,
  code: "InvalidArgument",
};
/** A play that is refused, as happens a few times a day. */
const refuses = (step: string, share: number, fails: Failure, text: string): Fault => ({
  ...{ kind: "fault", routes: ["POST /v1/games/{id}/play"], service: "core", takes: null, lasts: null },
  ...{ step, share, fails, says: [{ after: 3, level: "warn", text }] },
});

export const prizeGame: Scenario = {
  name: "prize-game",
  namespace: "muse",
  platform: "hosts",
  // What its BFFs make of their own accord: twenty signs, no hex.
  ids: shortIds(),
  services: [
    service("core", "1.14.2", "8be2f10", "outbox polled tasks={count}"),
    service("player-bff", "1.14.0", "8be2f10", "read model refreshed entries={count}"),
    service("admin-bff", "1.14.0", "8be2f10", "sessions={count}"),
  ],
  routes: [
    { name: "POST /v1/games/{id}/play", perSecond: 2.4, root: play },
    { name: "POST /v1/prizes/{id}/claim", perSecond: 0.7, root: claim },
    { name: "POST /v1/quests/{id}/progress", perSecond: 0.8, root: quest },
    { name: "GET /v1/games/{id}", perSecond: 1.9, root: readGame },
    { name: "GET /admin/v1/overview", perSecond: 0.2, root: overview },
  ],
  ordinary: [
    at(
      Number.NEGATIVE_INFINITY,
      refuses("reserve prize", 0.004, outOfStockFailure, "prize p-118 is out of stock, play aborted"),
    ),
    at(Number.NEGATIVE_INFINITY, refuses("anti-cheat", 0.005, invalidSpin, "play rejected: spin token does not match")),
  ],
  series: [],
  streams: [staffLines],
  rules,
};

/** The day OTLP is added, the SDK makes the ids. */
export const tracedPrizeGame: Scenario = { ...prizeGame, ids: hexIds };
