/** "order called payment 4 times in a row, 3 of them failed": retries that multiply what a sick callee has to bear. */
import type { Claim } from "@/lib/finding/seen";
import { missingOf } from "@/lib/finding/whole-trace";
import { cite, plain, plural, quoted } from "@/lib/finding/words";
import { childrenOf, hasFlag, spanAt, spanCount, spanFlag, spanInstant, type Trace } from "@/lib/signal/trace";

/** Two attempts are a retry; a storm begins at three. */
const least = 3;

type Storm = { readonly parent: number; readonly rows: readonly number[]; readonly failed: number };

const startOf = (trace: Trace, row: number): number => trace.start[row] ?? 0;
const endOf = (trace: Trace, row: number): number => startOf(trace, row) + (trace.duration[row] ?? 0);

/** Calls of one name below one span, one after the other, each but the last a failure. */
function stormsIn(trace: Trace): Storm[] {
  const keyOf = (row: number): string => `${trace.parent[row]} ${trace.resource[row]} ${trace.name[row]}`;
  const failures = new Map<string, number[]>();
  for (let row = 0; row < spanCount(trace); row += 1) {
    if (!hasFlag(trace, row, spanFlag.failed) || (trace.parent[row] ?? -1) < 0) continue;
    const key = keyOf(row);
    const held = failures.get(key);
    if (held) held.push(row);
    else failures.set(key, [row]);
  }
  return [...failures].flatMap(([key, failed]): Storm[] => {
    const parent = trace.parent[failed[0] ?? 0] ?? -1;
    if (failed.length < least - 1) return [];
    const rows = childrenOf(trace, parent)
      .filter((row) => keyOf(row) === key)
      .sort((a, b) => startOf(trace, a) - startOf(trace, b));
    // In parallel they are a fan-out, no retry; what follows a success is the next thing to do.
    const isRetried = rows.every((row, at) => {
      const before = rows[at - 1];
      if (before === undefined) return true;
      return startOf(trace, row) >= endOf(trace, before) && hasFlag(trace, before, spanFlag.failed);
    });
    return rows.length >= least && isRetried ? [{ parent, rows, failed: failed.length }] : [];
  });
}

export const retryStorm: Claim = {
  reads: ["trace-by-id"],
  judge: (seen) => {
    if (!seen.trace) return [];
    const { id } = seen.trace.question;
    const { trace } = seen.trace.answer;
    const storms = stormsIn(trace);
    const worst = storms.reduce<Storm | undefined>(
      (most, next) => (most && most.rows.length >= next.rows.length ? most : next),
      undefined,
    );
    const [first] = worst?.rows ?? [];
    if (!worst || first === undefined) return [];
    const called = spanAt(trace, first);
    const weakenedBy = missingOf(seen, seen.trace, "they may be more tries");
    const all = worst.failed === worst.rows.length;
    return [
      {
        id: `retry-storm ${trace.id} ${trace.spanId[first] ?? first}`,
        kind: "retry-storm",
        sentence: [
          cite(spanAt(trace, worst.parent).service.name, "service", [id], "trace", { row: worst.parent }),
          plain(" tried "),
          cite(quoted(called.name, 80), "code", [id], "trace", { row: first }),
          plain(
            ` ${weakenedBy.length > 0 ? "at least " : ""}${plural(worst.rows.length, "time")} in a row, ${all ? `and all of ${weakenedBy.length > 0 ? "those seen" : "them"} failed` : `${worst.failed} of them failed`}${storms.length > 1 ? `; ${plural(storms.length - 1, "other call was", "other calls were")} tried again like it` : ""}.`,
          ),
        ],
        score: (all ? 0.5 : 0.35) - (weakenedBy.length > 0 ? 0.05 : 0),
        at: spanInstant(trace, first),
        cites: [id],
        weakenedBy,
      },
    ];
  },
};
