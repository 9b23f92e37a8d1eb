import { expect, test } from "vitest";
import type { Answer, Evidence, GapReason, Question } from "@/lib/evidence";
import { createProbeCache } from "@/lib/probe-cache";
import { minute, second, toInstant } from "@/lib/signal/time";

const probe = (text: string, at = 0): Question => ({
  id: `${text} ${at}`,
  upstream: "prod/prometheus",
  slot: "spike",
  purpose: { kind: "identity", signal: "metrics", label: "any" },
  call: { api: "prometheus-instant", query: text, at: toInstant(at) },
  text,
  window: null,
  why: "",
  after: [],
});
const answered = (question: Question, answer: Answer): Evidence => ({
  question,
  receipt: {
    upstream: question.upstream,
    kind: "prometheus",
    request: "POST /api/v1/query",
    sent: 0,
    firstByte: 0,
    lastByte: 0,
    bytes: 0,
    rows: 0,
    status: 200,
    attempts: 1,
  },
  notes: [],
  partial: false,
  answer,
});
const series: Answer = { kind: "series", series: [] };
const gap = (reason: GapReason): Answer => ({ kind: "gap", reason, text: "", next: "" });

/** What asking the same probe again after `pause` costs: calls in all. */
async function callsAfter(answer: Answer, pause: number): Promise<number> {
  let [now, calls] = [0, 0];
  const ask = createProbeCache({ now: () => now, keepMs: 10 * minute, most: 10 }).around(async (question) => {
    calls += 1;
    return answered(question, answer);
  });
  const { signal } = new AbortController();
  await ask(probe("a"), signal);
  now = pause;
  await ask(probe("a", 30 * second), signal);
  return calls;
}

test.each([
  ["an answer is kept", series, 9 * minute, 1],
  ["an answer grows old", series, 11 * minute, 2],
  ["that there is nothing is kept for a moment", gap("none-in-window"), 50 * second, 1],
  ["what was not there may be there a minute later", gap("none-in-window"), 61 * second, 2],
  ["a timeout is never kept", gap("timeout"), second, 2],
  ["a refusal is never kept", gap("unauthorized"), second, 2],
] as const)("%s", async (_, answer, pause, calls) => {
  expect(await callsAfter(answer, pause)).toBe(calls);
});

test.each([
  ["the full hour between two looks changes nothing", 59 * minute + 50 * second, 60 * minute + 5 * second, 1],
  ["what was so an hour before may be otherwise now", 10 * minute, 70 * minute, 2],
])("%s", async (_, first, second, calls) => {
  let asked = 0;
  const ask = createProbeCache({ now: () => 0, keepMs: 10 * minute, most: 10 }).around(async (question) => {
    asked += 1;
    return answered(question, series);
  });
  const { signal } = new AbortController();
  for (const at of [first, second, first]) await ask(probe("a", at), signal);
  expect(asked).toBe(calls);
});

test("a question that is no probe is asked each time", async () => {
  let calls = 0;
  const ask = createProbeCache({ now: () => 0, keepMs: minute, most: 10 }).around(async (question) => {
    calls += 1;
    return answered(question, series);
  });
  const question: Question = { ...probe("a"), purpose: { kind: "annotations" } };
  await ask(question, new AbortController().signal);
  await ask(question, new AbortController().signal);
  expect(calls).toBe(2);
});

test("the oldest gives way when there are too many", async () => {
  let calls = 0;
  const cache = createProbeCache({ now: () => 0, keepMs: minute, most: 2 });
  const ask = cache.around(async (question) => {
    calls += 1;
    return answered(question, series);
  });
  const { signal } = new AbortController();
  for (const text of ["a", "b", "c", "c", "b", "a"]) await ask(probe(text), signal);
  expect(cache.size()).toBe(2);
  expect(calls).toBe(4);
});
