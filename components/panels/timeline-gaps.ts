/** Why a lane is empty, as one line in its place. Pure. */
import { type TimelineInput, wordsOf } from "@/components/panels/timeline-lanes";
import type { Slot } from "@/lib/evidence";
import { isSupporting } from "@/lib/question-kinds";
import { verdictOf } from "@/lib/slot";

const nothing: Readonly<Record<Slot, string>> = {
  spike: "No series in this window.",
  lines: "No lines were counted by level.",
  trace: "No trace.",
  changes: "No change is known in this window.",
  events: "No event is known in this window.",
  alerts: "No alert was active in this window.",
};

export function slotNote(slot: Slot, state: TimelineInput): { readonly words: string; readonly waiting: boolean } {
  const { verdict, gaps, headline, detail } = verdictOf(slot, { ...state, ended: state.stream !== "open" });
  if (verdict === "waiting") return { words: headline, waiting: true };
  // Found, and yet not in this lane: an answer came and held nothing of it.
  if (verdict === "found" || verdict === "partial") return { words: nothing[slot], waiting: false };
  // "None" may only be said where someone was asked and answered.
  const looked = state.evidence.some(
    ({ question, answer }) => question.slot === slot && answer.kind !== "gap" && !isSupporting(question),
  );
  return { words: wordsOf(gaps, looked ? nothing[slot] : `${headline}. ${detail}`), waiting: false };
}
