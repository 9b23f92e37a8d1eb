/** Several upstreams may hold the trace, and one may have more of it than another. */
import { answersOf, type Evidence, type Found } from "@/lib/evidence";
import { spanCount } from "@/lib/signal/trace";

/** The one with most spans; of equals the first. */
export const fullestTrace = (known: readonly Evidence[]): Found<"trace"> | null =>
  answersOf(known, "trace").reduce<Found<"trace"> | null>(
    (best, next) => (best && spanCount(best.answer.trace) >= spanCount(next.answer.trace) ? best : next),
    null,
  );
