import { describe, expect, test } from "vitest";
import type { Answer } from "@/lib/evidence";
import { isValid } from "@/lib/query/promql";
import type { Labels } from "@/lib/signal/labels";
import { at, drawnLead, traceAnswer } from "@/test/draw";
import { environment, everything, walk } from "@/test/installation";

const counter = "http_requests_total";
const path = traceAnswer("gateway GET / 0-900 [server]\n  payment Charge 50-800 [server]", { start: at("14:03:12") });

/** payment has 60,000 series; `rules`: what is recorded of it, by name and labels, with how many series. */
function walked(rules: readonly (readonly [string, Labels, number])[], family: Labels = { __name__: counter }) {
  const told: Answer = {
    kind: "series",
    series: rules.map(([rule, labels, count]) => ({
      labels: { job: "payment", ...labels, rule, group: "0" },
      start: at("14:04:00"),
      step: 0,
      values: [count],
    })),
  };
  return walk({
    lead: drawnLead,
    environments: [environment(everything)],
    now: at("15:00:00"),
    world: {
      trace: ({ upstream }) => (upstream === "shop/tempo" ? path : undefined),
      families: [
        { __name__: counter, job: "gateway" },
        { job: "payment", ...family },
      ],
      series: ({ job }) => (job === "payment" ? 60_000 : 10),
      errorLabels: { [counter]: ["code"] },
      answer: ({ purpose }) =>
        purpose.kind === "interval" && purpose.recipe === "recorded" && rules.length > 0 ? told : undefined,
    },
  });
}
const ofPayment = ({ asked }: ReturnType<typeof walked>) =>
  asked.flatMap(({ purpose, text }) =>
    purpose.kind === "red" && purpose.services.some(({ service }) => service.name === "payment")
      ? [{ role: purpose.role, text, rateWindow: purpose.rateWindow }]
      : [],
  );
const gaps = ({ plan }: ReturnType<typeof walked>): string[] =>
  plan.unasked.flatMap(({ slot, text }) => (slot === "spike" && text.includes("60,000") ? [text] : []));

describe("more series than are looked at", () => {
  test("are read from the rule that sums them, and what it leaves out is said", () => {
    const run = walked([
      ["job_code:http_requests:rate5m", { code: "200" }, 1],
      ["job_code:http_requests:rate5m", { code: "500" }, 1],
    ]);
    expect(ofPayment(run)).toMatchObject([
      {
        role: "rate",
        text: expect.stringMatching(/^sum by \(job\) \(job_code:http_requests:rate5m\{job="payment",/),
        rateWindow: 300_000,
      },
      { role: "errors", text: expect.stringContaining('code=~"5..|5xx|5XX"'), rateWindow: 300_000 },
    ]);
    expect(gaps(run)).toEqual([
      "http_requests_total of payment has 60,000 series, so only what the rule job_code:http_requests:rate5m records of it was read: no latency.",
    ]);
  });

  test("of a rule that kept no status have no failures", () => {
    const run = walked([["job:http_requests:rate5m", {}, 1]]);
    expect(ofPayment(run).map(({ role }) => role)).toEqual(["rate"]);
    expect(gaps(run)).toEqual([expect.stringContaining("no failures and no latency")]);
  });

  test("prefer the rule that tells failures, then the one of fewer series", () => {
    const run = walked([
      ["job:http_requests:rate5m", {}, 1],
      ["instance_code:http_requests:rate1m", { code: "200" }, 90],
      ["job_code:http_requests:rate10m", { code: "200" }, 2],
    ]);
    expect(ofPayment(run).map(({ rateWindow }) => rateWindow)).toEqual([600_000, 600_000]);
  });

  test.each([
    ["no rule", []],
    ["a rule of as many series again", [["pod:http_requests:rate5m", {}, 30_000]]],
  ] as const)("with %s are a gap, as ever", (_, rules) => {
    const run = walked(rules);
    expect(ofPayment(run)).toEqual([]);
    expect(gaps(run)).toEqual([expect.stringContaining("more than the 20,000 looked at")]);
  });

  test("are asked for once, in words that Prometheus can read; others' series ask for no rule", () => {
    const probes = walked([]).asked.filter(
      ({ purpose }) => purpose.kind === "interval" && purpose.recipe === "recorded",
    );
    expect(probes.map(({ text }) => isValid(text))).toEqual([true]);
    expect(probes[0]?.text).toContain(
      '__name__=~"[a-zA-Z0-9_]+:http_requests(?:_total)?:(?:sum_)?i?rate[0-9]+[smh]",job="payment"',
    );
    const small = walked([], { __name__: counter, job: "gateway" });
    expect(small.asked.some(({ purpose }) => purpose.kind === "interval" && purpose.recipe === "recorded")).toBe(false);
  });
});
