import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseAddressMapping, printAddressMapping } from "@/lib/address-mapping";
import type { MappingSetting } from "@/lib/setting";

const read = (text: string) => {
  const told = parseAddressMapping(text);
  return told.ok ? told.mapping : told.error;
};

test("a mapping is short and readable in an address", () => {
  const matchers = [
    { label: "job", op: "=", value: "shop/payment-v2" },
    { label: "namespace", op: "=~", value: "shop|stage" },
  ] as const;
  const text = "metrics:shop/payment:job=shop/payment-v2,namespace=~shop|stage";
  expect(printAddressMapping({ service: "shop/payment", signal: "metrics", matchers })).toBe(text);
  expect(read(text)).toEqual({ service: "shop/payment", signal: "metrics", matchers, by: "reader" });
});

test("what is printed is read again, whatever names and values hold", () => {
  const word = fc.string({ unit: "binary", minLength: 1, maxLength: 12 }).filter((each) => each.isWellFormed());
  const mapping: fc.Arbitrary<MappingSetting> = fc.record({
    service: word,
    signal: fc.constant("metrics"),
    matchers: fc.array(fc.record({ label: word, op: fc.constantFrom("=", "!="), value: word }), { maxLength: 3 }),
    by: fc.constant("reader"),
  });
  const equal = { label: "job", op: "=", value: "a" } as const;
  fc.assert(
    fc.property(mapping, (one) => {
      const whole = { ...one, matchers: [equal, ...one.matchers] };
      expect(read(printAddressMapping(whole))).toEqual(whole);
    }),
  );
});

describe("what cannot be followed is named", () => {
  test.each([
    ["", "metrics: or lines:"],
    ["payment", "metrics: or lines:"],
    ["traces:payment:job=a", "metrics: or lines:"],
    ["metrics:payment", "metrics:<service>:<label>=<value>"],
    ["metrics::job=a", "metrics:<service>:<label>=<value>"],
    ["metrics:payment:job=a:b", "%3A"],
    ["metrics:payment:job", "<label>=<value>"],
    ["metrics:payment:job=a,", "<label>=<value>"],
    ["metrics:payment:=a", "<label>=<value>"],
    ["metrics:payment:job=a=b", "<label>=<value>"],
    ["metrics:payment:job=%E0%A4%A", "<label>=<value>"],
    ["metrics:payment:job=", "with = or =~ and a value"],
    ["metrics:payment:job!=a", "with = or =~ and a value"],
    ["metrics:payment:job=~(", "a regular expression"],
    ["lines:payment:k8s.app=a", "letters, digits and underscores"],
    [`metrics:payment:${Array.from({ length: 9 }, (_, at) => `l${at}=a`).join(",")}`, "at most 8 labels"],
    [`metrics:payment:job=${"a".repeat(600)}`, "at most 600 characters"],
  ])("%j", (text, words) => expect(read(text)).toContain(words));
});
