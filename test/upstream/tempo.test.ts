import { describe, expect, test } from "vitest";
import type { Call } from "@/lib/evidence";
import { shift } from "@/lib/signal/time";
import { answering } from "@/test/upstream/answering";
import { answerOf, askOnce, gapIn, lastHour, now, traceCall, upstreamAt } from "@/test/upstream/fixtures";

const ask = (routes: Parameters<typeof answering>[0], call: Call, window = lastHour) =>
  answering(routes, async ({ url, asked }) => ({
    evidence: await askOnce(upstreamAt("tempo", url), call, { window }),
    asked,
  }));
const search: Call = {
  api: "tempo-search",
  query: "{ status = error } with (most_recent=true)",
  limit: 20,
  spansPerTrace: 300,
};
const trace = (more: Record<string, unknown>) => ({
  traceID: "c7fd",
  startTimeUnixNano: "1795239000000000000",
  durationMs: 12,
  ...more,
});

describe("search", () => {
  test("settles ids, missing roots, missing and wrapped durations, and sorts newest first", async () => {
    const traces = [
      trace({ traceID: "1", rootServiceName: "<root span not yet received>" }),
      trace({
        traceID: "2",
        rootServiceName: "frontend",
        rootTraceName: "POST /checkout",
        startTimeUnixNano: "1795239000500000000",
        durationMs: 18_446_744_073_709,
      }),
      { traceID: "not an id" },
      trace({
        traceID: "3",
        durationMs: undefined,
        startTimeUnixNano: "1795238000000000000",
        spanSet: { spans: [{ spanID: "b" }] },
        spanSets: [
          {
            spans: [
              {
                spanID: "adeb",
                startTimeUnixNano: "1795238000000000000",
                durationNanos: "18446744073709551616",
                attributes: [{ key: "n", value: { intValue: "502" } }],
              },
            ],
          },
        ],
      }),
    ];
    const { evidence } = await ask({ "/api/search": { body: { traces, metrics: {} } } }, search);
    const { hits } = answerOf(evidence, "trace-hits");
    expect(
      hits.map(({ traceId, rootService, rootName, duration }) => [
        traceId.replace(/^0+/, ""),
        rootService,
        rootName,
        duration,
      ]),
    ).toEqual([
      ["2", "frontend", "POST /checkout", 0],
      ["1", null, null, 12],
      ["3", null, null, 0],
    ]);
    expect(hits[2]?.spans).toEqual([{ id: "000000000000adeb", at: 1_795_238_000_000, attributes: { n: "502" } }]);
  });
  test("asks in unsigned seconds, with at most 100 spans of a trace", async () => {
    const { asked } = await ask({ "/api/search": { body: { traces: [] } } }, search, {
      from: shift(lastHour.from, 1),
      to: shift(lastHour.from, 2),
    });
    expect(Object.fromEntries(asked[0]?.parameters ?? [])).toEqual({
      q: search.query,
      limit: "20",
      spss: "100",
      start: String(lastHour.from / 1_000),
      end: String(lastHour.from / 1_000 + 1),
    });
  });
  test("an older server refuses the hint: asked again without it, and said", async () => {
    const { evidence, asked } = await ask(
      {
        "/api/search": ({ parameters }) =>
          parameters.get("q")?.includes("with")
            ? {
                status: 400,
                body: "invalid TraceQL query: parse error at line 1, col 20: syntax error: unexpected with",
              }
            : { body: { traces: [trace({})] } },
      },
      search,
    );
    expect(asked.map(({ parameters }) => parameters.get("q"))).toEqual([search.query, "{ status = error }"]);
    expect(answerOf(evidence, "trace-hits").hits).toHaveLength(1);
    expect(evidence.receipt.attempts).toBe(2);
    expect(evidence.notes).toContainEqual(expect.stringMatching(/without most_recent/));
  });
  test("a query that is wrong anyway is a rejected one", async () => {
    const { evidence } = await ask(
      { "/api/search": { status: 400, body: "invalid TraceQL query: unknown identifier: foo" } },
      search,
    );
    expect(gapIn(evidence)).toMatchObject({
      reason: "query-rejected",
      next: expect.stringMatching(/query itself is at fault/),
    });
  });
  test("the newest 30 s are not searchable: said with an answer, a gap of its own without", async () => {
    const fresh = { from: shift(now, -20_000), to: now };
    const empty = { "/api/search": { body: { traces: [], metrics: {} } } };
    expect(gapIn((await ask(empty, search, fresh)).evidence).reason).toBe("too-new");
    expect(gapIn((await ask(empty, search)).evidence).reason).toBe("none-in-window");
    const past = { from: lastHour.from, to: shift(now, -60_000) };
    const some = { "/api/search": { body: { traces: [trace({})] } } };
    expect((await ask(some, search)).evidence.notes).toEqual(["traces of the newest 30 s are not searchable yet"]);
    expect((await ask(some, search, past)).evidence.notes).toEqual([]);
  });
});

test("a trace is asked for by its padded id and without any range", async () => {
  const { asked } = await ask({}, traceCall("F3A1-C2B4"));
  expect(asked.map(({ path, parameters }) => [path, parameters.size])).toEqual([
    ["/api/v2/traces/000000000000000000000000f3a1c2b4", 0],
    ["/api/traces/000000000000000000000000f3a1c2b4", 0],
  ]);
});
