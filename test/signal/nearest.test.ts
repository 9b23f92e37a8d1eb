import { expect, test } from "vitest";
import { nearest } from "@/lib/signal/nearest";

test.each([
  ["tennants", "tenants"],
  ["TENANTS", "tenants"],
  ["tenatns", "tenants"],
  ["zzz", undefined],
])("nearest to %s is %s", (word, expected) => {
  expect(nearest(word, ["kind", "url", "tenants", "timeout"])).toBe(expected);
});

test("a name of kilobytes is compared with nothing that is not as long", () => {
  const long = "x".repeat(100_000);
  expect(nearest(long, ["checkout", `${long}y`])).toBe(`${long}y`);
});
