import { describe, expect, test } from "vitest";
import type { Evidence } from "@/lib/evidence";
import { evidenceOf, gapOf, redOf, seriesFrom } from "@/test/draw";
import { errors, findingOf, healthyTrace, latency, rate, said, trace } from "@/test/finding/checkout";

const gone = evidenceOf(gapOf("timeout", "No answer in 10 s."), latency.question.purpose);

describe("which service changed first", () => {
  const sharp = (at: number): string => `0.1x${at} 30x${180 - at}`;
  const told = (payment: number, order: number, gateway: number, ...more: readonly Evidence[]): string =>
    said(
      [
        healthyTrace,
        rate,
        redOf("latency-p99", { payment: sharp(payment), order: sharp(order), gateway: sharp(gateway) }),
        ...more,
      ],
      "order-of-onsets",
    );

  test("is said where uncertainties lie apart, with how much later the others did", () => {
    expect(told(100, 121, 121)).toMatch(
      /^payment changed first, at 13:5\d:\d\dZ ± \d+ s; about 5 min later gateway and order\.$/,
    );
  });

  test.each([
    ["all at once", 121, 121, 121],
    ["within what is uncertain", 120, 121, 122],
  ])("silent where they changed %s", (_, payment, order, gateway) => {
    expect(told(payment, order, gateway)).toBe("");
  });

  test("silent of a service that is not on the path, and without metrics", () => {
    expect(said([trace, rate, redOf("latency-p99", { search: sharp(60), order: sharp(121) })], "order-of-onsets")).toBe(
      "",
    );
    expect(said([trace, gone], "order-of-onsets")).toBe("");
  });

  test("only of those that were judged, where of one on the path nothing was", () => {
    const known = [trace, rate, redOf("latency-p99", { payment: sharp(100), order: sharp(121), gateway: sharp(121) })];
    expect(said(known, "order-of-onsets")).toContain("payment changed first of those that could be looked at, at ");
    expect(findingOf(known, "order-of-onsets")?.weakenedBy).toEqual(["of stock no series was judged"]);
  });

  test("only of those that could be looked at, where some could not", () => {
    const down = evidenceOf(gapOf("timeout", "No answer in 10 s."), errors.question.purpose, { id: "down" });
    expect(told(100, 121, 121, down)).toContain("payment changed first of those that could be looked at, at ");
  });
});

describe("what ran full", () => {
  const saturation = (drawn: Readonly<Record<string, string>>): Evidence =>
    evidenceOf(
      {
        kind: "series",
        series: Object.entries(drawn).map(([signal, text]) => seriesFrom({ text, labels: { signal, job: "payment" } })),
      },
      {
        kind: "saturation",
        parts: {
          memory: { title: "memory of its limit", unit: "ratio", rateWindow: 0 },
          cpu: { title: "CPU throttled", unit: "ratio", rateWindow: 0 },
          pool: { title: "connection pool in use", unit: "ratio", rateWindow: 0 },
          queue: { title: "queue length", unit: "count", rateWindow: 0 },
          hung: { title: "gRPC calls begun and not ended", unit: "count", rateWindow: 0 },
          restarts: { title: "container restarts", unit: "count", rateWindow: 0 },
          killed: {
            ...{ title: "killed for memory", unit: "count", rateWindow: 0 },
            state: { on: "last ended so", off: "not so" },
          },
        },
        services: [{ service: { name: "payment", namespace: null }, where: { job: "payment" } }],
        interval: 15_000,
      },
    );
  const failing = [trace, rate, errors];
  const told = (...parts: readonly Evidence[]): string => said([...failing, ...parts], "ran-full");

  test("memory before the kill, and the restarts behind it", () => {
    expect(
      told(saturation({ memory: "0.4x90 0.6x10 0.8x10 0.97x8 0.3x62", killed: "_x118 1x62", restarts: "0x119 3x61" })),
    ).toMatch(
      /^(Before|Around) the onset in payment: killed for memory, 97 % of its limit in use before and container restarts 0 → 3\.$/,
    );
  });

  test.each([
    ["a pool", { pool: "0.2x100 1x80" }, "connection pool in use 20 % → 100 %."],
    ["a queue", { queue: "2x100 4310x80" }, "queue length 2 → 4,310."],
    ["calls that hang", { hung: "0x100 60x80" }, "gRPC calls begun and not ended 0 → 60."],
  ])("%s", (_, drawn, words) => {
    expect(told(saturation(drawn))).toBe(`Before the onset in payment: ${words}`);
    expect(told(saturation(Object.fromEntries(Object.keys(drawn).map((key) => [key, "0.2x180"]))))).toBe("");
  });

  test("before the onset, or after it and then rather a consequence", () => {
    expect(told(saturation({ cpu: "0.01x90 0.6x90" }))).toBe("Before the onset in payment: CPU throttled 1 % → 60 %.");
    expect(told(saturation({ cpu: "0.01x150 0.6x30" }))).toContain(
      "After the onset, and rather a consequence, in payment: CPU throttled",
    );
  });

  test.each([
    ["where nothing did", { memory: "0.4x180" }],
    ["where it ran less full", { cpu: "0.6x120 0.01x60" }],
  ])("silent %s", (_, drawn) => {
    expect(told(saturation(drawn))).toBe("");
  });

  test("silent without metrics of it; weaker where another store could not be read", () => {
    const full = saturation({ cpu: "0.01x90 0.6x90" });
    const down = evidenceOf(gapOf("timeout", "No answer in 10 s."), full.question.purpose, {
      id: "down",
      upstream: "shop/replica",
    });
    expect(told(down)).toBe("");
    expect(told(full, down)).toMatch(/; not every store could be read\.$/);
    expect(findingOf([...failing, full, down], "ran-full")?.weakenedBy).toEqual(["replica: No answer in 10 s"]);
  });
});
