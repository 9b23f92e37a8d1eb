import fc from "fast-check";
import { expect, test } from "vitest";
import { lineReader } from "@/components/ndjson";
import { growthOf } from "../worked";

test("lines are the same however the network cuts them", () => {
  const texts = fc.array(fc.record({ type: fc.constant("beat"), now: fc.integer(), text: fc.string() }), {
    maxLength: 12,
  });
  fc.assert(
    fc.property(texts, fc.array(fc.nat(400)), (objects, cuts) => {
      const whole = objects.map((one) => `${JSON.stringify(one)}\n`).join("");
      const places = [...new Set(cuts.map((cut) => cut % (whole.length + 1)))].sort((a, b) => a - b);
      const reader = lineReader();
      const pieces = [0, ...places].map((from, index) => whole.slice(from, places[index] ?? whole.length));
      const lines = [...pieces.map(reader.push), reader.rest()].flatMap((batch) => batch.lines);
      expect(lines).toEqual(objects);
    }),
  );
});

test("what is no line is counted and costs nothing else", () => {
  const reader = lineReader();
  const { lines, unreadable } = reader.push(
    '{"type":"beat","now":1}\n{"type":\n[1]\n\n"text"\n{"type":"beat","now":2}\n',
  );
  expect(lines).toHaveLength(2);
  expect(unreadable).toBe(3);
});

test("a last line without its newline is read at the end", () => {
  const reader = lineReader();
  expect(reader.push('{"type":"end"}').lines).toEqual([]);
  expect(reader.rest().lines).toEqual([{ type: "end" }]);
});

test("a line of ten megabytes in small chunks is read in time that grows with its length", () => {
  const linesIn = (length: number) => {
    const text = `{"type":"beat","text":"${"x".repeat(length)}"}\n`;
    return () => {
      const reader = lineReader();
      let found = 0;
      for (let from = 0; from < text.length; from += 1_000)
        found += reader.push(text.slice(from, from + 1_000)).lines.length;
      return found;
    };
  };
  const [short, long] = [linesIn(1_000_000), linesIn(10_000_000)];
  expect(long()).toBe(1);
  // Joining at every chunk would copy 50 GB: a hundred times the work.
  expect(growthOf(short, long, 30)).toBeLessThan(30);
});
