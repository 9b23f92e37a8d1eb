/** "11.8 s of the 12 s passed in payment tls.handshake": where a slow trace that did not fail spent its time. */
import type { Claim } from "@/lib/finding/seen";
import { missingOf } from "@/lib/finding/whole-trace";
import { cite, plain, quoted } from "@/lib/finding/words";
import { printDuration } from "@/lib/signal/time";
import {
  childrenOf,
  hasFlag,
  spanAt,
  spanCount,
  spanFlag,
  spanInstant,
  type Trace,
  traceEnd,
} from "@/lib/signal/trace";

/** A span that takes so much of its parent's time is what the parent waited for. */
const mostOfParent = 0.95;
/** ns; what is quicker than this nobody waits for. */
const least = 1e9;

const isOpen = (trace: Trace, row: number): boolean => hasFlag(trace, row, spanFlag.unfinished);
const startOf = (trace: Trace, row: number): number => trace.start[row] ?? 0;

/**
 * The deepest span that each of its parents spent nearly all of its time in; the root where there is none. Parents stand
 * before their children: one pass, however deep the trace is.
 */
function waitedFor(trace: Trace, end: number): number {
  const endOf = (row: number): number => (isOpen(trace, row) ? end : startOf(trace, row) + (trace.duration[row] ?? 0));
  let row = 0;
  for (let next = 1; next < spanCount(trace); next += 1) {
    if (trace.parent[next] !== row) continue;
    const [start, until] = [startOf(trace, row), endOf(row)];
    if (Math.min(endOf(next), until) - startOf(trace, next) >= mostOfParent * (until - start)) row = next;
  }
  return row;
}

export const hungChild: Claim = {
  reads: ["trace-by-id"],
  judge: (seen) => {
    const { trace, origin } = seen;
    // What failed or never ended is told by where the trace breaks.
    if (!trace || origin !== null) return [];
    const { id } = trace.question;
    const columns = trace.answer.trace;
    const end = traceEnd(columns);
    const row = waitedFor(columns, end);
    const span = spanAt(columns, row);
    const whole = end - startOf(columns, 0);
    if (row === 0 || span.duration < least) return [];
    const weakenedBy = missingOf(seen, trace, "time may have passed in them");
    const isPart = weakenedBy.length > 0;
    const isLeaf = childrenOf(columns, row).length === 0;
    return [
      {
        id: `hung-child ${columns.id} ${span.id}`,
        kind: "hung-child",
        sentence: [
          plain(`${printDuration(span.duration / 1e6)} of the ${printDuration(whole / 1e6)} passed in `),
          cite(span.service.name, "service", [id], "trace", { row }),
          plain(" "),
          cite(quoted(span.name, 80), "code", [id], "trace", { row }),
          plain(
            `${isLeaf ? "" : ", and in no single span below it"}${isPart ? ", as far as the trace was given; no span seen failed." : "; no span failed."}`,
          ),
        ],
        score: 0.5 - (isPart ? 0.1 : 0),
        at: spanInstant(columns, row),
        cites: [id],
        weakenedBy,
      },
    ];
  },
};
