/** "The trace is not whole": orphans, cut answers, spans without an end. What is missing may be what broke. */
import { type Claim, missingFor, type Seen } from "@/lib/finding/seen";
import { cite, list, plain, plural, quoted, withoutStop } from "@/lib/finding/words";
import { second, shift } from "@/lib/signal/time";
import { spanCount, spanFlag, spanInstant, traceEnd } from "@/lib/signal/trace";

/** Spans of one trace arrive over this long; younger ones may grow (batch processors send every few seconds). */
const young = 30 * second;

function reasonsOf({ trace, now }: Seen): string[] {
  if (!trace) return [];
  const columns = trace.answer.trace;
  let orphans = 0;
  let unfinished = 0;
  for (let row = 0; row < spanCount(columns); row += 1) {
    const flags = columns.flags[row] ?? 0;
    if (flags & spanFlag.orphan) orphans += 1;
    if (flags & spanFlag.unfinished) unfinished += 1;
  }
  const ended = shift(spanInstant(columns, 0), (traceEnd(columns) - (columns.start[0] ?? 0)) / 1e6);
  return [
    ...(orphans > 0 ? [`${plural(orphans, "span names", "spans name")} a parent that is not in it`] : []),
    ...(unfinished > 0 ? [`${plural(unfinished, "span")} without an end`] : []),
    ...(trace.partial ? [`the answer was cut (${withoutStop(quoted(trace.notes[0] ?? "partial"))})`] : []),
    ...(now - ended < young && now >= ended ? ["it ended moments ago and may still grow"] : []),
  ];
}

export const truncatedTrace: Claim = {
  reads: ["trace-by-id"],
  judge: (seen) => {
    const { trace } = seen;
    const reasons = reasonsOf(seen);
    if (!trace || reasons.length === 0) return [];
    const { id } = trace.question;
    const weakenedBy = missingFor({ ...seen, known: seen.known.filter((each) => each !== trace) }, ["trace-by-id"]);
    const beside = weakenedBy.length > 0 ? "; another store, which may hold the rest, could not be read" : "";
    return [
      {
        id: `truncated-trace ${trace.answer.trace.id}`,
        kind: "truncated-trace",
        sentence: [cite("The trace", "plain", [id], "trace"), plain(` is not whole: ${list(reasons)}${beside}.`)],
        score: 0.3,
        at: null,
        cites: [id],
        weakenedBy,
      },
    ];
  },
};
