import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { chosenOf } from "@/lib/finding/choosing";
import { movementsOf } from "@/lib/finding/movements";
import { restInWords } from "@/lib/finding/rest";
import { stateChangeOf } from "@/lib/finding/states";
import { at, evidenceOf, redOf, seriesFrom, serviceFrom, traceAnswer, valuesFrom } from "@/test/draw";
import { errors, latency, quietErrors, quietLatency, rate, tell, trace } from "@/test/finding/checkout";

const full = (drawn: Readonly<Record<string, string>>) =>
  evidenceOf(
    {
      kind: "series",
      series: Object.entries(drawn).map(([job, text]) => seriesFrom({ text, labels: { signal: "pool", job } })),
    },
    {
      kind: "saturation",
      parts: { pool: { title: "connection pool in use", unit: "ratio", rateWindow: 0 } },
      services: Object.keys(drawn).map((job) => ({ service: serviceFrom(job), where: { job } })),
      interval: 15_000,
    },
  );

describe("what is shown first, and why", () => {
  const pools = full({ payment: "0.1x118 1x62", stock: "0.1x118 1x62", cart: "0.2x180" });
  const { movements } = tell([trace, rate, errors, latency, pools]);
  const line = (what: string): string => movements.find(({ because }) => because.startsWith(what))?.because ?? "";

  test("each says its place on the trace and what it did", () => {
    expect(line("error ratio of gateway")).toMatch(/^error ratio of gateway, the entry service, changed/);
    expect(line("p99 latency of payment")).toMatch(/, where the trace breaks, changed most/);
    expect(line("connection pool in use of stock")).toMatch(/, 2 calls below gateway, changed/);
    expect(line("connection pool in use of cart")).toBe("connection pool in use of cart, not on this trace, quiet");
  });

  test("what changed comes before what did not, and the closer of two alike first", () => {
    const verdicts = movements.map(({ verdict }) => verdict);
    expect(verdicts.lastIndexOf("changed")).toBeLessThan(verdicts.indexOf("quiet"));
    const rankOf = (what: string): number => movements.find(({ because }) => because.startsWith(what))?.rank ?? -1;
    expect(rankOf("connection pool in use of payment")).toBeLessThan(rankOf("connection pool in use of stock"));
    expect(movements.map(({ rank }) => rank)).toEqual(movements.keys().toArray());
  });

  test("without a trace and an onset, nothing is said of place or order", () => {
    const quiet = tell([rate, quietErrors, quietLatency]).movements;
    expect(
      quiet.every(
        ({ because, distance, away }) => /^[^,]+, quiet$/.test(because) && distance === null && away === null,
      ),
    ).toBe(true);
  });

  test("does not depend on the order of arrival", () => {
    const known = [trace, rate, errors, latency, pools];
    fc.assert(
      fc.property(fc.shuffledSubarray(known, { minLength: known.length }), (shuffled) => {
        expect(tell(shuffled).movements).toEqual(movements);
      }),
      { numRuns: 20 },
    );
  });

  test("a full pool does not tell since when it is felt", () => {
    const early = full({ gateway: "0.1x80 1x100" });
    expect(tell([trace, rate, errors, latency, early]).onset).toEqual(tell([trace, rate, errors, latency]).onset);
    expect(tell([trace, rate, quietErrors, quietLatency, early]).onset).toBeNull();
  });
});

test("distances count calls, whichever way they go", () => {
  const known = evidenceOf(traceAnswer("a GET / 0-90\n  b x 1-80\n    c y 2-70\n      b z 3-9\n    d w 2-8 !"), {
    kind: "trace-by-id",
  });
  const { movements } = tell([known, redOf("rate", { a: "9x180", c: "9x180", d: "9x180", e: "9x180" })]);
  const distances = Object.fromEntries(movements.map(({ service, distance }) => [service?.name, distance]));
  expect(distances).toEqual({ a: 0, c: 2, d: 0, e: null });
});

describe("when it changed, beside the rest", () => {
  /** Error ratios that begin so many samples after 13:33; a sample is 15 s. */
  const begun = (...samples: readonly number[]): string[] => {
    const names = samples.map((_, index) => `s${index}`);
    const of = (drawnOf: (sample: number) => string) =>
      Object.fromEntries(names.map((name, index) => [name, drawnOf(samples[index] ?? 0)]));
    const { movements } = tell([
      redOf(
        "rate",
        of(() => "10x180"),
      ),
      redOf(
        "errors",
        of((sample) => `0.01x${sample} 0.9 1.9 2.8 3.8x${177 - sample}`),
      ),
    ]);
    const lines = movements.filter(({ verdict }) => verdict === "changed").map(({ because }) => because);
    return names.map(
      (name) =>
        lines
          .find((line) => line.startsWith(`error ratio of ${name},`))
          ?.split(", ")
          .at(-1) ?? "",
    );
  };

  test("first is said of one that surely was; of two that may have been, neither", () => {
    expect(begun(100, 140, 141)[0]).toMatch(/^changed (most and )?first$/);
    const [one, other, late] = begun(100, 101, 140);
    expect([one, other].map((words) => words?.replace("most and ", ""))).toEqual(
      Array(2).fill("changed among the first"),
    );
    expect(late).not.toContain("first");
    expect(begun(100, 101, 102).join()).not.toContain("first");
  });

  test("how long after is told as exactly as both are known", () => {
    expect(begun(80, 140, 140, 140).join()).toMatch(/changed 15 min after/);
    expect(begun(100, 112, 112, 112).join()).toMatch(/changed about 3 min after/);
  });
});

test("the rest in words", () => {
  const rest = movementsOf([rate, quietErrors, redOf("latency-p99", { cart: "0.1x3" })], at("14:18:05"));
  expect(restInWords(rest)).toMatch(
    /^6 other series quiet: .+ and 3 others; 1 with too few samples: cart p99 latency$/,
  );
  expect(restInWords([])).toBe("");
  const around = { calls: null, entry: null, broken: null, moment: null };
  expect(chosenOf(rest, around)).toHaveLength(rest.length);
});

test.each([
  ["goes on", "0x10 1x10", { verdict: "changed", shape: "step", direction: "up", onset: { from: 9, at: 9.5, to: 10 } }],
  ["goes on and off", "0x10 1x5 0x5", { shape: "spike", end: 15 }],
  ["goes off", "1x10 0x10", { direction: "down", before: 1, after: 0 }],
  ["begins to exist", "_x10 1x10", { direction: "up", onset: { from: 9, at: 9.5, to: 10 } }],
  ["misses a scrape", "1x10 _x2 1x10", { verdict: "quiet", level: 1 }],
  ["misses the last scrapes", "1x10 _x2", { verdict: "quiet", level: 1 }],
  ["ends", "1x10 _x9", { verdict: "changed", direction: "down" }],
  ["was never on", "0x20", { verdict: "quiet", level: 0 }],
  ["is empty", "_x20", { verdict: "quiet", level: 0 }],
])("a state that %s", (_, drawn, expected) => {
  expect(stateChangeOf(valuesFrom(drawn), 1)).toMatchObject(expected);
});
