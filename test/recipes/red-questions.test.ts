/** How few questions, how few samples, and no request twice. */
import { describe, expect, test } from "vitest";
import type { Question } from "@/lib/evidence";
import type { Walk, World } from "@/test/installation";
import { counted, inShop, investigated, payment, type Red, redOf } from "@/test/recipes/investigated";

describe("all conventions in one installation", () => {
  const names = ["otel", "plain", "spring", "grpc", "meshed", "edge", "kept"];
  const path = names.map((name, index) => `${" ".repeat(index)}shop/${name} Serve ${index}-900 [server]`).join("\n");
  const world: Partial<World> = {
    families: [
      { __name__: "http_server_request_duration_seconds_count", job: "shop/otel" },
      { __name__: "http_requests_total", job: "plain", namespace: "shop" },
      { __name__: "http_server_requests_seconds_count", job: "spring", namespace: "shop" },
      { __name__: "grpc_server_handled_total", app: "grpc", namespace: "shop" },
      {
        __name__: "istio_requests_total",
        destination_workload: "meshed",
        destination_workload_namespace: "shop",
        reporter: "destination",
      },
      { __name__: "traefik_service_requests_total", service: "shop-edge-80@kubernetes" },
      { __name__: "traces_spanmetrics_calls_total", service: "kept" },
    ],
    errorLabels: {
      http_server_request_duration_seconds_count: ["http_response_status_code"],
      http_requests_total: ["code"],
      http_server_requests_seconds_count: ["outcome"],
    },
  };

  test("is asked for in seven range questions at most, each service once a role", () => {
    const run = investigated(path, world);
    const reds = redOf(run);
    expect(reds.length).toBeLessThanOrEqual(7);
    const rates = reds.filter(({ red }) => red.role === "rate").flatMap(({ red }) => red.services);
    expect(rates.map(({ service }) => service.name).toSorted()).toEqual(names.toSorted());
    expect(run.asked.length).toBeLessThanOrEqual(40);
  });

  test("stays so where each is sampled at its own pace", () => {
    const pace = new Map([
      ["shop/otel", 60],
      ["plain", 20],
      ["spring", 10],
      ["grpc", 5],
      ["meshed", 20],
      ["kept", 5],
    ]);
    const run = investigated(path, { ...world, sampled: (value) => ({ samples: pace.get(value) ?? 20 }) });
    const reds = redOf(run);
    expect(reds.length).toBeLessThanOrEqual(7);
    for (const { red, question } of reds) expect(question.call).toMatchObject({ step: Math.max(red.interval, 15_000) });
  });

  test("says of spans that only kept traces are counted, and does not add them to other requests", () => {
    const kept = redOf(investigated(path, world)).filter(({ red }) =>
      red.services.some(({ service }) => service.name === "kept"),
    );
    expect(kept.filter(({ red }) => red.role === "rate").map(({ red }) => red.title)).toEqual([
      "spans served, of the traces kept",
    ]);
    expect(kept.every(({ red }) => red.services.length === 1)).toBe(true);
  });
});

describe("requests are counted once", () => {
  test("own counters of HTTP and RPC are both asked for; the mesh and kept spans count the same again", () => {
    const run = investigated(inShop, {
      families: [
        { __name__: "http_requests_total", job: "payment", namespace: "shop" },
        { __name__: "grpc_server_handled_total", job: "payment", namespace: "shop" },
        {
          __name__: "istio_requests_total",
          destination_workload: "payment",
          destination_workload_namespace: "shop",
          reporter: "source",
        },
        { __name__: "traces_spanmetrics_calls_total", service: "payment" },
      ],
      errorLabels: { http_requests_total: ["code"] },
    });
    const [rate] = redOf(run).filter(({ red }) => red.role === "rate");
    expect(rate?.red.services.map(({ value, title }) => [value, title])).toEqual([
      ['payment (http-requests job namespace="shop")', "HTTP requests"],
      ['payment (grpc-go job namespace="shop")', "gRPC calls"],
    ]);
    expect(rate?.question.text).not.toMatch(/istio|spanmetrics/);
  });
});

describe("more series than can be looked at", () => {
  const many = (series: number, more: Partial<World> = {}): Walk =>
    investigated(payment, {
      families: counted("http_requests_total", { job: "payment" }),
      errorLabels: { http_requests_total: ["code"] },
      series: () => series,
      ...more,
    });

  test("are not asked for, and what to do is said", () => {
    const run = many(1_000_000);
    expect(redOf(run)).toEqual([]);
    expect(run.plan.unasked).toContainEqual(
      expect.objectContaining({
        reason: "over-budget",
        text: "http_requests_total of payment has 1,000,000 series; with those of the other services that is more than the 20,000 looked at.",
      }),
    );
  });

  test("of one family leave another", () => {
    const run = many(1, {
      families: [
        { __name__: "http_requests_total", job: "payment" },
        { __name__: "traces_spanmetrics_calls_total", service: "payment" },
      ],
      series: ({ __name__ }) => (__name__ === "http_requests_total" ? 50_000 : 20),
    });
    expect(redOf(run).map(({ red }) => red.recipe)).toContain("tempo-span-metrics");
    expect(run.plan.unasked.map(({ reason }) => reason)).not.toContain("over-budget");
  });

  test("of buckets alone give the mean in place of the p99", () => {
    const run = many(2_000, { bucketSeries: 30_000 });
    expect(redOf(run).map(({ red }) => [red.role, red.title])).toContainEqual([
      "latency-mean",
      "mean latency, as its buckets are too many series",
    ]);
  });

  /** Samples a range question touches: its series at each step, once for every sample in the range. */
  const touched = ({ red, question }: { readonly red: Red; readonly question: Question }, series: number): number => {
    const { window, call } = question;
    if (!window || call.api !== "prometheus-range") throw new Error("no range question");
    return series * ((window.to - window.from) / call.step + 1) * (red.rateWindow / red.interval);
  };

  test.each([
    [100, 1_200],
    [4_000, 19_000],
    [20_000, 20_000],
    [20_000, 900_000],
  ])("cost at most 20 million samples: %i counters, %i buckets", (series, buckets) => {
    const run = many(series, { bucketSeries: buckets });
    const reds = redOf(run);
    expect(reds.length).toBeGreaterThan(2);
    const asked = reds.map((each) =>
      touched(each, each.red.role === "latency-p99" ? buckets : each.red.role === "latency-mean" ? 2 * series : series),
    );
    // The probes: names by as many labels as may name a service; then two looks at each of 20 samples, four forms of time.
    const probes = 10 * series + 40 * series + 2 * buckets + 4 * series;
    expect(asked.reduce((sum, each) => sum + each, probes)).toBeLessThan(20_000_000);
  });
});

test("a service that only answers health checks is said to have no requests", () => {
  const run = investigated(payment, { families: counted("http_requests_total", { job: "payment" }), samples: 0 });
  expect(redOf(run)).toEqual([]);
  expect(run.plan.unasked.map(({ text }) => text)).toContain(
    "http_requests_total of payment told of no user's request in the five minutes before 14:04:00Z.",
  );
});

test("names told in part are followed, and what may be missing is said", () => {
  const run = investigated(payment, {
    families: counted("http_requests_total", { job: "payment" }),
    errorLabels: { http_requests_total: ["code"] },
    partial: ({ purpose }) => purpose.kind === "identity",
  });
  expect(redOf(run)).not.toEqual([]);
  expect(run.plan.unasked.map(({ text }) => text)).toContain(
    "prometheus told only a part of what names these services: series of theirs may be missing, or be another's of the same name.",
  );
});

test("the probe for names is bounded", () => {
  const probe = investigated(payment, {}).asked.find(({ purpose }) => purpose.kind === "identity");
  expect(probe?.call).toMatchObject({ api: "prometheus-instant", limit: 5_000 });
});
