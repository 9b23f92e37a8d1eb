/**
 * Whose alert it is where neither its words nor its own series name a service: of all services of the environment those
 * whose failures, latency or requests moved when its value did. Evidence so far -> services, each with its why.
 */
import { apartOf, type Began, type Candidate, isNear, type Moved, noOthers, when } from "@/lib/alert-apart";
import type { Evidence, Question, SeriesRole } from "@/lib/evidence";
import { movementsOf } from "@/lib/finding/movements";
import type { Judged } from "@/lib/finding/seen";
import { plural } from "@/lib/finding/words";
import { type Movers, moverQuestions } from "@/lib/recipes/alert-movers";
import type { Facts } from "@/lib/recipes/facts";
import { instantOf, type Series, type Unit } from "@/lib/signal/series";
import { clipTo, minute, widen } from "@/lib/signal/time";

export type MovedSoFar = Moved & { readonly questions: readonly Question[]; readonly isOpen: boolean };

const kinds: readonly { readonly roles: readonly SeriesRole[]; readonly noun: string; readonly unit: Unit }[] = [
  { roles: ["latency-mean"], noun: "mean latency", unit: "seconds" },
  { roles: ["errors", "error-ratio"], noun: "failed requests", unit: "per-second" },
  { roles: ["rate"], noun: "requests", unit: "per-second" },
];

/** `facts`: without subjects, its focus is the onset. `isTime`: the alert's value is in seconds. */
export function movedWith(facts: Omit<Facts, "subjects">, began: Began, isTime: boolean): MovedSoFar {
  const window = clipTo(widen({ from: began.at, to: began.at }, 30 * minute, 15 * minute), facts.now);
  const movers = moverQuestions({ ...facts, subjects: [], window }, isTime);
  const { questions, isCounted } = movers;
  const isOpen = !isCounted || !questions.every(({ id }) => facts.evidence.some(({ question }) => question.id === id));
  if (isOpen) return { subjects: [], questions, isOpen, others: noOthers };
  const judged = movementsOf(answersTo(movers, facts.evidence), facts.startedAt);
  const looked = movers.services - movers.left;
  for (const { roles, noun, unit } of kinds) {
    const found = judged.flatMap((each) => candidateOf(each, roles, began, facts.evidence, movers));
    if (found.length === 0) continue;
    const { subjects, others } = apartOf(found, { noun, unit, began, now: facts.now, looked });
    return { subjects, others: { ...others, text: `${others.text}${leftWords(movers)}` }, questions, isOpen };
  }
  const text =
    looked === 0 ? "" : `None of the ${plural(looked, "service")} that count requests here moved ${when(began)}.`;
  return { subjects: [], questions, isOpen, others: { text: `${text}${leftWords(movers)}`, services: [] } };
}

/** The answers under the purposes they are judged by. */
const answersTo = ({ comparisons }: Movers, known: readonly Evidence[]): Evidence[] =>
  comparisons.flatMap(({ put, as }) =>
    known.flatMap((evidence) => (evidence.question.id === put.id ? [{ ...evidence, question: as }] : [])),
  );

/** Itself where it moved near the alert's onset, in one of these roles and for the worse. */
function candidateOf(
  movement: Judged,
  roles: readonly SeriesRole[],
  began: Began,
  known: readonly Evidence[],
  movers: Movers,
): Candidate[] {
  const { service, role, onset, direction, verdict } = movement;
  const isMeant = roles.includes(role) && verdict === "changed" && (role === "rate" || direction === "up");
  if (!isMeant || !service || !onset || !isNear(onset, began)) return [];
  const [before, after] = levelsOf(movement, known, movers);
  // Traffic of large services wanders by more than small ones have.
  const by = role === "rate" ? Math.abs(after - before) / Math.max(before, after) : after - before;
  return by > 0 ? [{ service, before, after, onset, by }] : [];
}

/** Of failures the rate itself, as their share says nothing of how many there are. */
function levelsOf(
  { question, index, onset, end, before, after, role }: Judged,
  known: readonly Evidence[],
  { comparisons }: Movers,
): readonly [number, number] {
  if (role !== "error-ratio" || !onset) return [before ?? 0, after ?? 0];
  const put = comparisons.find(({ as }) => as.id === question)?.put;
  const answer = known.find((each) => each.question.id === put?.id)?.answer;
  const series = answer?.kind === "series" ? answer.series[index] : undefined;
  if (!series) return [0, 0];
  return [meanOf(series, 0, onset.from), meanOf(series, onset.to, end ?? Number.POSITIVE_INFINITY)];
}

/** A failure that was never counted is none. */
function meanOf(series: Series, from: number, to: number): number {
  const own = Array.from(series.values, (value) => value ?? 0).filter((_, at) => {
    const instant = instantOf(series, at);
    return instant >= from && instant <= to;
  });
  return own.length === 0 ? 0 : own.reduce((sum, value) => sum + value, 0) / own.length;
}

const leftWords = ({ left }: Movers): string =>
  left === 0 ? "" : ` ${plural(left, "service")} of many series ${left === 1 ? "was" : "were"} not looked at.`;
