/** A question that was asked, and a view -> the same series at the view's own step, now or earlier. Pure; server only. */
import type { Purpose, Question } from "@/lib/evidence";
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
    const range = rangeIn(purpose);
    const next = range > 0 && "interval" in purpose ? rateWindowFor(purpose.interval ?? 0, step) : range;
    const query = range > 0 ? withRange(call.query, printRange(range), printRange(next)) : call.query;
    return question({
      ...common,
      purpose: withRangeOf(purpose, range, next),
      call: { ...call, query, step },
      window: gridOf(widen(away, step, step), step, now),
    });
  }
  if (call.api === "loki-range") {
    const step = finer ?? call.step;
    // A rule's ranges are its own: another range would be another value.
    const isRules = purpose.kind === "alert-expression";
    const query = isRules ? call.query : withLogqlRange(call.query, printRange(call.step), printRange(step));
    return question({
      ...common,
      call: { ...call, query, step },
      window: alignWithin(widen(away, step, step), step, now),
    });
  }
  return null;
}

/** ms its rates look back; 0 = there are none. */
function rangeIn(purpose: Purpose): number {
  if (purpose.kind === "red") return purpose.rateWindow;
  return purpose.kind === "saturation"
    ? Math.max(0, ...Object.values(purpose.parts).map(({ rateWindow }) => rateWindow))
    : 0;
}

function withRangeOf(purpose: Purpose, range: number, next: number): Purpose {
  if (purpose.kind === "red") return { ...purpose, rateWindow: next };
  if (purpose.kind !== "saturation") return purpose;
  const parts = Object.entries(purpose.parts).map(([signal, part]) => [
    signal,
    part.rateWindow === range ? { ...part, rateWindow: next } : part,
  ]);
  return { ...purpose, parts: Object.fromEntries(parts) };
}
