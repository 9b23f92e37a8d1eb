import { describe, expect, test } from "vitest";
import type { Evidence } from "@/lib/evidence";
import { explain } from "@/lib/findings";
import { at, drawnLead, drawnWindow, evidenceOf, gapOf, redOf, seriesFrom } from "@/test/draw";
import { findingOf, healthyTrace, latency, quietErrors, said } from "@/test/finding/checkout";

const services = ["gateway", "order", "payment"].map((name) => ({
  service: { name, namespace: null },
  where: { job: name },
}));
const requests = (order: string, more: Readonly<Record<string, string>> = {}): Evidence =>
  redOf("rate", { gateway: "10x180", order, payment: "10x180", ...more });
const told = (...parts: readonly Evidence[]): string => said([healthyTrace, ...parts], "vanished-traffic");
const scrapes = (failed: number): Evidence =>
  evidenceOf(
    {
      kind: "series",
      series: [
        seriesFrom({ values: [60], step: 0, labels: { told: "scrapes", job: "order" } }),
        ...(failed > 0 ? [seriesFrom({ values: [failed], step: 0, labels: { told: "failed", job: "order" } })] : []),
      ],
    },
    { kind: "telemetry-loss", services },
  );
const memory = evidenceOf(
  { kind: "series", series: [seriesFrom({ text: "0.4x180", labels: { signal: "memory", job: "order" } })] },
  {
    kind: "saturation",
    parts: { memory: { title: "memory of its limit", unit: "ratio", rateWindow: 0 } },
    services,
    interval: 15_000,
  },
);

describe("traffic that is all but gone", () => {
  test("fewer asked, where the counter is still told", () => {
    expect(told(requests("10x121 0x59"))).toMatch(
      /^order requests fell from 10 \/s to 0 \/s at 14:0[23]:\d\dZ \(± \d+ s\): fewer asked, or what was asked never ended; its counter is still told\.$/,
    );
  });

  test("its telemetry is gone, where its scrapes failed", () => {
    expect(told(requests("10x121 _x59"), scrapes(40))).toMatch(
      /^order requests vanished \(10 \/s before\) at .*: 40 of 60 scrapes of order failed, so its telemetry is gone, and whether it was asked is not known\.$/,
    );
  });

  test("it runs and counts no request, where other metrics of it are still told", () => {
    expect(told(requests("10x121 _x59"), memory)).toContain(
      ": other metrics of it are still told, so it seems to run, and counts no request.",
    );
  });

  test("nothing tells which, where nothing does", () => {
    expect(told(requests("10x121 _x59"), scrapes(0))).toContain(
      "nobody asked, or its telemetry is gone; nothing seen here tells which.",
    );
    expect(findingOf([healthyTrace, requests("10x121 _x59")], "vanished-traffic")?.weakenedBy).toEqual([
      "whether it was asked is not told",
    ]);
  });

  test("the one nearest to the entry speaks for those behind it", () => {
    expect(told(requests("10x121 0x59", { payment: "10x121 0x59" }))).toMatch(
      /^order requests fell .* Requests of payment are gone, too\.$/,
    );
  });
});

describe("silent", () => {
  test.each([
    ["where it fell by half", requests("10x121 5x59")],
    ["where it rose", requests("10x121 40x59")],
    ["where there were hardly any", requests("0.02x121 0x59")],
    ["of a service that is not on the path", requests("10x180", { search: "10x121 0x59" })],
  ])("%s", (_, evidence) => {
    expect(told(evidence)).toBe("");
  });

  test("as long as what could tell the two apart is under way", () => {
    const known = [healthyTrace, requests("10x121 _x59")];
    const outlook = { pending: [scrapes(0).question], unasked: [] };
    const kinds = explain(drawnLead, known, at("14:18:05"), drawnWindow, outlook).findings.map(({ kind }) => kind);
    expect(kinds).not.toContain("vanished-traffic");
    expect(told(quietErrors)).toBe("");
  });
});

test("weaker where part of the metrics could not be read", () => {
  const gone = evidenceOf(gapOf("timeout", "No answer in 10 s."), latency.question.purpose);
  const whole = findingOf([healthyTrace, requests("10x121 0x59")], "vanished-traffic");
  const weaker = findingOf([healthyTrace, requests("10x121 0x59"), gone], "vanished-traffic");
  expect(weaker?.weakenedBy).toEqual(["prometheus: No answer in 10 s"]);
  expect(weaker?.score).toBeLessThan(whole?.score ?? 0);
});
