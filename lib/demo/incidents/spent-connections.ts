/**
 * The database: a new version of `order` reads its orders by a column without an index. Each read takes seconds and holds a
 * connection and millions of rows; its pods are killed for memory, and in the end nobody gets a connection any more.
 */
import { jumps, moves, raises } from "@/lib/demo/own-script";
import {
  databaseLog,
  memoryLimit,
  orderConnections,
  orderKilled,
  orderMemory,
  orderRestarts,
  slowStatement,
  warningEvents,
} from "@/lib/demo/scenarios/shop-database";
import { at, deploys, fires, type Incident, type RuleScript } from "@/lib/demo/script";
import { minute, second } from "@/lib/signal/time";

const taken: RuleScript = {
  name: "PostgresConnectionsOfOneService",
  expression: "sum by (application_name) (pg_stat_activity_count) > 75",
  pendingFor: minute,
  labels: { severity: "critical" },
  annotations: { summary: "One service holds more than 75 of the database's 100 connections" },
};

export const spentConnections: Incident = {
  name: "spent-connections",
  story: "Order 2.33.0 reads without an index: it takes all connections of the database, and is killed for memory.",
  script: [
    at(-16 * minute, deploys("assistant", "0.9.7", "d1120fe")), // innocent
    at(-7 * minute, deploys("order", "2.33.0", "e83b5d6")),
    at(-6 * minute, moves(slowStatement, 2_380, { over: 30 * second })),
    at(-6 * minute, raises(databaseLog, "plan", 0.35)),
    at(-6 * minute, moves(orderConnections, 79, { over: 6 * minute })),
    at(-6 * minute, moves(orderMemory, 0.985 * memoryLimit, { over: 4 * minute })),
    at(-2 * minute, moves(orderKilled, 1, { pod: 0 })),
    ...[-2, 1, 4, 7].map((offset) => at(offset * minute, jumps(orderRestarts, 1, 0))),
    at(-90 * second, raises(warningEvents, "back-off", 0.05, { pod: 0 })),
    at(0, raises(databaseLog, "full", 0.8)),
    at(0, {
      kind: "fault",
      routes: ["GET /orders/{id}"],
      service: "order",
      step: "SELECT orders",
      share: 0.4,
      takes: 5_000,
      fails: { type: "PgError", message: "FATAL: sorry, too many clients already (SQLSTATE 53300)", status: 503 },
      says: [{ after: 4_990, level: "error", text: "no connection: sorry, too many clients already (SQLSTATE 53300)" }],
      lasts: null,
    }),
    at(-5 * second, fires(taken, null, { application_name: "order" })),
  ],
};
