import { describe, expect, test } from "vitest";
import { shortTraceId, traceLinkRows } from "@/components/panels/trace-link-rows";
import type { AnswerOf } from "@/lib/evidence";
import type { Labels } from "@/lib/signal/labels";
import { canonicalTraceId, fromXray } from "@/lib/signal/trace-id";
import { at, drawnLead, evidenceOf, gapOf, traceAnswer } from "@/test/draw";
import { environment, walk } from "@/test/installation";

const producers = "4bf92f3577b34da6a3ce929d0e0e4736";
const consumers = "5cf92f3577b34da6a3ce929d0e0e4737";
const producing = traceAnswer("gateway POST /orders 0-90 [server]\n  order orders publish 10-12 [producer]", {
  id: producers,
});
const consuming = traceAnswer("orders-consumer orders process 0-40 [consumer]\n  orders-consumer work 2-30", {
  id: consumers,
});
const linking = (answer: AnswerOf<"trace">, links: readonly [row: number, traceId: string][]): AnswerOf<"trace"> => ({
  ...answer,
  details: {
    ...answer.details,
    links: links.map(([row, traceId]) => ({ row, traceId, spanId: "00f067aa0ba902b7", attributes: {} })),
  },
});
const hits = (...ids: readonly string[]) =>
  evidenceOf(
    {
      kind: "trace-hits",
      hits: ids.map((traceId) => ({
        ...{ traceId, at: at("14:03:13"), duration: 40, spans: [] },
        ...{ rootService: "orders-consumer", rootName: "orders process" },
      })),
    },
    { kind: "trace-links", of: producers },
  );

describe("a trace that goes on in another", () => {
  test("names, from the consumer's side, the trace it came from", () => {
    expect(traceLinkRows(linking(consuming, [[0, producers]]), [])).toEqual({
      rows: [{ traceIds: [producers], words: "came from", where: "orders-consumer orders process" }],
      others: 0,
      inVain: [],
    });
  });

  test("names, from the producer's side, the trace that continues it", () => {
    expect(traceLinkRows(producing, [hits(consumers)]).rows).toEqual([
      { traceIds: [consumers], words: "continues in", where: "orders-consumer orders process" },
    ]);
  });

  test("is named once, whoever links how often; a link within the trace is none; hundreds are counted", () => {
    const twice = linking(consuming, [
      [0, producers],
      [1, producers],
      [1, consumers],
    ]);
    expect(traceLinkRows(twice, []).rows.map(({ words }) => words)).toEqual(["came from", "is linked to"]);
    const many = Array.from({ length: 30 }, (_, index) => `${index}`.padStart(32, "a"));
    const batch = traceLinkRows(producing, [hits(...many)]);
    expect([batch.rows.map(({ traceIds }) => traceIds), batch.others]).toEqual([[many.toSorted().slice(0, 8)], 22]);
  });

  test("is told from others by a few digits, be its id of 64 bits or of X-Ray and the same second", () => {
    const ids = [
      ...["a3ce929d0e0e4736", "a3ce929d0e0e4737"].map(canonicalTraceId),
      ...["1-5759e988-bd862e3fe1be46a994272793", "1-5759e988-bd862e3fe1be46a994272794"].map(fromXray),
    ];
    expect(new Set(ids.map((id) => shortTraceId(id ?? ""))).size).toBe(4);
  });

  test.each([
    ["what was looked at", "none-in-window", [], ["none-in-window"]],
    ["nothing of what was looked at in vain beside what was found", "none-in-window", [hits(consumers)], []],
    [
      "what could not be looked at, also beside what was found",
      "timeout",
      [hits(consumers)],
      ["Whether more traces go on from this one is not known: timeout"],
    ],
    [
      "what could not be looked at",
      "timeout",
      [],
      ["Whether another trace goes on from this one is not known: timeout"],
    ],
  ] as const)("says %s", (_, reason, found, said) => {
    const none = evidenceOf({ ...gapOf(reason), text: reason }, { kind: "trace-links", of: producers });
    expect(traceLinkRows(producing, [none, ...found]).inVain).toEqual(said);
    expect(traceLinkRows(consuming, [none]).inVain).toEqual([]);
  });

  test("of another trace's links nothing is told", () => {
    expect(traceLinkRows(consuming, [hits(consumers)]).rows).toEqual([]);
  });
});

describe("who continues it is asked of Tempo", () => {
  const asked = (trace: AnswerOf<"trace">) =>
    walk({
      lead: drawnLead,
      environments: [environment(["tempo", "jaeger"])],
      world: { trace: ({ upstream }) => (upstream === "shop/tempo" ? trace : gapOf("not-found")) },
      now: at("14:18:05"),
    }).asked.filter(({ purpose }) => purpose.kind === "trace-links");

  test("once, where a message was handed over and nothing in the trace took it", () => {
    expect(asked(producing).map(({ upstream, text }) => [upstream, text])).toEqual([
      ["shop/tempo", `{ link:traceID = "${producers}" } with (most_recent=true)`],
    ]);
  });

  test.each([
    ["the consumer is part of it", "order orders publish 0-2 [producer]\n  projector orders process 5-9 [consumer]"],
    ["nothing is handed over", "gateway GET / 0-9 [server]"],
  ])("not where %s", (_, drawn) => {
    expect(asked(traceAnswer(drawn))).toEqual([]);
  });
});

describe("who continues it, of Jaeger", () => {
  const published = traceAnswer(
    "order POST /orders 0-90 [server]\n  order orders publish 10-12 [producer] {messaging.destination.name=orders}",
    { id: producers },
  );
  const lag = (group: string, topic = "orders"): Labels => ({ signal: "kafka-groups", topic, group });
  const walked = (
    trace: AnswerOf<"trace">,
    told: readonly Labels[],
    neighbours: readonly { service: string; calls: string; through: string | null }[] = [],
  ) =>
    walk({
      lead: drawnLead,
      environments: [environment(["prometheus", "jaeger"], { neighbours })],
      world: {
        trace: () => trace,
        families: ["order", "mailer"].map((job) => ({ __name__: "http_requests_total", job })),
        answer: ({ purpose }) =>
          purpose.kind === "neighbours" && told.length > 0
            ? {
                kind: "series",
                series: told.map((labels) => ({ labels, start: at("14:18:00"), step: 0, values: [3] })),
              }
            : undefined,
      },
      now: at("14:18:05"),
    });
  const asked = (...input: Parameters<typeof walked>) =>
    walked(...input).asked.filter(({ purpose }) => purpose.kind === "trace-links");

  test("those are asked who read the topic, for a minute behind the message", () => {
    const [first, ...others] = asked(published, [lag("mailer-group"), lag("audit", "payments")]);
    expect(others).toEqual([]);
    expect(first?.call).toEqual({
      ...{ api: "jaeger-search", service: "mailer", tags: { "span.kind": "consumer" }, longerThan: null },
      ...{ limit: 50, linkingTo: producers },
    });
    expect(first?.window).toEqual({ from: at("14:03:11"), to: at("14:04:12") });
    expect(first?.text).toContain(`link to ${producers}`);
  });

  test("two at most; the others are named", () => {
    const groups = ["a", "b", "c", "d"].map((group) => lag(group));
    const { asked: all, plan } = walked(published, groups);
    expect(all.flatMap(({ call }) => (call.api === "jaeger-search" ? call.service : []))).toEqual(["a", "b"]);
    expect(plan.unasked.map(({ text }) => text)).toContain("Not looked for links to this trace: the traces of c, d.");
  });

  test("the configuration may name who reads it", () => {
    const [only] = asked(published, [], [{ service: "order", calls: "mailer", through: "orders" }]);
    expect(only?.call).toMatchObject({ service: "mailer" });
  });

  test("where nobody is known, that is said, with the topic", () => {
    const { asked: all, plan } = walked(published, []);
    expect(all.filter(({ purpose }) => purpose.kind === "trace-links")).toEqual([]);
    expect(plan.unasked).toContainEqual(
      expect.objectContaining({ slot: "trace", reason: "not-linked", text: expect.stringContaining("reads orders") }),
    );
  });

  test.each([
    [
      "somebody takes it in the same trace",
      "order orders publish 0-2 [producer] {messaging.destination.name=orders}\n  mailer orders process 5-9 [consumer]",
    ],
    ["nothing is handed over", "order GET / 0-9 [server]"],
  ])("nobody is asked where %s", (_, drawn) => {
    const { asked: all, plan } = walked(traceAnswer(drawn), [lag("mailer")]);
    expect(all.filter(({ purpose }) => purpose.kind === "trace-links")).toEqual([]);
    expect(plan.unasked.filter(({ slot, reason }) => slot === "trace" && reason === "not-linked")).toEqual([]);
  });
});
