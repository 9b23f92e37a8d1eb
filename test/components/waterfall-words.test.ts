import { expect, test } from "vitest";
import { waterfallMove } from "@/components/panels/waterfall-keys";
import { indentOf, labelPlace } from "@/components/panels/waterfall-row";
import { waterfallLayout, waterfallRows } from "@/components/panels/waterfall-rows";
import { durationWords, oddMarks, oddSummary, rowWords, traceWords } from "@/components/panels/waterfall-words";
import { spanAt, spanFlag } from "@/lib/signal/trace";
import { traceFrom } from "@/test/draw";

test.each([
  [0, "0 ns"],
  [850, "850 ns"],
  [1_234, "1.2 µs"],
  [350_000, "350 µs"],
  [999_600, "1 ms"],
  [1_200_000, "1.2 ms"],
  [11_400_000, "11 ms"],
  [999_600_000, "1.00 s"],
  [30_140_000_000, "30.14 s"],
  [119_996_000_000, "2 min 0 s"],
  [250_000_000_000, "4 min 10 s"],
  [7_260_000_000_000, "2 h 1 min"],
])("%d ns is read as %s", (nanos, words) => {
  expect(durationWords(nanos)).toBe(words);
});

test("the line above the rows counts services, spans and failures", () => {
  const trace = traceFrom(`
    gateway POST /checkout 0-30140 !
      order  CreateOrder   5-30120 !
        order INSERT      10-21
  `);
  expect(traceWords(waterfallLayout(trace))).toBe("30.14 s · 2 services · 3 spans, 2 failed");
  expect(oddSummary(trace)).toEqual([]);
});

test("what is odd about a trace is said, never hidden", () => {
  const trace = traceFrom(
    `
    order CreateOrder 5-30120 ~
      order INSERT 10- ?
    stock Reserve 20-30 ~
  `.replace("10-?", "10- ?"),
  );
  expect(oddSummary(trace)).toEqual(["no root span", "2 spans whose parent is missing", "1 span without an end"]);
  expect(oddMarks(spanFlag.negative | spanFlag.skewed)).toEqual(["clock skew", "ends before start"]);
});

test("a row is one sentence for who hears it", () => {
  const trace = traceFrom("payment tls.handshake 0-30 !");
  expect(rowWords(spanAt(trace, 0), 30e6, true)).toBe(
    "payment tls.handshake, 30 ms, failed, self 30 ms, on the critical path",
  );
});

test.each([
  [0, 1, "inside"],
  [0, 0.01, "behind"],
  [0.97, 0.01, "before"],
] as const)("a bar at %d of width %d has its duration %s", (left, width, place) => {
  expect(labelPlace(left, width, 300)).toBe(place);
});

test("the keys of a tree move, fold and climb; n and p find failures, in folds too", () => {
  const layout = waterfallLayout(
    traceFrom(`
      a root 0-100
        b one 0-50
          c leaf 0-40 !
        d two 50-90
    `),
  );
  const open = waterfallRows(layout);
  const move = (key: string, selected: number | null, visible = open) => waterfallMove(key, visible, selected, 10);
  expect(move("j", null)).toEqual({ kind: "select", row: 0 });
  expect(move("ArrowDown", 3)).toEqual({ kind: "select", row: 3 });
  expect(move("k", 3)).toEqual({ kind: "select", row: 2 });
  expect(move("End", 0)).toEqual({ kind: "select", row: 3 });
  expect(move("ArrowLeft", 1)).toEqual({ kind: "fold", row: 1 });
  expect(move("ArrowLeft", 2)).toEqual({ kind: "select", row: 1 });
  expect(move("ArrowLeft", 3)).toEqual({ kind: "select", row: 0 });
  expect(move("ArrowRight", 0)).toEqual({ kind: "select", row: 1 });
  expect(move("ArrowRight", 2)).toBeUndefined();
  const folded = waterfallRows(layout, new Set([1]));
  expect(move("ArrowRight", 1, folded)).toEqual({ kind: "unfold", row: 1 });
  expect(move("ArrowDown", 1, folded)).toEqual({ kind: "select", row: 3 });
  expect(move("n", 0, folded)).toEqual({ kind: "select", row: 2 });
  expect(move("x", 0)).toBeUndefined();
});

test("however deep a trace nests, names keep more than half of their column", () => {
  expect(indentOf(3, 300)).toEqual({ step: 12, most: 10 });
  for (const deepest of [0, 8, 40, 10_000]) {
    const { step, most } = indentOf(deepest, 300);
    expect(step * most).toBeLessThanOrEqual(120);
    expect(step).toBeGreaterThanOrEqual(3);
  }
});
