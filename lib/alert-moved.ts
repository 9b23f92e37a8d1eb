/**
 * Whose alert it is where nothing names a service: those whose series moved when its value did, and clearly more than all
 * others'. Evidence so far -> at most three services, each with its why; or in words why none stands apart.
 */
import type { Named } from "@/lib/alert-named";
import type { Evidence, Question, SeriesRole } from "@/lib/evidence";
import { movementsOf } from "@/lib/finding/movements";
import type { Judged } from "@/lib/finding/seen";
import { list, plural, printValue } from "@/lib/finding/words";
import { type Movers, moverQuestions } from "@/lib/recipes/alert-movers";
import type { Facts } from "@/lib/recipes/facts";
import type { Others } from "@/lib/signal/alert";
import { instantOf, type Series, type Unit } from "@/lib/signal/series";
import { type Service, serviceKey } from "@/lib/signal/service";
import { clipTo, type Instant, minute, printClock, widen } from "@/lib/signal/time";

/** The alert's value left its normal life `at`; `isSeen`: its series tell that, else only its record or link. */
export type Began = { readonly at: Instant; readonly isSeen: boolean };
export type Moved = {
  readonly subjects: readonly Named[];
  readonly questions: readonly Question[];
  readonly isOpen: boolean;
  readonly others: Others;
};
export const noOthers: Others = { text: "", services: [] };

/** What moved this long before or after the alert's value moved with it. */
const near = 5 * minute;
/** A record tells when the condition held: that is behind the onset by the range of its rates and its `for`. */
const lag = 20 * minute;
/** By so many times the next must be left behind. */
const clearly = 2;
/** What fails at one end of a call fails at the other: a caller, the one it calls, and the one behind that. */
const most = 3;

const kinds: readonly { readonly roles: readonly SeriesRole[]; readonly noun: string; readonly unit: Unit }[] = [
  { roles: ["latency-mean"], noun: "mean latency", unit: "seconds" },
  { roles: ["errors", "error-ratio"], noun: "failed requests", unit: "per-second" },
  { roles: ["rate"], noun: "requests", unit: "per-second" },
];
type Kind = (typeof kinds)[number];

/** `facts`: without subjects, its focus is the onset. `isTime`: the alert's value is in seconds. */
export function movedWith(facts: Omit<Facts, "subjects">, began: Began, isTime: boolean): Moved {
  const window = clipTo(widen({ from: began.at, to: began.at }, 30 * minute, 15 * minute), facts.now);
  const movers = moverQuestions({ ...facts, subjects: [], window }, isTime);
  const { questions, isCounted } = movers;
  const isOpen = !isCounted || !questions.every(({ id }) => facts.evidence.some(({ question }) => question.id === id));
  if (isOpen) return { subjects: [], questions, isOpen, others: noOthers };
  const judged = movementsOf(answersTo(movers, facts.evidence), facts.startedAt);
  for (const kind of kinds) {
    const found = candidatesOf(judged, kind, began, facts.evidence, movers);
    if (found.length > 0) return { ...chosenOf(found, kind, movers, facts.now), questions, isOpen };
  }
  const looked = movers.services - movers.left;
  const text =
    looked === 0 ? "" : `None of the ${plural(looked, "service")} that count requests here moved when its value did.`;
  return { subjects: [], questions, isOpen, others: { text: `${text}${leftWords(movers)}`, services: [] } };
}

/** The answers under the purposes they are judged by. */
const answersTo = ({ comparisons }: Movers, known: readonly Evidence[]): Evidence[] =>
  comparisons.flatMap(({ put, as }) =>
    known.flatMap((evidence) => (evidence.question.id === put.id ? [{ ...evidence, question: as }] : [])),
  );

type Candidate = {
  readonly service: Service;
  readonly key: string;
  readonly movement: Judged;
  /** In the kind's unit; of failures their rise. */
  readonly before: number;
  readonly after: number;
  readonly weight: number;
};

/** Those that moved near the alert's onset, one each, the weightiest first: how much, less the further away it began. */
function candidatesOf(
  judged: readonly Judged[],
  { roles }: Kind,
  began: Began,
  known: readonly Evidence[],
  movers: Movers,
): Candidate[] {
  const all = judged.flatMap((movement): Candidate[] => {
    const { service, role, onset, direction, verdict } = movement;
    const isMeant = roles.includes(role) && verdict === "changed" && (role === "rate" || direction === "up");
    if (!isMeant || !service || !onset || !isNear(onset, began)) return [];
    const [before, after] = levelsOf(movement, known, movers);
    const by = role === "rate" ? Math.abs(after - before) / Math.max(before, after) : after - before;
    if (!(by > 0)) return [];
    const away = Math.max(0, onset.from - began.at, began.at - onset.to);
    return [{ service, key: serviceKey(service), movement, before, after, weight: by / (1 + away / near) }];
  });
  const sorted = all.toSorted((a, b) => b.weight - a.weight || (a.key < b.key ? -1 : 1));
  return [...new Map(sorted.toReversed().map((each) => [each.key, each])).values()].toReversed();
}

const isNear = ({ from, to }: { readonly from: Instant; readonly to: Instant }, { at, isSeen }: Began): boolean =>
  to >= at - (isSeen ? near : lag) && from <= at + near;

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

function chosenOf(
  found: readonly Candidate[],
  { noun, unit }: Kind,
  movers: Movers,
  now: Instant,
): Pick<Moved, "subjects" | "others"> {
  const count = apart(found);
  const taken = found.slice(0, count);
  const rest = found.slice(count);
  const still = movers.services - movers.left - found.length;
  const amount = ({ before, after }: Candidate): string => `${printValue(before, unit)} → ${printValue(after, unit)}`;
  const since = ({ movement: { onset } }: Candidate): string => (onset ? printClock(onset.at, now) : "");
  const subjects = taken.map((each): Named => {
    const { name, namespace } = each.service;
    return {
      subject: { service: { name, namespace: null }, kubernetesNamespace: namespace },
      label: null,
      why: `${noun} ${amount(each)} at ${since(each)}, when the alert's value moved`,
    };
  });
  const names = rest.map(({ key }) => key);
  const quiet = still <= 0 ? "" : `; those of ${plural(still, "other service")} did not`;
  const less = rest.slice(0, 1).map((each) => `next is ${each.key} (${amount(each)})`);
  const text =
    count === 0
      ? `The ${noun} of ${list(names)} moved alike when its value did${quiet}: none stands apart.`
      : `Nothing names a service, so the ${noun} of all were compared${less.length > 0 ? `: ${less[0]}` : ""}${quiet}.`;
  return { subjects, others: { text: `${text}${leftWords(movers)}`, services: names } };
}

/** How many lead by far: the fewest that leave all behind them clearly; 0 where those are too many. */
function apart(found: readonly Candidate[]): number {
  for (let count = 1; count <= most; count += 1) {
    const [last, next] = [found[count - 1], found[count]];
    if (!last) return 0;
    if (!next || last.weight >= clearly * next.weight) return count;
  }
  return 0;
}

const leftWords = ({ left }: Movers): string =>
  left === 0 ? "" : ` ${plural(left, "service")} of many series ${left === 1 ? "was" : "were"} not looked at.`;
