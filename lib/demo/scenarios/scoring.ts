/**
 * A scoring engine whose customers write their own rules, seven requests a second on a few hosts:
 *
 *   browser -> game-dashboard -> game-api -> strategy (in its process) -> Postgres
 *   customers' servers -------->          -> game-identity
 *
 * A correlation id goes through all lines of a request. No span anywhere, no version in any metric; rows that trace the
 * strategies go to the database through a bounded queue, and what does not fit is dropped and counted.
 */

import { uuidIds } from "@/lib/demo/ids";
import { counter, gauge, lines } from "@/lib/demo/own-script";
import { rules } from "@/lib/demo/scenarios/scoring-rules";
import {
  at,
  calls,
  concludes,
  counts,
  deploys,
  laments,
  type Scenario,
  type ServiceScript,
  type Step,
  serves,
  uses,
  works,
} from "@/lib/demo/script";
import type { Telemetry } from "@/lib/demo/telemetry";
import { instrument } from "@/lib/demo/telemetry";
import { fastApi } from "@/lib/demo/telemetry/fastapi";
import { hour, minute } from "@/lib/signal/time";

const plain = fastApi("prod", "correlation_id");
const strategyStep = "run strategy";
/** Strategies may take half a second at most. */
const strategyBounds = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.4, 0.5, 1];
const withStrategies: Telemetry = {
  ...plain,
  instruments: (measured) =>
    measured.span === strategyStep
      ? [instrument({ family: "dsl_execution_duration_seconds", bounds: strategyBounds })]
      : plain.instruments(measured),
};

const service = (
  name: string,
  version: string,
  revision: string,
  idle: string,
  more: Partial<ServiceScript> = {},
): ServiceScript => ({
  ...{ name, version, revision, telemetry: plain, pods: 1, language: "python", buildInfo: null },
  idle: { level: "info", text: idle, every: minute },
  ...more,
});

const logger = (name: string): { readonly logger: string } => ({ logger: name });

const sql = (name: string, ms: number): Step => uses("game-api", name, ms, { "db.system.name": "postgresql" });

const whoIs = calls(
  "game-api",
  "POST game-identity",
  "POST game-identity",
  0.9,
  serves(
    "game-identity",
    "POST /introspect",
    "POST /introspect",
    3.1,
    concludes("debug", "token is active user={user}", logger("app.oauth")),
  ),
);

/** A user did something: the customer's strategy decides what it is worth. */
const score = serves(
  "game-api",
  "score",
  "POST /api/v1/games/{game_id}/tasks/{task_id}/points",
  2.2,
  whoIs,
  sql("select task", 2.4),
  works(
    "game-api",
    strategyStep,
    31,
    counts("dsl_execution_nodes_total", {}, "ok", 1, 46),
    counts("dsl_execution_nodes_total", {}, "failed", 1, 11),
  ),
  sql("insert points", 4.1),
  concludes("info", "points assigned strategy={strategy:weekend-boost|streaks|first-steps} points={points:1-40}", {
    ...logger("app.services.user_points"),
    path: "/api/v1/games/{game:11-14}/tasks/{task:201-219}/points",
  }),
);

const asksApi = (name: string, ms: number, inner: Step): Step =>
  serves(
    "game-dashboard",
    name,
    name,
    ms,
    calls("game-dashboard", "game-api", `${name.split(" ")[0]} game-api`, 1, inner),
    concludes("info", "{status} in {ms} ms", logger("app.access")),
    laments("warn", "game-api answered {status}, sent on after {ms} ms", logger("app.proxy")),
  );

const leaderboard = asksApi(
  "GET /dashboard/leaderboard",
  3.5,
  serves(
    "game-api",
    "leaderboard",
    "GET /api/v1/games/{game_id}/leaderboard",
    1.8,
    whoIs,
    sql("select leaderboard", 18),
    concludes("debug", "leaderboard of {count:20-90} users", logger("app.services.leaderboard")),
  ),
);
const summary = asksApi(
  "GET /dashboard/summary",
  4.2,
  serves("game-api", "summary", "GET /api/v1/dashboard/summary", 1.6, whoIs, sql("select kpi_metrics", 26)),
);

/** Rows of strategies' traces that did not fit into the queue. */
export const droppedRows = counter("dsl_execution_log_dropped_total", {}, 0, { of: "game-api", noise: 0.3 });
/** What Prometheus' client for Python tells of its process. */
const memory = gauge("process_resident_memory_bytes", {}, 184_000_000, { of: "game-api", noise: 0.01, grain: 4_096 });

/** What customers do in the editor of strategies, and what becomes of the rows, leaves lines. */
export const engineLines = {
  name: "engine",
  labels: { compose_project: "prod", compose_service: "game-api", container: "prod-game-api-1", stream: "stdout" },
  of: null,
  lines: [
    lines(
      "published",
      0,
      '{"timestamp":"{time}","level":"INFO","logger":"app.services.strategies","message":"strategy weekend-boost version 7 published","strategy_id":"weekend-boost","version":7}',
    ),
    lines(
      "dropped",
      0,
      '{"timestamp":"{time}","level":"WARNING","logger":"app.engine.dsl_observer","message":"execution log queue is full, row dropped","queue_size":1000,"maxsize":1000}',
    ),
  ],
};

export const scoreRoute = "score a task";

export const scoring: Scenario = {
  name: "scoring",
  namespace: "prod",
  platform: "hosts",
  ids: uuidIds,
  services: [
    service("game-api", "3.8.1", "d71e0b4", "pool checked out={count} overflow=0", {
      pods: 2,
      telemetry: withStrategies,
    }),
    service("game-dashboard", "2.4.0", "41c9e77", "sessions={count}"),
    service("game-identity", "1.9.3", "0ae5512", "keys refreshed, {count} tokens cached"),
  ],
  routes: [
    {
      name: scoreRoute,
      perSecond: 1.4,
      root: asksApi("POST /dashboard/tasks/{task_id}/complete", 3.8, score),
    },
    { name: "score for a customer", perSecond: 2.6, root: score },
    { name: "leaderboard", perSecond: 1.5, root: leaderboard },
    { name: "summary", perSecond: 0.5, root: summary },
  ],
  ordinary: [
    at(-20 * hour, deploys("game-api", "3.8.2", "9b0c2fd")),
    at(Number.NEGATIVE_INFINITY, {
      kind: "fault",
      routes: ["leaderboard"],
      service: "game-api",
      step: "select leaderboard",
      share: 0.004,
      takes: 900,
      fails: { type: "QueryCanceled", message: "canceling statement due to statement timeout", status: 500 },
      says: [
        { after: 900, level: "error", text: "canceling statement due to statement timeout", fields: logger("app.db") },
      ],
      lasts: null,
    }),
  ],
  series: [droppedRows, memory],
  streams: [engineLines],
  rules,
};
