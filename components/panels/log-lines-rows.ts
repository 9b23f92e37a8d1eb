/**
 * Evidence of lines -> one list in time order (`mergedLines`), and what of it is shown. Columns stay columns: a row here is
 * two numbers, which answer and which row of it.
 */
import { answersOf, type Evidence, type Found, type Purpose } from "@/lib/evidence";
import type { Labels } from "@/lib/signal/labels";
import { composeService } from "@/lib/signal/line-service";
import type { Level, LogLines } from "@/lib/signal/lines";
import { mergedLines } from "@/lib/signal/merged-lines";

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
  const merged = mergedLines(sources.map(({ answer }) => answer.lines));
  const levels: Partial<Record<Level, number>> = {};
  for (let each = 0; each < merged.row.length; each += 1) {
    const level = sources[merged.source[each] ?? 0]?.answer.lines.level[merged.row[each] ?? 0] ?? "unknown";
    levels[level] = (levels[level] ?? 0) + 1;
  }
  return { sources, ...merged, levels, limited: sources.some(({ answer }) => answer.limited) };
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
  const own = composeService(labels);
  if (own !== undefined) return own;
  for (const label of serviceLabels) {
    const value = labels[label];
    if (value && value !== "unknown_service") return value.split("/").at(-1) ?? value;
  }
  return "";
}
