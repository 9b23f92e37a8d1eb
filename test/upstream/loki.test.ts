import { describe, expect, test } from "vitest";
import type { Call } from "@/lib/evidence";
import { lineInstant, lineLabels } from "@/lib/signal/lines";
import { day, minute, shift, toInstant, type Window } from "@/lib/signal/time";
import { lineLevel } from "@/lib/upstream/log-level";
import { requiredLabelsOf } from "@/lib/upstream/loki-read";
import { answering, type Prepared } from "@/test/upstream/answering";
import { answerOf, askOnce, gapIn, lastHour, linesCall, upstreamAt } from "@/test/upstream/fixtures";

const success = (data: unknown): Prepared => ({ body: { status: "success", data } });
const streams = (result: unknown): Prepared => success({ resultType: "streams", result, stats: {} });
const ask = (routes: Parameters<typeof answering>[0], call: Call, window: Window | null = lastHour) =>
  answering(routes, async ({ url, asked }) => ({
    evidence: await askOnce(upstreamAt("loki", url), call, { window }),
    asked,
  }));
const queryRange = "/loki/api/v1/query_range";
const ns = (ms: number, nanos = 0): string => String(BigInt(lastHour.from + ms) * 1_000_000n + BigInt(nanos));

describe("lines", () => {
  const result = [
    {
      stream: { app: "payment", pod: "a" },
      values: [
        [ns(2_000), "c", { structuredMetadata: { traceID: "7", level: "warn" }, parsed: { user: "9" } }],
        [ns(1_000, 1), "b2"],
      ],
    },
    {
      stream: { app: "payment", pod: "b", level: "error" },
      values: [
        [ns(3_000), "d", {}],
        [ns(1_000, 1), "b1", { structuredMetadata: null }],
        [ns(1_000), "a"],
      ],
    },
  ];
  test("of all streams in one ascending order, equal times kept in order, to the nanosecond", async () => {
    const { lines } = answerOf((await ask({ [queryRange]: streams(result) }, linesCall)).evidence, "lines");
    expect(lines.text).toEqual(["a", "b2", "b1", "c", "d"]);
    expect(Array.from(lines.offset)).toEqual([0, 1, 1, 1e9, 2e9]);
    expect(lineInstant(lines, 3)).toBe(lastHour.from + 2_000);
    expect(lineLabels(lines, 3)).toEqual({ app: "payment", pod: "a", traceID: "7", level: "warn", user: "9" });
    expect(lines.metadata[2]).toBeNull();
    expect(lines.level).toEqual(["error", "unknown", "error", "warn", "error"]);
  });
  test("are asked with metadata apart, our tag, and an end that includes its last millisecond", async () => {
    const { asked } = await ask({ [queryRange]: streams(result) }, linesCall);
    expect(asked[0]?.headers).toMatchObject({
      "x-query-tags": "Source=throughline",
      "x-loki-response-encoding-flags": "categorize-labels",
    });
    expect(Object.fromEntries(asked[0]?.parameters ?? [])).toEqual({
      query: '{app="payment"}',
      start: ns(0),
      end: ns(60 * minute + 1),
      limit: "1000",
      direction: "backward",
    });
  });
  test("a query too long for a URL is posted", async () => {
    const query = `{app="payment"} |= "${"x".repeat(5_000)}"`;
    const { asked } = await ask(
      { [queryRange]: streams(result) },
      { ...linesCall, api: "loki-lines", query, limit: 10, direction: "forward" },
    );
    expect(asked[0]?.method).toBe("POST");
    expect(asked[0]?.parameters.get("query")).toBe(query);
  });
  test("as many as the limit: limited, partial, and said", async () => {
    const call: Call = { api: "loki-lines", query: "{}", limit: 5, direction: "backward" };
    const { evidence } = await ask({ [queryRange]: streams(result) }, call);
    expect(answerOf(evidence, "lines").limited).toBe(true);
    expect(evidence).toMatchObject({ partial: true, notes: ["only the newest 5 lines of the window were read"] });
  });
  test("none, and none far back: the second may be a limit of looking back", async () => {
    expect(gapIn((await ask({ [queryRange]: streams([]) }, linesCall)).evidence).text).toMatch(/has no such line from/);
    const old = { from: shift(lastHour.from, -7 * day), to: shift(lastHour.to, -7 * day) };
    const gap = gapIn((await ask({ [queryRange]: streams([]) }, linesCall, old)).evidence);
    expect(gap).toMatchObject({
      reason: "none-in-window",
      text: expect.stringMatching(/not allowed to look that far back/),
      next: expect.stringMatching(/max_query_lookback/),
    });
  });
  test("times that are no numbers are another shape", async () => {
    expect(
      gapIn((await ask({ [queryRange]: streams([{ stream: {}, values: [["soon", "x"]] }]) }, linesCall)).evidence)
        .reason,
    ).toBe("unreadable");
  });
});

describe("the level of a line", () => {
  test.each([
    [{ level: "WARN" }, null, "level=error", "warn"],
    [{}, { detected_level: "unknown" }, "level=error msg=x", "error"],
    [{}, { severity_text: "ERROR2" }, "", "error"],
    [{ level: "info" }, { level: "fatal" }, "", "fatal"],
    [{}, null, '{"ts":1,"level":"warning","msg":"x"}', "warn"],
    [{}, null, '{"level":50,"msg":"x"}', "error"],
    [{}, null, '{"severity": "CRITICAL"}', "fatal"],
    [{}, null, 'ts=1 lvl="dbug" level=debug', "unknown"],
    [{}, null, "ts=1 level=debug x", "debug"],
    [{}, null, "the water level=high is no level", "unknown"],
    [{ level: "constructor" }, null, "level=toString", "unknown"],
    [{}, null, "nothing", "unknown"],
  ] as const)("%o %o %s: %s", (stream, metadata, text, level) => {
    expect(lineLevel(stream, metadata, text)).toBe(level);
  });
});

describe("metric queries", () => {
  const call: Call = { api: "loki-range", query: "sum by (level) (count_over_time({a=`b`}[1m]))", step: minute };
  const window = { from: lastHour.from, to: toInstant(lastHour.from + 3 * minute) };
  const at = (minutes: number): number => window.from / 1_000 + minutes * 60;
  const matrix = success({
    resultType: "matrix",
    result: [
      {
        metric: { level: "error" },
        values: [
          [at(0), "2"],
          [at(2) - 0.001, "5"],
          [at(4), "9"],
        ],
      },
    ],
  });
  test("what lies behind the end is cut; where nothing was counted there is zero", async () => {
    const { evidence } = await ask({ [queryRange]: matrix }, call, window);
    expect(answerOf(evidence, "series").series).toEqual([
      { labels: { level: "error" }, start: window.from, step: minute, values: [2, 0, 5, 0] },
    ]);
  });
  test("of an unwrapped value nothing is unknown, not zero", async () => {
    const quantile: Call = {
      api: "loki-range",
      query: "quantile_over_time(0.9, {a=`b`} | unwrap d [1m])",
      step: minute,
    };
    const { evidence } = await ask({ [queryRange]: matrix }, quantile, window);
    expect(Array.from(answerOf(evidence, "series").series[0]?.values ?? [])).toEqual([2, null, 5, null]);
  });
});

describe("volume", () => {
  const call: Call = { api: "loki-volume", query: '{app="a"}' };
  const [volume, stats] = ["/loki/api/v1/index/volume", "/loki/api/v1/index/stats"];
  const vector = success({
    resultType: "vector",
    result: [
      { metric: {}, value: [1, "13534596"] },
      { metric: {}, value: [1, "4"] },
    ],
  });
  test("is the sum over the streams", async () => {
    expect(answerOf((await ask({ [volume]: vector }, call)).evidence, "volume").bytes).toBe(13_534_600);
  });
  test("switched off, the index statistics stand in, marked", async () => {
    const { evidence } = await ask(
      { [stats]: { body: { streams: 4, chunks: 8, bytes: 8_687_616, entries: 42_773 } } },
      call,
    );
    expect(answerOf(evidence, "volume").bytes).toBe(8_687_616);
    expect(evidence).toMatchObject({
      partial: true,
      notes: [expect.stringMatching(/counts flushed chunks only/)],
      receipt: { attempts: 2 },
    });
  });
  test("without either it is a matter of configuration", async () => {
    expect(gapIn((await ask({}, call)).evidence)).toMatchObject({
      reason: "not-configured",
      next: expect.stringMatching(/volume_enabled/),
    });
  });
  test("a refusal is no reason to ask the statistics", async () => {
    const refused = {
      status: 400,
      body: "stream selector is missing required matchers [app], labels present in the query were [namespace]",
    };
    const { evidence } = await ask({ [volume]: refused, [stats]: { body: { bytes: 1 } } }, call);
    expect(gapIn(evidence).reason).toBe("query-rejected");
    expect(evidence.receipt.attempts).toBe(1);
  });
});

test("the labels that a refusal requires are read from its gap", async () => {
  const said = "stream selector is missing required matchers [app, team], labels present in the query were [namespace]";
  const { evidence } = await ask({ [queryRange]: { status: 400, body: said } }, linesCall);
  expect(requiredLabelsOf(gapIn(evidence).text)).toEqual(["app", "team"]);
  expect(requiredLabelsOf("parse error")).toEqual([]);
});

test("labels without data are an empty list, with a reason that may be", async () => {
  const { evidence } = await ask({ "/loki/api/v1/labels": { body: { status: "success" } } }, { api: "loki-labels" });
  expect(answerOf(evidence, "names").names).toEqual([]);
  expect(evidence.notes).toEqual([expect.stringMatching(/the tenant is a wrong one/)]);
});

test("series of several matchers are label sets", async () => {
  const { evidence, asked } = await ask(
    { "/loki/api/v1/series": success([{ app: "a" }]) },
    { api: "loki-series", matches: ['{a="1"}', '{a="2"}'] },
  );
  expect(answerOf(evidence, "label-sets").sets).toEqual([{ app: "a" }]);
  expect(asked[0]?.parameters.getAll("match[]")).toEqual(['{a="1"}', '{a="2"}']);
});
