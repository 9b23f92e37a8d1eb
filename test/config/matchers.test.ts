import fc from "fast-check";
import { expect, test } from "vitest";
import { parseSelector } from "@/lib/config/matchers";
import type { Matcher } from "@/lib/signal/labels";

const printed = (text: string): string => {
  const found = parseSelector(text);
  return found.ok
    ? [
        ...found.matchers.map(({ label, op, value }) => label + op + value),
        ...(found.rest ? [`rest:${found.rest}`] : []),
      ].join(" ")
    : found.text;
};

test.each([
  ['{job="shop/pay"}', "job=shop/pay"],
  ['{ a="1" , b!="2",c=~"x|y", d!~"z", }', "a=1 b!=2 c=~x|y d!~z"],
  ["{a='1', b=`\\d`}", "a=1 b=\\d"],
  ['{"service.name"="pay", resource.service.name="pay"}', "service.name=pay resource.service.name=pay"],
  ['{a="}\\",{"}', 'a=}",{'],
  ['{a="\\u00e9\\x41\\n"}', "a=éA\n"],
  ['{job="x"} |= "y"', 'job=x rest:|= "y"'],
  ["{}", "expected at least one matcher in the braces"],
  ["job", 'expected a selector in braces, such as {job="payment"}, at character 1'],
  ["{a=}", "expected a value in quotes with no unknown escape at character 4"],
  ['{a="\\q"}', "expected a value in quotes with no unknown escape at character 4"],
  ['{a=="1"}', "expected =, !=, =~ or !~ at character 3"],
  ['{a="1" b="2"}', "expected a comma or } at character 8"],
  ['{a="1",,}', "expected a label's name at character 8"],
  ['{a="1"', "expected a comma or } at character 7"],
  ['{1="1"}', "expected a label's name at character 2"],
])("%s reads as %s", (text, expected) => {
  expect(printed(text)).toBe(expected);
});

test("what is printed as Go prints strings reads back", () => {
  const matcher: fc.Arbitrary<Matcher> = fc.record({
    label: fc.stringMatching(/^[a-z_][a-z0-9_]{0,8}$/),
    op: fc.constantFrom("=", "!=", "=~", "!~"),
    value: fc.string({ unit: "grapheme" }).filter((value) => !/[^\P{Cc}\n\t]/u.test(value)),
  });
  fc.assert(
    fc.property(fc.array(matcher, { minLength: 1 }), (matchers) => {
      const text = matchers.map(({ label, op, value }) => `${label}${op}${JSON.stringify(value)}`).join(", ");
      expect(parseSelector(`{${text}}`)).toEqual({ ok: true, matchers, rest: "" });
    }),
  );
});
