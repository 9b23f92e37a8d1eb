import { setTimeout as pause } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { describe, expect, test } from "vitest";
import { decode, workerThreshold } from "@/lib/upstream/decode";
import { createDecodePool } from "@/lib/upstream/decode-pool";
import type { ReadTask } from "@/lib/upstream/readers";
import { readJson } from "@/lib/upstream/readers";
import type { Received } from "@/lib/upstream/reply";
import { lastHour, linesCall, now, questionOf, rangeCall, traceCall } from "@/test/upstream/fixtures";
import { generatedTrace, generatedTraceId } from "@/test/upstream/generated-trace";
import { worked } from "@/test/worked";

const bytesOf = (json: unknown): Uint8Array<ArrayBuffer> => new TextEncoder().encode(JSON.stringify(json));
const received = (bytes: Uint8Array<ArrayBuffer>): Received => ({
  status: 200,
  contentType: "application/json",
  bytes,
});
const upstream = "shop/tempo";
const traceTask: ReadTask = {
  reader: "tempo-trace",
  question: questionOf(upstream, traceCall(generatedTraceId), null),
  upstream,
  now,
};
const linesTask: ReadTask = { reader: "lines", question: questionOf(upstream, linesCall), upstream, now };
const seriesTask: ReadTask = { reader: "series", question: questionOf(upstream, rangeCall), upstream, now };
const never = new AbortController().signal;
/** A worker's typed arrays and plain ones hold the same. */
const plain = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (_, held: unknown) => (ArrayBuffer.isView(held) ? Object.values(held) : held)));

const lines = (count: number): unknown => ({
  status: "success",
  data: {
    resultType: "streams",
    result: [
      {
        stream: { app: "payment" },
        values: Array.from({ length: count }, (_, at) => [
          `${1_795_240_000_000_000_000n + BigInt(at)}`,
          `level=error msg="no ${at}" ${"x".repeat(300)}`,
          at % 2 ? { structuredMetadata: { trace_id: `${at}` } } : {},
        ]),
      },
    ],
  },
});
const matrix = (series: number): unknown => ({
  status: "success",
  data: {
    resultType: "matrix",
    result: Array.from({ length: series }, (_, at) => ({
      metric: { pod: `p-${at}` },
      values: Array.from({ length: 61 }, (__, minute) => [
        lastHour.from / 1_000 + minute * 60,
        minute === 7 ? "NaN" : `${minute}.5`,
      ]),
    })),
  },
});

describe("what a worker reads is what this thread reads", () => {
  test.each([
    ["a trace", generatedTrace(4_000), traceTask],
    ["lines", lines(4_000), linesTask],
    ["series", matrix(900), seriesTask],
  ] as const)("%s", async (_, json, task) => {
    const here = readJson(bytesOf(json), task);
    const bytes = bytesOf(json);
    expect(bytes.length).toBeGreaterThan(workerThreshold);
    const there = await decode(received(bytes), task, never);
    expect(bytes.length).toBe(0); // moved, not copied: so it was the worker
    expect(plain(there)).toEqual({ ok: true, value: plain(here) });
  });
});

/** What the work gives, and the most that this thread worked on it without a timer of 5 ms getting its turn, ms. */
async function longestTurn<T>(work: () => Promise<T>): Promise<{ readonly result: T; readonly longest: number }> {
  let longest = 0;
  let isOver = false;
  const turns = (async () => {
    for (let began = worked(); !isOver; began = worked()) {
      await pause(5);
      longest = Math.max(longest, worked() - began);
    }
  })();
  const result = await work();
  isOver = true;
  await turns;
  return { result, longest };
}

test("a trace of 50,000 spans never holds the server's thread for a tenth of what reading it there would take", async () => {
  await decode(received(bytesOf(generatedTrace(4_000))), traceTask, never); // the worker starts
  const text = JSON.stringify(generatedTrace(50_000));
  const shares: number[] = [];
  // A stall of ours comes every time; a collection of what the fixture left behind does not.
  for (let round = 0; round < 3; round += 1) {
    const bytes = new TextEncoder().encode(text);
    const { result, longest } = await longestTurn(() => decode(received(bytes), traceTask, never));
    expect(result.ok && result.value.answer.kind).toBe("trace");
    const began = worked();
    readJson(new TextEncoder().encode(text), traceTask);
    shares.push(longest / (worked() - began));
  }
  expect(Math.min(...shares)).toBeLessThan(1 / 10);
});

test("an aborted reading ends at once, and the next one is read by a new worker", async () => {
  const leaving = new AbortController();
  const reading = decode(received(bytesOf(generatedTrace(30_000))), traceTask, leaving.signal);
  setTimeout(() => leaving.abort(), 20);
  expect(await reading).toMatchObject({ ok: false, cause: "cancelled" });
  expect((await decode(received(bytesOf(generatedTrace(4_000))), traceTask, never)).ok).toBe(true);
});

test("broken JSON in the worker is a failure, not a crash", async () => {
  const broken = new TextEncoder().encode(`{"trace":{"resourceSpans":[${"1,".repeat(workerThreshold)}`);
  expect(await decode(received(broken), traceTask, never)).toMatchObject({ ok: false, cause: "not-json" });
});

describe("a pool of workers that die", () => {
  const scripted = (code: string) => () => new Worker(code, { eval: true });
  const dying = 'require("node:worker_threads").parentPort.once("message", () => process.exit(3))';
  const throwing =
    'require("node:worker_threads").parentPort.once("message", () => { throw new Error("out of memory") })';
  const stuck = 'require("node:worker_threads").parentPort.once("message", () => { for (;;); })';

  test.each([
    ["exits", dying],
    ["throws", throwing],
    ["never ends", stuck],
  ])("%s: each question in line is told so", async (_, code) => {
    const pool = createDecodePool(1, scripted(code), 300);
    const read = () => pool.read(bytesOf({}), traceTask, never);
    expect(await Promise.all([read(), read(), read()])).toEqual([
      expect.objectContaining({ cause: "decoder-crashed" }),
      expect.objectContaining({ cause: "decoder-crashed" }),
      expect.objectContaining({ cause: "decoder-crashed" }),
    ]);
  });

  test("a question that is called off while it waits leaves the line", async () => {
    const pool = createDecodePool(1, scripted(stuck), 300);
    const first = pool.read(bytesOf({}), traceTask, never);
    const leaving = new AbortController();
    const second = pool.read(bytesOf({}), traceTask, leaving.signal);
    leaving.abort();
    expect(await second).toMatchObject({ cause: "cancelled" });
    expect(await first).toMatchObject({ cause: "decoder-crashed" });
  });
});
