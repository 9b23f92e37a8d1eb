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

test("of a name of kilobytes nothing is guessed, and it is nobody's guess", () => {
  const long = "x".repeat(100_000);
  expect(nearest(long, ["checkout", `${long}y`])).toBeUndefined();
  expect(nearest("checkuot", [long, "checkout"])).toBe("checkout");
});
