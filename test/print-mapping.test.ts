import fc from "fast-check";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { parseSelector } from "@/lib/config/matchers";
import { printMapping } from "@/lib/print-mapping";
import type { Matcher } from "@/lib/signal/labels";
import { serviceFrom } from "@/test/draw";

const job: Matcher = { label: "job", op: "=", value: "shop/payment" };

test("an identity is printed as an entry of the configuration", () => {
  expect(printMapping({ service: serviceFrom("shop/payment"), signal: "metrics", matchers: [job] })).toBe(
    `- { service: shop/payment, signal: metrics, match: '{job="shop/payment"}' }`,
  );
});

test("lines are mapped by namespace and name, as they are looked up", () => {
  expect(printMapping({ service: serviceFrom("shop/payment"), signal: "lines", matchers: [job] })).toContain(
    "service: shop/payment, signal: lines,",
  );
});

const text = fc.string({ unit: "binary", minLength: 1, maxLength: 12 }).filter((each) => each.isWellFormed());
const matcher: fc.Arbitrary<Matcher> = fc.record({
  label: fc.stringMatching(/^[a-z_][a-z0-9_.]{0,8}$/),
  op: fc.constantFrom("=", "!=", "=~", "!~"),
  value: text,
});

test("whatever names and labels hold, the configuration reads the same", () => {
  fc.assert(
    fc.property(text, fc.array(matcher, { minLength: 1, maxLength: 3 }), (name, matchers) => {
      const service = { name, namespace: null };
      const [entry] = parse(printMapping({ service, signal: "metrics", matchers }));
      const read = parseSelector(entry.match);
      expect(entry.service).toBe(name);
      expect(read.ok && read.matchers).toEqual(matchers);
    }),
  );
});
