import fc from "fast-check";
import { expect, test } from "vitest";
import { type Address, parseAddress, printAddress } from "@/lib/address";
import { toInstant } from "@/lib/signal/time";
import { drawnTraceId, drawnWindow, windowOf } from "./draw";

const address: Address = {
  lead: drawnTraceId,
  environment: "shop",
  window: drawnWindow,
  mappings: [],
  view: null,
  service: null,
  span: null,
};
const searchOf = (path: string): URLSearchParams => new URLSearchParams(path.slice(path.indexOf("?")));

test("an address is readable and in UTC", () => {
  expect(printAddress({ ...address, view: windowOf("14:00:00", "14:05:00"), span: "0000000000000009" })).toBe(
    `/investigate?environment=shop&lead=${drawnTraceId}&from=2026-11-21T13:33:00.000Z&to=2026-11-21T14:18:00.000Z` +
      "&view=2026-11-21T14:00:00.000Z/2026-11-21T14:05:00.000Z&span=0000000000000009",
  );
});

test("what services were said to be called stands in it as readably as a link can be", () => {
  const mapping = "metrics:shop/payment:job=shop/payment-v2";
  const link = printAddress({ ...address, window: null, mappings: [mapping, "lines:order:app=order"] });
  expect(link).toBe(
    `/investigate?environment=shop&lead=${drawnTraceId}&map=metrics:shop/payment:job%3Dshop/payment-v2&map=lines:order:app%3Dorder`,
  );
  expect(parseAddress(searchOf(link)).mappings).toEqual([mapping, "lines:order:app=order"]);
});

test("what is printed is read again, whatever stands in it", () => {
  const window = fc
    .tuple(fc.integer({ min: 0, max: 4e12 }), fc.integer({ min: 1, max: 1e9 }))
    .map(([from, length]) => ({ from: toInstant(from), to: toInstant(from + length) }));
  const word = fc.option(fc.string({ minLength: 1, unit: "grapheme" }), { nil: null });
  const any = fc.record({
    lead: fc.string({ unit: "grapheme" }),
    environment: word,
    window: fc.option(window, { nil: null }),
    mappings: fc.array(fc.string({ minLength: 1, unit: "grapheme" }), { maxLength: 3 }),
    view: fc.option(window, { nil: null }),
    service: word,
    span: word,
  });
  fc.assert(
    fc.property(any, (one) => {
      expect(parseAddress(searchOf(printAddress(one)))).toEqual(one);
    }),
  );
});

test.each([
  ["no end", "lead=a&from=2026-11-21T13:33:00Z"],
  ["the end before the start", "lead=a&from=2026-11-21T13:33:00Z&to=2026-11-21T13:00:00Z"],
  ["a relative time", "lead=a&from=now-1h&to=now"],
])("a window with %s is none", (_, search) => {
  expect(parseAddress(new URLSearchParams(search)).window).toBeNull();
});
