/** What PromQL means, case by case; and laws that hold for any samples. */
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { byLabels } from "@/lib/engine/promql/label-sets";
import { parseDuration, printValue } from "@/lib/engine/promql/literals";
import { instantQuery, type Outcome, type Point, rangeQuery } from "@/lib/engine/promql/query";
import type { StoredSeries } from "@/lib/engine/promql/storage";
import type { Labels } from "@/lib/signal/labels";
import { seriesFrom, storageOf } from "@/test/engine/samples";

const printSet = (labels: Labels): string =>
  `{${Object.entries(labels)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(",")}}`;

function printOutcome(outcome: Outcome, ordered: boolean): string {
  if (!outcome.ok) return `error: ${outcome.text}`;
  const { result } = outcome;
  const notes = [...outcome.warnings, ...outcome.infos].map((note) => ` | ${note}`).join("");
  switch (result.type) {
    case "scalar":
      return printValue(result.point[1]) + notes;
    case "string":
      return result.text;
    case "vector": {
      const series = ordered ? result.series : byLabels(result.series);
      return (
        series.map(({ labels, point: [, value] }) => `${printSet(labels)} ${printValue(value)}`).join("; ") + notes
      );
    }
    case "matrix": {
      const print = ([at, value]: Point): string => `${printValue(value)}@${at / 1_000}`;
      return result.series.map(({ labels, points }) => `${printSet(labels)} ${points.map(print).join(" ")}`).join("; ");
    }
  }
}

const file = readFileSync(new URL("promql-cases.txt", import.meta.url), "utf8").split("\n");
const lines = file.filter((line) => line.trim() !== "" && !line.startsWith("# "));
const interval = parseDuration(lines[0]?.replace("load ", "") ?? "") ?? 0;
const series = lines.slice(1).filter((line) => !line.startsWith("at "));
const storage = storageOf(series.map((line) => seriesFrom(line, interval)));

describe("a query at an instant", () => {
  for (const line of lines.filter((each) => each.startsWith("at ")))
    test(line, () => {
      const [, at = "", query = "", expected] = /^at (\S+) (.*) => (.*)$/.exec(line) ?? [];
      const outcome = instantQuery(query, storage, parseDuration(at) ?? Number.NaN);
      expect(printOutcome(outcome, query.startsWith("sort"))).toBe(expected);
    });
});

const stored = (labels: Labels, values: readonly number[], spacing = 10_000): StoredSeries => ({
  labels,
  at: Float64Array.from(values, (_, i) => i * spacing),
  values: Float64Array.from(values),
  ends: [],
});
const numbers = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 40 });
const several = fc
  .array(numbers, { minLength: 1, maxLength: 6 })
  .map((all) => all.map((values, i) => stored({ __name__: "m_total", i: String(i), half: String(i % 2) }, values)));
const valuesAt = (query: string, all: readonly StoredSeries[], at: number): Map<string, number> => {
  const outcome = instantQuery(query, storageOf(all), at);
  if (!outcome.ok || outcome.result.type !== "vector") throw new Error(`${query}: ${JSON.stringify(outcome)}`);
  return new Map(outcome.result.series.map(({ labels, point }) => [printSet(labels), point[1]]));
};
const near = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b));

describe("laws, whatever the samples", () => {
  const queries = [
    "m_total",
    "m_total offset 20s",
    "rate(m_total[1m])",
    "sum by (half) (m_total)",
    "max_over_time(m_total[45s])",
    "m_total > 0 or m_total * 2",
    "m_total / on (i) m_total",
    "avg_over_time(m_total[1m:10s])",
    "absent(m_total)",
    "topk(2, m_total)",
  ];
  test("a step of a range query is the instant query at that step", () => {
    fc.assert(
      fc.property(several, fc.constantFrom(...queries), fc.integer({ min: 1, max: 90_000 }), (all, query, step) => {
        const ranged = rangeQuery(query, storageOf(all), 0, 5 * step, step);
        if (!ranged.ok || ranged.result.type !== "matrix") throw new Error(JSON.stringify(ranged));
        for (let at = 0; at <= 5 * step; at += step) {
          const rows = ranged.result.series.flatMap(({ labels, points }) =>
            points.filter(([when]) => when === at).map(([, value]): [string, number] => [printSet(labels), value]),
          );
          expect(new Map(rows)).toEqual(valuesAt(query, all, at));
        }
      }),
      { numRuns: 60 },
    );
  });

  test("a sum is the sum of the sums of its groups, and the mean times the count", () => {
    fc.assert(
      fc.property(several, (all) => {
        const total = valuesAt("sum(m_total)", all, 0).get("{}") ?? Number.NaN;
        expect(near(valuesAt("sum(sum by (half) (m_total))", all, 0).get("{}") ?? Number.NaN, total)).toBe(true);
        expect(near(valuesAt("avg(m_total) * count(m_total)", all, 0).get("{}") ?? Number.NaN, total)).toBe(true);
      }),
    );
  });

  test("a counter that rises evenly rises at that rate, wherever the range begins and whether it was reset", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.001, max: 1_000, noNaN: true }),
        fc.integer({ min: 60_000, max: 250_000 }),
        (slope, at) => {
          const all = [
            stored(
              { __name__: "m_total" },
              Array.from({ length: 30 }, (_, i) => 1e6 + i * 10 * slope),
            ),
          ];
          expect(Math.abs((valuesAt("rate(m_total[40s])", all, at).get("{}") ?? 0) / slope - 1)).toBeLessThan(1e-4);
        },
      ),
    );
  });

  test("what is and what is not there are two halves of everything", () => {
    fc.assert(
      fc.property(several, (all) => {
        const whole = valuesAt("m_total", all, 0);
        const parts = [...valuesAt("m_total > 0", all, 0), ...valuesAt("m_total unless m_total > 0", all, 0)];
        expect(new Map(parts)).toEqual(
          new Map([...whole].sort(([a], [b]) => parts.findIndex(([k]) => k === a) - parts.findIndex(([k]) => k === b))),
        );
      }),
    );
  });

  test("quantiles rise with q, and lie between the least and the greatest", () => {
    fc.assert(
      fc.property(
        numbers,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (values, a, b) => {
          const all = [stored({ __name__: "m_total" }, values)];
          const at = (q: number): number =>
            valuesAt(`quantile_over_time(${q}, m_total[1h])`, all, 3_000_000).get("{}") ?? Number.NaN;
          const [low, high] = [at(Math.min(a, b)), at(Math.max(a, b))];
          expect(low <= high || near(low, high)).toBe(true);
          expect(low >= Math.min(...values) || near(low, Math.min(...values))).toBe(true);
        },
      ),
    );
  });
});

describe("limits", () => {
  test("a query that reads too many samples ends in Prometheus' words", () => {
    expect(instantQuery("count_over_time(requests_total[5m])", storage, 300_000, { samples: 10 })).toEqual({
      ok: false,
      reason: "execution",
      text: "query processing would load too many samples into memory in query execution",
    });
  });
  test("a query whose time is over is told so", () => {
    expect(instantQuery("requests_total", storage, 0, { isOver: () => true })).toEqual({
      ok: false,
      reason: "timeout",
      text: "query timed out in expression evaluation",
    });
  });
});
