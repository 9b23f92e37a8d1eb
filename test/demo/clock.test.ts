import { expect, test } from "vitest";
import { zeroOf } from "@/lib/demo/clock";
import { clockAt, clockFrom, frozenAt } from "@/lib/signal/clock";
import { minute, second, shift, toInstant } from "@/lib/signal/time";

const instant = toInstant(Date.UTC(2026, 10, 21, 14, 18, 5));

test("a frozen instant is RFC 3339 or nothing; any other text is neither", () => {
  expect(frozenAt("2026-11-21T14:18:05Z")).toBe(instant);
  expect(frozenAt("2026-11-21T15:18:05+01:00")).toBe(instant);
  expect([frozenAt(undefined), frozenAt("")]).toEqual([null, null]);
  expect([frozenAt("now"), frozenAt("2026-11-21"), frozenAt("1795270203000")]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

test("frozen, the clock stands; an investigation's begins there and runs on, so that waiting ends", async () => {
  const stands = clockAt(instant);
  const runs = clockFrom(instant);
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(stands()).toBe(instant);
  expect(runs() - instant).toBeGreaterThanOrEqual(29);
  expect(runs() - instant).toBeLessThan(5 * second);
});

test("the incident began twelve to thirteen minutes before the demo, on a whole minute", () => {
  for (const ms of [0, 1, 59_999, 60_000]) {
    const zero = zeroOf(shift(instant, ms));
    expect(zero % minute).toBe(0);
    expect(instant + ms - zero).toBeGreaterThanOrEqual(12 * minute);
    expect(instant + ms - zero).toBeLessThan(13 * minute);
  }
});
