/**
 * The "Network Error": a customer publishes a new version of a strategy which adds to a number that some users do not
 * have. Four of ten of its runs end in a 500, whose body the browser drops. Each failed run is kept as a row, the queue of
 * rows fills within two minutes, and from then on rows are lost: the strategies' own traces are not whole.
 */
import { moves, raises } from "@/lib/demo/own-script";
import { droppedRows, engineLines, scoreRoute } from "@/lib/demo/scenarios/scoring";
import { rowsDropped, serverErrors, strategyErrors } from "@/lib/demo/scenarios/scoring-rules";
import { at, counts, deploys, fires, type Incident } from "@/lib/demo/script";
import { minute, second } from "@/lib/signal/time";

const traceback = [
  "Traceback (most recent call last):",
  '  File "/code/app/engine/dsl_runtime.py", line 214, in run',
  "    total = self.visit(node.body)",
  '  File "/code/app/engine/dsl_runtime.py", line 342, in visit_BinOp',
  "    return operator.add(left, right)",
  "TypeError: unsupported operand type(s) for +: 'NoneType' and 'int'",
].join("\n");

export const networkError: Incident = {
  name: "network-error",
  story: "A published strategy fails on users without history: the browser says Network Error.",
  script: [
    at(-11 * minute, deploys("game-identity", "1.9.4", "c3f81d0")), // innocent
    at(-40 * second, raises(engineLines, "published", 1, { lasts: second })),
    at(0, {
      kind: "fault",
      routes: [scoreRoute, "score for a customer"],
      service: "game-api",
      step: "run strategy",
      share: 0.4,
      takes: null,
      fails: { type: "TypeError", message: "unsupported operand type(s) for +: 'NoneType' and 'int'", status: 500 },
      says: [
        {
          after: 12,
          level: "error",
          text: "strategy weekend-boost failed: unsupported operand type(s) for +: 'NoneType' and 'int'",
          fields: { logger: "app.engine.dsl_runtime", strategy_id: "weekend-boost", exc_info: traceback },
        },
      ],
      counts: [counts("dsl_execution_errors_total", { error_type: "{error}" }, "always")],
      lasts: null,
    }),
    at(2 * minute, moves(droppedRows, 0.7, { over: 30 * second })),
    at(2 * minute, raises(engineLines, "dropped", 0.5)),
    at(15 * second, fires(strategyErrors, null, { job: "game-api", error_type: "TypeError" })),
    at(45 * second, fires(serverErrors, null, { job: "game-api" })),
    at(45 * second, fires(serverErrors, null, { job: "game-dashboard" })),
    at(135 * second, fires(rowsDropped, null, { job: "game-api", instance: "game-api:8000" })),
  ],
};
