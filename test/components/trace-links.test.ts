import { describe, expect, test } from "vitest";
import { traceLinkRows } from "@/components/panels/trace-link-rows";
import type { AnswerOf } from "@/lib/evidence";
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
      rows: [{ traceId: producers, words: "came from", where: "orders-consumer orders process" }],
      others: 0,
    });
  });

  test("names, from the producer's side, the trace that continues it", () => {
    expect(traceLinkRows(producing, [hits(consumers)]).rows).toEqual([
      { traceId: consumers, words: "continues in", where: "orders-consumer orders process" },
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
    expect([batch.rows.length, batch.others]).toEqual([8, 22]);
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
