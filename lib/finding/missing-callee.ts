/** "order called payment, and no span of payment stands below": a call that never arrived, or whose spans were not kept. */
import type { Claim } from "@/lib/finding/seen";
import { lossesOf } from "@/lib/finding/telemetry-loss";
import { missingOf } from "@/lib/finding/whole-trace";
import { cite, plain, plural, quoted } from "@/lib/finding/words";
import { serviceKey } from "@/lib/signal/service";
import { printDuration, second, shift } from "@/lib/signal/time";
import {
  attributesOf,
  hasFlag,
  spanAt,
  spanCount,
  spanFlag,
  spanInstant,
  type Trace,
  type TraceDetails,
  traceEnd,
} from "@/lib/signal/trace";

/** Spans of one trace arrive over this long. */
const young = 30 * second;
/** OpenTelemetry's numbers of span kinds. */
const [server, client] = [2, 3];

const peerKeys: ReadonlySet<string> = new Set(["peer.service", "server.address", "net.peer.name", "rpc.service"]);

/** Who was called: what names the peer, else the very same call of the same caller. */
function calledBy(trace: Trace, details: TraceDetails, row: number): string {
  const peer = attributesOf(details, row).find(([key]) => peerKeys.has(key));
  return peer ? `peer ${String(peer[1])}` : `call ${trace.resource[row]} ${trace.name[row]}`;
}

/** By row of a call: the service whose spans stand below it, if not the caller's own. One pass, however deep the trace is. */
function answers(trace: Trace): Map<number, string> {
  const told = new Map<number, string>();
  for (let row = 0; row < spanCount(trace); row += 1) {
    const parent = trace.parent[row] ?? -1;
    if (parent < 0 || trace.kind[parent] !== client || told.has(parent)) continue;
    const own = trace.resources[trace.resource[row] ?? -1]?.service;
    const caller = trace.resources[trace.resource[parent] ?? -1]?.service;
    if (own && caller && serviceKey(own) !== serviceKey(caller)) told.set(parent, own.name);
  }
  return told;
}

type Silent = { readonly row: number; readonly callee: string };

/** Calls without a span of the callee, whose spans stand below others, or who is named as its peer and reports elsewhere. */
function silentCalls(trace: Trace, details: TraceDetails): Silent[] {
  const reporting = new Set<string>();
  const answered = new Map<string, string>();
  const below = answers(trace);
  const open: { readonly row: number; readonly called: string }[] = [];
  for (let row = 0; row < spanCount(trace); row += 1) {
    if (trace.kind[row] === server) reporting.add(spanAt(trace, row).service.name);
    if (trace.kind[row] !== client) continue;
    const called = calledBy(trace, details, row);
    const callee = below.get(row);
    if (callee) answered.set(called, callee);
    else open.push({ row, called });
  }
  return open.flatMap(({ row, called }) => {
    const named = called.startsWith("peer ") ? called.slice("peer ".length) : "";
    const callee = answered.get(called) ?? (reporting.has(named) ? named : undefined);
    return callee === undefined || callee === spanAt(trace, row).service.name ? [] : [{ row, callee }];
  });
}

export const missingCallee: Claim = {
  reads: ["trace-by-id", "telemetry-loss"],
  judge: (seen) => {
    const { trace, now } = seen;
    if (!trace) return [];
    const columns = trace.answer.trace;
    const end = shift(spanInstant(columns, 0), (traceEnd(columns) - (columns.start[0] ?? 0)) / 1e6);
    if (now - end < young) return [];
    const failed = (row: number): number => Number(hasFlag(columns, row, spanFlag.failed));
    const calls = silentCalls(columns, trace.answer.details).toSorted(
      (a, b) =>
        failed(b.row) - failed(a.row) ||
        (columns.duration[b.row] ?? 0) - (columns.duration[a.row] ?? 0) ||
        a.row - b.row,
    );
    const [first] = calls;
    if (!first) return [];
    const { id } = trace.question;
    const span = spanAt(columns, first.row);
    const weakenedBy = [...missingOf(seen, trace, "they may belong below this call"), ...lossesOf(seen, "traces")];
    const others =
      calls.length > 1
        ? ` ${plural(calls.length - 1, "other call")} stand${calls.length === 2 ? "s" : ""} alone like it.`
        : "";
    const which =
      weakenedBy.length > 0
        ? "its spans were lost, or the call never arrived"
        : "the call never arrived, or its spans were not kept";
    return [
      {
        id: `missing-callee ${columns.id} ${span.id}`,
        kind: "missing-callee",
        sentence: [
          cite(span.service.name, "service", [id], "trace", { row: first.row }),
          plain(" called "),
          cite(quoted(span.name, 80), "code", [id], "trace", { row: first.row }),
          plain(
            ` (${printDuration(span.duration / 1e6)}${span.failed ? ", failed" : ""}), and no span of ${first.callee} stands below it, though ${first.callee} reports in this trace: ${which}.${others}`,
          ),
        ],
        score: (span.failed ? 0.6 : 0.35) - (weakenedBy.length > 0 ? 0.1 : 0),
        at: spanInstant(columns, first.row),
        cites: [id],
        weakenedBy,
      },
    ];
  },
};
