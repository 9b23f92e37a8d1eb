/** From one failure to the next. Apart from the waterfall, which the first screen does not load. Pure. */
import { spanCount, spanFlag, type Trace } from "@/lib/signal/trace";

/** The failed span behind `row` (or before it, with step -1), round the end once; null when none failed. Looks into folds. */
export function nextFailed(trace: Trace, row: number | null, step: 1 | -1 = 1): number | null {
  const count = spanCount(trace);
  const start = row ?? (step === 1 ? -1 : count);
  for (let gone = 1; gone <= count; gone += 1) {
    const at = (((start + step * gone) % count) + count) % count;
    if (((trace.flags[at] ?? 0) & spanFlag.failed) !== 0) return at;
  }
  return null;
}
