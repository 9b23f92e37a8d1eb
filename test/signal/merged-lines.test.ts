import fc from "fast-check";
import { expect, test } from "vitest";
import type { LogLines } from "@/lib/signal/lines";
import { countLines, mergedLines } from "@/lib/signal/merged-lines";
import { linesFrom } from "@/test/draw";

const early = linesFrom("14:03:12.100 INFO gateway a\n14:03:12.300 ERROR payment c");
const late = linesFrom("14:03:12.200 INFO gateway b\n14:03:12.300 ERROR payment c\n14:03:12.300 ERROR payment d");
const textOf = (blocks: readonly LogLines[]): string => {
  const { source, row } = mergedLines(blocks);
  return Array.from(row, (at, index) => blocks[source[index] ?? 0]?.text[at]).join("");
};

test("two answers make one list in time order, and what both brought stands once", () => {
  expect(textOf([early, late])).toBe("abcd");
  expect(textOf([late, early])).toBe("abcd");
  expect(countLines([early, late])).toEqual({ lines: 4, errors: 2 });
});

test("the same text from another stream, or a nanosecond later, is another line", () => {
  expect(countLines([early, linesFrom("14:03:12.100 INFO payment a")]).lines).toBe(3);
  expect(countLines([early, { ...early, base: `${BigInt(early.base) + 1n}` }]).lines).toBe(4);
});

test("a line that one answer holds twice was written twice", () => {
  const twice = linesFrom("14:03:12.100 INFO gateway a\n14:03:12.100 INFO gateway a");
  expect(countLines([twice]).lines).toBe(2);
  expect(countLines([twice, early]).lines).toBe(3);
});

test("however often an answer is repeated, nothing is counted twice", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(early, late), { minLength: 1, maxLength: 6 }), (blocks) => {
      expect(countLines(blocks)).toEqual(countLines([...new Set(blocks)]));
    }),
  );
});
