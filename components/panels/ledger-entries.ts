/** What is known -> six entries, always in the same order. Pure. */
import type { InvestigationState } from "@/components/investigation-state";
import { type Slot, slots } from "@/lib/evidence";
import { type Instant, toInstant } from "@/lib/signal/time";
import { type SlotInput, type SlotState, verdictOf } from "@/lib/slot";

export type Entry = SlotState & {
  /** When the last answer of this slot came, by the server's clock; null = none yet. */
  readonly asOf: Instant | null;
};

/** It ended while all answers of a slot were awaited: nothing is known of it, which is no "nothing found". */
function unheard(slot: Slot, input: SlotInput, stream: "lost" | "ended"): SlotState {
  const awaited = verdictOf(slot, { ...input, ended: false });
  if (awaited.verdict !== "waiting" || (stream === "ended" && awaited.pending === 0)) return verdictOf(slot, input);
  const [headline, detail] =
    stream === "lost"
      ? ["not heard", "The connection was lost before it came."]
      : ["no answer yet", "It was not in when the time was up. Continue asks again."];
  return { ...awaited, verdict: "failed", headline, detail, pending: 0 };
}

export function ledgerOf(state: InvestigationState): readonly Entry[] {
  const { questions, evidence, unasked, explanation, environment, stream, now } = state;
  // A lost line brings no more: what is missing is then missing, not awaited.
  const ended = stream !== "open";
  const input = { questions, evidence, unasked, explanation, environment, ended, ...(now > 0 ? { now } : {}) };
  return slots.map((slot) => {
    const times = evidence.filter(({ question }) => question.slot === slot).map(({ receipt }) => receipt.lastByte);
    const verdict = stream === "open" ? verdictOf(slot, input) : unheard(slot, input, stream);
    return { ...verdict, asOf: times.length > 0 ? toInstant(Math.max(...times)) : null };
  });
}
