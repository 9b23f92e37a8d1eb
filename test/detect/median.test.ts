import fc from "fast-check";
import { expect, test } from "vitest";
import { medianOf, runningMedian } from "@/lib/detect/median";

const numbers = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 60 });
const bySorting = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[sorted.length >> 1] ?? 0;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[(sorted.length >> 1) - 1] ?? 0)) / 2;
};

test("the median is that of the sorted numbers, and leaves them as they were", () => {
  fc.assert(
    fc.property(numbers, (values) => {
      const given = Float64Array.from(values);
      expect(medianOf(given)).toBeCloseTo(bySorting(values), 6);
      expect(Array.from(given)).toEqual(values);
    }),
  );
});

test("the running median is the median of each number and its neighbours", () => {
  fc.assert(
    fc.property(numbers, (values) => {
      const smooth = runningMedian(Float64Array.from(values));
      values.forEach((_, at) => {
        expect(smooth[at]).toBeCloseTo(bySorting(values.slice(Math.max(0, at - 2), at + 3)), 6);
      });
    }),
  );
});
