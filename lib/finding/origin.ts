/**
 * Where a trace breaks: the deepest failing span whose children are well, or the child that hangs.
 *
 *   gateway ! ── order ! ── payment ! ── tls.handshake !   <- here: nothing below it failed
 *                        └─ stock
 */
import type { Found } from "@/lib/evidence";
import type { Origin } from "@/lib/finding/seen";
import {
  type AttributeValue,
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

const statusKeys: ReadonlySet<string> = new Set(["http.response.status_code", "http.status_code"]);
const isServerFault = (status: AttributeValue | undefined): boolean => Number(status) >= 500 && Number(status) < 600;

/** Status ERROR; a server span with a 5xx and no status too (OpenTelemetry asks servers to set ERROR for 5xx, not all do). */
function failingRows(trace: Trace, details: TraceDetails): Uint8Array {
  const failing = new Uint8Array(spanCount(trace));
  const status = new Set(details.keys.flatMap((key, index) => (statusKeys.has(key) ? [index] : [])));
  for (let row = 0; row < failing.length; row += 1) {
    failing[row] = hasFlag(trace, row, spanFlag.failed) ? 1 : 0;
    if (failing[row] === 1 || trace.kind[row] !== 2 || status.size === 0) continue;
    const pairs = details.attributes[row] ?? [];
    for (let at = 0; at + 1 < pairs.length; at += 2)
      if (status.has(pairs[at] ?? -1) && isServerFault(details.values[pairs[at + 1] ?? -1])) failing[row] = 1;
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
  // Parents stand before their children: one pass each way tells what would else be walked for every row.
  const failingBelow = new Uint8Array(failing.length);
  const surfaces = new Uint8Array(failing.length);
  for (let row = 0; row < failing.length; row += 1) {
    const parent = trace.parent[row] ?? -1;
    if (failing[row] !== 1) continue;
    if (parent >= 0) failingBelow[parent] = 1;
    surfaces[row] = parent < 0 || surfaces[parent] === 1 ? 1 : 0;
  }
  const surfaced = (row: number): boolean => surfaces[row] === 1;
  const leaves: number[] = [];
  for (let row = 0; row < failing.length; row += 1) if (failing[row] === 1 && failingBelow[row] !== 1) leaves.push(row);
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
  let above = trace.parent[first] ?? -1;
  while (above >= 0 && failing[above] === 1) above = trace.parent[above] ?? -1;
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
    survivor: above >= 0 ? above : null,
    message: typeof said === "string" && said.trim() !== "" ? said : null,
    peer: typeof peer === "string" && peer !== span.service.name ? peer : null,
    others: leaves.filter((leaf) => leaf !== first).length,
  };
}
