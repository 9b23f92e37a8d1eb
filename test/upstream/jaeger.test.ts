import { describe, expect, test } from "vitest";
import type { Call } from "@/lib/evidence";
import { toInstant } from "@/lib/signal/time";
import { attributesOf, spanAt } from "@/lib/signal/trace";
import { answering } from "@/test/upstream/answering";
import { answerOf, askOnce, gapIn, upstreamAt } from "@/test/upstream/fixtures";

const id = "00000000000000000000000000000abc";
const call: Call = { api: "jaeger-trace", traceId: "abc" };
const ask = (routes: Parameters<typeof answering>[0]) =>
  answering(routes, async ({ url }) => askOnce(upstreamAt("jaeger", url), call, { window: null }));
const asText = (body: unknown, status = 200) => ({ status, type: "text/plain", body: JSON.stringify(body) });

const otlpSpan = {
  traceId: id,
  spanId: "00000000000000f1",
  name: "GET /",
  kind: 2,
  startTimeUnixNano: "1795240000000000000",
  endTimeUnixNano: "1795240000005000000",
  status: { code: 2, message: "boom" },
};
const v3 = {
  result: {
    resourceSpans: [
      {
        resource: { attributes: [{ key: "service.name", value: { stringValue: "frontend" } }] },
        scopeSpans: [{ spans: [otlpSpan] }],
      },
    ],
  },
};
const legacy = {
  data: [
    {
      traceID: "abc",
      processes: {
        p1: { serviceName: "frontend", tags: [{ key: "service.version", type: "string", value: "1.2" }] },
        p2: { serviceName: "cart", tags: [] },
      },
      spans: [
        {
          traceID: "abc",
          spanID: "f1",
          operationName: "GET /",
          references: [],
          startTime: 1_795_240_000_000_001,
          duration: 5_000,
          processID: "p1",
          tags: [
            { key: "span.kind", type: "string", value: "server" },
            { key: "error", type: "bool", value: true },
            { key: "n", type: "int64", value: "9223372036854775807" },
          ],
          logs: [
            {
              timestamp: 1_795_240_000_000_101,
              fields: [
                { key: "event", type: "string", value: "exception" },
                { key: "m", type: "string", value: "x" },
              ],
            },
          ],
        },
        {
          traceID: "abc",
          spanID: "f2",
          operationName: "load",
          references: [
            { refType: "CHILD_OF", traceID: "abc", spanID: "f1" },
            { refType: "FOLLOWS_FROM", traceID: "def", spanID: "9" },
          ],
          startTime: 1_795_240_000_000_002,
          duration: 7,
          processID: "p2",
          tags: [],
          logs: [],
        },
      ],
    },
  ],
};

test("v3 is OTLP with hex ids, sent as text/plain", async () => {
  const { trace, details } = answerOf(await ask({ [`/api/v3/traces/${id}`]: asText(v3) }), "trace");
  expect(trace.id).toBe(id);
  expect(spanAt(trace, 0)).toMatchObject({
    id: "00000000000000f1",
    name: "GET /",
    failed: true,
    duration: 5e6,
    service: { name: "frontend" },
  });
  expect(details.statusMessages).toEqual([{ row: 0, message: "boom" }]);
});

describe("where v3 is not there, the older api gives the same trace", () => {
  test.each([
    ["an unknown path", {}],
    [
      "Jaeger's own page under every path",
      { [`/api/v3/traces/${id}`]: { type: "text/html", body: "<!doctype html><title>Jaeger UI</title>" } },
    ],
  ] as const)("%s", async (_, routes) => {
    const evidence = await ask({ ...routes, [`/api/traces/${id}`]: asText(legacy) });
    const { trace, details } = answerOf(evidence, "trace");
    expect(trace.base).toBe("1795240000000001000");
    expect([spanAt(trace, 0), spanAt(trace, 1)]).toMatchObject([
      { id: "00000000000000f1", kind: "server", failed: true, duration: 5e6, resource: { version: "1.2" } },
      { id: "00000000000000f2", parent: 0, start: 1_000, duration: 7_000, service: { name: "cart" } },
    ]);
    expect(Object.fromEntries(attributesOf(details, 0)).n).toBe("9223372036854775807");
    expect(details.events).toEqual([{ row: 0, offset: 100_000, name: "exception", attributes: { m: "x" } }]);
    expect(details.links).toEqual([
      { row: 1, traceId: "00000000000000000000000000000def", spanId: "0000000000000009", attributes: {} },
    ]);
    expect(evidence.receipt.attempts).toBe(2);
  });
});

test("not found, in either of its two forms", async () => {
  const missing = await ask({
    [`/api/v3/traces/${id}`]: asText({ error: { httpCode: 404, message: "trace not found" } }, 404),
  });
  expect(gapIn(missing)).toMatchObject({ reason: "not-found", text: expect.stringContaining(id) });
  expect(missing.receipt.attempts).toBe(1);
  const older = asText({ data: null, errors: [{ code: 404, msg: "trace not found" }] }, 404);
  expect(gapIn(await ask({ [`/api/traces/${id}`]: older })).reason).toBe("not-found");
});

describe("a search", () => {
  const searched: Call = {
    ...{ api: "jaeger-search", service: "frontend", tags: { error: "true" }, longerThan: 500, limit: 8 },
  };
  const window = { from: toInstant(1_795_240_000_000), to: toInstant(1_795_240_060_000) };

  test("asks one service by tags, length and time, and keeps of each trace what it began with", async () => {
    await answering({ "/api/traces": asText(legacy) }, async ({ url, asked }) => {
      const { hits } = answerOf(await askOnce(upstreamAt("jaeger", url), searched, { window }), "trace-hits");
      expect(hits).toEqual([
        {
          ...{ traceId: id, rootService: "frontend", rootName: "GET /", at: 1_795_240_000_000, duration: 5 },
          spans: [],
        },
      ]);
      expect(Object.fromEntries(asked[0]?.parameters ?? [])).toEqual({
        ...{ service: "frontend", tags: '{"error":"true"}', minDuration: "500ms", limit: "8" },
        ...{ start: "1795240000000000", end: "1795240060000000" },
      });
    });
  });

  describe("for who links to a trace", () => {
    const linkedTrace = "00000000000000000000000000000def";
    const links: Call = {
      ...{ api: "jaeger-search", service: "cart", tags: { "span.kind": "consumer" }, longerThan: null },
      ...{ limit: 2, linkingTo: linkedTrace },
    };
    const told = (body: unknown, call: Call = links) =>
      answering({ "/api/traces": asText(body) }, async ({ url }) =>
        askOnce(upstreamAt("jaeger", url), call, { window }),
      );
    const [whole] = legacy.data;

    test("keeps those whose references name it, and says where it did not look further", async () => {
      const { hits } = answerOf(await told({ data: [whole] }), "trace-hits");
      expect(hits.map(({ traceId, rootService }) => [traceId, rootService])).toEqual([[id, "frontend"]]);
      const other = { ...whole, traceID: "abc1", spans: [] };
      const evidence = await told({ data: [whole, other] });
      expect(answerOf(evidence, "trace-hits").hits).toHaveLength(1);
      expect(evidence.notes).toEqual(["only the 2 newest traces of cart were looked through"]);
    });

    test.each([
      [0, / has no trace in which cart takes a message from \d\d:\d\d:\d\dZ to /],
      [1, /^The one trace in which cart took a message from \S+ to \S+ does not link to this one\.$/],
      [2, /^None of the 2 newest traces in which cart took a message from \S+ to \S+ links to this one\.$/],
    ])("of %d traces that do not link to it says how far it looked", async (count, words) => {
      const data = Array.from({ length: count }, () => whole);
      const elsewhere = { ...links, linkingTo: "0000000000000000000000000000beef" };
      expect(gapIn(await told({ data }, elsewhere))).toMatchObject({
        reason: "none-in-window",
        text: expect.stringMatching(words),
      });
    });

    test("its own spans are no other trace", async () => {
      expect(gapIn(await told({ data: [whole] }, { ...links, linkingTo: id })).reason).toBe("none-in-window");
    });
  });

  test("that finds nothing says where it looked; what is no search answer is unreadable", async () => {
    const gapOfAnswer = (body: unknown) =>
      answering({ "/api/traces": asText(body) }, async ({ url }) =>
        gapIn(await askOnce(upstreamAt("jaeger", url), searched, { window })),
      );
    expect(await gapOfAnswer({ data: [], errors: null })).toMatchObject({ reason: "none-in-window" });
    expect(await gapOfAnswer({ data: null })).toMatchObject({ reason: "none-in-window" });
    expect(await gapOfAnswer({ data: [{ traceID: "abc", spans: [] }, 7] })).toMatchObject({ reason: "none-in-window" });
    expect(await gapOfAnswer([])).toMatchObject({ reason: "unreadable" });
  });
});
