/** Clocks disagree: how far a trace lies ahead of this console's clock. */
import { type Instant, instantAfter, minute, second } from "@/lib/signal/time";
import { type Trace, traceEnd } from "@/lib/signal/trace";

/** A clock may be this wrong and nothing of it is told: the trace's own end is rounded, and answers travel. */
const usual = 2 * second;
/** Up to here windows follow the trace; beyond it no other signal can be expected at its time. */
export const mostFollowed = 15 * minute;

/** ms from `now` to the trace's last sign of life; 0 where it is not in the future. */
export function aheadOf(trace: Trace, now: Instant): number {
  const ahead = instantAfter(trace.base, traceEnd(trace)) - now;
  return ahead > usual ? ahead : 0;
}
