import { describe, expect, test } from "vitest";
import { planAlerts } from "@/lib/recipes/alerts";
import { day, hour, minute, shift } from "@/lib/signal/time";
import { at } from "@/test/draw";
import { environment } from "@/test/installation";

const now = at("14:00:00");
const historyOver = (ms: number): { query: string; step: number } => {
  const [history] = planAlerts(environment(["prometheus"]), { from: shift(now, -ms), to: now }, now, []);
  if (history?.call.api !== "prometheus-range") throw new Error("no history is asked for");
  return history.call;
};

describe("the record of alerts", () => {
  test("of less than an hour is read point by point", () => {
    expect(historyOver(45 * minute)).toMatchObject({ query: 'ALERTS{alertstate="firing"}', step: 15_000 });
  });

  test.each([
    [2 * hour, "60s:15s", 60_000],
    [day, "600s:15s", 600_000],
    [30 * day, "21600s:540s", 21_600_000],
  ])("over %i ms misses none that fired between two points", (long, range, step) => {
    expect(historyOver(long)).toMatchObject({
      query: `max_over_time(ALERTS{alertstate="firing"}[${range}])`,
      step,
    });
  });
});
