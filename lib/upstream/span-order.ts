/**
 * Spans as they arrive -> display order: depth first, siblings by start, then by id. The same spans give the same
 * order however they arrive. Iterative: a chain of 100,000 spans must not exhaust the stack. O(n log n).
 */
import "server-only";

export type SpanKeys = {
  readonly id: readonly string[];
  /** "" for a root. */
  readonly parentId: readonly string[];
  readonly start: Float64Array;
  /** Settles what start and id leave open (the same id twice). */
  readonly tie: (a: number, b: number) => number;
  /** Where an id occurs twice, its children belong to the one preferred here, else to the earlier. */
  readonly preferred: (row: number) => boolean;
};

export type SpanOrder = {
  /** Arrival index by display row. */
  readonly rows: Int32Array;
  /** Display row of the parent, -1 for roots and orphans. */
  readonly parent: Int32Array;
  readonly depth: Int32Array;
  /** Arrival indexes that name a parent which is not there. */
  readonly orphans: Uint8Array;
  /** Ids that occur more than once. */
  readonly duplicates: readonly string[];
  /** Ids at which a circle of parents was cut. */
  readonly cut: readonly string[];
};

export function orderSpans({ id, parentId, start, tie, preferred }: SpanKeys): SpanOrder {
  const count = id.length;
  const compare = (a: number, b: number): number => {
    const apart = (start[a] ?? 0) - (start[b] ?? 0);
    if (apart !== 0) return apart;
    const left = id[a] ?? "";
    const right = id[b] ?? "";
    return left < right ? -1 : left > right ? 1 : tie(a, b);
  };
  // A plain array: its sort takes what comes in order already, as spans of one process do, in one pass; a typed one's does not.
  const sorted = Array.from({ length: count }, (_, at) => at).sort(compare);

  const byId = new Map<string, number>();
  const duplicates = new Set<string>();
  for (const at of sorted) {
    const name = id[at] ?? "";
    if (name === "") continue; // without an id none can be its child
    const holder = byId.get(name);
    if (holder === undefined) byId.set(name, at);
    else {
      duplicates.add(name);
      if (!preferred(holder) && preferred(at)) byId.set(name, at);
    }
  }

  const orphans = new Uint8Array(count);
  const up = new Int32Array(count).fill(-1);
  for (let at = 0; at < count; at += 1) {
    const named = parentId[at] ?? "";
    if (named === "") continue;
    const holder = byId.get(named);
    if (holder === undefined) orphans[at] = 1;
    else up[at] = holder;
  }

  const cut = cutCircles(up, compare).map((at) => id[at] ?? "");

  // Children as linked lists, built backwards so that each list stands in sorted order.
  const first = new Int32Array(count).fill(-1);
  const sibling = new Int32Array(count).fill(-1);
  let top = -1;
  for (let place = count - 1; place >= 0; place -= 1) {
    const at = sorted[place] ?? 0;
    const above = up[at] ?? -1;
    if (above < 0) {
      sibling[at] = top;
      top = at;
    } else {
      sibling[at] = first[above] ?? -1;
      first[above] = at;
    }
  }

  const rows = new Int32Array(count);
  const rowOf = new Int32Array(count);
  const parent = new Int32Array(count);
  const depth = new Int32Array(count);
  let row = 0;
  let at = top;
  while (at >= 0) {
    const above = up[at] ?? -1;
    const aboveRow = above < 0 ? -1 : (rowOf[above] ?? -1);
    rows[row] = at;
    rowOf[at] = row;
    parent[row] = aboveRow;
    depth[row] = aboveRow < 0 ? 0 : (depth[aboveRow] ?? 0) + 1;
    row += 1;
    let next = first[at] ?? -1;
    // No child: the next sibling, or that of the nearest ancestor which has one.
    for (let back = at; next < 0 && back >= 0; back = up[back] ?? -1) next = sibling[back] ?? -1;
    at = next;
  }
  return { rows, parent, depth, orphans, duplicates: [...duplicates].sort(), cut: cut.sort() };
}

/** Makes the first span (by `compare`) of every circle a root; changes `up` and returns those spans. */
function cutCircles(up: Int32Array, compare: (a: number, b: number) => number): number[] {
  const cut: number[] = [];
  const visit = new Int32Array(up.length); // 0 = not yet; else the walk that came by
  for (let from = 0; from < up.length; from += 1) {
    const walk = from + 1;
    let at = from;
    while (at >= 0 && visit[at] === 0) {
      visit[at] = walk;
      at = up[at] ?? -1;
    }
    if (at < 0 || visit[at] !== walk) continue;
    let earliest = at;
    for (let member = up[at] ?? -1; member !== at; member = up[member] ?? at)
      if (compare(member, earliest) < 0) earliest = member;
    up[earliest] = -1;
    cut.push(earliest);
  }
  return cut;
}
