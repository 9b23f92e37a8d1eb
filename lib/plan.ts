/**
 * All questions that can be asked now. Pure: what was asked already has the same id and falls away at the caller.
 *
 *   lead ─▶ trace by id ─┬▶ focus, window, services ─▶ identity ─▶ sample interval ─▶ rate, errors, latency, exemplars
 *        └▶ lines by id ─┘                          ├▶ volume ─▶ lines of the id, lines around, lines by level
 *                                                   └▶ annotations, versions, alerts
 */
import { askedFor, type Evidence, isFailure, type Question, type Unasked } from "@/lib/evidence";
import type { Identity } from "@/lib/identity/identity";
import { metricIdentities } from "@/lib/identity/metrics";
import type { Lead, Reading } from "@/lib/lead";
import { planAlerts } from "@/lib/recipes/alerts";
import { planRecorded, planVersions } from "@/lib/recipes/changes";
import { type Facts, upstreamsOf } from "@/lib/recipes/facts";
import { lineIdentitiesIn, planLines } from "@/lib/recipes/lines";
import { labelsQuestion, searchBack } from "@/lib/recipes/lines-of-id";
import { planRed, subjectsIn } from "@/lib/recipes/red";
import { traceQuestion } from "@/lib/recipes/trace-by-id";
import type { EnvironmentSetting, Setting, UpstreamSetting } from "@/lib/setting";
import { sightingOf, traceIdsOfLines } from "@/lib/sighting";
import {
  clipTo,
  type Instant,
  instantAfter,
  minute,
  printClock,
  second,
  shift,
  type Window,
  widen,
} from "@/lib/signal/time";
import { traceEnd } from "@/lib/signal/trace";

/** Loki is spared this long in the hope that a trace backend tells the time first. */
const patience = second;
/** A trace that ended this recently may still receive spans; it is asked for once more after the pause. */
const young = minute;
const regrow = 6 * second;
export type PlanInput = {
  readonly lead: Lead;
  readonly setting: Setting;
  /** From the URL: kept as it is, so that a permalink stays equal. */
  readonly window: Window | null;
  readonly known: readonly Evidence[];
  readonly startedAt: Instant;
  readonly now: Instant;
  /** The reader asked to search Loki whatever it reads. */
  readonly deep: boolean;
};

export type Plan = {
  readonly environment: EnvironmentSetting | null;
  readonly window: Window | null;
  readonly because: string;
  readonly identities: readonly Identity[];
  readonly questions: readonly Question[];
  readonly unasked: readonly Unasked[];
  /** Ask again at this instant even if no answer came by then. */
  readonly wake: Instant | null;
};

export function nextQuestions(input: PlanInput): Plan {
  const { lead, setting, known, startedAt, now } = input;
  const candidates = setting.environments.filter(({ name }) => lead.environment === null || name === lead.environment);
  const environment = answering(candidates, known) ?? (candidates.length === 1 ? (candidates[0] ?? null) : null);
  const within = environment ? [environment] : candidates;
  const traces = traceQuestions(within, lead.reading, known, startedAt, now);
  const sighting = environment ? sightingOf(lead.reading, evidenceIn(environment, known)) : null;
  const window = input.window ?? (sighting ? clipTo(widen(sighting.focus, 30 * minute, 15 * minute), startedAt) : null);
  const base = { environment, window, wake: traces.wake };

  if (!environment || !sighting || !window) {
    const search = searchQuestions(input, within, traces.questions);
    const recorded =
      environment && window
        ? [...planRecorded(environment, window, []), ...planAlerts(environment, window, startedAt, [])]
        : [];
    return {
      ...base,
      because: window ? "as given by the link" : "not known yet: nothing with this id has been found",
      identities: [],
      questions: [...traces.questions, ...search.questions, ...recorded],
      unasked: [...search.unasked, ...nothingToGoBy(environment, known, search.open || traces.open)],
      wake: earliest(traces.wake, search.wake),
    };
  }

  const facts: Facts = {
    environment,
    evidence: evidenceIn(environment, known),
    startedAt,
    now: startedAt,
    focus: sighting.focus,
    window,
    trace: sighting.trace,
    subjects: sighting.subjects,
    cites: sighting.cites,
  };
  const red = planRed(facts);
  const lines = planLines(facts, lead.reading, input.deep);
  // A link's window is known before anything is found; then these waited for nothing, and keep saying so.
  const after = input.window ? [] : sighting.cites;
  return {
    ...base,
    because: `${input.window ? "as given by the link" : sighting.because}${traces.young}`,
    identities: identitiesOf(facts),
    questions: [
      ...traces.questions,
      ...planRecorded(environment, window, after),
      ...planAlerts(environment, window, startedAt, after),
      ...red.questions,
      ...lines.questions,
      ...planVersions(facts),
    ],
    unasked: [...red.unasked, ...lines.unasked, ...leftOut(sighting.unnamed)],
  };
}

/** The environment whose evidence holds the lead: the first in which something was found. */
function answering(candidates: readonly EnvironmentSetting[], known: readonly Evidence[]): EnvironmentSetting | null {
  for (const { question, answer } of known) {
    const holds =
      answer.kind === "trace" ||
      (answer.kind === "lines" && question.purpose.kind === "lines-of-id" && answer.lines.text.length > 0);
    const owner = holds
      ? candidates.find(({ upstreams }) => upstreams.some(({ id }) => id === question.upstream))
      : undefined;
    if (owner) return owner;
  }
  return null;
}

const evidenceIn = (environment: EnvironmentSetting, known: readonly Evidence[]): Evidence[] =>
  known.filter(({ question }) => environment.upstreams.some(({ id }) => id === question.upstream));

const traceUpstreams = (environments: readonly EnvironmentSetting[]): UpstreamSetting[] =>
  environments.flatMap((environment) => [...upstreamsOf(environment, "tempo"), ...upstreamsOf(environment, "jaeger")]);

function traceQuestions(
  environments: readonly EnvironmentSetting[],
  reading: Reading,
  known: readonly Evidence[],
  startedAt: Instant,
  now: Instant,
): { questions: Question[]; wake: Instant | null; open: boolean; young: string } {
  const { ids, cites } = reading.kind === "trace-id" ? { ids: [reading.traceId], cites: [] } : traceIdsOfLines(known);
  const first = ids.flatMap((traceId) =>
    traceUpstreams(environments).map((upstream) => ({
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
    if (startedAt - end > young) continue;
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

/** Loki is searched back from now after a second, or as soon as every trace backend said no. */
function searchQuestions(
  { known, startedAt, now, deep, lead, window }: PlanInput,
  environments: readonly EnvironmentSetting[],
  traces: readonly Question[],
): { questions: Question[]; unasked: Unasked[]; wake: Instant | null; open: boolean } {
  const lokis = environments.flatMap((environment) =>
    upstreamsOf(environment, "loki").map((upstream) => ({ environment, upstream })),
  );
  // Asked at once: cached, cheap, and needed either way.
  const labels = lokis.map(({ upstream }) => labelsQuestion(upstream, startedAt));
  const allSaidNo = traces.every(({ id }) => known.some(({ question }) => question.id === id));
  const due = shift(startedAt, patience);
  if (!allSaidNo && now < due)
    return { questions: labels, unasked: [], wake: lokis.length > 0 ? due : null, open: lokis.length > 0 };
  const searches = lokis.map(({ environment, upstream }) =>
    searchBack(upstream, environment, lead.reading, known, startedAt, deep, window),
  );
  return {
    questions: [...labels, ...searches.flatMap(({ questions }) => questions)],
    unasked: searches.flatMap(({ unasked }) => unasked),
    wake: null,
    open: searches.some(({ open }) => open),
  };
}

function identitiesOf(facts: Facts): Identity[] {
  const probes = askedFor(facts.evidence, "identity");
  const metrics = upstreamsOf(facts.environment, "prometheus").flatMap((upstream) =>
    metricIdentities(
      subjectsIn(facts, upstream),
      upstream.id,
      probes.filter(({ question }) => question.upstream === upstream.id).map(({ question: { id } }) => id),
    ),
  );
  return [
    ...metrics,
    ...upstreamsOf(facts.environment, "loki").flatMap((upstream) => lineIdentitiesIn(facts, upstream)),
  ];
}

/** Once nothing more can come, the slots that live on time and services say why they are empty; and never more than was seen. */
function nothingToGoBy(environment: EnvironmentSetting | null, known: readonly Evidence[], open: boolean): Unasked[] {
  if (open) return [];
  const has = (kind: "prometheus" | "loki"): boolean =>
    environment === null || upstreamsOf(environment, kind).length > 0;
  const silent = [
    ...new Set(
      known.flatMap(({ question, answer }) => (answer.kind === "gap" && isFailure(answer) ? [question.upstream] : [])),
    ),
  ].sort();
  const because =
    silent.length > 0
      ? `Whether anything holds this id is not known, as ${silent.join(", ")} gave no answer; so`
      : "Neither a trace nor a line holds this id, so";
  const next =
    silent.length > 0
      ? "See the gaps of Trace and Log lines for what to mend, then look again."
      : "Check the id, or paste a whole log line: its other ids are tried too.";
  const gap = (slot: Unasked["slot"], what: string): Unasked => ({
    kind: "gap",
    slot,
    reason: "not-linked",
    text: `${because} ${what}.`,
    next,
  });
  return [
    ...(has("prometheus") ? [gap("spike", "no service is known whose series could be drawn")] : []),
    gap("changes", "no time is known to look for changes around"),
    gap("alerts", "no time is known to look for alerts around"),
  ];
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
