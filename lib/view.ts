/**
 * A view asks series again, never findings: with a finer step where the samples have one, or as they were a day or a week
 * earlier. Pure; also runs in the browser, so that nothing is asked that cannot get sharper.
 */
import type { Evidence, Question, QuestionId } from "@/lib/evidence";
import { stepFor } from "@/lib/recipes/grid";
import { day, type Instant, second, toInstant, type Window } from "@/lib/signal/time";

export const earlier = ["day", "week"] as const;
export type Earlier = (typeof earlier)[number];
export const earlierMs: Readonly<Record<Earlier, number>> = { day, week: 7 * day };

/** Questions in one request: the drawn lanes, each with its requests, and the lines by level. */
export const mostAgain = 24;

/** What the server answers: evidence under the id of the question that it is drawn in place of. */
export type SeriesAgain = {
  readonly answers: readonly { readonly question: QuestionId; readonly evidence: Evidence }[];
  /** Questions that this server has not asked lately: it puts no query that it did not write itself. */
  readonly unknown: readonly QuestionId[];
};

/** Counts have no samples: they can be counted over any stretch. */
const finestCount = 5 * second;

/** ms; the step that `view` deserves, null where what was asked is as fine already, or is no series. */
export function finerStep({ call, purpose }: Question, view: Window): number | null {
  const known = ("interval" in purpose ? purpose.interval : undefined) ?? 0;
  const step =
    known > 0 && (call.api === "prometheus-range" || call.api === "loki-range")
      ? stepFor(view, known)
      : call.api === "loki-range"
        ? stepFor(view, finestCount, 180)
        : null;
  return step !== null && "step" in call && step < call.step ? step : null;
}

export const windowBefore = ({ from, to }: Window, ms: number): Window => ({
  from: before(from, ms),
  to: before(to, ms),
});
const before = (at: Instant, ms: number): Instant => toInstant(at - ms);
