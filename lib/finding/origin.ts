/**
 * Where a trace breaks: the deepest failing span whose children are well, or the child that hangs.
 *
 *   gateway ! ── order ! ── payment ! ── tls.handshake !   <- here: nothing below it failed
 *                        └─ stock
 */
import type { Found } from "@/lib/evidence";
import type { Origin } from "@/lib/finding/seen";
import {
  type Attributes,
  attributesOf,
  childrenOf,
  hasFlag,
  spanAt,
  spanCount,
  spanFlag,
  subtreeEnd,
  type Trace,
  type TraceDetails,
  traceEnd,
} from "@/lib/signal/trace";

/** A child that takes this share of its parent's time is what the parent waited for. */
const mostOfParent = 0.9;
const hangLeast = 1e9;

const isServerFault = (attributes: Attributes): boolean => {
  const status = Number(attributes["http.response.status_code"] ?? attributes["http.status_code"] ?? Number.NaN);
  return status >= 500 && status < 600;
};

/** Status ERROR; a server span with a 5xx and no status too (OpenTelemetry asks servers to set ERROR for 5xx, not all do). */
function failingRows(trace: Trace, details: TraceDetails): Uint8Array {
  const failing = new Uint8Array(spanCount(trace));
  for (let row = 0; row < failing.length; row += 1) {
    const server = trace.kind[row] === 2;
    const failed =
      hasFlag(trace, row, spanFlag.failed) || (server && isServerFault(Object.fromEntries(attributesOf(details, row))));
    failing[row] = failed ? 1 : 0;
  }
  return failing;
}

const endOf = (trace: Trace, row: number, end: number): number =>
  hasFlag(trace, row, spanFlag.unfinished) ? end : (trace.start[row] ?? 0) + (trace.duration[row] ?? 0);

/** The unfinished or failed child, or the one that outlived its parent, in which nearly all of the parent's time went. */
function hungChild(trace: Trace, row: number, failing: Uint8Array, end: number): number | undefined {
  const parentEnd = endOf(trace, row, end);
  const spent = parentEnd - (trace.start[row] ?? 0);
  if (spent < hangLeast) return undefined;
  return childrenOf(trace, row).find((child) => {
    const childEnd = endOf(trace, child, end);
    const share = (Math.min(childEnd, parentEnd) - (trace.start[child] ?? 0)) / spent;
    const unwell = hasFlag(trace, child, spanFlag.unfinished) || failing[child] === 1 || childEnd > parentEnd;
    return unwell && share >= mostOfParent;
  });
}

const peerKeys = ["peer.service", "server.address", "net.peer.name", "db.system", "db.system.name", "messaging.system"];

/** null where no span failed by itself and none hangs. */
export function originOf({ answer: { trace, details } }: Found<"trace">): Origin | null {
  const failing = failingRows(trace, details);
  const end = traceEnd(trace);
  const surfaced = (row: number): boolean => {
    for (let at = row; at >= 0; at = trace.parent[at] ?? -1) if (failing[at] !== 1) return false;
    return true;
  };
  const leaves: number[] = [];
  for (let row = 0; row < failing.length; row += 1) {
    if (failing[row] !== 1) continue;
    // Depth first: the subtree is the run of rows behind it.
    let failingChild = false;
    const stop = subtreeEnd(trace, row);
    for (let at = row + 1; at < stop && !failingChild; at += 1)
      failingChild = trace.parent[at] === row && failing[at] === 1;
    if (!failingChild) leaves.push(row);
  }
  const lengthOf = (row: number): number => endOf(trace, row, end) - (trace.start[row] ?? 0);
  // No failure: then only what was waited for, in vain, for a while. A young trace has ends still on their way.
  if (leaves.length === 0)
    for (let row = 0; row < failing.length; row += 1)
      if (hasFlag(trace, row, spanFlag.unfinished) && subtreeEnd(trace, row) === row + 1 && lengthOf(row) >= hangLeast)
        leaves.push(row);
  const total = Math.max(1, end);
  const weight = (row: number): number => (surfaced(row) ? 2 : 0) + (lengthOf(row) >= total / 2 ? 1 : 0);
  const [first] = leaves.toSorted(
    (a, b) =>
      weight(b) - weight(a) || (trace.start[a] ?? 0) - (trace.start[b] ?? 0) || lengthOf(b) - lengthOf(a) || a - b,
  );
  if (first === undefined) return null;
  const reached = surfaced(first);
  let row = first;
  for (let next = hungChild(trace, row, failing, end); next !== undefined; next = hungChild(trace, row, failing, end))
    row = next;

  const span = spanAt(trace, row);
  const unfinished = hasFlag(trace, row, spanFlag.unfinished);
  const attributes = Object.fromEntries(attributesOf(details, row));
  const exception = details.events.find((event) => event.row === row && event.name === "exception")?.attributes;
  const said =
    details.statusMessages.find((status) => status.row === row)?.message ??
    exception?.["exception.message"] ??
    exception?.["exception.type"];
  const length = lengthOf(row);
  const parent = trace.parent[row] ?? -1;
  const peer = peerKeys.map((key) => attributes[key]).find((value) => typeof value === "string");
  return {
    row,
    service: span.service,
    name: span.name,
    duration: length / 1e6,
    hangs: length >= hangLeast && length >= mostOfParent * (parent >= 0 ? lengthOf(parent) : 0),
    unfinished,
    surfaced: reached,
    message: typeof said === "string" && said.trim() !== "" ? said : null,
    peer: typeof peer === "string" && peer !== span.service.name ? peer : null,
    others: leaves.filter((leaf) => leaf !== first).length,
  };
}
