/** What is known -> six entries, always in the same order. Pure. */
import type { InvestigationState } from "@/components/investigation-state";
import { type Slot, slots } from "@/lib/evidence";
import { type Instant, toInstant } from "@/lib/signal/time";
import { type SlotInput, type SlotState, verdictOf } from "@/lib/slot";

export type Entry = SlotState & {
  /** When the last answer of this slot came, by the server's clock; null = none yet. */
  readonly asOf: Instant | null;
};

/** The line was lost while all answers of a slot were awaited: nothing is known of it, which is no "nothing found". */
function unheard(slot: Slot, input: SlotInput): SlotState {
  const awaited = verdictOf(slot, { ...input, ended: false });
  if (awaited.verdict !== "waiting") return verdictOf(slot, input);
  const detail = "The connection was lost before it came.";
  return { ...awaited, verdict: "failed", headline: "not heard", detail, pending: 0 };
}

export function ledgerOf(state: InvestigationState): readonly Entry[] {
  const { questions, evidence, unasked, explanation, environment, stream, now, window } = state;
  // A lost line brings no more: what is missing is then missing, not awaited.
  const ended = stream !== "open";
  const input = { questions, evidence, unasked, explanation, environment, ended, window, ...(now > 0 ? { now } : {}) };
  return slots.map((slot) => {
    const times = evidence.filter(({ question }) => question.slot === slot).map(({ receipt }) => receipt.lastByte);
    const verdict = stream === "lost" ? unheard(slot, input) : verdictOf(slot, input);
    return { ...verdict, asOf: times.length > 0 ? toInstant(Math.max(...times)) : null };
  });
}
