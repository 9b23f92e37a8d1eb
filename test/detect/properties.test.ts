import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { amongLooks, type ChangePoint, type ChangePointOptions, changePointOf } from "@/lib/detect/change-point";
import { chanceFrom } from "@/test/detect/chance";
import "@/test/property-seed";

const gauge: ChangePointOptions = { unit: "bytes", step: 15_000, interval: 15_000, rateWindow: 0 };
const seeds = fc.integer({ min: 1, max: 2 ** 31 });
const shapes = fc.record({
  seed: seeds,
  cut: fc.integer({ min: 40, max: 120 }),
  height: fc.constantFrom(0, 0.2, 1, 3, 20),
});
/** 160 values about a thousand; higher from `cut` on. */
const drawn = ({ seed, cut, height }: { seed: number; cut: number; height: number }, quietFirst = 0): number[] => {
  const { normal } = chanceFrom(seed);
  const values = Array.from({ length: 160 }, (_, at) => 1_000 * (1 + (at < cut ? 0 : height)) + 40 * normal());
  const more = chanceFrom(seed + 1);
  return [...Array.from({ length: quietFirst }, () => 1_000 + 40 * more.normal()), ...values];
};
const placed = (claim: ChangePoint): readonly number[] =>
  claim.verdict === "changed" ? [claim.onset.from, claim.onset.at, claim.onset.to] : [];

describe("what must not matter", () => {
  test("the scale: bytes in kibibytes tell the same", () => {
    fc.assert(
      fc.property(shapes, (shape) => {
        const values = drawn(shape);
        const one = changePointOf(values, gauge);
        const scaled = changePointOf(
          values.map((value) => value * 1_024),
          gauge,
        );
        expect(scaled.verdict).toBe(one.verdict);
        expect(placed(scaled)).toEqual(placed(one));
      }),
      { numRuns: 60 },
    );
  });

  test("when the window begins: a quiet hour more in front makes no claim of none, and loses none", () => {
    fc.assert(
      fc.property(shapes, (shape) => {
        const one = amongLooks(changePointOf(drawn(shape), gauge), 40);
        const longer = amongLooks(changePointOf(drawn(shape, 240), gauge), 40);
        expect(longer.verdict === "changed").toBe(one.verdict === "changed");
      }),
      { numRuns: 60 },
    );
  });

  test("what else is looked at, but for how much: other series change no claim", () => {
    const all = Array.from({ length: 6 }, (_, seed) => drawn({ seed: seed + 1, cut: 80, height: seed % 2 }));
    const alone = all.map((values) => changePointOf(values, gauge));
    expect(all.toReversed().map((values) => changePointOf(values, gauge))).toEqual(alone.toReversed());
  });

  test("what enters is left as it was", () => {
    const values = drawn({ seed: 3, cut: 80, height: 3 });
    const before = [...values];
    changePointOf(values, { ...gauge, yesterday: values });
    expect(values).toEqual(before);
  });
});

describe("what must matter", () => {
  test("the size: what is claimed at one height is claimed at twice the height, and is larger", () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 40, max: 120 }), (seed, cut) => {
        const claims = [0.6, 1.2, 2.4, 4.8].map((height) => changePointOf(drawn({ seed, cut, height }), gauge));
        const sizes = claims.map((claim) => (claim.verdict === "changed" ? claim.size : 0));
        expect(sizes).toEqual(sizes.toSorted((a, b) => a - b));
      }),
      { numRuns: 60 },
    );
  });

  test("how many are looked at: more looks never make a claim", () => {
    fc.assert(
      fc.property(shapes, fc.integer({ min: 1, max: 1_000 }), (shape, looks) => {
        const claim = changePointOf(drawn(shape), gauge);
        if (amongLooks(claim, looks).verdict === "quiet") expect(amongLooks(claim, looks * 2).verdict).toBe("quiet");
        if (claim.verdict === "quiet") expect(amongLooks(claim, looks)).toEqual(claim);
      }),
      { numRuns: 60 },
    );
  });

  test("a rise is up and its mirror image down", () => {
    const values = drawn({ seed: 5, cut: 80, height: 3 });
    expect(changePointOf(values, gauge)).toMatchObject({ direction: "up" });
    expect(
      changePointOf(
        values.map((value) => 5_000 - value),
        gauge,
      ),
    ).toMatchObject({ direction: "down" });
  });
});

describe("yesterday", () => {
  const batch = (at: number, seed: number): number[] => {
    const { normal } = chanceFrom(seed);
    return Array.from({ length: 180 }, (_, index) => (index >= at && index < at + 30 ? 8_000 : 1_000) + 40 * normal());
  };
  const quiet = drawn({ seed: 9, cut: 160, height: 0 });

  test("the batch job of every night is no news, nor one that runs a little later", () => {
    expect(changePointOf(batch(100, 1), gauge)).toMatchObject({ verdict: "changed" });
    expect(changePointOf(batch(100, 1), { ...gauge, yesterday: batch(100, 2) })).toMatchObject({ verdict: "quiet" });
    expect(changePointOf(batch(100, 1), { ...gauge, yesterday: batch(60, 2) })).toMatchObject({ verdict: "quiet" });
  });

  test("what did not happen yesterday is news, and so is three times as much", () => {
    expect(changePointOf(batch(100, 1), { ...gauge, yesterday: quiet })).toMatchObject({ verdict: "changed" });
    const thrice = batch(100, 1).map((value) => (value > 5_000 ? 3 * value : value));
    expect(changePointOf(thrice, { ...gauge, yesterday: batch(100, 2) })).toMatchObject({ verdict: "changed" });
  });

  test("a yesterday that was not kept says nothing", () => {
    const empty = Array.from({ length: 180 }, () => null);
    expect(changePointOf(batch(100, 1), { ...gauge, yesterday: empty })).toEqual(changePointOf(batch(100, 1), gauge));
    expect(changePointOf(batch(100, 1), { ...gauge, yesterday: [] })).toEqual(changePointOf(batch(100, 1), gauge));
  });
});

describe("bad input: no crash, no claim", () => {
  const times = (count: number, value: number | null): (number | null)[] => Array.from({ length: count }, () => value);
  test.each<[string, readonly (number | null)[]]>([
    ["nothing", []],
    ["one sample only", [...times(90, null), 5, ...times(90, null)]],
    ["no number at all", [...times(60, Number.NaN), ...times(60, Number.POSITIVE_INFINITY), ...times(60, null)]],
    ["a constant", times(180, 7)],
    ["zeros", times(180, 0)],
    ["minus zero and zero", Array.from({ length: 180 }, (_, at) => (at < 90 ? -0 : 0))],
    [
      "a constant among NaN and ±Inf",
      Array.from(
        { length: 180 },
        (_, at) => [7, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY][at % 4] ?? null,
      ),
    ],
    [
      "the largest numbers there are",
      Array.from({ length: 180 }, (_, at) => (at % 2 === 0 ? 1 : 0.99) * Number.MAX_VALUE),
    ],
    ["every other sample missing", Array.from({ length: 180 }, (_, at) => (at % 2 === 0 ? 7 : null))],
    ["0 and 1 in turns", Array.from({ length: 180 }, (_, at) => at % 2)],
    ["a state that flaps", Array.from({ length: 180 }, (_, at) => (at % 30 < 9 ? 1 : 0))],
    ["a gauge below zero that wanders by a hair", Array.from({ length: 180 }, (_, at) => -100 - (at % 3))],
  ])("%s", (_, values) => {
    for (const unit of ["ratio", "seconds", "per-second", "bytes", "count"] as const)
      for (const rateWindow of [0, 60_000])
        for (const extra of [{}, { trials: values }, { counted: true }, { yesterday: values }])
          expect(changePointOf(values, { ...gauge, unit, rateWindow, ...extra }).verdict).not.toBe("changed");
  });

  test("a gauge that resets to nothing and fills again is a habit", () => {
    const saw = Array.from({ length: 180 }, (_, at) => 1_000 * (at % 45));
    expect(changePointOf(saw, gauge)).toMatchObject({ verdict: "quiet" });
  });

  test("whatever the numbers and options, places are numbers in order", () => {
    const odd = fc.oneof(
      fc.double(),
      fc.constant(null),
      fc.constant(Number.NaN),
      fc.integer(),
      fc.constantFrom(0, 1, 10),
    );
    const options = fc.record({
      step: fc.constantFrom(1, 15_000, 600_000),
      interval: fc.constantFrom(1, 15_000, 300_000),
      rateWindow: fc.constantFrom(0, 60_000, 1_200_000),
      lateness: fc.constantFrom(0, 0.25, 0.9),
      counted: fc.boolean(),
      unit: fc.constantFrom("ratio" as const, "seconds" as const, "per-second" as const, "bytes" as const),
    });
    const runs = fc.array(fc.tuple(odd, fc.integer({ min: 1, max: 40 })), { maxLength: 8 });
    fc.assert(
      fc.property(runs, options, fc.boolean(), (drawnRuns, given, tried) => {
        const values = drawnRuns.flatMap(([value, count]) => Array.from({ length: count }, () => value));
        const claim = changePointOf(values, {
          ...given,
          ...(tried ? { trials: values } : {}),
          yesterday: values.slice(3),
        });
        if (claim.verdict !== "changed") return;
        const { from, at, to } = claim.onset;
        expect([from <= at, at <= to, Number.isFinite(to - from), claim.chance >= 0]).toEqual([true, true, true, true]);
      }),
      { numRuns: 300 },
    );
  });
});
