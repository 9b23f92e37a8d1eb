/** Builds questions: the same upstream, call and window give the same id in every run. */
import type { Call, Purpose, Question, QuestionId, Slot } from "@/lib/evidence";
import { keeping } from "@/lib/recipes/held";
import type { UpstreamSetting } from "@/lib/setting";
import type { Window } from "@/lib/signal/time";

export type Draft = {
  readonly upstream: UpstreamSetting;
  readonly slot: Slot;
  readonly purpose: Purpose;
  readonly call: Call;
  /** Defaults to the call's query. */
  readonly text?: string;
  readonly window: Window | null;
  readonly why: string;
  readonly after: readonly QuestionId[];
  /** Set when the very same call is put again on purpose (a young trace may have grown). */
  readonly again?: boolean;
};

/** The plan is made after each answer: most questions are those of the plan before, and some are 20 kB long. */
const kept = 300;
const ids = keeping<QuestionId>(kept);
const numbers = keeping<number>(kept);
let texts = 0;
/** Short, and the same for the same text as long as it is kept; another one later is but worked out again. */
const numberOf = (text: string): number => numbers(text, () => ++texts);

export function question(draft: Draft): Question {
  const { upstream, slot, purpose, call, window, why, after } = draft;
  const again = draft.again ?? false;
  const told = "query" in call ? { ...call, query: numberOf(call.query) } : call;
  return {
    id: ids(JSON.stringify([upstream.id, told, window, again]), () =>
      hash(JSON.stringify([upstream.id, call, window, again])),
    ),
    upstream: upstream.id,
    slot,
    purpose,
    call,
    text: draft.text ?? ("query" in call ? call.query : call.api),
    window,
    why,
    after: [...new Set(after)].sort(),
  };
}

/** 64 bits of FNV-1a, as 16 hex digits: stable over processes, not for secrets. */
function hash(text: string): string {
  let high = 0xcbf29ce4;
  let low = 0x84222325;
  for (let at = 0; at < text.length; at += 1) {
    low ^= text.charCodeAt(at);
    // The prime is 2^40 + 0x1b3: low * 0x1b3 with its carry, and (low << 8) into the upper half.
    const product = low * 0x1b3;
    high = (Math.imul(high, 0x1b3) + Math.floor(product / 0x1_0000_0000) + (low << 8)) >>> 0;
    low = product >>> 0;
  }
  return high.toString(16).padStart(8, "0") + low.toString(16).padStart(8, "0");
}
