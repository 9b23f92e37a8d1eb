import { describe, expect, test } from "vitest";
import { metricProbe } from "@/lib/identity/metric-probe";
import { metricIdentities, readMetricRows } from "@/lib/identity/metrics";
import type { Subject } from "@/lib/identity/subject";
import { families } from "@/lib/recipes/red-groups";
import type { MappingSetting } from "@/lib/setting";
import type { Labels, Matcher } from "@/lib/signal/labels";
import { serviceFrom } from "@/test/draw";

const counter = "http_requests_total";
const asked = families.filter(({ names }) => names.includes(counter));
const subject = (name: string, kubernetesNamespace: string | null = null): Subject => ({
  service: serviceFrom(name),
  kubernetesNamespace,
});
const row = (labels: Labels): Labels => ({ __name__: counter, ...labels });
const mapping = (service: string, ...matchers: readonly Matcher[]): MappingSetting => ({
  service,
  signal: "metrics",
  matchers,
});
const readings = (subjects: readonly Subject[], rows: readonly Labels[], mappings: readonly MappingSetting[] = []) =>
  readMetricRows(
    subjects,
    rows.map((labels) => ({ labels, series: 2 })),
    families,
    mappings,
  );
const told = (subjects: readonly Subject[], rows: readonly Labels[], mappings: readonly MappingSetting[] = []) =>
  readings(subjects, rows, mappings).found.map(({ label, value, extra }) => ({ label, value, extra }));

describe("a configured mapping", () => {
  const v2: Matcher = { label: "job", op: "=", value: "shop/payment-v2" };
  const pay: Matcher = { label: "service_name", op: "=~", value: "pay.*" };
  const instance: Matcher = { label: "instance", op: "=", value: "10.0.0.7:8080" };

  test("is asked for beside the inferred names, and its labels are kept", () => {
    const probe = metricProbe(asked, [subject("payment")], [mapping("payment", instance)]);
    expect(probe).toContain(`{__name__=~"${counter}",instance="10.0.0.7:8080"}`);
    expect(probe).toMatch(/^max_over_time\(count by \([^)]*, instance, witness\)/);
  });

  test("of a service that is not on the path is not asked for", () => {
    expect(metricProbe(asked, [subject("order")], [mapping("payment", instance)])).not.toContain("instance");
  });

  test.each([
    [[v2], { job: "shop/payment-v2" }, { label: "job", value: "shop/payment-v2", extra: [] }],
    [[pay], { service_name: "payments", job: "x" }, { label: "service_name", value: "payments", extra: [pay] }],
    [[instance], { instance: "10.0.0.7:8080" }, { label: "instance", value: "10.0.0.7:8080", extra: [] }],
    [[pay, v2], { service_name: "pay", job: "shop/payment-v2" }, { label: "job", value: v2.value, extra: [pay] }],
  ])("%j names the series by a label they carry", (matchers, labels, expected) => {
    const rows = [row({ job: "payment" }), row(labels)];
    expect(told([subject("payment")], rows, [mapping("payment", ...matchers)])).toEqual([expected]);
  });

  test.each<[Matcher["op"], string, string[]]>([
    ["=", "blue", ["blue"]],
    ["!=", "blue", ["b", "c"]],
    ["=~", "(?i)BL.*", ["a"]],
    ["!~", "blue|green", ["c"]],
  ])("is taken at its word: colour%s%j", (op, value, expected) => {
    const rows = [row({ job: "a", colour: "blue" }), row({ job: "b", colour: "green" }), row({ job: "c" })];
    const found = told([subject("payment")], rows, [mapping("payment", { label: "colour", op, value })]);
    expect(found.map((each) => each.value)).toEqual(expected);
  });

  test("overrules what would be inferred, also where it matches nothing", () => {
    expect(told([subject("payment")], [row({ job: "payment" })], [mapping("payment", v2)])).toEqual([]);
  });

  test("of namespace and name comes before one of the bare name", () => {
    const rows = [row({ job: "shop/payment-v2" }), row({ instance: "10.0.0.7:8080" })];
    const both = [mapping("payment", instance), mapping("shop/payment", v2)];
    expect(told([subject("shop/payment")], rows, both)).toMatchObject([{ label: "job" }]);
    expect(told([subject("billing/payment")], rows, both)).toMatchObject([{ label: "instance" }]);
  });

  test("is shown as it was written", () => {
    const { found } = readings([subject("payment")], [row({ service_name: "payments" })], [mapping("payment", pay)]);
    expect(metricIdentities(found, "shop/prometheus", [])).toMatchObject([{ basis: "configured", matchers: [pay] }]);
  });
});

describe("one name in two namespaces", () => {
  const both = [row({ job: "payment", namespace: "billing" }), row({ job: "payment", namespace: "shop" })];

  test("is narrowed to the namespace the trace tells", () => {
    const extra = [{ label: "namespace", op: "=", value: "shop" }];
    expect(told([subject("payment", "shop")], both)).toEqual([{ label: "job", value: "payment", extra }]);
    expect(told([subject("shop/payment")], both.slice(1))).toEqual([{ label: "job", value: "payment", extra }]);
  });

  test("gives each of two services its own", () => {
    const found = told([subject("shop/payment"), subject("billing/payment")], both);
    expect(found.map(({ extra }) => extra[0]?.value)).toEqual(["shop", "billing"]);
  });

  test.each([
    [both],
    [both.toReversed()],
    [[row({ job: "shop/payment" }), row({ job: "billing/payment" })]],
    [[...both, { __name__: "traces_spanmetrics_calls_total", service: "payment" }]],
  ])("is not summed where the trace tells none: %j", (rows) => {
    expect(readings([subject("payment")], rows)).toMatchObject({
      found: [],
      doubts: [
        {
          service: serviceFrom("payment"),
          text: "payment exists in namespaces billing and shop; the trace does not tell which.",
        },
      ],
    });
  });

  test("is no question where only one of them has series", () => {
    expect(told([subject("payment")], both.slice(1))).toEqual([{ label: "job", value: "payment", extra: [] }]);
  });

  test("is settled by a mapping", () => {
    const billing: Matcher = { label: "namespace", op: "=", value: "billing" };
    const only = mapping("payment", { label: "job", op: "=", value: "payment" }, billing);
    expect(told([subject("payment")], both, [only])).toEqual([{ label: "job", value: "payment", extra: [billing] }]);
  });
});
