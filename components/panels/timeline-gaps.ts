/** Why a lane is empty, as one line in its place. Pure. */
import { capital, type TimelineInput, wordsOf } from "@/components/panels/timeline-lanes";
import type { Evidence, Slot } from "@/lib/evidence";
import { isSupporting } from "@/lib/question-kinds";
import { isDenial, isOverBudget, verdictOf } from "@/lib/slot";

const nothing: Readonly<Record<Slot, string>> = {
  spike: "No series in this window.",
  lines: "No lines were counted by level.",
  trace: "No trace.",
  changes: "No change is known in this window.",
  events: "No event is known in this window.",
  alerts: "No alert is known in this window.",
};

export function slotNote(slot: Slot, state: TimelineInput): { readonly words: string; readonly waiting: boolean } {
  const { verdict, gaps, headline, detail } = verdictOf(slot, { ...state, ended: state.stream !== "open" });
  if (verdict === "waiting") return { words: headline, waiting: true };
  // Found, and yet not in this lane: an answer came and held nothing of it.
  if (verdict === "found" || verdict === "partial") return { words: nothing[slot], waiting: false };
  // "None" may only be said where someone was asked and answered, be it that there is none.
  const looked = state.evidence.filter(
    ({ question, answer }) =>
      question.slot === slot && (answer.kind !== "gap" || isDenial(answer)) && !isSupporting(question),
  );
  const [gap] = gaps;
  const stopped = gaps.find(isOverBudget);
  // A search for the id that was stopped: from when to when it looked, and that it looked no further.
  if (slot === "lines" && gap !== undefined && isDenial(gap) && stopped !== undefined)
    return { words: [gap, stopped].map((each) => wordsOf([{ ...each, next: "" }], "")).join(" "), waiting: false };
  const words =
    looked.length > 0 && (gap === undefined || isDenial(gap))
      ? // Of lines it is told of which: that none was counted says less than that none carries the id.
        `${slot === "lines" ? `${capital(headline)}.` : nothing[slot]} ${askedWords(looked)}`
      : gap !== undefined && gap.reason !== "not-configured" && state.questions.every((each) => each.slot !== slot)
        ? // What to do instead stands in the ledger and under the story: a lane has room for the reason.
          wordsOf([{ ...gap, next: "" }], "")
        : wordsOf(gaps, `${headline}. ${detail}`);
  return { words, waiting: false };
}

/** "Asked: alertmanager and prometheus." */
function askedWords(evidence: readonly Evidence[]): string {
  const names = new Set(evidence.map(({ receipt }) => receipt.upstream.split("/").pop() ?? receipt.upstream));
  return `Asked: ${[...names].sort().join(" and ")}.`;
}
