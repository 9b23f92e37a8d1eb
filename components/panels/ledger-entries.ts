/** What is known -> six entries, always in the same order. Pure. */
import type { InvestigationState } from "@/components/investigation-state";
import { slots } from "@/lib/evidence";
import { type Instant, toInstant } from "@/lib/signal/time";
import { type SlotState, verdictOf } from "@/lib/slot";

export type Entry = SlotState & {
  /** When the last answer of this slot came, by the server's clock; null = none yet. */
  readonly asOf: Instant | null;
};

export function ledgerOf(state: InvestigationState): readonly Entry[] {
  const { questions, evidence, unasked, explanation, environment, stream, now } = state;
  // A lost line brings no more: what is missing is then missing, not awaited.
  const ended = stream !== "open";
  const input = { questions, evidence, unasked, explanation, environment, ended, ...(now > 0 ? { now } : {}) };
  return slots.map((slot) => {
    const times = evidence.filter(({ question }) => question.slot === slot).map(({ receipt }) => receipt.lastByte);
    return { ...verdictOf(slot, input), asOf: times.length > 0 ? toInstant(Math.max(...times)) : null };
  });
}
