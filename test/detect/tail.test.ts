import { describe, expect, test } from "vitest";
import { amongLooks, changePointOf } from "@/lib/detect/change-point";
import { awayAtTheEnd } from "@/lib/detect/tail";

const calm = Array.from({ length: 20 }, (_, at) => 10 + (at % 3) * 0.1);
const away = (more: readonly number[]): number => awayAtTheEnd(Float64Array.from([...calm, ...more]), "per-second", 6);

describe("the last values of a series", () => {
  test.each([
    ["as ever", [10.1, 10.2, 10], 0],
    ["two of them away: one sample and its echo", [30, 31], 0],
    ["three of them away", [30, 31, 30], 3],
    ["away after a ramp", [14, 18, 30, 31, 30], 4],
    ["fallen", [1, 1.1, 1], 3],
    ["away by what means nothing", [11, 11, 11], 0],
    ["away for long: a matter for change points", [30, 31, 30, 31, 30, 31, 30], 0],
    ["away, and back", [30, 31, 30, 10], 0],
  ])("%s", (_, more, count) => {
    expect(away(more)).toBe(count);
  });

  test("a series too short to know itself is not away", () => {
    expect(awayAtTheEnd(Float64Array.from([1, 1, 30, 30, 30]), "per-second", 6)).toBe(0);
  });

  test("what once rose and only now passes the bar is no news of the end", () => {
    const risen = [...calm, ...Array.from({ length: 24 }, () => 14.9), 15.6, 15.7, 15.6];
    expect(awayAtTheEnd(Float64Array.from(risen), "per-second", 6)).toBe(0);
  });
});

test("a series whose end is away is not called quiet, and nothing is claimed of it", () => {
  const options = { unit: "per-second", step: 120_000, interval: 120_000, rateWindow: 480_000 } as const;
  expect(changePointOf([...calm, 30, 31, 30], options)).toMatchObject({
    verdict: "too-few",
    because: "only the last 3 values are away from it",
  });
  expect(changePointOf(calm, options).verdict).toBe("quiet");
});

test("a claim that chance may have made is left open while it lasts, and quiet once it is over", () => {
  const claim = {
    verdict: "changed",
    shape: "step",
    direction: "up",
    onset: { from: 1, at: 2, to: 3 },
    size: 7,
    before: 1,
    after: 2,
    chance: 0.005,
  } as const;
  expect(amongLooks({ ...claim, end: null }, 1)).toMatchObject({ verdict: "changed" });
  expect(amongLooks({ ...claim, end: null }, 40)).toMatchObject({ verdict: "too-few", level: 1 });
  expect(amongLooks({ ...claim, end: 30 }, 40)).toMatchObject({ verdict: "quiet", level: 1 });
});
