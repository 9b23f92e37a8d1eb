import { describe, expect, test } from "vitest";
import { initialState, reduce } from "@/components/investigation-state";
import type { Evidence } from "@/lib/evidence";
import type { RunLine } from "@/lib/investigate";
import { attributesOf, spanAt, spanCount } from "@/lib/signal/trace";
import { bytesOf, ndjson } from "@/lib/stream/body";
import { encodeLine, streamLines } from "@/lib/stream/encode";
import { rowsPerBlock, type StreamLine } from "@/lib/stream/lines";
import { at, drawnLead, evidenceOf, traceAnswer } from "@/test/draw";

const greeting = { now: at("14:18:05"), run: 1, environments: [] };
const encode = (line: RunLine): StreamLine[] => [...streamLines(line, greeting)];
const spans = rowsPerBlock + 20;
const wide: Evidence = evidenceOf(
  traceAnswer(
    [
      "gateway GET / 0-90000 [server]",
      ...Array.from({ length: spans - 1 }, (_, row) => `  svc${row % 7} call ${row}-${row + 5} {row=${row}}`),
    ].join("\n"),
  ),
  { kind: "trace-by-id" },
);

describe("a trace on the stream", () => {
  test("leaves as head, blocks of rows, then attributes, and arrives whole", () => {
    const lines = encode({ type: "evidence", evidence: wide });
    expect(lines.map(({ type }) => type)).toEqual([
      "evidence",
      "trace-head",
      "trace-rows",
      "trace-rows",
      "trace-attributes",
      "trace-attributes",
    ]);
    const state = lines.reduce((before, line) => reduce(before, JSON.parse(JSON.stringify(line))), initialState);
    const [arrived] = state.evidence;
    if (arrived?.answer.kind !== "trace" || wide.answer.kind !== "trace") throw new Error("no trace");
    expect(spanCount(arrived.answer.trace)).toBe(spans);
    for (const row of [0, 1, rowsPerBlock - 1, rowsPerBlock, spans - 1]) {
      expect(spanAt(arrived.answer.trace, row)).toEqual(spanAt(wide.answer.trace, row));
      expect(attributesOf(arrived.answer.details, row)).toEqual(attributesOf(wide.answer.details, row));
    }
  });

  test("rows can be drawn before their attributes are there", () => {
    const [evidence, head, rows] = encode({ type: "evidence", evidence: wide });
    const state = [evidence, head, rows].reduce((before, line) => (line ? reduce(before, line) : before), initialState);
    const [arrived] = state.evidence;
    expect(arrived?.answer.kind === "trace" && spanCount(arrived.answer.trace)).toBe(rowsPerBlock);
  });
});

test("a line that is not of the stream's form is a bug and does not leave", () => {
  expect(() => encodeLine({ type: "beat", now: at("14:00:00") })).not.toThrow();
  expect(() => encodeLine(JSON.parse('{"type":"beat","now":"soon"}'))).toThrow();
  expect(() => encodeLine(JSON.parse('{"type":"surprise"}'))).toThrow();
});

describe("the bytes", () => {
  const hello: RunLine = { type: "hello", startedAt: at("14:18:05"), lead: drawnLead };
  const end: RunLine = { type: "end", now: at("14:18:06"), reason: "complete", unanswered: [] };
  async function* run(...lines: RunLine[]): AsyncGenerator<RunLine> {
    yield* lines;
  }

  test("are NDJSON", async () => {
    const lines: RunLine[] = [hello, { type: "evidence", evidence: wide }, end];
    const text = await new Response(
      bytesOf(
        ndjson(run(...lines), greeting, () => greeting.now),
        () => undefined,
      ),
    ).text();
    const types = text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).type);
    expect(types).toEqual([
      "hello",
      "evidence",
      "trace-head",
      "trace-rows",
      "trace-rows",
      "trace-attributes",
      "trace-attributes",
      "end",
    ]);
  });

  test("each line can be read while the next is still awaited", async () => {
    async function* slow(): AsyncGenerator<RunLine> {
      yield hello;
      await new Promise(() => undefined);
    }
    const reader = bytesOf(
      ndjson(slow(), greeting, () => greeting.now),
      () => undefined,
    ).getReader();
    const { value } = await reader.read();
    expect(new TextDecoder().decode(value)).toContain('"type":"hello"');
  });

  test("whoever leaves is told to the run", async () => {
    let left = false;
    const stream = bytesOf(
      ndjson(run(hello, end), greeting, () => greeting.now),
      () => {
        left = true;
      },
    );
    await stream.cancel();
    expect(left).toBe(true);
  });
});
