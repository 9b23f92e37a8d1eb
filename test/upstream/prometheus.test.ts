import { describe, expect, test } from "vitest";
import type { Call } from "@/lib/evidence";
import type { Exemplar } from "@/lib/signal/series";
import { minute, toInstant } from "@/lib/signal/time";
import { mostExemplars, thin } from "@/lib/upstream/exemplars-read";
import { answering } from "@/test/upstream/answering";
import { answerOf, askOnce, gapIn, lastHour, now, rangeCall, upstreamAt } from "@/test/upstream/fixtures";

const success = (data: unknown, more: Record<string, unknown> = {}): { body: unknown } => ({
  body: { status: "success", data, ...more },
});
const from = lastHour.from / 1_000;
const ask = (path: string, prepared: { body: unknown; status?: number }, call: Call, window = lastHour) =>
  answering({ [path]: prepared }, async ({ url, asked }) => ({
    evidence: await askOnce(upstreamAt("prometheus", url), call, { window }),
    asked,
  }));

describe("a range", () => {
  const short = { from: lastHour.from, to: toInstant(lastHour.from + 4 * minute) };
  test("missing points, NaN and infinities are holes on the grid", async () => {
    const values = [
      [from, "1"],
      [from + 120, "NaN"],
      [from + 180, "+Inf"],
      [from + 240, "1e-300"],
    ];
    const { evidence, asked } = await ask(
      "/api/v1/query_range",
      success({ resultType: "matrix", result: [{ metric: { job: "a" }, values }] }),
      rangeCall,
      short,
    );
    expect(answerOf(evidence, "series").series).toEqual([
      { labels: { job: "a" }, start: short.from, step: minute, values: [1, null, null, null, 1e-300] },
    ]);
    expect(asked[0]?.method).toBe("POST");
    expect(Object.fromEntries(asked[0]?.parameters ?? [])).toEqual({
      query: "up",
      start: String(from),
      end: String(from + 240),
      step: "60",
      timeout: "2700ms",
    });
  });
  test("warnings make it partial, infos do not; both are shown", async () => {
    const data = { resultType: "matrix", result: [{ metric: {}, values: [[from, "1"]] }] };
    const infos = await ask(
      "/api/v1/query_range",
      success(data, { infos: ["PromQL info: might not be a counter"] }),
      rangeCall,
    );
    expect(infos.evidence).toMatchObject({ partial: false, notes: ["PromQL info: might not be a counter"] });
    const warnings = await ask(
      "/api/v1/query_range",
      success(data, { warnings: ["results truncated due to limit"] }),
      rangeCall,
    );
    expect(warnings.evidence).toMatchObject({ partial: true, notes: ["results truncated due to limit"] });
  });
  test("nothing is a gap in words, with the warnings that may explain it", async () => {
    const { evidence } = await ask(
      "/api/v1/query_range",
      success({ resultType: "matrix", result: [] }, { warnings: ["bucket label missing"] }),
      rangeCall,
    );
    expect(gapIn(evidence)).toMatchObject({
      reason: "none-in-window",
      text: expect.stringMatching(/has no series for this query from 05:00:00Z to/),
    });
    expect(evidence.notes).toEqual(["bucket label missing"]);
  });
  test("too many points: the server's words, and what to do", async () => {
    const error =
      "exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)";
    const { evidence } = await ask(
      "/api/v1/query_range",
      { status: 400, body: { status: "error", errorType: "bad_data", error } },
      rangeCall,
    );
    expect(gapIn(evidence)).toMatchObject({
      reason: "query-rejected",
      text: expect.stringContaining(error),
      next: expect.stringMatching(/larger step/),
    });
  });
});

describe("an instant", () => {
  const call: Call = { api: "prometheus-instant", query: "up", at: now };
  test("a vector and a scalar are series of one value and step 0", async () => {
    const vector = { resultType: "vector", result: [{ metric: { a: "b" }, value: [from + 0.5, "-Inf"] }] };
    expect(answerOf((await ask("/api/v1/query", success(vector), call)).evidence, "series").series).toEqual([
      { labels: { a: "b" }, start: lastHour.from + 500, step: 0, values: [null] },
    ]);
    expect(
      answerOf(
        (await ask("/api/v1/query", success({ resultType: "scalar", result: [from, "1"] }), call)).evidence,
        "series",
      ).series[0]?.values,
    ).toEqual([1]);
  });
  test("raw samples of a range selector stand on the grid of their smallest distance", async () => {
    const matrix = {
      resultType: "matrix",
      result: [
        {
          metric: {},
          values: [
            [from, "1"],
            [from + 15, "1"],
            [from + 45, "2"],
          ],
        },
      ],
    };
    expect(answerOf((await ask("/api/v1/query", success(matrix), call)).evidence, "series").series[0]).toMatchObject({
      step: 15_000,
      values: [1, 1, null, 2],
    });
  });
});

describe("exemplars", () => {
  const call: Call = { api: "prometheus-exemplars", query: "x_bucket" };
  const path = "/api/v1/query_exemplars";
  test("any spelling of the trace id label, with stripped zeros, becomes the canonical id", async () => {
    const exemplar = (labels: Record<string, string>, value: string) => ({ labels, value, timestamp: from + 1.25 });
    const data = [
      {
        seriesLabels: { service: "checkout", le: "0.1" },
        exemplars: [
          exemplar({ trace_id: "EB8E" }, "0.0662"),
          exemplar({ traceID: "15ac3501ddaa646c4c4f2665e407956" }, "2"),
          exemplar({ TraceId: "a", user: "7" }, "3"),
          exemplar({ other: "a" }, "9"),
        ],
      },
    ];
    const { exemplars } = answerOf((await ask(path, success(data), call)).evidence, "exemplars");
    expect(exemplars.map(({ traceId }) => traceId).sort()).toEqual([
      "0000000000000000000000000000000a",
      "0000000000000000000000000000eb8e",
      "015ac3501ddaa646c4c4f2665e407956",
    ]);
    expect(exemplars.find(({ value }) => value === 3)).toMatchObject({
      at: lastHour.from + 1_250,
      labels: { service: "checkout", le: "0.1", user: "7" },
    });
  });
  test("204 without a body, and an empty list, are none", async () => {
    expect(gapIn((await ask(path, { status: 204, body: "" }, call)).evidence)).toMatchObject({
      reason: "none-in-window",
      next: expect.stringMatching(/storage is off/),
    });
    expect(gapIn((await ask(path, success([]), call)).evidence).reason).toBe("none-in-window");
  });
  test("of thousands at most 60 are kept, and the note says of how many", async () => {
    const exemplars = Array.from({ length: 2_000 }, (_, at) => ({
      labels: { trace_id: (at + 1).toString(16) },
      value: String(at % 7),
      timestamp: from + at,
    }));
    const { evidence } = await ask(path, success([{ seriesLabels: {}, exemplars }]), call);
    expect(answerOf(evidence, "exemplars").exemplars).toHaveLength(60);
    expect(evidence.notes).toEqual(["60 of 2,000 exemplars: failing, slowest, and spread over time"]);
  });
  test("thinning keeps the failing, the slowest, and dots along the whole window; the order of arrival does not matter", () => {
    const all = Array.from(
      { length: 1_000 },
      (_, at): Exemplar => ({
        labels: at === 500 ? { status: "503" } : { status: "200" },
        at: toInstant(now + at * 1_000),
        value: at === 17 ? 99 : at === 500 ? 0 : 1,
        traceId: (at + 1).toString(16).padStart(32, "0"),
      }),
    );
    const kept = thin(all);
    expect(kept).toHaveLength(mostExemplars);
    expect(kept).toContain(all[500]);
    expect(kept).toContain(all[17]);
    const quarters = new Set(kept.map(({ at }) => Math.floor((at - now) / 250_000)));
    expect([...quarters]).toEqual([0, 1, 2, 3]);
    expect(thin([...all].reverse())).toEqual(kept);
  });
});

describe("series", () => {
  const call: Call = { api: "prometheus-series", matches: ['{job="a"}', '{job="b"}'], limit: 2 };
  test("label sets, matchers repeated, and a note where there are more", async () => {
    const { evidence, asked } = await ask("/api/v1/series", success([{ a: "1" }, { a: "2" }, { a: "3" }]), call);
    expect(answerOf(evidence, "label-sets").sets).toEqual([{ a: "1" }, { a: "2" }]);
    expect(evidence).toMatchObject({ partial: true, notes: ["first 2 label sets; there are more"] });
    expect(asked[0]?.parameters.getAll("match[]")).toEqual(['{job="a"}', '{job="b"}']);
  });
  test("none is a gap", async () => {
    expect(gapIn((await ask("/api/v1/series", success([]), call)).evidence).reason).toBe("none-in-window");
  });
});
