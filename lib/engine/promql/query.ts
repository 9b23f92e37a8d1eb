/**
 * PromQL as a server answers it: a query's text, a storage and instants in; a result with notes, or the error Prometheus
 * would give, out. Whatever is not supported is an error in a sentence, never a number.
 */
import { printType, typeOf } from "@/lib/engine/promql/check";
import { hearing, printComplaint } from "@/lib/engine/promql/complaint";
import { numbersOf, rowsOf } from "@/lib/engine/promql/evaluate";
import { type Expression, unwrapped } from "@/lib/engine/promql/expression";
import { byLabels } from "@/lib/engine/promql/label-sets";
import { createNotes } from "@/lib/engine/promql/notes";
import { parse } from "@/lib/engine/promql/parse";
import { subqueryGrid } from "@/lib/engine/promql/ranges";
import { type Grid, gridEnd, isEmpty, type Row, timeAt, valueAt } from "@/lib/engine/promql/rows";
import type { Run } from "@/lib/engine/promql/run";
import { samplesOf } from "@/lib/engine/promql/selecting";
import type { Storage } from "@/lib/engine/promql/storage";
import type { Labels } from "@/lib/signal/labels";

/** At ms; NaN and infinities are values. */
export type Point = readonly [at: number, value: number];
export type Points = { readonly labels: Labels; readonly points: readonly Point[] };
export type Result =
  | { readonly type: "matrix"; readonly series: readonly Points[] }
  | { readonly type: "vector"; readonly series: readonly { readonly labels: Labels; readonly point: Point }[] }
  | { readonly type: "scalar"; readonly point: Point }
  | { readonly type: "string"; readonly at: number; readonly text: string };

export type Outcome =
  | {
      readonly ok: true;
      readonly result: Result;
      readonly warnings: readonly string[];
      readonly infos: readonly string[];
      /** Samples read. */
      readonly samples: number;
    }
  /** `query`: the text is at fault (400); the other two: its evaluation (422, 503). */
  | { readonly ok: false; readonly reason: "query" | "execution" | "timeout"; readonly text: string };

export type Limits = {
  /** Whether the time given is over; asked between pieces of work. */
  readonly isOver?: () => boolean;
  /** Samples one query may read; 50 million, as Prometheus has it, unless given. */
  readonly samples?: number;
};

/** The value at one instant, ms. */
export function instantQuery(query: string, storage: Storage, at: number, limits: Limits = {}): Outcome {
  const parsed = parse(query);
  if (!parsed.ok) return { ok: false, reason: "query", text: printComplaint(query, parsed.complaint) };
  return evaluated(query, storage, { start: at, step: 1, count: 1 }, limits, (grid, run) =>
    resultAt(parsed.value, grid, run),
  );
}

/** The values from `start` to `end` (ms, both in) every `step` ms. */
export function rangeQuery(
  query: string,
  storage: Storage,
  start: number,
  end: number,
  step: number,
  limits: Limits = {},
): Outcome {
  const parsed = parse(query);
  if (!parsed.ok) return { ok: false, reason: "query", text: printComplaint(query, parsed.complaint) };
  const type = typeOf(parsed.value);
  if (type === "range" || type === "string") {
    const text = `invalid expression type "${printType(type)}" for range query, must be Scalar or instant Vector`;
    return { ok: false, reason: "query", text };
  }
  const grid = { start, step, count: Math.floor((end - start) / step) + 1 };
  return evaluated(
    query,
    storage,
    grid,
    limits,
    (_, run) => {
      const rows = type === "scalar" ? [wholeRow(numbersOf(parsed.value, grid, run))] : rowsOf(parsed.value, grid, run);
      return {
        type: "matrix",
        series: byLabels(rows.filter((row) => !isEmpty(row))).map((row) => pointsOf(row, grid)),
      };
    },
    end,
  );
}

const wholeRow = (values: Float64Array): Row => ({ labels: {}, values, has: new Uint8Array(values.length).fill(1) });

const pointsOf = (row: Row, grid: Grid): Points => ({
  labels: row.labels,
  points: Array.from(row.has.keys()).flatMap((i): Point[] =>
    row.has[i] === 1 ? [[timeAt(grid, i), valueAt(row, i)]] : [],
  ),
});

function resultAt(expression: Expression, grid: Grid, run: Run): Result {
  const at = grid.start;
  const inner = unwrapped(expression);
  switch (typeOf(inner)) {
    case "scalar":
      return { type: "scalar", point: [at, numbersOf(inner, grid, run)[0] ?? Number.NaN] };
    case "string":
      return { type: "string", at, text: inner.kind === "string" ? inner.value : "" };
    case "vector": {
      const rows = rowsOf(inner, grid, run).filter((row) => !isEmpty(row));
      return { type: "vector", series: rows.map((row) => ({ labels: row.labels, point: [at, valueAt(row, 0)] })) };
    }
    case "range": {
      if (inner.kind === "range") return { type: "matrix", series: byLabels(samplesOf(inner, grid, run)) };
      if (inner.kind !== "subquery") throw new Error(`a ${inner.kind} is no range vector`);
      const steps = subqueryGrid(inner, grid, run);
      const rows = steps.count === 0 ? [] : rowsOf(inner.inner, steps, run).filter((row) => !isEmpty(row));
      return { type: "matrix", series: byLabels(rows).map((row) => pointsOf(row, steps)) };
    }
  }
}

function evaluated(
  query: string,
  storage: Storage,
  grid: Grid,
  { isOver = () => false, samples: most = 50_000_000 }: Limits,
  act: (grid: Grid, run: Run) => Result,
  end = gridEnd(grid),
): Outcome {
  const notes = createNotes();
  let samples = 0;
  let isLate = false;
  const heard = hearing((complain) => {
    const run: Run = {
      storage,
      start: grid.start,
      end,
      notes,
      complain,
      breathe: () => {
        if (!isOver()) return;
        isLate = true;
        complain(null, "query timed out in expression evaluation");
      },
      count: (more) => {
        samples += more;
        if (samples > most)
          complain(null, "query processing would load too many samples into memory in query execution");
      },
    };
    return act(grid, run);
  });
  if (!heard.ok) return { ok: false, reason: isLate ? "timeout" : "execution", text: heard.complaint.text };
  return { ok: true, result: heard.value, ...notes.printed(query), samples };
}
