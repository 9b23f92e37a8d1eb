import { expect, test } from "vitest";
import { spanFacts } from "@/components/panels/span-facts";
import { traceLink } from "@/components/panels/trace-link";
import { traceSources } from "@/components/panels/trace-sources";
import type { TraceDetails } from "@/lib/signal/trace";
import { evidenceOf, gapOf, traceAnswer } from "@/test/draw";

const details: TraceDetails = {
  keys: ["http.route", "retry", "tags"],
  values: ["/checkout", 3, ["a", "b"], "<b>again</b>"],
  attributes: [
    [2, 2, 1, 1, 0, 0],
    [0, 3, 0, 0],
  ],
  events: [
    {
      row: 0,
      offset: 12e6,
      name: "exception",
      attributes: {
        "exception.type": "Timeout",
        "exception.message": "too late",
        "exception.stacktrace": "at x\nat y",
        "exception.escaped": false,
      },
    },
    { row: 1, offset: 1e6, name: "retry", attributes: { try: 2 } },
  ],
  links: [{ row: 1, traceId: "a".repeat(32), spanId: "b".repeat(16), attributes: {} }],
  statusMessages: [{ row: 0, message: "deadline exceeded" }],
};

test("attributes stand by key, values as they are read", () => {
  const { attributes, message, complete } = spanFacts(details, 0);
  expect(attributes.map(({ key, text }) => [key, text])).toEqual([
    ["http.route", "/checkout"],
    ["retry", "3"],
    ["tags", '["a","b"]'],
  ]);
  expect([message, complete]).toEqual(["deadline exceeded", true]);
});

test("a key that came twice stands twice, markup is only letters", () => {
  const { attributes } = spanFacts(details, 1);
  expect(attributes.map(({ text }) => text)).toEqual(["<b>again</b>", "/checkout"]);
  expect(new Set(attributes.map(({ id }) => id)).size).toBe(2);
});

test("an exception says type and message, keeps its stack apart and the rest as facts", () => {
  const [event] = spanFacts(details, 0).events;
  expect(event).toMatchObject({ exception: "Timeout: too late", stack: "at x\nat y" });
  expect(event?.facts.map(({ key }) => key)).toEqual(["exception.escaped"]);
  expect(spanFacts(details, 1).events[0]).toMatchObject({ exception: null, facts: [{ key: "try", text: "2" }] });
});

test("a row whose attributes have not come yet says so", () => {
  expect(spanFacts(details, 7)).toMatchObject({ complete: false, attributes: [], events: [] });
});

test("a link leads to the other trace in the same environment", () => {
  expect(traceLink("a1", "shop & co")).toBe("/investigate?environment=shop+%26+co&lead=a1");
  expect(traceLink("a1", null)).toBe("/investigate?lead=a1");
});

test("of several upstreams each says what it holds, and which one is shown", () => {
  const small = evidenceOf(traceAnswer("a one 0-1"), { kind: "trace-by-id" }, { id: "q1", upstream: "shop/jaeger" });
  const large = evidenceOf(
    traceAnswer("a one 0-2\n  b two 0-1"),
    { kind: "trace-by-id" },
    { id: "q2", upstream: "shop/tempo" },
  );
  const none = evidenceOf(
    gapOf("not-found", "no such trace"),
    { kind: "trace-by-id" },
    { id: "q3", upstream: "shop/tempo-eu" },
  );
  const open = { ...none.question, id: "q4", upstream: "shop/old" };
  const questions = [...[small, large, none].map(({ question }) => question), open];
  expect(traceSources(questions, [small, large, none], false)).toEqual([
    { upstream: "jaeger", words: "1 span" },
    { upstream: "tempo", words: "2 spans (shown)" },
    { upstream: "tempo-eu", words: "no such trace" },
    { upstream: "old", words: "asking …" },
  ]);
});
