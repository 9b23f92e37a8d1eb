/**
 * Evidence of lines -> one list in time order, and what of it is shown. Columns stay columns: a row here is two numbers,
 * which answer and which row of it.
 *
 *   index    0  1  2  3      merged by time; the same line told by two answers is taken once
 *   source   0  1  0  0      index into `sources`
 *   row      0  0  1  2      row of that answer
 */
import { answersOf, type Evidence, type Found, type Purpose } from "@/lib/evidence";
import type { Labels } from "@/lib/signal/labels";
import { labelsKey } from "@/lib/signal/labels";
import type { Level, LogLines } from "@/lib/signal/lines";
import { nanosSince } from "@/lib/signal/time";

export type LogRows = {
  readonly sources: readonly Found<"lines">[];
  readonly source: Int32Array;
  readonly row: Int32Array;
  readonly levels: Readonly<Partial<Record<Level, number>>>;
  /** An answer stopped at its limit: there are more lines than these. */
  readonly limited: boolean;
};

export type LogFilter = {
  readonly levels: ReadonlySet<Level> /** Anywhere in the line, whatever the case. */;
  readonly search: string;
};
/** No level chosen = all. */
export const noFilter: LogFilter = { levels: new Set(), search: "" };

export function logRows(evidence: readonly Evidence[], purpose: Purpose["kind"]): LogRows {
  const sources = answersOf(evidence, "lines").filter(({ question }) => question.purpose.kind === purpose);
  const total = sources.reduce((sum, { answer }) => sum + answer.lines.text.length, 0);
  const source = new Int32Array(total);
  const row = new Int32Array(total);
  let at = 0;
  sources.forEach(({ answer }, index) => {
    for (let each = 0; each < answer.lines.text.length; each += 1) {
      source[at] = index;
      row[at] = each;
      at += 1;
    }
  });
  const merged = sources.length < 2 ? { source, row } : mergedByTime(sources, source, row);
  const levels: Partial<Record<Level, number>> = {};
  for (let each = 0; each < merged.row.length; each += 1) {
    const level = sources[merged.source[each] ?? 0]?.answer.lines.level[merged.row[each] ?? 0] ?? "unknown";
    levels[level] = (levels[level] ?? 0) + 1;
  }
  return { sources, ...merged, levels, limited: sources.some(({ answer }) => answer.limited) };
}

function mergedByTime(sources: readonly Found<"lines">[], source: Int32Array, row: Int32Array) {
  const linesOf = (at: number): LogLines | undefined => sources[source[at] ?? 0]?.answer.lines;
  const base = sources[0]?.answer.lines.base ?? "0";
  const shifts = sources.map(({ answer }) => nanosSince(base, answer.lines.base));
  const time = new Float64Array(source.length);
  for (let at = 0; at < time.length; at += 1)
    time[at] = (shifts[source[at] ?? 0] ?? 0) + (linesOf(at)?.offset[row[at] ?? 0] ?? 0);
  const order = Int32Array.from(time.keys()).sort((a, b) => (time[a] ?? 0) - (time[b] ?? 0) || a - b);
  const keys = sources.map(({ answer }) => answer.lines.streams.map((labels) => labelsKey(labels)));
  const identity = (at: number): string =>
    `${keys[source[at] ?? 0]?.[linesOf(at)?.stream[row[at] ?? 0] ?? 0]} ${linesOf(at)?.text[row[at] ?? 0]}`;
  const kept: number[] = [];
  let instant = Number.NaN;
  let seen = new Set<string>();
  for (const at of order) {
    if (time[at] !== instant) {
      instant = time[at] ?? 0;
      seen = new Set();
    }
    const key = identity(at);
    if (seen.has(key)) continue;
    seen.add(key);
    kept.push(at);
  }
  return {
    source: Int32Array.from(kept, (at) => source[at] ?? 0),
    row: Int32Array.from(kept, (at) => row[at] ?? 0),
  };
}

/** Indexes into `rows` that pass; ascending. */
export function shownRows(rows: LogRows, { levels, search }: LogFilter): Int32Array {
  const words = search.trim().toLowerCase();
  const out: number[] = [];
  for (let at = 0; at < rows.row.length; at += 1) {
    const lines = rows.sources[rows.source[at] ?? 0]?.answer.lines;
    if (!lines) continue;
    const row = rows.row[at] ?? 0;
    if (levels.size > 0 && !levels.has(lines.level[row] ?? "unknown")) continue;
    if (words !== "" && !(lines.text[row] ?? "").toLowerCase().includes(words)) continue;
    out.push(at);
  }
  return Int32Array.from(out);
}

/** Where a row of the list stands: its answer's columns and its row there. */
export function lineAt(rows: LogRows, at: number): { readonly lines: LogLines; readonly row: number } | undefined {
  const lines = rows.sources[rows.source[at] ?? 0]?.answer.lines;
  return lines ? { lines, row: rows.row[at] ?? 0 } : undefined;
}

const serviceLabels = ["service_name", "service", "app", "application", "container", "k8s_container_name", "job"];
/** What a stream calls its service, as far as a row needs it: the first label that usually does, without a namespace. */
export function streamService(labels: Labels): string {
  for (const label of serviceLabels) {
    const value = labels[label];
    if (value && value !== "unknown_service") return value.split("/").at(-1) ?? value;
  }
  return "";
}
