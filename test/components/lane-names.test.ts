import { expect, test } from "vitest";
import { withDistinctNames } from "@/components/panels/lane-names";
import { evidenceOf, seriesFrom, serviceFrom } from "@/test/draw";

const lane = (title: string, upstream: string, value = "payment") => ({
  ...{ name: "p99 latency", about: "payment", place: { index: 0 } },
  evidence: [
    evidenceOf(
      { kind: "series", series: [seriesFrom({ text: "1x10", labels: { job: value } })] },
      {
        ...{ kind: "red", recipe: "r", role: "latency-p99", unit: "seconds", label: "job", interval: 15_000 },
        ...{ title, rateWindow: 60_000, services: [{ service: serviceFrom("payment"), value }] },
      },
      { upstream },
    ),
  ],
});
const named = (...lanes: readonly ReturnType<typeof lane>[]): string[] =>
  withDistinctNames(lanes).map(({ name }) => name);

test.each([
  [
    "what they count",
    [lane("p99 latency", "shop/a"), lane("p99 latency of RPCs", "shop/a")],
    ["p99 latency", "p99 latency of RPCs"],
  ],
  [
    "words that begin otherwise",
    [lane("HTTP requests", "shop/a"), lane("RPCs", "shop/a")],
    ["p99 latency: HTTP requests", "p99 latency: RPCs"],
  ],
  [
    "whose they are",
    [lane("x", "shop/a", "shop/payment"), lane("x", "shop/a", "shop/payment-v2")],
    ["p99 latency: shop/payment", "p99 latency: shop/payment-v2"],
  ],
  ["where they are stored", [lane("x", "shop/a"), lane("x", "shop/b")], ["p99 latency: a", "p99 latency: b"]],
])("lanes that are called alike tell %s", (_, lanes, names) => {
  expect(named(...lanes)).toEqual(names);
});

test("one alone, and those of which nothing differs, keep their name", () => {
  expect(named(lane("x", "shop/a"))).toEqual(["p99 latency"]);
  expect(named(lane("x", "shop/a"), lane("x", "shop/a"))).toEqual(["p99 latency", "p99 latency"]);
  const cart = { ...lane("y", "shop/a"), about: "cart" };
  expect(named(lane("x", "shop/a"), cart)).toEqual(["p99 latency", "p99 latency"]);
});

test("of a counter's kinds the kind comes first: a narrow gutter shows no more", () => {
  const kind = (name: string) => ({ ...lane("x", "shop/a"), name });
  expect(named(kind('orders_finished_total{outcome="dead"}'), kind('orders_finished_total{outcome="retry"}'))).toEqual([
    'outcome="dead" of orders_finished_total',
    'outcome="retry" of orders_finished_total',
  ]);
  expect(named(kind('up{job="a"}'))).toEqual(['up{job="a"}']);
});
