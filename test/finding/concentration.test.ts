import { describe, expect, test } from "vitest";
import type { Evidence, Question } from "@/lib/evidence";
import type { Labels } from "@/lib/signal/labels";
import { at, evidenceOf, gapOf, seriesFrom, serviceFrom } from "@/test/draw";
import { errors, findingOf, rate, said, trace } from "@/test/finding/checkout";

/** `pod=a route=/x 900 400`: requests and failures of one label set of payment. */
function breakdown(text: string, more: Partial<Question> = {}): Evidence {
  const rows = text
    .trim()
    .split("\n")
    .flatMap((row) => {
      const words = row.trim().split(/\s+/);
      const [requests = 0, failures = 0] = words.filter((word) => /^[\d.]+$/.test(word)).map(Number);
      const labels: Labels = Object.fromEntries(
        words.filter((word) => word.includes("=")).map((word) => [word.split("=")[0] ?? "", word.split("=")[1] ?? ""]),
      );
      const one = (counted: string, value: number) =>
        seriesFrom({ values: [value], step: 0, labels: { job: "payment", ...labels, counted } });
      if (labels.node !== undefined && requests === 0) return [one("places", 1)];
      return [one("requests", requests), ...(failures > 0 ? [one("failures", failures)] : [])];
    });
  return evidenceOf(
    { kind: "series", series: rows },
    {
      kind: "breakdown",
      services: [{ service: { name: "payment", namespace: null }, where: { job: "payment" } }],
      dimensions: [
        { name: "version", labels: ["version"] },
        { name: "zone", labels: ["zone"] },
        { name: "node", labels: ["node"] },
        { name: "pod", labels: ["pod", "instance"] },
        { name: "route", labels: ["route"] },
        { name: "caller", labels: ["source_workload"] },
      ],
    },
    { window: { from: at("14:03:00"), to: at("14:18:00") }, ...more },
  );
}
const told = (...parts: readonly Evidence[]): string => said([trace, rate, errors, ...parts], "concentration");
const six = ["b", "c", "d", "e", "f"].map((pod) => `pod=${pod} 1000 2`).join("\n");

describe("the failures of one part of a service", () => {
  test.each([
    ["pod", `pod=a 1000 400\n${six}`, "98 % are in a, with 17 % of its requests."],
    ["address, where no pod is told", "instance=10.1.0.7:80 500 400\ninstance=10.1.0.8:80 600 1", "are in 10.1.0.7:80"],
    [
      "version of several pods",
      "version=2 pod=a 300 200\nversion=2 pod=b 300 200\nversion=1 pod=c 900 1",
      "are of version 2",
    ],
    ["zone", "zone=eu-1a pod=a 300 200\nzone=eu-1b pod=b 300 1\nzone=eu-1c pod=c 300 1", "are in zone eu-1a"],
    [
      "node, as Kubernetes tells where pods run",
      "pod=a 300 200\npod=b 300 200\npod=c 900 1\npod=a node=n1\npod=b node=n1\npod=c node=n2",
      "100 % are on node n1, with 40 % of its requests.",
    ],
    ["route", "route=/charge 400 300\nroute=/refund 900 1", "100 % are on route /charge, with 31 % of its requests."],
    ["caller", "source_workload=order 400 300\nsource_workload=web 900 1", "are of calls from order"],
  ])("is named: a %s", (_, drawn, words) => {
    expect(told(breakdown(drawn))).toContain(words);
    expect(told(breakdown(drawn))).toMatch(/^Of the \d+ failures of payment between 14:03:00Z and 14:18:00Z, /);
  });

  test.each([
    ["80 % of the failures with 50 % of the requests", "pod=a 1000 80\npod=b 500 20\npod=c 500 0", true],
    ["79 % of the failures", "pod=a 1000 79\npod=b 500 21\npod=c 500 0", false],
    ["51 % of the requests", "pod=a 1020 80\npod=b 500 20\npod=c 480 0", false],
  ])("at the bound: %s", (_, drawn, isNamed) => {
    expect(told(breakdown(drawn)).includes("are in a")).toBe(isNamed);
  });

  test("a pod and a route are named together", () => {
    const drawn = "pod=a route=/charge 400 390\npod=b route=/charge 100 2\npod=b route=/list 900 1";
    expect(told(breakdown(drawn))).toContain(
      "99 % are in a, with 29 % of its requests; 100 % are on route /charge, with 36 % of its requests.",
    );
  });

  test("of pods that all fail alike, that is said", () => {
    const even = ["a", "b", "c", "d", "e", "f"].map((pod, index) => `pod=${pod} 1000 ${300 + 20 * index}`).join("\n");
    expect(told(breakdown(even))).toBe(
      "Of the 2,100 failures of payment between 14:03:00Z and 14:18:00Z, all 6 pods fail alike (30 % to 40 % of their requests).",
    );
    expect(told(breakdown("pod=a 1000 300\npod=b 1000 300"))).toContain(
      "both pods fail alike (30 % of their requests).",
    );
  });
});

test("of all pods only where all requests name theirs", () => {
  const even = "pod=a 1000 300\npod=b 1000 310\npod=c 1000 305";
  expect(told(breakdown(even))).toContain("all 3 pods fail alike");
  expect(told(breakdown(`${even}\n900 250`))).toContain("all 3 pods that are named fail alike");
});

test("a service whose scrapes failed may have counted less: the sentence says so", () => {
  const scrapes = (failed: number): Evidence =>
    evidenceOf(
      {
        kind: "series",
        series: Object.entries({ scrapes: 60, failed }).map(([told, value]) =>
          seriesFrom({ values: [value], step: 0, labels: { told, job: "payment" } }),
        ),
      },
      { kind: "telemetry-loss", services: [{ service: serviceFrom("payment"), where: { job: "payment" } }] },
    );
  const whole = breakdown(`pod=a 1000 400\n${six}`);
  expect(told(whole, scrapes(0))).toMatch(/^Of the 410 failures/);
  expect(told(whole, scrapes(20))).toMatch(/^As far as could be read, of the 410 failures/);
  expect(findingOf([trace, rate, errors, whole, scrapes(20)], "concentration")?.weakenedBy).toEqual([
    "20 of 60 scrapes of payment failed",
  ]);
});

describe("silent", () => {
  test.each([
    ["where fewer than twenty failed", "pod=a 1000 18\npod=b 1000 0\npod=c 1000 1"],
    ["of a pod that is the only one", "pod=a 1000 400"],
    ["where the failures of a pod are as many as its requests", "pod=a 900 400\npod=b 100 10"],
    ["where the failures carry no such label", "1000 400\npod=b 2000 1"],
    ["where pods differ, but none holds nearly all", "pod=a 1000 400\npod=b 1000 150\npod=c 1000 50"],
    ["of a store that told nothing", "job=cart pod=a 1000 400\njob=cart pod=b 1000 1"],
  ])("%s", (_, drawn) => {
    expect(told(breakdown(drawn))).toBe("");
  });
});

test("of two stores the one that counted more speaks, and one that could not be read weakens the sentence", () => {
  const half = breakdown("pod=a 500 200\npod=b 500 200", { id: "half", upstream: "shop/replica" });
  const whole = breakdown(`pod=a 1000 400\n${six}`);
  expect(told(half, whole)).toContain("98 % are in a");
  const down = evidenceOf(gapOf("timeout", "No answer in 10 s."), whole.question.purpose, {
    id: "down",
    upstream: "shop/replica",
  });
  expect(told(whole, down)).toMatch(/^As far as could be read, of the 410 failures of payment/);
  expect(findingOf([trace, rate, errors, whole, down], "concentration")?.weakenedBy).toEqual([
    "replica: No answer in 10 s",
  ]);
  expect(told(down)).toBe("");
});
