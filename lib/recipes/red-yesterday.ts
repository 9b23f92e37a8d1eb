/** The same numbers a day earlier: yesterday at this hour, for the series of one question. */
import type { Question, QuestionId } from "@/lib/evidence";
import { question } from "@/lib/recipes/question";
import type { UpstreamSetting } from "@/lib/setting";
import { day, shift } from "@/lib/signal/time";

/** On the grid of `asked`, point by point. null where it is no range, or so long a one that the two would overlap. */
export function yesterdayQuestion(
  { id, slot, call, window, why }: Question,
  upstream: UpstreamSetting,
  after: readonly QuestionId[],
): Question | null {
  if (call.api !== "prometheus-range" || window === null || window.to - window.from >= day) return null;
  return question({
    upstream,
    slot,
    purpose: { kind: "red-yesterday", of: id },
    call,
    window: { from: shift(window.from, -day), to: shift(window.to, -day) },
    why: `a day earlier, since it seems to have changed: ${why}`,
    after: [id, ...after],
  });
}
