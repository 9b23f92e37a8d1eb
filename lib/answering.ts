/**
 * Which environment holds the lead. Not the first to answer: the first as configured, once all that could hold it have
 * spoken or had a second's time; the others that hold it too are named.
 */
import type { Evidence } from "@/lib/evidence";
import type { Reading } from "@/lib/lead";
import { upstreamsOf } from "@/lib/recipes/facts";
import { traceQuestion } from "@/lib/recipes/trace-by-id";
import type { EnvironmentSetting, UpstreamSetting } from "@/lib/setting";
import { isFirstSight } from "@/lib/sighting";
import { type Instant, second, shift } from "@/lib/signal/time";

/** So long the others may still say that they hold it, too. */
const patience = second;

/** The lead itself was seen here: its trace, or lines that carry it. */
export const holdsLead = (evidence: Evidence): boolean => evidence.answer.kind === "trace" || isFirstSight(evidence);

export const traceUpstreams = (environment: EnvironmentSetting): UpstreamSetting[] => [
  ...upstreamsOf(environment, "tempo"),
  ...upstreamsOf(environment, "jaeger"),
];

export const evidenceIn = (environment: EnvironmentSetting, known: readonly Evidence[]): Evidence[] =>
  known.filter(({ question }) => environment.upstreams.some(({ id }) => id === question.upstream));

export type Answering = {
  readonly environment: EnvironmentSetting | null;
  /** Names of the others that hold the lead. */
  readonly also: readonly string[];
  /** Something was found, though it is not settled yet where. */
  readonly isFound: boolean;
  readonly wake: Instant | null;
};

export type AnsweringInput = {
  readonly candidates: readonly EnvironmentSetting[];
  readonly reading: Reading;
  readonly known: readonly Evidence[];
  readonly now: Instant;
  /** When the lead was first seen. */
  readonly foundAt: Instant | null;
  /** What an earlier plan of this investigation settled on: it stays. */
  readonly chosen: string | null;
};

export function answering({ candidates, reading, known, now, foundAt, chosen }: AnsweringInput): Answering {
  const holders = candidates.filter((environment) => evidenceIn(environment, known).some(holdsLead));
  const also = (one: EnvironmentSetting | undefined): string[] =>
    holders.filter((environment) => environment !== one).map(({ name }) => name);
  const kept = candidates.length === 1 ? candidates[0] : candidates.find(({ name }) => name === chosen);
  if (kept) return { environment: kept, also: also(kept), isFound: holders.length > 0, wake: null };
  const answered = new Set(known.map(({ question }) => question.id));
  const allSpoke =
    reading.kind === "trace-id"
      ? candidates
          .flatMap(traceUpstreams)
          .every((upstream) => answered.has(traceQuestion(upstream, reading.traceId, []).id))
      : foundAt === null;
  const due = foundAt === null ? null : shift(foundAt, patience);
  const first = holders[0];
  if (first && (allSpoke || (due !== null && now >= due)))
    return { environment: first, also: also(first), isFound: true, wake: null };
  return { environment: null, also: [], isFound: first !== undefined, wake: first ? due : null };
}
