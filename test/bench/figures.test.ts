import { expect, test } from "vitest";
import type { Purpose } from "@/lib/evidence";
import type { StreamLine } from "@/lib/stream/lines";
import type { Heard } from "@/test/bench/console";
import { type Figure, isGated, isReached, printTable } from "@/test/bench/figure";
import { runOf } from "@/test/bench/run-of";
import { evidenceOf } from "@/test/draw";

const sent = 1_000_000;
type Asked = { id: string; from: number; to: number; after?: string[]; purpose?: Purpose };

/** A stream on which every question was planned at once and answered at its last byte. */
function heard(asked: readonly Asked[]): Heard {
  const evidence = asked.map(({ id, from, to, after = [], purpose = { kind: "annotations" } }) => {
    const drawn = evidenceOf({ kind: "volume", bytes: 1 }, purpose);
    const question = { ...drawn.question, id, after };
    const receipt = { ...drawn.receipt, sent: sent + from, lastByte: sent + to, attempts: 1 };
    return { to, evidence: { ...drawn, answer: { kind: "volume" as const, bytes: 1 }, question, receipt } };
  });
  const planned: StreamLine = {
    type: "planned",
    questions: evidence.map((each) => each.evidence.question),
    unasked: [],
  };
  const told = evidence.map(({ to, evidence: each }) => ({
    line: { type: "evidence" as const, question: each.question.id, revision: 0, evidence: each },
    after: to,
  }));
  return { sent, lines: [{ line: planned, after: 0 }, ...told] };
}

test("the critical path is the longest chain of answers that waited for one another", () => {
  const { criticalPath } = runOf(
    heard([
      { id: "trace", from: 0, to: 100 },
      { id: "volume", from: 105, to: 205, after: ["trace"] },
      { id: "lines", from: 210, to: 330, after: ["trace", "volume"] },
      { id: "alone", from: 0, to: 250 },
    ]),
  );
  expect(criticalPath).toBe(100 + 100 + 120);
});

test("waiting for a turn at an upstream is no part of the critical path", () => {
  expect(runOf(heard([{ id: "late", from: 400, to: 500 }])).criticalPath).toBe(100);
});

test("of seven that could be sent together the seventh waits for the first of six, and so does what follows it", () => {
  const seven = ["a", "b", "c", "d", "e", "f", "g"].map((id) => ({ id, from: 0, to: 100 }));
  const run = runOf(heard([...seven, { id: "next", from: 0, to: 50, after: ["g"] }, { id: "other", from: 0, to: 30 }]));
  expect(run.criticalPath).toBe(150);
  expect(run.inTurn).toBe(250);
});

test("what was kept from an earlier investigation costs nothing, and what waited for it does", () => {
  const run = runOf(
    heard([
      { id: "kept", from: -60_000, to: -59_000, purpose: { kind: "line-labels" } },
      { id: "next", from: 5, to: 105, after: ["kept"] },
    ]),
  );
  expect(run.criticalPath).toBe(100);
  expect(run.asked.map(({ question }) => question.id)).toEqual(["next"]);
});

test("identity probes are counted apart, volumes are questions", () => {
  const { questions, probes } = runOf(
    heard([
      { id: "identity", from: 0, to: 1, purpose: { kind: "identity", signal: "metrics", label: "any" } },
      { id: "volume", from: 0, to: 1, purpose: { kind: "lines-volume", of: "lines-of-id", rung: -1 } },
    ]),
  );
  expect(probes.map(({ id }) => id)).toEqual(["identity"]);
  expect(questions.map(({ id }) => id)).toEqual(["volume"]);
});

const figure = (unit: Figure["unit"], value: number, most: number | null): Figure => ({
  what: "x",
  from: "",
  unit,
  value,
  most,
});

test("milliseconds are told and never gated; a ratio over its reach is missed", () => {
  expect(isGated(figure("ms", 500, 100))).toBe(false);
  expect(isGated(figure("×", 1.3, 1.2))).toBe(true);
  expect(isReached(figure("×", 1.3, 1.2))).toBe(false);
  expect(isReached(figure("count", 0, 0))).toBe(true);
  expect(isGated(figure("count", 7, null))).toBe(false);
  expect(printTable([figure("ms", 500, 100)])).toContain("MISSED (not gated)");
});
