import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { alignWithin, gridOf, rateWindowFor, stepFor, usualInterval } from "@/lib/recipes/grid";
import { day, durationOf, hour, minute, second, toInstant } from "@/lib/signal/time";
import { at } from "@/test/draw";

const windows = fc
  .record({ to: fc.integer({ min: 1.7e12, max: 1.8e12 }), long: fc.integer({ min: minute, max: 30 * day }) })
  .map(({ to, long }) => ({ from: toInstant(to - long), to: toInstant(to) }));
const intervals = fc.constantFrom(5, 15, 30, 60).map((seconds) => seconds * second);

describe("the grid of a range question", () => {
  test("its newest point is at most 30 s older than the window's end, and its oldest not after the start", () => {
    fc.assert(
      fc.property(windows, intervals, (window, interval) => {
        const step = stepFor(window, interval);
        const grid = gridOf(window, step, window.to);
        expect(grid.to).toBeLessThanOrEqual(window.to);
        expect(window.to - grid.to).toBeLessThan(30 * second);
        expect(grid.from).toBeLessThanOrEqual(window.from);
        expect(window.from - grid.from).toBeLessThan(step);
        expect(durationOf(grid) % step).toBe(0);
        expect(durationOf(grid) / step).toBeLessThanOrEqual(241);
      }),
    );
  });

  test("is the same when the link is opened later", () => {
    fc.assert(
      fc.property(windows, intervals, fc.nat(day), (window, interval, later) => {
        const step = stepFor(window, interval);
        expect(gridOf(window, step, toInstant(window.to + later))).toEqual(gridOf(window, step, window.to));
        expect(alignWithin(window, step, toInstant(window.to + later))).toEqual(alignWithin(window, step, window.to));
      }),
    );
  });

  test("lies on multiples of a small step, so that a refresh does not make it jitter", () => {
    const window = { from: at("14:00:07"), to: at("14:44:59") };
    expect(gridOf(window, 15 * second, window.to)).toEqual({ from: at("14:00:00"), to: at("14:44:45") });
    expect(gridOf(window, 30 * second, window.to)).toEqual({ from: at("14:00:00"), to: at("14:44:30") });
  });

  test("is counted back from the end where the step is wide", () => {
    const window = { from: at("04:00:00"), to: at("14:44:50") };
    expect(gridOf(window, 10 * minute, window.to)).toEqual({ from: at("03:54:45"), to: at("14:44:45") });
  });

  test("asks nothing of the future", () => {
    const window = { from: at("14:00:00"), to: at("15:00:00") };
    expect(gridOf(window, 15 * second, at("14:10:05")).to).toBe(at("14:10:00"));
    expect(gridOf(window, minute, at("14:10:05")).to).toBe(at("14:10:00"));
  });
});

describe("the range of a rate", () => {
  test.each([
    [15 * second, 15 * second, minute],
    [30 * second, 30 * second, 2 * minute],
    [15 * second, 10 * minute, 10 * minute],
    [5 * minute, 10 * minute, 20 * minute],
  ])("of samples %i ms apart, drawn each %i ms, is %i ms", (interval, step, range) => {
    expect(rateWindowFor(interval, step)).toBe(range);
  });

  test("never leaves time between two points unseen", () => {
    fc.assert(
      fc.property(windows, intervals, (window, interval) => {
        const step = stepFor(window, interval);
        expect(rateWindowFor(interval, step)).toBeGreaterThanOrEqual(step);
      }),
    );
  });
});

test("a measured distance is told as the usual interval nearest to it", () => {
  expect([13.6, 15, 16.7, 29, 75, 400].map((each) => usualInterval(each * second) / second)).toEqual([
    15, 15, 15, 30, 60, 300,
  ]);
  expect(usualInterval(hour)).toBe(5 * minute);
});
