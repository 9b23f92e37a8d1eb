/** What a claim is made of: phrases, onsets, movements, findings. Types only. */
import type { QuestionId, SeriesRole, Slot } from "@/lib/evidence";
import type { Unit } from "@/lib/signal/series";
import type { Service } from "@/lib/signal/service";
import type { Instant } from "@/lib/signal/time";

/** A run of words in a sentence; where it cites evidence, the page makes it a link. */
export type Phrase = {
  readonly text: string;
  readonly tone: "plain" | "error" | "change" | "service" | "code";
  readonly cites: readonly QuestionId[];
  /** Where a click leads; null = nowhere. */
  readonly target: { readonly slot: Slot; readonly row: number | null; readonly change: string | null } | null;
};

/** The instant from which a series is no longer itself: somewhere in from..to, `at` the best guess. */
export type Onset = {
  readonly at: Instant;
  readonly from: Instant;
  readonly to: Instant;
  readonly cites: readonly QuestionId[];
  readonly of: string;
};

/** What one series did over the window. */
export type Movement = {
  readonly question: QuestionId;
  /** Index into the answer's series. */
  readonly index: number;
  /** `question`, and for an error ratio also the question of the requests it is a share of. */
  readonly cites: readonly QuestionId[];
  readonly service: Service | null;
  readonly role: SeriesRole;
  readonly title: string;
  readonly unit: Unit;
  readonly verdict: "changed" | "quiet" | "too-few";
  readonly direction: "up" | "down" | null;
  /** Robust medians before and after the onset (quiet: of the whole window). */
  readonly before: number | null;
  readonly after: number | null;
  /** Last value in the window. */
  readonly last: number | null;
  readonly onset: { readonly at: Instant; readonly from: Instant; readonly to: Instant } | null;
  /** How many robust deviations the change measures; 0 where quiet. */
  readonly size: number;
  /** "0.1 % → 38 % (412 of 1,080 requests), since 14:03:10Z ± 15 s" */
  readonly words: string;
  /** 0 = the one to show first: what changed most, nearest the onset, closest to the request; the quiet ones last. */
  readonly rank: number;
  /** Why it is shown, in one line: "error ratio of payment, 2 calls below checkout, changed most and first". */
  readonly because: string;
  /** Calls between its service and the nearer of: the entry, where the trace breaks. null = not on a trace. */
  readonly distance: number | null;
  /** ms from the onset of the incident to its own; null where either is not known. */
  readonly away: number | null;
};

export type FindingKind =
  | "error-origin"
  | "onset"
  | "change-before-onset"
  | "no-known-change"
  | "still-happening"
  | "over"
  | "truncated-trace"
  | "clock-ahead"
  | "lines-without-trace"
  | "failing-line"
  | "all-quiet"
  | "spike-without-error-lines"
  | "new-log-pattern"
  | "retry-storm"
  | "concentration"
  | "telemetry-loss"
  | "vanished-traffic"
  | "error-lines-without-spike"
  | "missing-callee"
  | "hung-child"
  | "order-of-onsets"
  | "ran-full"
  | "unseen-neighbour"
  | "model-steps"
  | "refused-clients"
  | "slow-statement"
  | "frequent-line";

export type Finding = {
  /** Same lead, same window, same evidence: same id. */
  readonly id: string;
  readonly kind: FindingKind;
  readonly sentence: readonly Phrase[];
  /** What happened one after the other, a line each, where the sentence alone would leave that out. */
  readonly parts?: readonly (readonly Phrase[])[];
  /** 0..1 */
  readonly score: number;
  /** It shows that something is wrong, whatever the cause: see `ranked.ts`. */
  readonly symptom?: true;
  readonly at: Instant | null;
  readonly cites: readonly QuestionId[];
  /** The gaps that weaken it, in words; empty = none known. */
  readonly weakenedBy: readonly string[];
};
