/** What the evaluation of one query carries with it. */
import type { Complain } from "@/lib/engine/promql/complaint";
import type { Notes } from "@/lib/engine/promql/notes";
import type { Storage } from "@/lib/engine/promql/storage";

export type Run = {
  readonly storage: Storage;
  /** The query's own window (ms), for `@ start()` and `@ end()`; equal for an instant query. */
  readonly start: number;
  readonly end: number;
  readonly notes: Notes;
  /** Ends the evaluation; the text is the server's `execution` error. */
  readonly complain: Complain;
  /** Ends it where the time given is over; called between pieces of work. */
  readonly breathe: () => void;
  /** Counts samples read; ends the evaluation where they are too many. */
  readonly count: (samples: number) => void;
};

/** How long a sample stands for a series, ms. */
export const lookback = 300_000;
/** The step of a subquery that names none: the server's evaluation interval, ms. */
export const evaluationInterval = 60_000;
