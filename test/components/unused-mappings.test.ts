import { expect, test } from "vitest";
import { unusedMappings } from "@/components/panels/identity-own";
import type { MappingSetting } from "@/lib/setting";
import { environment } from "@/test/installation";

const mapping = (service: string, more: Partial<MappingSetting> = {}): MappingSetting => ({
  ...{ service, signal: "metrics", matchers: [{ label: "job", op: "=", value: "x" }], ...more },
});

test("a mapping of which no service here has the name is told with its field; namespace or not, and in the file's order", () => {
  const own = environment([], {
    mappings: ["payment", "shop/cart", "nobody", "shop/order"].map((name) => mapping(name)),
  });
  expect(unusedMappings(own, ["shop/payment", "shop/cart", "cart"])).toEqual([
    "nobody (environments.shop.mappings[2])",
    "shop/order (environments.shop.mappings[3])",
  ]);
  expect(unusedMappings(null, ["cart"])).toEqual([]);
});
