/** Why a lane is empty, as one line in its place. Pure. */
import { capital, type TimelineInput, wordsOf } from "@/components/panels/timeline-lanes";
import type { Evidence, Slot } from "@/lib/evidence";
import { isSupporting } from "@/lib/question-kinds";
import { minute, printClock, toInstant, type Window } from "@/lib/signal/time";
import { isDenial, isOverBudget, verdictOf } from "@/lib/slot";

const nothing: Readonly<Record<Slot, string>> = {
  spike: "No series in this window.",
  lines: "No lines were counted by level.",
  trace: "No trace.",
  changes: "No change is known in this window.",
  events: "No event is known in this window.",
  alerts: "No alert is known in this window.",
};

/** Far enough for "in this window": the grid of a metric may end a step early. ms */
const near = 2 * minute;

/**
 * Changes of an alert are looked for around its beginning alone, and its page may draw hours: then from when to when. Of
 * several questions the first and the last instant that one of them was asked for.
 */
function noChange(looked: readonly Evidence[], window: Window | null): string {
  const asked = looked.flatMap(({ question }) => question.window ?? []);
  const [from, to] = [Math.min(...asked.map((each) => each.from)), Math.max(...asked.map((each) => each.to))];
  if (window === null || asked.length === 0 || (from <= window.from + near && to >= window.to - near))
    return nothing.changes;
  const [first, last] = [toInstant(from), toInstant(to)].map((at) => printClock(at, window.to));
  return `No change is known from ${first} to ${last}.`;
}

/** `window`: what the page draws; null = not known yet. */
export function slotNote(
  slot: Slot,
  state: TimelineInput,
  window: Window | null = null,
): { readonly words: string; readonly waiting: boolean } {
  const { verdict, gaps, headline, detail } = verdictOf(slot, { ...state, ended: state.stream !== "open" });
  if (verdict === "waiting") return { words: headline, waiting: true };
  // "None" may only be said where someone was asked and answered, be it that there is none.
  const looked = state.evidence.filter(
    ({ question, answer }) =>
      question.slot === slot && (answer.kind !== "gap" || isDenial(answer)) && !isSupporting(question),
  );
  const none = slot === "changes" ? noChange(looked, window) : nothing[slot];
  // Found, and yet not in this lane: an answer came and held nothing of it.
  if (verdict === "found" || verdict === "partial") return { words: none, waiting: false };
  const [gap] = gaps;
  const stopped = gaps.find(isOverBudget);
  // A search for the id that was stopped: from when to when it looked, and that it looked no further.
  if (slot === "lines" && gap !== undefined && isDenial(gap) && stopped !== undefined)
    return { words: [gap, stopped].map((each) => wordsOf([{ ...each, next: "" }], "")).join(" "), waiting: false };
  const words =
    looked.length > 0 && (gap === undefined || isDenial(gap))
      ? // Of lines it is told of which: that none was counted says less than that none carries the id.
        `${slot === "lines" ? `${capital(headline)}.` : none} ${askedWords(looked)}`
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
