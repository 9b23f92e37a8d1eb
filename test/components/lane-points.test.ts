import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { extremesOf, mostPoints, pointsOf, valueAt } from "@/components/panels/lane-points";
import { topOf, valueWords } from "@/components/panels/lane-words";
import { second, shift, toInstant } from "@/lib/signal/time";
import { at, drawnWindow, seriesFrom, windowOf } from "@/test/draw";

describe("points", () => {
  test("a short series is kept as it is, cut to the window", () => {
    const series = seriesFrom({ text: "1 2 _ 4", start: at("13:32:45") });
    const { value, at: instants } = pointsOf(series, drawnWindow);
    expect(value).toEqual([2, null, 4]);
    expect(instants[0]).toBe(drawnWindow.from);
  });

  test("a spike of one sample survives thinning, and so does a long hole", () => {
    const values = Array.from({ length: 11_000 }, (_, index) =>
      index === 7_777 ? 99 : index > 2_000 && index < 4_000 ? null : 1,
    );
    const window = { from: drawnWindow.from, to: shift(drawnWindow.from, 11_000 * second) };
    const points = pointsOf(seriesFrom({ values, step: second }), window);
    expect(points.value.length).toBeLessThanOrEqual(mostPoints);
    expect(points.value).toContain(99);
    expect(points.value.filter((value) => value === null).length).toBeGreaterThan(40);
  });

  test("thinned, the lowest and the highest stay, time ascends, nothing is invented", () => {
    const number = fc.option(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { nil: null });
    fc.assert(
      fc.property(fc.array(number, { minLength: 30, maxLength: 400 }), (values) => {
        const points = pointsOf(seriesFrom({ values, step: second }), windowOf("13:33:00", "14:18:00"), 20);
        const known = values.filter((value) => value !== null);
        const drawn = points.value.filter((value) => value !== null);
        expect(points.at.length).toBeLessThanOrEqual(20);
        expect(points.at).toEqual([...points.at].sort((a, b) => a - b));
        if (known.length === 0) return expect(drawn).toEqual([]);
        expect(Math.max(...drawn)).toBe(Math.max(...known));
        expect(Math.min(...drawn)).toBe(Math.min(...known));
        expect(drawn.every((value) => known.includes(value))).toBe(true);
      }),
    );
  });

  test("the value under the crosshair is the nearest sample; in a hole and far away there is none", () => {
    const points = pointsOf(seriesFrom({ text: "1 2 _ 4" }), drawnWindow);
    expect(valueAt(points, at("13:33:08"))).toBe(2);
    expect(valueAt(points, at("13:33:07"))).toBe(1);
    expect(valueAt(points, at("13:33:31"))).toBeNull();
    expect(valueAt(points, at("13:34:00"))).toBe(4);
    expect(valueAt(points, at("13:40:00"))).toBeNull();
    expect(valueAt({ at: [], value: [], step: 0 }, at("13:40:00"))).toBeNull();
  });

  test("last and highest skip holes", () => {
    const points = pointsOf(seriesFrom({ text: "1 9 3 _x2" }), drawnWindow);
    expect(extremesOf(points)).toEqual({
      highest: 9,
      highestAt: at("13:33:15"),
      last: 3,
      lastAt: at("13:33:30"),
    });
    expect(extremesOf(pointsOf(seriesFrom({ text: "_x4" }), drawnWindow))).toMatchObject({
      last: null,
      highestAt: null,
    });
    expect(extremesOf({ at: [toInstant(0)], value: [-3], step: 0 })).toMatchObject({ highest: -3 });
  });
});

describe("words", () => {
  test.each([
    [0.382, "ratio", "38.2 %"],
    [0.001, "ratio", "0.1 %"],
    [0, "ratio", "0 %"],
    [0.0000004, "ratio", "< 0.001 %"],
    [30.02, "seconds", "30 s"],
    [0.0113, "seconds", "11.3 ms"],
    [0.00025, "seconds", "250 µs"],
    [0, "seconds", "0 s"],
    [360, "seconds", "6 min"],
    [2.1, "per-second", "2.1 /s"],
    [0, "per-second", "0 /s"],
    [4_120, "per-second", "4.1 k/s"],
    [88_080_384, "bytes", "84 MiB"],
    [9_267, "count", "9,267"],
    [43_628, "count", "43.6 k"],
    [340_120, "count", "340 k"],
    [0, "count", "0"],
  ] as const)("%d of unit %s is read as %s", (value, unit, words) => {
    expect(valueWords(value, unit)).toBe(words);
  });

  test.each([
    [0.389, "ratio", "40 %"],
    [1, "ratio", "100 %"],
    [0.0012, "ratio", "1 %"],
    [0, "ratio", "1 %"],
    [30, "seconds", "30 s"],
    [0.052, "seconds", "60 ms"],
    [11.2, "per-second", "12 /s"],
    [0, "per-second", "1 /s"],
    [90_000_000, "bytes", "100 MiB"],
  ] as const)("a scale that must hold %d of unit %s ends at %s", (highest, unit, words) => {
    const top = topOf(highest, unit);
    expect(valueWords(top, unit)).toBe(words);
    expect(top).toBeGreaterThanOrEqual(highest * 0.999);
  });
});
