/** Evidence -> what can be said of it, ranked. Composes lib/finding/; pure and independent of the order of arrival. */
import { alertStarted } from "@/lib/alert-started";
import { changesOf } from "@/lib/changes";
import type { Evidence, Question, Unasked } from "@/lib/evidence";
import { type Explanation, nothingYet } from "@/lib/explanation";
import { alertMovementOf } from "@/lib/finding/alert-onset";
import { allQuiet } from "@/lib/finding/all-quiet";
import { surely } from "@/lib/finding/apart";
import { callsOf } from "@/lib/finding/calls";
import { changeBeforeOnset } from "@/lib/finding/change-before-onset";
import { type Chosen, chosenOf } from "@/lib/finding/choosing";
import { clockAhead } from "@/lib/finding/clock-ahead";
import { clocksApart } from "@/lib/finding/clocks-apart";
import { concentration } from "@/lib/finding/concentration";
import { differingTraces } from "@/lib/finding/differing-traces";
import { errorLinesWithoutSpike } from "@/lib/finding/error-lines-without-spike";
import { errorOrigin } from "@/lib/finding/error-origin";
import { failingLine } from "@/lib/finding/failing-line";
import type { Movement, Phrase } from "@/lib/finding/finding";
import { frequentLine } from "@/lib/finding/frequent-line";
import { hungChild } from "@/lib/finding/hung-child";
import { linesWithoutTrace } from "@/lib/finding/lines-without-trace";
import { missingCallee } from "@/lib/finding/missing-callee";
import { modelSteps } from "@/lib/finding/model-steps";
import { movementsOf } from "@/lib/finding/movements";
import { newLogPattern } from "@/lib/finding/new-log-pattern";
import { noKnownChange } from "@/lib/finding/no-known-change";
import { onset } from "@/lib/finding/onset";
import { orderOfOnsets } from "@/lib/finding/order-of-onsets";
import { originOf } from "@/lib/finding/origin";
import { leadingOf, onsetOf } from "@/lib/finding/page-onset";
import { ranFull } from "@/lib/finding/ran-full";
import { ranked } from "@/lib/finding/ranked";
import { refusedClients } from "@/lib/finding/refused-clients";
import { retryStorm } from "@/lib/finding/retry-storm";
import type { Claim, Judged, Seen } from "@/lib/finding/seen";
import { slowStatement } from "@/lib/finding/slow-statement";
import { spikeWithoutErrorLines } from "@/lib/finding/spike-without-error-lines";
import { stillHappening } from "@/lib/finding/still-happening";
import { telemetryLoss } from "@/lib/finding/telemetry-loss";
import { truncatedTrace } from "@/lib/finding/truncated-trace";
import { unseenNeighbour } from "@/lib/finding/unseen-neighbour";
import { vanishedTraffic } from "@/lib/finding/vanished-traffic";
import { legible } from "@/lib/finding/words";
import { fullestTrace } from "@/lib/fullest-trace";
import type { Lead } from "@/lib/lead";
import { isIdReading } from "@/lib/lead-kinds";
import { neighboursOf } from "@/lib/neighbours";
import type { NeighbourSetting } from "@/lib/setting";
import { aheadOf } from "@/lib/signal/clock-skew";
import type { Service } from "@/lib/signal/service";
import { serviceKey } from "@/lib/signal/service";
import type { Instant, Window } from "@/lib/signal/time";
import { servicesOf, spanInstant } from "@/lib/signal/trace";
import { storyOf, strongOf, weakOf } from "@/lib/story";

const claims: readonly Claim[] = [
  errorOrigin,
  onset,
  changeBeforeOnset,
  noKnownChange,
  stillHappening,
  spikeWithoutErrorLines,
  newLogPattern,
  retryStorm,
  concentration,
  ranFull,
  unseenNeighbour,
  missingCallee,
  hungChild,
  orderOfOnsets,
  telemetryLoss,
  vanishedTraffic,
  errorLinesWithoutSpike,
  failingLine,
  modelSteps,
  linesWithoutTrace,
  refusedClients,
  slowStatement,
  frequentLine,
  allQuiet,
  truncatedTrace,
  differingTraces,
  clockAhead,
  clocksApart,
];

/** Everything a claim may look at. `known` in any order; a later revision must have replaced the earlier. */
function see(
  lead: Lead,
  known: readonly Evidence[],
  now: Instant,
  window: Window | null,
  { pending, unasked, neighbours = [] }: Outlook,
): Seen {
  const sorted = known.toSorted((a, b) => (a.question.id < b.question.id ? -1 : a.question.id > b.question.id ? 1 : 0));
  const trace = fullestTrace(sorted);
  const movements = movementsOf(sorted, now);
  const onTrace = trace ? servicesOf(trace.answer.trace) : [];
  const own = alertMovementOf(sorted, now);
  const asked = withoutBeside(movements, sorted);
  const origin = trace ? originOf(trace) : null;
  // Whoever hands work over and does not wait stays well while the one behind the queue breaks; and of what a caller counts as
  // its client's mistake, the code tells that the one which refused counted.
  const broken = origin && leadingOf(origin.surfaced ? asked.filter(isOther) : asked, [origin.service]);
  // An alert or a service is no trace: the one that was opened is but an example, and may pass by what the page is about.
  const beside = isIdReading(lead.reading) ? null : leadingOf(asked, []);
  const leading = own ?? leadingOf(asked, onTrace) ?? broken ?? beside;
  const path = trace ? onTrace : servicesAsked(asked);
  return {
    now,
    window,
    pending,
    unasked,
    ahead: trace ? aheadOf(trace.answer.trace, now) : 0,
    known: sorted,
    trace,
    path,
    neighbours: neighboursOf(sorted, neighbours, path),
    movements,
    onset: own ? onsetOf(own) : (alertStarted(lead, sorted, now) ?? onsetOf(leading)),
    leading,
    changes: changesOf(sorted),
    origin,
  };
}

const isOther = ({ role }: Judged): boolean => role === "other";

/** What those beside the path do is neither since when it is felt, nor who is on it. */
function withoutBeside(movements: readonly Judged[], known: readonly Evidence[]): readonly Judged[] {
  const beside = new Set(
    known.flatMap(({ question: { id, purpose } }) => ("beside" in purpose && purpose.beside ? [id] : [])),
  );
  return beside.size === 0 ? movements : movements.filter(({ question }) => !beside.has(question));
}

const servicesAsked = (movements: readonly Judged[]): Service[] =>
  [...new Map(movements.flatMap(({ service }) => (service ? [[serviceKey(service), service] as const] : []))).entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, service]) => service);

/** What is still to come, and what will not be asked: as long as an answer is under way, nothing is denied that it may tell. */
export type Outlook = {
  readonly pending: readonly Question[];
  readonly unasked: readonly Unasked[];
  /** Who calls whom, as configured. */
  readonly neighbours?: readonly NeighbourSetting[];
};
const settled: Outlook = { pending: [], unasked: [] };

/**
 * What can be said of `known`, the same for any order of it. `now` is the instant the answer speaks of ("as of"),
 * `window` what was asked, null while it is unknown.
 */
export function explain(
  lead: Lead,
  known: readonly Evidence[],
  now: Instant,
  window: Window | null,
  outlook: Outlook = settled,
): Explanation {
  if (known.length === 0) return nothingYet;
  const seen = see(lead, known, now, window, outlook);
  const judged = claims.flatMap(({ judge }) => judge(seen));
  const findings = ranked(judged).map((finding) => ({
    ...finding,
    sentence: begun(finding.sentence.map(readable)),
    ...(finding.parts ? { parts: finding.parts.map((part) => part.map(readable)) } : {}),
    weakenedBy: finding.weakenedBy.map((why) => legible(why)),
  }));
  return {
    story: begun(storyOf(lead, seen, findings).map(readable)),
    strong: legible(strongOf(seen)),
    weak: legible(weakOf(seen)),
    onset: seen.onset,
    movements: rankedOf(seen).map(withoutNumbers),
    findings,
  };
}

/** A service may be called anything, and its name is written wherever it is spoken of. */
const readable = (phrase: Phrase): Phrase => ({ ...phrase, text: legible(phrase.text) });

/** "What X watches" begins a sentence; names are written as they are. */
const begun = (phrases: readonly Phrase[]): Phrase[] =>
  phrases.map((phrase, place) =>
    place === 0 && phrase.text.startsWith("what ") ? { ...phrase, text: `W${phrase.text.slice(1)}` } : phrase,
  );

const rankedOf = ({ movements, trace, path, origin, onset: began, neighbours }: Seen): Chosen<Judged>[] =>
  chosenOf(movements, {
    calls: trace ? callsOf(trace.answer.trace, neighbours) : null,
    entry: trace ? (path[0] ?? null) : null,
    broken: origin?.service ?? null,
    moment: began ?? (trace ? surely(spanInstant(trace.answer.trace, 0)) : null),
  });

/** A movement as it travels: its numbers are in the evidence already. */
function withoutNumbers(judged: Chosen<Judged>): Movement {
  const { question, index, cites, service, role, title, unit, verdict, direction } = judged;
  const { before, after, last, onset: since, size, words, rank, because, distance, away } = judged;
  return {
    ...{ question, index, cites, service, role, title, unit, verdict, direction },
    ...{ before, after, last, onset: since, size, words, rank, because, distance, away },
  };
}
