/** What the planner has worked out so far, as every recipe reads it. */
import type { Evidence, Question, QuestionId } from "@/lib/evidence";
import type { Subject } from "@/lib/identity/subject";
import type { EnvironmentSetting, UpstreamKind, UpstreamSetting } from "@/lib/setting";
import { type Instant, minute, toInstant, type Window } from "@/lib/signal/time";
import type { Trace } from "@/lib/signal/trace";

export type Facts = {
  readonly environment: EnvironmentSetting;
  readonly evidence: readonly Evidence[];
  readonly startedAt: Instant;
  readonly now: Instant;
  /** First to last sign of the lead itself: the trace's extent, or that of its lines. */
  readonly focus: Window;
  readonly window: Window;
  readonly trace: Trace | null;
  readonly subjects: readonly Subject[];
  /** The questions whose answers gave focus and services. */
  readonly cites: readonly QuestionId[];
};

export const upstreamsOf = (environment: EnvironmentSetting, kind: UpstreamKind): UpstreamSetting[] =>
  environment.upstreams.filter((upstream) => upstream.kind === kind);

/** undefined where it has not been answered yet, or was never asked. */
export const answerTo = (known: readonly Evidence[], { id }: Pick<Question, "id">): Evidence | undefined =>
  known.find(({ question }) => question.id === id);

export const evidenceOf = (
  facts: Pick<Facts, "evidence">,
  upstream: string,
  purpose: Evidence["question"]["purpose"]["kind"],
): Evidence[] =>
  facts.evidence.filter(({ question }) => question.upstream === upstream && question.purpose.kind === purpose);

/** When series of the lead's moment surely exist: a minute after its end, clipped to now; whole minutes, so that probes cache. */
export function momentOf({ focus, now }: Facts): Instant {
  const at = Math.min(focus.to + minute, now);
  return toInstant(at - (at % minute));
}
