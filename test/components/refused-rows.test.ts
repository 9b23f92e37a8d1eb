import { describe, expect, test } from "vitest";
import { refusedTables } from "@/components/panels/refused-rows";
import { at, evidenceOf, seriesFrom } from "@/test/draw";

const clients = (whose: readonly string[] | null) =>
  evidenceOf(
    { kind: "series", series: [seriesFrom({ values: [5_300], step: 15_000, labels: { ip: "198.51.100.23" } })] },
    {
      ...{ kind: "refusals-by-client", of: "ingress", client: "ip", answered: "429", total: 5_400, whose },
      counted: { from: at("14:03:00"), to: at("14:18:00") },
    },
  );

describe("the table of refused clients", () => {
  test("holds those that were named, and all others as one", () => {
    expect(refusedTables([clients([])])[0]?.rows.map(({ address, count }) => [address, count])).toEqual([
      ["198.51.100.23", 5_300],
      [null, 100],
    ]);
  });

  test.each([
    ["the part that went to a service of the path", ["shop-payment-80"], "of what went to shop-payment-80"],
    ["parts by three names", ["a", "b", "c", "d"], "of what went to a, b, c and 1 more"],
    ["everybody's", null, "of the whole log"],
    ["a log that is the path's own, which needs no word", [], ""],
  ])("tells whose answers these are: %s", (_, whose, scope) => {
    expect(refusedTables([clients(whose)])[0]?.scope).toBe(scope);
  });
});
