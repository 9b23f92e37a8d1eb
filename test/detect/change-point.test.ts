import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { amongLooks, type ChangePoint, type ChangePointOptions, changePointOf } from "@/lib/detect/change-point";
import { chanceFrom, eventsOf, interval, rateOf, rateWindow } from "@/test/detect/chance";
import { valuesFrom } from "@/test/draw";
import { growthOf } from "@/test/worked";

const gauge: ChangePointOptions = { unit: "count", step: interval, interval, rateWindow: 0 };
const rated = { step: interval, interval, rateWindow };
const judge = (text: string, options: ChangePointOptions = gauge): ChangePoint =>
  changePointOf(valuesFrom(text), options);
const seeds = fc.integer({ min: 1, max: 2 ** 31 });

describe("what is claimed", () => {
  test("a step to the end, with its place, its levels and its direction", () => {
    expect(judge("10x60 40x30")).toMatchObject({
      verdict: "changed",
      shape: "step",
      direction: "up",
      onset: { from: 58, to: 60 },
      end: null,
      before: 10,
      after: 40,
    });
    expect(judge("40x60 10x30")).toMatchObject({ verdict: "changed", direction: "down", onset: { from: 58, to: 60 } });
  });

  test("a spike that ends, and when it ended", () => {
    expect(judge("10x60 80x12 10x40")).toMatchObject({
      verdict: "changed",
      shape: "spike",
      onset: { to: 60 },
      end: 72,
    });
  });

  test("the earlier of two alike incidents", () => {
    expect(judge("10x40 80x20 10x40 80x20")).toMatchObject({ verdict: "changed", onset: { to: 40 }, end: 60 });
  });

  test("a small beginning that grows belongs to the incident", () => {
    expect(judge("10x60 30x10 90x30")).toMatchObject({ verdict: "changed", onset: { to: 60 }, end: null });
  });

  test("a series that vanishes, and one that appears", () => {
    const rate = { ...rated, unit: "per-second", counted: true } as const;
    expect(judge("10x60 _x30", rate)).toMatchObject({ shape: "vanished", direction: "down", before: 10, after: null });
    expect(judge("_x30 10x60", rate)).toMatchObject({ shape: "appeared", direction: "up", before: null, after: 10 });
  });

  test("a step right after a hole began somewhere in the hole", () => {
    expect(judge("10x40 _x10 40x30")).toMatchObject({ verdict: "changed", onset: { from: 38, to: 50 } });
  });

  test("a doubling within minutes, and not one over an hour: that may be the time of day", () => {
    /** Unrest of one in a hundred; doubles over so many samples of 15 s. */
    const doubling = (over: number): ChangePoint => {
      const { normal } = chanceFrom(11);
      const level = (at: number): number => 100 * (1 + Math.min(1, Math.max(0, (at - 300) / over))) + normal();
      return changePointOf(
        Array.from({ length: 600 }, (_, at) => level(at)),
        gauge,
      );
    };
    const claim = doubling(30);
    if (claim.verdict !== "changed") throw new Error("nothing is claimed");
    expect(claim.onset.from).toBeLessThanOrEqual(300);
    expect(claim.onset.to).toBeGreaterThanOrEqual(300);
    expect(doubling(240).verdict).toBe("quiet");
  });
});

/** Grows by `each` a step over the last `over` of 180 points. */
const growing = (base: number, each: number, over: number): number[] =>
  Array.from({ length: 180 }, (_, at) => base + each * Math.max(0, at - (180 - over)));

describe("a queue that grows to the end of the window, among 40 series", () => {
  test.each([
    ["from nothing, fast", growing(0, 1_000, 20)],
    ["from nothing, for half the window", growing(0, 1_000, 90)],
    ["from a hundred", growing(100, 10, 60)],
    ["from five, one at a time", growing(5, 1, 40)],
    ["from a thousand, slowly: its foot is lost in what is no news", growing(1_000, 20, 60)],
  ])("%s is a change, and no chance", (_, values) => {
    const claim = amongLooks(changePointOf(values, gauge), 40);
    const truth = values.findIndex((value) => value > (values[0] ?? 0)) - 1;
    if (claim.verdict !== "changed") throw new Error(JSON.stringify(claim));
    expect(claim).toMatchObject({ shape: "step", direction: "up", end: null });
    expect(claim.onset.from).toBeLessThanOrEqual(truth);
    expect(claim.onset.to).toBeGreaterThanOrEqual(truth);
  });

  test("a doubling over an hour is the time of day, but not behind four quiet hours", () => {
    const doubling = (calm: number): ChangePoint => {
      const { normal } = chanceFrom(11);
      return changePointOf(
        Array.from({ length: calm + 240 }, (_, at) => 100 * (1 + Math.max(0, at - calm) / 240) + normal()),
        gauge,
      );
    };
    expect(doubling(300)).toMatchObject({ verdict: "quiet" });
    expect(doubling(960)).toMatchObject({ verdict: "changed", shape: "step" });
  });
});

describe("what is not claimed", () => {
  test.each([
    ["a flat line", "5x90"],
    ["a single outlier", "10x50 900 10x40"],
    ["two in a row", "10x50 900x2 10x40"],
    ["two at the very end", "10x80 900x2"],
    ["a hole", "10x40 _x12 10x40"],
    ["a difference nobody would notice", "10x50 12x40"],
    ["a ramp over the whole window", Array.from({ length: 90 }, (_, at) => 10 + at / 4).join(" ")],
    ["bursts that come and go", "10x30 80x4 10x20 80x4 10x20 80x4 10x20 80x4 10x10"],
    ["an outlier as long as the rate window smears one", "0x60 40x4 0x40", { ...gauge, rateWindow }],
  ])("%s is quiet", (_, text, options = gauge) => {
    expect(judge(text, options)).toMatchObject({ verdict: "quiet" });
  });

  test.each([
    ["nothing at all", "_x90"],
    ["a handful of samples", "10x4 80x3"],
    ["a series without normal life before", "10 80x4 10x2"],
  ])("%s is too few", (_, text) => {
    expect(judge(text)).toMatchObject({ verdict: "too-few" });
  });

  test("fewer than 20 requests in the changed part make no spike, 40 do", () => {
    const ratio = (perSecond: number): ChangePoint =>
      judge("0x120 0.9x40", {
        ...rated,
        unit: "ratio",
        trials: Array.from({ length: 160 }, () => perSecond),
      });
    expect(ratio(19 / 600)).toEqual({ verdict: "too-few", level: 0, because: "19 requests" });
    expect(ratio(40 / 600)).toMatchObject({ verdict: "changed", after: 0.9 });
  });

  test("a latency of hardly any requests makes no spike", () => {
    const trials = Array.from({ length: 160 }, () => 0.02);
    expect(judge("0.1x120 9x40", { ...rated, unit: "seconds", trials })).toMatchObject({ verdict: "too-few" });
  });

  test("less than a percentage point is no news, however many requests show it", () => {
    const trials = Array.from({ length: 160 }, () => 5_000);
    expect(judge("0.001x120 0.009x40", { ...rated, unit: "ratio", trials })).toMatchObject({ verdict: "quiet" });
    expect(judge("0.001x120 0.02x40", { ...rated, unit: "ratio", trials })).toMatchObject({ verdict: "changed" });
  });
});

/** Claims in `count` draws of one kind of noise. */
const claimsIn = (count: number, draw: (seed: number) => ChangePoint): number =>
  Array.from({ length: count }, (_, seed) => draw(seed * 7_919 + 1)).filter(({ verdict }) => verdict === "changed")
    .length;

describe("noise stays noise (of 1,000 windows)", () => {
  test("white noise of any width", () => {
    expect(
      claimsIn(1_000, (seed) => {
        const { normal, uniform } = chanceFrom(seed);
        const width = uniform() * 5;
        return changePointOf(
          Array.from({ length: 180 }, () => Math.max(0, 10 + width * normal())),
          { ...rated, unit: "seconds" },
        );
      }),
    ).toBeLessThanOrEqual(1);
  });

  test("requests of any rate, down to one in five minutes", () => {
    expect(
      claimsIn(1_000, (seed) => {
        const chance = chanceFrom(seed);
        const rate = Math.exp(chance.uniform() * 8 - 5.7);
        return changePointOf(rateOf(eventsOf(chance, { before: rate, after: rate, onset: 0 })), {
          ...rated,
          unit: "per-second",
          counted: true,
        });
      }),
    ).toBe(0);
  });

  test("a steady share of failures among few requests", () => {
    expect(
      claimsIn(1_000, (seed) => {
        const chance = chanceFrom(seed);
        const rate = Math.exp(chance.uniform() * 5 - 5);
        const share = chance.uniform() ** 2 * 0.2;
        const failed = rateOf(eventsOf(chance, { before: rate * share, after: rate * share, onset: 0 }));
        const passed = rateOf(eventsOf(chance, { before: rate * (1 - share), after: rate * (1 - share), onset: 0 }));
        const trials = failed.map((each, index) => each + (passed[index] ?? 0));
        return changePointOf(
          failed.map((each, index) => (trials[index] ? each / (trials[index] ?? 1) : null)),
          { ...rated, unit: "ratio", trials },
        );
      }),
    ).toBe(0);
  });

  test("load that follows the time of day", () => {
    expect(
      claimsIn(1_000, (seed) => {
        const { normal, uniform } = chanceFrom(seed);
        const period = (3 + uniform() * 21) * 240;
        const phase = uniform() * 7;
        const height = 0.2 + uniform() * 0.6;
        return changePointOf(
          Array.from(
            { length: 180 },
            (_, at) => 10 * (1 + height * Math.sin((2 * Math.PI * at) / period + phase)) * (1 + 0.05 * normal()),
          ),
          { ...rated, unit: "per-second" },
        );
      }),
    ).toBeLessThanOrEqual(2);
  });
});

describe("the onset lies inside its interval", () => {
  const drawn = fc.record({ seed: seeds, onset: fc.double({ min: 900, max: 2_300, noNaN: true }) });
  /** Share of draws in which the truth lies inside, and the median error in samples. */
  const score = (judgeOne: (seed: number, onset: number) => ChangePoint) => {
    let inside = 0;
    const errors: number[] = [];
    const draws = fc.sample(drawn, { numRuns: 300, seed: 4 });
    for (const { seed, onset } of draws) {
      const claim = judgeOne(seed, onset);
      if (claim.verdict !== "changed") continue;
      const truth = onset / 15 - 4;
      if (truth >= claim.onset.from && truth <= claim.onset.to) inside += 1;
      errors.push(Math.abs(claim.onset.at - truth));
    }
    errors.sort((a, b) => a - b);
    return { found: errors.length / draws.length, inside: inside / errors.length, median: errors[errors.length >> 1] };
  };
  const ratio = (perSecond: number) => (seed: number, onset: number) => {
    const chance = chanceFrom(seed);
    const failed = rateOf(eventsOf(chance, { before: perSecond * 0.001, after: perSecond * 0.38, onset }));
    const passed = rateOf(eventsOf(chance, { before: perSecond * 0.999, after: perSecond * 0.62, onset }));
    const trials = failed.map((each, index) => each + (passed[index] ?? 0));
    return changePointOf(
      failed.map((each, index) => (trials[index] ? each / (trials[index] ?? 1) : null)),
      { ...rated, unit: "ratio", trials },
    );
  };
  const requests = (before: number, after: number) => (seed: number, onset: number) =>
    changePointOf(rateOf(eventsOf(chanceFrom(seed), { before, after, onset })), {
      ...rated,
      unit: "per-second",
      counted: true,
    });

  test.each([
    ["errors at 200 requests a second", ratio(200)],
    ["errors at 10 a second", ratio(10)],
    ["errors at one in two seconds", ratio(0.5)],
    ["traffic that triples", requests(5, 15)],
    ["traffic that falls to a fifth", requests(20, 4)],
    ["the first failures ever", requests(0, 1)],
  ])("%s", (_, judgeOne) => {
    const { found, inside, median } = score(judgeOne);
    expect(found).toBeGreaterThanOrEqual(0.98);
    expect(inside).toBeGreaterThanOrEqual(0.95);
    expect(median).toBeLessThanOrEqual(1);
  });

  test("it is never narrower than the sample interval, nor outside the window's sense", () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 20, max: 120 }), (seed, cut) => {
        const { normal } = chanceFrom(seed);
        const claim = changePointOf(
          Array.from({ length: 160 }, (_, at) => (at < cut ? 10 : 80) + normal()),
          { ...rated, unit: "seconds" },
        );
        expect(claim.verdict).toBe("changed");
        if (claim.verdict !== "changed") return;
        expect(claim.onset.to - claim.onset.from).toBeGreaterThanOrEqual(1);
        expect(claim.onset.at).toBeGreaterThanOrEqual(claim.onset.from);
        expect(claim.onset.at).toBeLessThanOrEqual(claim.onset.to);
      }),
      { numRuns: 100 },
    );
  });
});

test("whatever the numbers, it answers", () => {
  const odd = fc.oneof(fc.double(), fc.constant(null), fc.constant(Number.NaN), fc.constant(0));
  fc.assert(
    fc.property(fc.array(odd, { maxLength: 80 }), (values) => {
      const claim = changePointOf(values, { ...rated, unit: "ratio", trials: values });
      expect(["changed", "quiet", "too-few"]).toContain(claim.verdict);
    }),
  );
});

test("time grows with the points, not with their square", () => {
  const line = (length: number): Float64Array => {
    const { normal } = chanceFrom(3);
    return Float64Array.from({ length }, (_, at) => (at < length / 2 ? 10 : 80) + normal());
  };
  const judge = (values: Float64Array) => () => {
    for (let times = 0; times < 20; times += 1) changePointOf(values, { ...rated, unit: "seconds" });
  };
  expect(growthOf(judge(line(600)), judge(line(6_000)), 30)).toBeLessThan(30);
});
