import fc from "fast-check";
import { expect, test } from "vitest";
import { exemplarDots, isExemplarOf, targetSize } from "@/components/panels/lane-exemplars";
import { toInstant } from "@/lib/signal/time";

const window = { from: toInstant(0), to: toInstant(1_000) };
const at = (instant: number, value: number) => ({
  labels: {},
  at: toInstant(instant),
  value,
  traceId: `${instant}-${value}`,
});

test("all are drawn; targets never come nearer to one another than a finger's width, and the slowest is one", () => {
  const exemplar = fc.record({
    at: fc.integer({ min: 0, max: 1_000 }),
    value: fc.double({ min: 0, max: 30, noNaN: true }),
  });
  fc.assert(
    fc.property(
      fc.array(exemplar, { minLength: 1, maxLength: 60 }),
      fc.integer({ min: 150, max: 1_200 }),
      (drawn, width) => {
        const dots = exemplarDots(
          drawn.map((each) => at(each.at, each.value)),
          window,
          width,
          78,
          30,
        );
        expect(dots).toHaveLength(drawn.length);
        const pressable = dots.filter((dot) => dot.pressable);
        const slowest = Math.max(...dots.map(({ up }) => up));
        expect(pressable.some(({ up }) => up === slowest)).toBe(true);
        for (const [index, one] of pressable.entries())
          for (const other of pressable.slice(index + 1)) {
            const x = Math.abs(one.left - other.left) * width;
            const y = Math.abs(one.up - other.up) * 62;
            expect(x >= targetSize - 1e-6 || y >= targetSize - 13).toBe(true);
          }
      },
    ),
  );
});

test("the chosen span lights the exemplar that names it; one that names none is lit with its trace", () => {
  const selection = { traceId: "7c9d", spanId: "0009" };
  const exemplar = (traceId: string, span?: string) => ({
    ...at(500, 12),
    traceId,
    labels: span === undefined ? {} : { span_id: span },
  });
  expect(isExemplarOf(exemplar("7c9d"), selection)).toBe(true);
  expect(isExemplarOf(exemplar("7c9d", "0009"), selection)).toBe(true);
  expect(isExemplarOf(exemplar("7c9d", "0001"), selection)).toBe(false);
  expect(isExemplarOf(exemplar("beef", "0009"), selection)).toBe(false);
  expect(isExemplarOf(exemplar("7c9d"), null)).toBe(false);
});
