import { describe, expect, test } from "vitest";
import { lineIdentities } from "@/lib/identity/lines";
import { metricIdentities, readMetricRows } from "@/lib/identity/metrics";
import type { Subject } from "@/lib/identity/subject";
import { families } from "@/lib/recipes/red-groups";
import type { MappingSetting } from "@/lib/setting";
import type { Labels, Matcher } from "@/lib/signal/labels";
import { at, drawnLead, serviceFrom, traceAnswer } from "@/test/draw";
import { environment, everything, type World, walk } from "@/test/installation";

const counter = "http_requests_total";
const subject = (name: string): Subject => ({ service: serviceFrom(name), kubernetesNamespace: null });
const is = (label: string, value: string): Matcher => ({ label, op: "=", value });
const mapping = (
  service: string,
  signal: MappingSetting["signal"],
  ...matchers: readonly Matcher[]
): MappingSetting => ({
  service,
  signal,
  matchers,
});
const chosen = (...told: Parameters<typeof mapping>): MappingSetting => ({ ...mapping(...told), by: "reader" });
const metrics = (names: readonly string[], rows: readonly Labels[], mappings: readonly MappingSetting[]) => {
  const probed = rows.map((labels) => ({ labels: { __name__: counter, ...labels }, series: 2 }));
  const { found } = readMetricRows(names.map(subject), probed, families, mappings);
  return metricIdentities(found, "shop/prometheus", []);
};
const lines = (names: readonly string[], streams: readonly Labels[], mappings: readonly MappingSetting[]) =>
  lineIdentities(names.map(subject), streams, mappings, "shop/loki", []);

describe("what the reader chose", () => {
  const rows = [{ job: "payment", app: "payment" }, { job: "pay-v2" }];

  test("comes before what is configured, however exactly that names the service", () => {
    const both = [
      mapping("shop/payment", "metrics", is("job", "payment")),
      chosen("payment", "metrics", is("job", "pay-v2")),
    ];
    expect(metrics(["shop/payment"], rows, both)).toMatchObject([
      {
        matchers: [is("job", "pay-v2")],
        basis: "chosen",
        because: `chosen by you, against what was seen; 2 series of ${counter}`,
      },
    ]);
  });

  test("is no contradiction where it is the runner-up, and what it took the place of is the runner-up now", () => {
    const picked = [chosen("payment", "metrics", is("app", "payment"))];
    expect(metrics(["payment"], rows, picked)).toMatchObject([
      {
        matchers: [is("app", "payment")],
        because: `chosen by you; 2 series of ${counter}`,
        runnerUp: { matchers: [is("job", "payment")] },
      },
    ]);
  });

  test("counts each series once, though the row of a pod tells it again", () => {
    const witnessed = [...rows, { job: "pay-v2", witness: "pod=payment-7d9f8c6b5-x2x4z" }];
    expect(metrics(["payment"], witnessed, [chosen("payment", "metrics", is("job", "pay-v2"))])).toMatchObject([
      { because: expect.stringContaining("; 2 series of") },
    ]);
  });

  test("holds for one signal alone, and for lines in the same way", () => {
    const streams = [{ app: "payment" }, { app: "pay-v2" }];
    const picked = [chosen("shop/payment", "lines", is("app", "pay-v2"))];
    expect(lines(["shop/payment"], streams, picked)).toMatchObject([
      {
        matchers: [is("app", "pay-v2")],
        basis: "chosen",
        because: "chosen by you, against what was seen",
        runnerUp: { matchers: [is("app", "payment")] },
      },
    ]);
    expect(metrics(["shop/payment"], rows, picked)).toMatchObject([{ basis: "inferred" }]);
  });
});

describe("series that two services have", () => {
  test("by a mapping and by their name are shown with both, and both say so", () => {
    const told = metrics(["cart", "payment"], [{ job: "cart" }], [mapping("payment", "metrics", is("job", "cart"))]);
    expect(told.map(({ service, basis, because }) => [service.name, basis, because])).toEqual([
      ["payment", "configured", `configured, though cart has the same; 2 series of ${counter}`],
      ["cart", "inferred", `job is its name, though payment has the same; 2 series of ${counter}`],
    ]);
  });

  test("in logs, too", () => {
    const told = lines(["cart", "payment"], [{ app: "cart" }], [chosen("payment", "lines", is("app", "cart"))]);
    expect(told.map(({ because }) => because)).toEqual([
      "app is its name in 1 stream, though payment has the same",
      "chosen by you, though cart has the same",
    ]);
  });

  test("of which a narrower mapping has only others are not the same", () => {
    const zones = [
      { job: "cart", zone: "a" },
      { job: "cart", zone: "b" },
    ];
    const both = [
      mapping("payment", "metrics", is("job", "cart"), is("zone", "a")),
      mapping("cart", "metrics", is("job", "cart"), is("zone", "b")),
    ];
    expect(metrics(["cart", "payment"], zones, both).map(({ because }) => because)).toEqual([
      `configured; 2 series of ${counter}`,
      `configured; 2 series of ${counter}`,
    ]);
  });
});

describe("an investigation with a choice", () => {
  const now = at("15:00:00");
  const path = traceAnswer("gateway GET / 0-900 [server]\n  payment Charge 50-800 [server]", { start: at("14:03:12") });
  const shop: World = {
    trace: ({ upstream }) => (upstream === "shop/tempo" ? path : undefined),
    families: [
      { __name__: counter, job: "gateway" },
      { __name__: counter, job: "payment", app: "pay" },
    ],
    errorLabels: { [counter]: ["code"] },
    streamLabels: ["app"],
    streams: [{ app: "payment" }],
  };
  const walked = (...mappings: readonly MappingSetting[]) =>
    walk({ lead: drawnLead, environments: [environment(everything, { mappings })], world: shop, now });

  test("asks the lanes with it, and the receipt says why", () => {
    const rates = walked(chosen("payment", "metrics", is("app", "pay"))).asked.filter(
      ({ purpose }) => purpose.kind === "red" && purpose.role === "rate",
    );
    expect(
      rates.map(({ text, why }) => [text.includes('app="pay"'), why.endsWith(", as chosen by you")]),
    ).toContainEqual([true, true]);
    expect(rates.every(({ text }) => !text.includes('"payment"'))).toBe(true);
  });

  test.each([
    ["metrics", "spike", "nobody"],
    ["lines", "lines", "nobody"],
  ] as const)("for a service of no span says so: %s", (signal, slot, name) => {
    expect(walked(chosen(name, signal, is("app", "x"))).plan.unasked).toContainEqual(
      expect.objectContaining({
        slot,
        text: 'No service here is called nobody, so {app="x"}, chosen for it, was not asked for.',
      }),
    );
    // Others of an environment's services are elsewhere: that is no news.
    expect(JSON.stringify(walked(mapping(name, signal, is("app", "x"))).plan.unasked)).not.toContain("nobody");
  });

  test("that no series has says so, and nothing else is taken in its place", () => {
    const { plan, asked } = walked(chosen("payment", "metrics", is("jobb", "payment")));
    expect(plan.unasked).toContainEqual(
      expect.objectContaining({
        text: 'No series of a known metric family in prometheus matches what you chose, {jobb="payment"}, for payment.',
        next: "Take the choice back under Services, or choose another.",
      }),
    );
    expect(
      asked
        .filter(({ purpose }) => purpose.kind === "red")
        .map(({ text }) => text)
        .join(),
    ).not.toContain("payment");
  });

  test("of a stream label that Loki has not is followed, and said", () => {
    const { plan, asked } = walked(chosen("payment", "lines", is("pod", "p")));
    expect(plan.unasked).toContainEqual(
      expect.objectContaining({ text: 'loki has no stream label pod; {pod="p"} is what you chose for payment.' }),
    );
    expect(asked.some(({ call }) => call.api === "loki-lines" && call.query.startsWith('{pod="p"}'))).toBe(true);
  });
});
