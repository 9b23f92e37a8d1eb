/** What Loki may be asked to read: one running total over all Lokis and selectors of an investigation, in plan order. */
import type { Evidence, Question, QuestionId, Unasked } from "@/lib/evidence";
import type { EnvironmentSetting, UpstreamSetting } from "@/lib/setting";
import { printBytes } from "@/lib/signal/bytes";
import { durationOf, minute, type Window } from "@/lib/signal/time";

/** Lines are read for twice: the id's once for their text and once for what travels beside; those around and their counts. */
export const passes = 2;
/** What may be read though nobody can say how much that is. */
export const unestimated = 15 * minute;

/** `spent` grows while one plan is made; nothing of it outlives the plan. */
export type ReadBudget = {
  /** The reader asked to search whatever it reads. */
  readonly deep: boolean;
  /** Volume questions whose searches were asked already: these stay let through. */
  readonly letThrough: ReadonlySet<QuestionId>;
  /** Bytes. */
  spent: number;
};

const reading: ReadonlySet<Question["call"]["api"]> = new Set(["loki-lines", "loki-range", "loki-changes"]);

/** A search names its volume question in `after`; so what was let through is known from what was asked. */
export function readBudget(asked: readonly Question[], evidence: readonly Evidence[], deep: boolean): ReadBudget {
  const named = new Set(asked.filter(({ call }) => reading.has(call.api)).flatMap(({ after }) => after));
  const volumes = evidence.filter(({ question: { id, purpose } }) => purpose.kind === "lines-volume" && named.has(id));
  return {
    deep,
    letThrough: new Set(volumes.map(({ question }) => question.id)),
    spent: volumes.reduce((sum, each) => sum + (volumeOf(each) ?? 0) * passes, 0),
  };
}

/** Bytes; null = nobody can say: it was refused, timed out, or is switched off there. */
export const volumeOf = ({ answer }: Evidence): number | null =>
  answer.kind === "volume" ? answer.bytes : answer.kind === "gap" && answer.reason === "none-in-window" ? 0 : null;

type Wish = {
  readonly environment: EnvironmentSetting;
  readonly upstream: UpstreamSetting;
  readonly volume: Evidence;
  /** What would be read, and what stands before "would read ≈ …". */
  readonly window: Window;
  readonly what: string;
};

/** null = let through, and counted; else why not, with the button that lets it through. */
export function overBudget(budget: ReadBudget, { environment, upstream, volume, window, what }: Wish): Unasked | null {
  const size = volumeOf(volume);
  if (budget.deep) return null;
  if (size === null)
    return durationOf(window) <= unestimated
      ? null
      : over(`${what}: how much ${upstream.name} would read is not known.`, "Search without an estimate");
  if (budget.letThrough.has(volume.question.id)) return null;
  const estimate = size * passes;
  const { sliceBytes, totalBytes } = environment.lokiBudget;
  const whose = estimate > sliceBytes ? "one question" : "the questions of one investigation";
  if (estimate > sliceBytes || budget.spent + estimate > totalBytes)
    return over(
      `${what}: ${upstream.name} would read ≈ ${printBytes(estimate)}, more than ${whose} may.`,
      `Search ≈ ${printBytes(estimate)}`,
    );
  budget.spent += estimate;
  return null;
}

const over = (text: string, next: string): Unasked => ({
  kind: "gap",
  slot: "lines",
  reason: "over-budget",
  text,
  next,
});
