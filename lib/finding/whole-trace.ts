/** What of a trace is not there, as it tells itself: cut by its store, or spans whose parent never came. */
import type { Found } from "@/lib/evidence";
import { missingFor, type Seen } from "@/lib/finding/seen";
import { plural } from "@/lib/finding/words";
import { hasFlag, spanCount, spanFlag } from "@/lib/signal/trace";

/** In words without full stop, `so` behind the spans without parent: what may stand where they belong. Empty = none known. */
export function missingOf(seen: Seen, trace: Found<"trace">, so: string): string[] {
  const columns = trace.answer.trace;
  let orphans = 0;
  for (let row = 0; row < spanCount(columns); row += 1) if (hasFlag(columns, row, spanFlag.orphan)) orphans += 1;
  return [
    ...missingFor({ ...seen, known: [trace] }, ["trace-by-id"]),
    ...(orphans > 0 ? [`${plural(orphans, "span")} without parent: ${so}`] : []),
  ];
}
