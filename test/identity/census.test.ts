/** Who there is, where nobody was named. */
import { expect, test } from "vitest";
import { metricCensus, subjectsOfCensus } from "@/lib/identity/census";
import { families } from "@/lib/recipes/red-groups";
import type { Labels } from "@/lib/signal/labels";
import { serviceKey } from "@/lib/signal/service";

const counter = "http_requests_total";
const found = (...rows: readonly (Labels & { readonly n?: string })[]): string[] =>
  subjectsOfCensus(
    rows.map(({ n = "1", ...labels }) => ({ labels: { __name__: counter, ...labels }, series: Number(n) })),
    families,
  ).map(
    ({ service, label, value, extra }) =>
      `${serviceKey(service)} by ${label}=${value}${extra.map((each) => ` ${each.label}=${each.value}`).join("")}`,
  );

test.each<[string, readonly Labels[], readonly string[]]>([
  ["the strongest label names it", [{ service: "cart", job: "pods" }], ["cart by service=cart"]],
  ["job may hold the namespace", [{ job: "shop/cart" }], ["shop/cart by job=shop/cart"]],
  [
    "what the target says of others wins, and its twin is the exporter's",
    [{ exported_job: "cart", job: "otel-collector", exported_namespace: "shop", namespace: "monitoring" }],
    ["shop/cart by exported_job=cart"],
  ],
  [
    "two of one name in two namespaces are two",
    [
      { job: "cart", namespace: "a" },
      { job: "cart", namespace: "b" },
    ],
    ["a/cart by job=cart namespace=a", "b/cart by job=cart namespace=b"],
  ],
  ["a row without any name is nobody's", [{ pod: "cart-1" }], []],
  ["a name may hold anything", [{ service: 'ca"rt\n🛒' }], ['ca"rt\n🛒 by service=ca"rt\n🛒']],
])("%s", (_, rows, said) => {
  expect(found(...rows)).toEqual(said);
});

test("fewest series come first, so that many services are compared before one of many series is", () => {
  expect(found({ service: "huge", n: "9000" }, { service: "cart", n: "4" })).toEqual([
    "cart by service=cart",
    "huge by service=huge",
  ]);
});

test("is one question for all families whose label is the name alone", () => {
  const query = metricCensus(families);
  expect(query).toMatch(/^max_over_time\(count by \(family, .*service_name.*job/);
  expect(query).toContain("istio_requests_total");
  expect(query).not.toContain("traefik");
});
