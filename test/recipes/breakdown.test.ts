import { describe, expect, test } from "vitest";
import type { Question } from "@/lib/evidence";
import { textOf } from "@/lib/finding/words";
import { explain } from "@/lib/findings";
import { isValid } from "@/lib/query/promql";
import { at, drawnLead, drawnWindow, gapOf, traceAnswer } from "@/test/draw";
import { environment, everything, type Walk, walk } from "@/test/installation";
import { drawnPrometheus } from "@/test/recipes/drawn-metrics";

const now = drawnWindow.to;
const trace = traceAnswer("gateway GET / 0-900 [server]\n  payment Charge 50-800 ! [server]", {
  start: at("14:03:12"),
});
const isBreakdown = ({ purpose }: Question): boolean => purpose.kind === "breakdown";
const drawnHere: ReadonlySet<string> = new Set(["red", "breakdown"]);

function walked(text: string, more: { series?: number; sick?: boolean } = {}): Walk {
  const prometheus = drawnPrometheus(text);
  return walk({
    ...{ lead: drawnLead, environments: [environment(everything)], now },
    world: {
      trace: ({ upstream }) => (upstream === "shop/tempo" ? trace : undefined),
      families: ["gateway", "payment"].map((job) => ({ __name__: "http_requests_total", job })),
      errorLabels: { http_requests_total: ["code"] },
      ...{ samples: 10, series: () => more.series ?? 1, forms: () => false },
      answer: (question) => {
        if (isBreakdown(question) && more.sick) return gapOf("timeout", "No answer in 10 s.");
        return drawnHere.has(question.purpose.kind) ? prometheus(question) : undefined;
      },
    },
  });
}
const said = ({ known }: Walk): string =>
  textOf(
    explain(drawnLead, known, now, drawnWindow).findings.find(({ kind }) => kind === "concentration")?.sentence ?? [],
  );

const requests = (pod: string, ok: string, failed: string): string => `
  http_requests_total{job="payment",pod="${pod}",route="/charge",code="200"}  + ${ok}
  http_requests_total{job="payment",pod="${pod}",route="/charge",code="500"}  + ${failed}`;
const one =
  requests("payment-1", "300x60 100x30", "0x60 200x30") +
  requests("payment-2", "300x90", "0x90") +
  requests("payment-3", "300x90", "0x90");

describe("once the errors of a service rose", () => {
  test("it is asked which pod they are of, and said", () => {
    expect(said(walked(one))).toMatch(
      /^Of the [\d,]+ failures of payment between 14:0\d:\d\dZ and 14:18:00Z, 100 % are in payment-1, with 3\d % of its requests\.$/,
    );
  });

  test("on which node the pods run comes from Kubernetes", () => {
    const pods = ["payment-4", "payment-5"].map((pod) => requests(pod, "300x60 100x30", "0x60 200x30")).join("");
    const well = ["payment-6", "payment-7", "payment-8"].map((pod) => requests(pod, "300x90", "0x90")).join("");
    const places = [4, 5, 6, 7, 8].map(
      (pod) => `
  kube_pod_info{job="kube-state-metrics",namespace="shop",pod="payment-7d9c5b8f6-${pod}xzz9",node="n${pod < 6 ? 1 : 2}"}  1x90`,
    );
    const named = (text: string): string => text.replaceAll(/payment-(\d)"/g, 'payment-7d9c5b8f6-$1xzz9"');
    expect(said(walked(named(pods + well) + places.join("")))).toContain("100 % are on node n1, with 4");
  });

  test("in one question a Prometheus, behind those that told of it", () => {
    const { asked } = walked(one);
    const [only, ...others] = asked.filter(isBreakdown);
    expect(others).toEqual([]);
    expect(isValid(only?.text ?? "")).toBe(true);
    expect(only?.text.length).toBeLessThan(4_000);
    expect(only?.after.some((id) => asked.some((each) => each.id === id && each.purpose.kind === "red"))).toBe(true);
  });
});

test("nothing is asked where no errors rose", () => {
  const { asked } = walked(requests("payment-1", "300x90", "1x90") + requests("payment-2", "300x90", "1x90"));
  expect(asked.filter(({ purpose }) => purpose.kind === "red").length).toBeGreaterThan(0);
  expect(asked.filter(isBreakdown)).toEqual([]);
});

test("a service of too many series is not asked about, and that is said", () => {
  const { asked, plan } = walked(one, { series: 5_000 });
  expect(asked.filter(isBreakdown)).toEqual([]);
  expect(plan.unasked.map(({ text }) => text)).toContain(
    "Which pods and routes of payment fail was not asked of prometheus: more than 4,000 series.",
  );
});

test("a Prometheus that does not answer leaves nothing said", () => {
  expect(said(walked(one, { sick: true }))).toBe("");
});
