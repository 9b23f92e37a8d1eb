/** A question that was asked, and a view -> the same series at the view's own step, now or earlier. Pure; server only. */
import type { Question } from "@/lib/evidence";
import { withRange as withLogqlRange } from "@/lib/query/logql";
import { withRange } from "@/lib/query/promql";
import { alignWithin, gridOf, printRange, rateWindowFor } from "@/lib/recipes/grid";
import { question } from "@/lib/recipes/question";
import type { UpstreamSetting } from "@/lib/setting";
import { type Instant, printDuration, type Window, widen } from "@/lib/signal/time";
import { type Earlier, earlierMs, finerStep, windowBefore } from "@/lib/view";

const words: Readonly<Record<Earlier, string>> = { day: "a day earlier", week: "a week earlier" };

/**
 * null: nothing would be sharper than what was asked, or it is no range of series. A rate's range goes with its step, as
 * when it was asked first; a step beyond each end lets the line run through the edges of the view.
 */
export function viewQuestion(
  asked: Question,
  upstream: UpstreamSetting,
  view: Window,
  earlier: Earlier | null,
  now: Instant,
): Question | null {
  const { call, purpose } = asked;
  const finer = finerStep(asked, view);
  if (finer === null && earlier === null) return null;
  const away = earlier === null ? view : windowBefore(view, earlierMs[earlier]);
  const why =
    finer === null || !("step" in call)
      ? `${earlier === null ? "" : words[earlier]}: ${asked.why}`
      : `${earlier === null ? "closer" : words[earlier]}, every ${printDuration(finer)}: ${asked.why}`;
  const common = { upstream, slot: asked.slot, purpose, why, after: [asked.id] };
  if (call.api === "prometheus-range") {
    const step = finer ?? call.step;
    const isRate = "rateWindow" in purpose && purpose.rateWindow > 0;
    const rateWindow = isRate ? rateWindowFor(purpose.interval, step) : 0;
    const query = isRate ? withRange(call.query, printRange(purpose.rateWindow), printRange(rateWindow)) : call.query;
    return question({
      ...common,
      purpose: isRate ? { ...purpose, rateWindow } : purpose,
      call: { ...call, query, step },
      window: gridOf(widen(away, step, step), step, now),
    });
  }
  if (call.api === "loki-range") {
    const step = finer ?? call.step;
    const query = withLogqlRange(call.query, printRange(call.step), printRange(step));
    return question({
      ...common,
      call: { ...call, query, step },
      window: alignWithin(widen(away, step, step), step, now),
    });
  }
  return null;
}
