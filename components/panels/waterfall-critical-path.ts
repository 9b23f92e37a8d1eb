/**
 * The critical path: the chain of spans that decided when the trace ended. Walked back from the end of a span: the
 * child that finished last is on the path, then the one that finished last before that child began, and so on.
 * Same rule as Jaeger's critical path; children are clipped to their parent, those that start after its end are left out.
 *
 *   a ━━━━━━━━━━━━━━━━━━━━━      on the path: a, c, e
 *   b   ━━━━━━━                  (b ended while c still ran)
 *   c   ━━━━━━━━━━━
 *   e                ━━━━━
 */
import { spanCount, spanFlag, type Trace } from "@/lib/signal/trace";

/** By row: the part of the span that the path runs through, ns after `base`; from > to where it does not. */
export type CriticalPath = { readonly from: Float64Array; readonly to: Float64Array };

/** The root that the trace is about: of those that name no missing parent the longest, else the longest orphan; -1 if empty. */
export function mainRoot(trace: Trace): number {
  let best = -1;
  const worth = (row: number): number =>
    ((trace.flags[row] ?? 0) & spanFlag.orphan ? 0 : 1e18) + (trace.duration[row] ?? 0);
  for (let row = 0; row < spanCount(trace); row += 1) {
    if (trace.parent[row] === -1 && (best === -1 || worth(row) > worth(best))) best = row;
  }
  return best;
}

/** Children of every row as runs of one array: row's are `rows[first[row]] … rows[first[row + 1] - 1]`. O(n). */
function childRuns(trace: Trace): { first: Int32Array; rows: Int32Array } {
  const count = spanCount(trace);
  const first = new Int32Array(count + 2);
  for (let row = 0; row < count; row += 1) {
    const parent = trace.parent[row] ?? -1;
    if (parent >= 0) first[parent + 2] = (first[parent + 2] ?? 0) + 1;
  }
  for (let row = 2; row < first.length; row += 1) first[row] = (first[row] ?? 0) + (first[row - 1] ?? 0);
  const rows = new Int32Array(count);
  for (let row = 0; row < count; row += 1) {
    const parent = trace.parent[row] ?? -1;
    if (parent < 0) continue;
    const at = first[parent + 1] ?? 0;
    rows[at] = row;
    first[parent + 1] = at + 1;
  }
  return { first, rows };
}

/** O(n log n) over the widest family; no recursion, so a chain of any depth is walked. */
export function criticalPath(trace: Trace): CriticalPath {
  const count = spanCount(trace);
  const from = new Float64Array(count).fill(1);
  const to = new Float64Array(count);
  const { first, rows } = childRuns(trace);
  const endOf = (row: number): number => (trace.start[row] ?? 0) + (trace.duration[row] ?? 0);
  const root = mainRoot(trace);
  const waiting: { row: number; until: number }[] = root === -1 ? [] : [{ row: root, until: endOf(root) }];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { row, until } = next;
    const start = trace.start[row] ?? 0;
    from[row] = Math.min(start, until);
    to[row] = until;
    const children = rows.subarray(first[row] ?? 0, first[row + 1] ?? 0).toSorted((a, b) => endOf(b) - endOf(a));
    let cursor = until;
    for (const child of children) {
      const childStart = trace.start[child] ?? 0;
      const end = Math.min(endOf(child), until);
      // An instant child decides nothing, and one that ends after the cursor ran beside the path.
      if (childStart >= cursor || end > cursor || end <= childStart || end <= start) continue;
      waiting.push({ row: child, until: end });
      cursor = Math.max(childStart, start);
    }
  }
  return { from, to };
}

export const isCritical = (path: CriticalPath, row: number): boolean => (path.from[row] ?? 1) <= (path.to[row] ?? 0);
