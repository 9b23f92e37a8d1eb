import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { scrollFor } from "@/components/panels/waterfall-scroll";
import { roundNanos, tickWords } from "@/components/panels/waterfall-ticks";

const rowHeight = 25;

describe("a row is brought into sight", () => {
  const show = (place: "nearest" | "middle" | "found", top: number, scrollTop = 0) =>
    scrollFor(place, { top, rowHeight, scrollTop, room: 300 });

  test("by the least way, by the middle, or not at all", () => {
    expect(show("nearest", 100)).toBeUndefined();
    expect(show("nearest", 290)).toBe(15);
    expect(show("nearest", 100, 200)).toBe(100);
    expect(show("middle", 500)).toBe(362.5);
    expect(show("middle", 0, 90)).toBe(0);
    expect(show("found", 100)).toBeUndefined();
    expect(show("found", 500)).toBe(362.5);
  });

  test("wherever it is and wherever one was, it is whole within what the cover leaves free", () => {
    const place = fc.constantFrom("nearest" as const, "middle" as const, "found" as const);
    const px = fc.integer({ min: 0, max: 5_000 });
    fc.assert(
      fc.property(place, px, px, (how, top, scrollTop) => {
        const to = show(how, top, scrollTop) ?? scrollTop;
        expect(to).toBeLessThanOrEqual(top);
        expect(to + 300).toBeGreaterThanOrEqual(top + rowHeight);
      }),
    );
  });
});

test.each([
  [30.03e9, 4, ["0", "10 s", "20 s"]],
  [31e9, 4, ["0", "10 s", "20 s"]],
  [674e3, 4, ["0", "200 µs", "400 µs", "600 µs"]],
  [250e9, 4, ["0", "2 min", "4 min"].slice(0, 2)],
  [1.2e6, 2, ["0", "1 ms"]],
  [1, 4, ["0"]],
])("an axis of %d ns has round times", (total, most, words) => {
  expect(roundNanos(total, most).map(tickWords)).toEqual(words);
});

test("no axis has more marks than it has room for, and none beyond its end", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e15 }), fc.constantFrom(2, 4), (total, most) => {
      const ticks = roundNanos(total, most);
      expect(ticks.length).toBeLessThanOrEqual(most + 1);
      expect(Math.max(...ticks)).toBeLessThanOrEqual(total);
    }),
  );
});
