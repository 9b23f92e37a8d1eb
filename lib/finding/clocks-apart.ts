/** "payment's clock is at least 3 s behind order's": spans that start before their parents, of another service. */
import type { Claim } from "@/lib/finding/seen";
import { missingOf } from "@/lib/finding/whole-trace";
import { cite, plain, plural } from "@/lib/finding/words";
import { sameService } from "@/lib/signal/service";
import { printDuration } from "@/lib/signal/time";
import { spanAt, spanCount } from "@/lib/signal/trace";

/** ms; by less, clocks of machines that are kept in step differ all the time. */
const least = 50;

export const clocksApart: Claim = {
  reads: ["trace-by-id"],
  judge: (seen) => {
    const { trace } = seen;
    if (!trace) return [];
    const { id } = trace.question;
    const columns = trace.answer.trace;
    const early: { readonly row: number; readonly parent: number; readonly lead: number }[] = [];
    for (let row = 0; row < spanCount(columns); row += 1) {
      const parent = columns.parent[row] ?? -1;
      if (parent < 0 || columns.resource[row] === columns.resource[parent]) continue;
      const lead = ((columns.start[parent] ?? 0) - (columns.start[row] ?? 0)) / 1e6;
      // Within one service it is how its spans are recorded, and no clock.
      if (lead < least || sameService(spanAt(columns, row).service, spanAt(columns, parent).service)) continue;
      early.push({ row, parent, lead });
    }
    const [first] = early.toSorted((a, b) => b.lead - a.lead || a.row - b.row);
    if (!first) return [];
    const weakenedBy = missingOf(seen, trace, "they may start early, too");
    const service = (row: number) => cite(spanAt(columns, row).service.name, "service", [id], "trace", { row });
    return [
      {
        id: `clocks-apart ${columns.id}`,
        kind: "clock-ahead",
        sentence: [
          plain("The clock of "),
          service(first.row),
          plain(` is at least ${printDuration(first.lead)} behind that of `),
          service(first.parent),
          plain(
            `: ${weakenedBy.length > 0 ? "at least " : ""}${plural(early.length, "span starts before its parent", "spans start before their parents")}, so their times do not tell which came first.`,
          ),
        ],
        score: 0.3 - (weakenedBy.length > 0 ? 0.05 : 0),
        at: null,
        cites: [id],
        weakenedBy,
      },
    ];
  },
};
