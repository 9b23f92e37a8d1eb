/**
 * All questions that can be asked now. Pure: what was asked already has the same id and falls away at the caller.
 *
 *   lead ─▶ trace by id ─┬▶ focus, window, services ─▶ identity ─▶ sample interval ─▶ rate, errors, latency, exemplars
 *        └▶ lines by id ─┘                          ├▶ volume ─▶ lines of the id, lines around, lines by level
 *                                                   ├▶ annotations, versions, alerts
 *                                                   └▶ neighbours ─▶ the same of those beside the path
 */
import { answering, evidenceIn, traceUpstreams } from "@/lib/answering";
import type { Evidence, Question, QuestionId, Unasked } from "@/lib/evidence";
import type { Reading } from "@/lib/lead";
import { isIdReading } from "@/lib/lead-kinds";
import { noTraceId, nothingToGoBy } from "@/lib/looked-for";
import { misnamed } from "@/lib/misnamed";
import { planBreakdown } from "@/lib/plan-breakdown";
import { planChanged } from "@/lib/plan-changed";
import { planNamed } from "@/lib/plan-named";
import { planNeighbours } from "@/lib/plan-neighbours";
import { planRefusals } from "@/lib/plan-refusals";
import { identitiesOf, type Plan, type PlanInput } from "@/lib/planning";
import { planAlerts } from "@/lib/recipes/alerts";
import { planRecorded, planVersions } from "@/lib/recipes/changes";
import { planCluster } from "@/lib/recipes/changes-of-cluster";
import { planDatabaseLines } from "@/lib/recipes/database-lines";
import { planEvents } from "@/lib/recipes/events";
import { answerTo, type Facts, upstreamsOf } from "@/lib/recipes/facts";
import { planLines } from "@/lib/recipes/lines";
import { labelsQuestion, searchBack } from "@/lib/recipes/lines-of-id";
import { planOwnCounters } from "@/lib/recipes/own-counters";
import { type ReadBudget, readBudget } from "@/lib/recipes/read-budget";
import { planRed } from "@/lib/recipes/red";
import { planSaturation } from "@/lib/recipes/saturation";
import { strangers } from "@/lib/recipes/strangers";
import { planTelemetryLoss } from "@/lib/recipes/telemetry-loss";
import { traceQuestion } from "@/lib/recipes/trace-by-id";
import { planTraceLinks } from "@/lib/recipes/trace-links";
import type { EnvironmentSetting } from "@/lib/setting";
import { isFirstSight, sightingOf, traceIdsOfLines } from "@/lib/sighting";
import { clipTo, type Instant, instantAfter, minute, printClock, second, shift, widen } from "@/lib/signal/time";
import { traceEnd } from "@/lib/signal/trace";

/** Loki is spared this long in the hope that a trace backend tells the time first. */
const patience = second;
/** A trace that ended this recently may still receive spans; it is asked for once more after the pause. */
const young = minute;
const regrow = 6 * second;

export type { Plan, PlanInput } from "@/lib/planning";

/** Questions asked for a time, a path or an environment that turned out to be another: their answers no longer count. */
export const supersededBy = ({ questions }: Plan, asked: readonly Question[]): QuestionId[] => {
  const current = new Set(questions.map(({ id }) => id));
  return asked.flatMap(({ id }) => (current.has(id) ? [] : [id]));
};

export function nextQuestions(input: PlanInput): Plan {
  const { reading } = input.lead;
  const plan = isIdReading(reading) ? planOfId(input, reading) : planNamed(input, reading);
  return { ...plan, questions: [...plan.questions, ...planChanged(plan, input)] };
}

function planOfId(input: PlanInput, reading: Reading): Plan {
  const { lead, setting, known, startedAt, now, foundAt = null, chosen = null } = input;
  const candidates = setting.environments.filter(({ name }) => lead.environment === null || name === lead.environment);
  const where = answering({ candidates, reading, known, now, foundAt, chosen });
  const { environment } = where;
  const within = environment ? [environment] : candidates;
  const evidence = environment ? evidenceIn(environment, known) : known;
  const traces = traceQuestions(within, reading, evidence, startedAt, now);
  const sighting = environment ? sightingOf(reading, evidence, startedAt) : null;
  const around = sighting && widen(sighting.focus, 30 * minute, 15 * minute);
  const window = input.window ?? (sighting && around ? (sighting.isAhead ? around : clipTo(around, startedAt)) : null);
  const asked = input.asked ?? known.map(({ question }) => question);
  const budget = readBudget(asked, known, input.deep);
  const base = { environment, window };

  if (!environment || !sighting || !window) {
    const search = searchQuestions(input, reading, within, traces.questions, budget, where.isFound);
    const recorded =
      environment && window
        ? [...planRecorded(environment, window, []), ...planAlerts(environment, window, startedAt, [])]
        : [];
    const open = (search.open || traces.open || where.isFound) && input.closing !== true;
    const { unasked } = search;
    return {
      ...base,
      because: window ? "as given by the link" : "not known, since nothing with this id has been found",
      identities: [],
      questions: [...traces.questions, ...search.questions, ...recorded],
      unasked: [
        ...unasked,
        ...(open
          ? []
          : nothingToGoBy({
              environments: within,
              reading,
              known: evidence,
              unasked,
              startedAt,
              window: input.window,
            })),
      ],
      wake: earliest(earliest(traces.wake, search.wake), where.wake),
    };
  }

  const facts: Facts = {
    environment,
    evidence,
    startedAt,
    now: startedAt,
    focus: sighting.focus,
    window,
    trace: sighting.trace,
    subjects: sighting.subjects,
    cites: sighting.cites,
  };
  const red = planRed(facts);
  const saturation = planSaturation(facts);
  const breakdown = planBreakdown(facts, [...red.questions, ...saturation.questions]);
  // Lines bear the clock of those who wrote them, as the trace does: where that runs ahead, they are asked for ahead.
  const lines = planLines(sighting.isAhead ? { ...facts, now: window.to } : facts, reading, budget);
  const events = planEvents(facts, budget);
  const neighbours = planNeighbours(facts);
  // Whose refusals are counted is settled when they are asked for: a trace that may still come names more of the path.
  const refusals = planRefusals(facts, budget).filter(
    ({ id, purpose }) => purpose.kind !== "refusals" || !traces.open || asked.some((each) => each.id === id),
  );
  // A link's window is known before anything is found; then these waited for nothing, and keep saying so.
  const after = input.window ? [] : sighting.cites;
  const also = where.also.length > 0 ? `; also found in ${where.also.join(", ")}` : "";
  const questions = [
    ...traces.questions,
    ...searchesThatCount(evidence, asked, sighting.trace !== null),
    ...planRecorded(environment, window, after),
    ...planAlerts(environment, window, startedAt, after),
    ...red.questions,
    ...lines.questions,
    ...events.questions,
    ...planVersions(facts),
    ...planCluster(facts),
    ...saturation.questions,
    ...planTelemetryLoss(facts),
    ...planOwnCounters(facts),
    ...refusals,
    ...planDatabaseLines(facts, budget),
    ...planTraceLinks(facts),
    ...breakdown.questions,
    ...neighbours.questions,
  ];
  const identities = [...identitiesOf(facts), ...neighbours.identities];
  const isSettled = questions.every(({ id }) => answerTo(evidence, { id }));
  return {
    ...base,
    wake: traces.wake,
    because: `${input.window ? "as given by the link" : sighting.because}${also}${traces.young}`,
    identities,
    questions,
    unasked: [
      ...red.unasked,
      ...saturation.unasked,
      ...breakdown.unasked,
      ...neighbours.unasked,
      ...lines.unasked,
      ...events.unasked,
      ...leftOut(sighting.unnamed),
      ...(traces.open ? [] : strangers(environment, facts.subjects)),
      ...(isSettled ? misnamed(facts, identities) : []),
      ...(reading.kind === "correlation-id" && traces.questions.length === 0 && traceUpstreams(environment).length > 0
        ? [noTraceId(true)]
        : []),
    ],
  };
}

/**
 * What found the lead is part of what is known of it, also when a trace told the time more exactly; and what was asked
 * beside it may bring lines, too, unless the trace is there.
 */
function searchesThatCount(evidence: readonly Evidence[], asked: readonly Question[], hasTrace: boolean): Question[] {
  const found = evidence.filter(isFirstSight).map(({ question }) => question);
  if (hasTrace) return found;
  const sights = new Set(found.map(({ upstream }) => upstream));
  const open = asked.filter(
    ({ id, upstream, purpose }) =>
      purpose.kind === "lines-of-id" &&
      purpose.rung >= 0 &&
      sights.has(upstream) &&
      !evidence.some(({ question }) => question.id === id),
  );
  return [...found, ...open];
}

/** The trace ids to ask for: the lead's own; where every store said no to that, those that stand in its lines. */
function traceIds(
  environments: readonly EnvironmentSetting[],
  reading: Reading,
  known: readonly Evidence[],
): { readonly traceId: string; readonly cites: readonly QuestionId[] }[] {
  const others = (): { readonly traceId: string; readonly cites: readonly QuestionId[] }[] => {
    const { ids, cites } = traceIdsOfLines(reading, known);
    return ids.map((traceId) => ({ traceId, cites }));
  };
  if (reading.kind !== "trace-id") return others();
  const own = { traceId: reading.traceId, cites: [] };
  const allSaidNo = environments.flatMap(traceUpstreams).every((upstream) => {
    const { id } = traceQuestion(upstream, reading.traceId, []);
    const answer = known.find(({ question }) => question.id === id)?.answer;
    return answer?.kind === "gap" && (answer.reason === "not-found" || answer.reason === "none-in-window");
  });
  return allSaidNo ? [own, ...others()] : [own];
}

function traceQuestions(
  environments: readonly EnvironmentSetting[],
  reading: Reading,
  known: readonly Evidence[],
  startedAt: Instant,
  now: Instant,
): { questions: Question[]; wake: Instant | null; open: boolean; young: string } {
  const first = traceIds(environments, reading, known).flatMap(({ traceId, cites }) =>
    environments.flatMap(traceUpstreams).map((upstream) => ({
      upstream,
      traceId,
      question: traceQuestion(upstream, traceId, cites),
    })),
  );
  const questions = first.map(({ question }) => question);
  let wake: Instant | null = null;
  let isYoung = false;
  for (const { upstream, traceId, question } of first) {
    const evidence = known.find(({ question: { id } }) => id === question.id);
    if (evidence?.answer.kind !== "trace") continue;
    const end = instantAfter(evidence.answer.trace.base, traceEnd(evidence.answer.trace));
    if (Math.abs(startedAt - end) > young) continue;
    isYoung = true;
    const due = shift(startedAt, regrow);
    if (now >= due) questions.push(traceQuestion(upstream, traceId, [question.id], true));
    else wake = earliest(wake, due);
  }
  const open = questions.some(({ id }) => !known.some(({ question }) => question.id === id));
  const again = printClock(shift(startedAt, regrow), startedAt);
  return {
    questions,
    wake,
    open,
    young: isYoung ? `; the trace is young and may still grow, it is asked for again at ${again}` : "",
  };
}

/** Loki is searched back from now after a second, or as soon as every trace backend said no; not where the lead was found. */
function searchQuestions(
  { known, startedAt, now, window, asked }: PlanInput,
  reading: Reading,
  environments: readonly EnvironmentSetting[],
  traces: readonly Question[],
  budget: ReadBudget,
  isFound: boolean,
): { questions: Question[]; unasked: Unasked[]; wake: Instant | null; open: boolean } {
  const lokis = environments.flatMap((environment) =>
    upstreamsOf(environment, "loki").map((upstream) => ({ environment, upstream })),
  );
  // Asked at once: cached, cheap, and needed either way.
  const labels = lokis.map(({ upstream }) => labelsQuestion(upstream, startedAt));
  const allSaidNo = traces.every(({ id }) => known.some(({ question }) => question.id === id));
  const due = shift(startedAt, patience);
  if (lokis.length > 0 && !isFound && !allSaidNo && now < due)
    return { questions: labels, unasked: [], wake: due, open: true };
  const searches = lokis.map(({ environment, upstream }) =>
    searchBack({ upstream, environment, reading, evidence: known, startedAt, budget, given: window }),
  );
  // Which environment it is will be settled in a moment: the search goes no further, but keeps what it asked.
  const walked = searches.flatMap(({ questions }) => questions);
  const questions = isFound ? walked.filter(({ id }) => (asked ?? []).some((one) => one.id === id)) : walked;
  return {
    questions: [...labels, ...questions],
    unasked: searches.flatMap(({ unasked }) => unasked),
    wake: null,
    open: searches.some(({ open }) => open),
  };
}

const leftOut = (names: readonly string[]): Unasked[] =>
  names.length === 0
    ? []
    : [
        {
          kind: "gap",
          slot: "spike",
          reason: "over-budget",
          text: `Not asked for ${names.length} more services on the path: ${names.slice(0, 8).join(", ")}${names.length > 8 ? " …" : ""}.`,
          next: "Open one of them by its own trace.",
        },
      ];

const earliest = (a: Instant | null, b: Instant | null): Instant | null =>
  a === null ? b : b === null ? a : a < b ? a : b;
