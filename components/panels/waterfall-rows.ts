/**
 * Trace -> the rows of a waterfall. A layout is made once a trace (typed arrays, O(n), no object a span); the visible
 * rows follow from it, what is folded and what is searched for; a row becomes an object only when it is drawn.
 *
 *   layout(trace) ─┐
 *   folded rows   ─┼─> waterfallRows: count, index -> row of the trace -> rowAt: left, width, words
 *   filter        ─┘
 */
import { type CriticalPath, criticalPath, isCritical } from "@/components/panels/waterfall-critical-path";
import { type Span, spanAt, spanCount, spanFlag, type Trace, traceEnd } from "@/lib/signal/trace";

export type WaterfallLayout = {
  readonly trace: Trace;
  /** First start to last end, ns; at least 1. */
  readonly total: number;
  /** Greatest nesting. */
  readonly deepest: number;
  /** By row: first row behind its subtree. */
  readonly subtreeEnd: Int32Array;
  /** By row: ns during which no child ran. */
  readonly selfTime: Float64Array;
  /** Failed rows among the first i. */
  readonly failedBefore: Int32Array;
  readonly path: CriticalPath;
};

export type WaterfallFilter = { readonly text: string; readonly failedOnly: boolean };
export const noFilter: WaterfallFilter = { text: "", failedOnly: false };

export type WaterfallRows = {
  readonly layout: WaterfallLayout;
  readonly count: number;
  /** Index on screen -> row of the trace, ascending. */
  readonly rows: Int32Array;
  /** Spans that match the filter; the other visible rows are their ancestors. All where nothing is searched. */
  readonly matches: number;
  readonly folded: ReadonlySet<number>;
  readonly isMatch: Uint8Array | null;
};

/** `left` and `width` are fractions of the trace's extent. */
export type WaterfallRow = {
  readonly index: number;
  readonly span: Span;
  readonly left: number;
  readonly width: number;
  /** ns */
  readonly selfTime: number;
  readonly critical: { readonly left: number; readonly width: number } | null;
  readonly descendants: number;
  readonly failedInside: number;
  readonly folded: boolean;
  /** Only shown because a descendant matches the filter. */
  readonly context: boolean;
};

/** What stands for the whole trace, once. O(n log n). */
export function waterfallLayout(trace: Trace): WaterfallLayout {
  const count = spanCount(trace);
  const subtreeEnd = new Int32Array(count);
  const selfTime = new Float64Array(count);
  const coveredUntil = new Float64Array(count);
  const failedBefore = new Int32Array(count + 1);
  let deepest = 0;
  for (let row = count - 1; row >= 0; row -= 1) {
    const end = Math.max(subtreeEnd[row] ?? 0, row + 1);
    subtreeEnd[row] = end;
    const parent = trace.parent[row] ?? -1;
    if (parent >= 0) subtreeEnd[parent] = Math.max(subtreeEnd[parent] ?? 0, end);
  }
  for (let row = 0; row < count; row += 1) {
    const start = trace.start[row] ?? 0;
    const duration = trace.duration[row] ?? 0;
    selfTime[row] = duration;
    deepest = Math.max(deepest, trace.depth[row] ?? 0);
    coveredUntil[row] = start;
    failedBefore[row + 1] = (failedBefore[row] ?? 0) + ((trace.flags[row] ?? 0) & spanFlag.failed);
    const parent = trace.parent[row] ?? -1;
    if (parent < 0) continue;
    // Siblings stand by start, so what is covered only grows to the right.
    const covered = coveredUntil[parent] ?? 0;
    const parentEnd = (trace.start[parent] ?? 0) + (trace.duration[parent] ?? 0);
    const end = Math.min(start + duration, parentEnd);
    const more = end - Math.max(start, covered);
    if (more > 0) selfTime[parent] = (selfTime[parent] ?? 0) - more;
    coveredUntil[parent] = Math.max(covered, end);
  }
  return {
    trace,
    total: Math.max(traceEnd(trace), 1),
    deepest,
    subtreeEnd,
    selfTime,
    failedBefore,
    path: criticalPath(trace),
  };
}

/** Service, operation or span id contains the text, in any case; `failedOnly` keeps those with status error. */
function matchesOf(trace: Trace, filter: WaterfallFilter): Uint8Array | null {
  const text = filter.text.trim().toLowerCase();
  if (text === "" && !filter.failedOnly) return null;
  const names = trace.strings.map((name) => name.toLowerCase().includes(text));
  const services = trace.resources.map(({ service }) => service.name.toLowerCase().includes(text));
  const found = new Uint8Array(spanCount(trace));
  for (let row = 0; row < found.length; row += 1) {
    if (filter.failedOnly && ((trace.flags[row] ?? 0) & spanFlag.failed) === 0) continue;
    const hit =
      text === "" ||
      names[trace.name[row] ?? -1] === true ||
      services[trace.resource[row] ?? -1] === true ||
      trace.spanId[row] === text;
    if (hit) found[row] = 1;
  }
  return found;
}

/** The rows to be seen. A search opens what is folded: a hit must not hide. O(n). */
export function waterfallRows(
  layout: WaterfallLayout,
  folded: ReadonlySet<number> = new Set(),
  filter: WaterfallFilter = noFilter,
): WaterfallRows {
  const { trace, subtreeEnd } = layout;
  const total = spanCount(trace);
  const isMatch = matchesOf(trace, filter);
  const rows = new Int32Array(total);
  let count = 0;
  if (isMatch === null) {
    for (let row = 0; row < total; ) {
      rows[count] = row;
      count += 1;
      row = folded.has(row) ? (subtreeEnd[row] ?? row + 1) : row + 1;
    }
    return { layout, count, rows: rows.subarray(0, count), matches: total, folded, isMatch };
  }
  const shown = isMatch.slice();
  let matches = 0;
  for (let row = total - 1; row >= 0; row -= 1) {
    matches += isMatch[row] ?? 0;
    const parent = trace.parent[row] ?? -1;
    if (shown[row] === 1 && parent >= 0) shown[parent] = 1;
  }
  for (let row = 0; row < total; row += 1) {
    if (shown[row] !== 1) continue;
    rows[count] = row;
    count += 1;
  }
  return { layout, count, rows: rows.subarray(0, count), matches, folded: new Set(), isMatch };
}

/** The row at `index` on screen; undefined outside. */
export function rowAt(visible: WaterfallRows, index: number): WaterfallRow | undefined {
  const { layout, folded, isMatch } = visible;
  const row = visible.rows[index];
  if (row === undefined) return undefined;
  const { trace, total, subtreeEnd, selfTime, failedBefore, path } = layout;
  const span = spanAt(trace, row);
  const end = subtreeEnd[row] ?? row + 1;
  const from = path.from[row] ?? 0;
  return {
    index,
    span,
    left: span.start / total,
    width: span.duration / total,
    selfTime: selfTime[row] ?? 0,
    critical: isCritical(path, row) ? { left: from / total, width: ((path.to[row] ?? 0) - from) / total } : null,
    descendants: end - row - 1,
    failedInside: (failedBefore[end] ?? 0) - (failedBefore[row + 1] ?? 0),
    folded: folded.has(row),
    context: isMatch !== null && isMatch[row] !== 1,
  };
}

/** Where `row` of the trace stands on screen; -1 when it is folded away or filtered out. O(log n). */
export function indexOfRow(visible: WaterfallRows, row: number): number {
  let low = 0;
  let high = visible.count - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const at = visible.rows[middle] ?? 0;
    if (at === row) return middle;
    if (at < row) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

/** The rows above `row`, nearest first: what must be open for it to be seen. */
export function ancestorsOf(trace: Trace, row: number): number[] {
  const above: number[] = [];
  for (let at = trace.parent[row] ?? -1; at >= 0; at = trace.parent[at] ?? -1) above.push(at);
  return above;
}

/** `folded` with everything above `row` open; the same set where nothing was folded. */
export function revealed(trace: Trace, folded: ReadonlySet<number>, row: number): ReadonlySet<number> {
  const above = new Set(ancestorsOf(trace, row));
  const open = [...folded].filter((at) => !above.has(at));
  return open.length === folded.size ? folded : new Set(open);
}
