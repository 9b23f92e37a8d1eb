import { describe, expect, test } from "vitest";
import type { Evidence } from "@/lib/evidence";
import { statementOf } from "@/lib/finding/statement-line";
import { evidenceOf, gapOf, linesFrom } from "@/test/draw";
import { errors, findingOf, rate, said, trace } from "@/test/finding/checkout";

const plan = {
  "Query Text": "SELECT * FROM orders WHERE ref = $1",
  Plan: {
    "Node Type": "Aggregate",
    Plans: [{ "Node Type": "Seq Scan", "Relation Name": "orders", "Rows Removed by Filter": 2_214_790 }],
  },
};
const step = "Seq Scan on orders, 2,214,790 rows removed by the filter";
const query = "SELECT * FROM orders WHERE ref = $1";
const text = `2026-11-21 14:03:10 UTC [91] app=order LOG:  duration: 2380.5 ms  plan:
	Query Text: ${query}
	Seq Scan on orders  (cost=0.00..54110.00 rows=16 width=97) (actual time=0.1..2380.1 rows=16 loops=1)
	  Filter: (ref = $1)
	  Rows Removed by Filter: 2214790
	Query Identifier: -41`;

describe("a line of a slow statement", () => {
  test.each([
    [
      "auto_explain in a shipper's JSON, the plan beside",
      JSON.stringify({
        application_name: "order",
        msg: "auto_explain: duration: 2380.5 ms plan",
        query_id: "-41",
        plan,
      }),
      { id: "-41", ms: 2_380.5, owner: "order", query, step },
    ],
    [
      "auto_explain in JSON within the message",
      JSON.stringify({ message: `duration: 12 ms  plan:\n${JSON.stringify({ ...plan, "Query Identifier": -41 })}` }),
      { id: "-41", ms: 12, owner: null, query, step },
    ],
    ["auto_explain in text", text, { id: "-41", ms: 2_380.5, owner: "order", query, step }],
    [
      "log_min_duration_statement",
      "LOG:  duration: 801.2 ms  statement: SELECT 1",
      { id: null, ms: 801.2, owner: null, query: "SELECT 1", step: null },
    ],
  ])("%s is read", (_, line, told) => {
    expect(statementOf(line)).toEqual(told);
  });

  test.each(["checkpoint complete: wrote 40 buffers", '{"msg":"sorry, too many clients already"}', "{broken", ""])(
    "%s is none",
    (line) => {
      expect(statementOf(line)).toBeNull();
    },
  );

  test("a plan that is nested without end, or cut, is no trap", () => {
    expect(statementOf(`duration: 1 ms plan: {${'"Plan":{'.repeat(20_000)}`)?.ms).toBe(1);
    expect(statementOf(text.slice(0, 90))?.step).toBeNull();
  });
});

const logged = (owner: string, times: readonly string[], limited = false): Evidence =>
  evidenceOf(
    {
      kind: "lines",
      limited,
      lines: linesFrom(
        times
          .map(
            (time) =>
              `${time} WARN postgres ${JSON.stringify({ application_name: owner, msg: "duration: 2380 ms plan", query_id: "-41", plan })}`,
          )
          .join("\n"),
      ),
    },
    { kind: "database-lines", database: "postgres" },
  );
const seen = [trace, rate, errors];
const since = ["14:02:10", "14:02:50", "14:03:20"];

describe("the finding", () => {
  test("tells of the statement, its owner, its time and what its plan does", () => {
    expect(said([...seen, logged("order", since)], "slow-statement")).toBe(
      `postgres logged 3 plans of queryid -41 since 14:02:10Z, of order, 2.4 s each: ${step}, “${query}”.`,
    );
    expect(findingOf([...seen, logged("order", since)], "slow-statement")?.score).toBe(0.88);
  });

  test("weighs little where nothing ties it to the path", () => {
    expect(findingOf([...seen, logged("elsewhere", since)], "slow-statement")?.score).toBe(0.4);
  });

  test.each([
    ["of what was slow all along", [logged("order", ["13:35:00", "13:40:00", "13:45:00", ...since])]],
    ["without such a line", [logged("order", [])]],
    ["where nothing is known to have begun", []],
  ])("is silent %s", (_, told) => {
    expect(said([...seen, ...told], "slow-statement")).toBe("");
  });

  test("says less where not all was given, or a second store did not answer", () => {
    const cut = { ...logged("order", since, true), partial: true, notes: ["the oldest 200 lines of the window"] };
    expect(said([...seen, cut], "slow-statement")).toContain("logged at least 3 plans");
    expect(findingOf([...seen, cut], "slow-statement")?.weakenedBy).toEqual([
      "prometheus: the oldest 200 lines of the window",
    ]);
    const down = evidenceOf(
      gapOf("timeout", "No answer in 10 s."),
      { kind: "database-lines", database: "mysql" },
      { id: "down", upstream: "shop/loki-2" },
    );
    expect(findingOf([...seen, logged("order", since), down], "slow-statement")?.weakenedBy).toEqual([
      "loki-2: No answer in 10 s",
    ]);
  });
});
