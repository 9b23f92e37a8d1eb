/**
 * A time and services that are known without any id -> all that can be asked around them. Traces are searched; the one
 * that tells most is opened, and the services it passed are asked about, too.
 *
 *   services ─▶ rate, errors, latency, exemplars ─┐
 *        └────▶ failing and slow traces ──────────┴▶ one trace ─▶ the services on its path
 */
import { traceUpstreams } from "@/lib/answering";
import { answersOf, type Evidence, type Question, type QuestionId, type Unasked } from "@/lib/evidence";
import type { Subject } from "@/lib/identity/subject";
import { misnamed } from "@/lib/misnamed";
import { planBreakdown } from "@/lib/plan-breakdown";
import { planNeighbours } from "@/lib/plan-neighbours";
import { planRefusals } from "@/lib/plan-refusals";
import { identitiesOf, type Plan } from "@/lib/planning";
import { planAlerts } from "@/lib/recipes/alerts";
import { planRecorded, planVersions } from "@/lib/recipes/changes";
import { planCluster } from "@/lib/recipes/changes-of-cluster";
import { planDatabaseLines } from "@/lib/recipes/database-lines";
import { planEvents } from "@/lib/recipes/events";
import type { Facts } from "@/lib/recipes/facts";
import { planLines } from "@/lib/recipes/lines";
import { planOwnCounters } from "@/lib/recipes/own-counters";
import type { ReadBudget } from "@/lib/recipes/read-budget";
import { planRed } from "@/lib/recipes/red";
import { planSaturation } from "@/lib/recipes/saturation";
import { strangers } from "@/lib/recipes/strangers";
import { planTelemetryLoss } from "@/lib/recipes/telemetry-loss";
import { traceQuestion } from "@/lib/recipes/trace-by-id";
import { planTraceLinks } from "@/lib/recipes/trace-links";
import { traceSearches } from "@/lib/recipes/trace-search";
import type { EnvironmentSetting } from "@/lib/setting";
import { sightingOf } from "@/lib/sighting";
import { serviceKey } from "@/lib/signal/service";
import { type Instant, minute, shift, type Window } from "@/lib/signal/time";

export type Around = {
  readonly environment: EnvironmentSetting;
  readonly evidence: readonly Evidence[];
  readonly startedAt: Instant;
  /** What is drawn. */
  readonly window: Window;
  /** Lines, traces and changes are asked for within this alone; no wide rule reaches them. */
  readonly near: Window;
  /** The instant it is about. */
  readonly onset: Instant;
  readonly subjects: readonly Subject[];
  readonly cites: readonly QuestionId[];
  /** The bound of a latency alert, seconds: traces slower than that are looked for. */
  readonly slowerThan: number | null;
  /** Who holds active alerts was asked for all of them already, whenever they are. */
  readonly knowsActive: boolean;
  readonly budget: ReadBudget;
};

/** Services of the opened trace that are asked about beside the lead's own. */
const mostOthers = 12;

export function planAround(around: Around): Pick<Plan, "questions" | "unasked" | "identities"> {
  const { environment, evidence, near, subjects, cites, budget, onset, startedAt } = around;
  const base: Facts = {
    ...{ environment, evidence, startedAt, now: startedAt, window: around.window, subjects, cites, trace: null },
    // Recipes ask five minutes around their focus: together −15 … +5 min of the onset.
    focus: { from: shift(near.from, 5 * minute), to: shift(near.to, -5 * minute) },
  };
  const nearby: Facts = { ...base, window: near };
  const red = planRed(base);
  const saturation = planSaturation(base);
  const lines = planLines(nearby, null, budget);
  const events = planEvents(nearby, budget);
  const searches = traceSearches(nearby, near, around.slowerThan);
  const opened = openedTrace(around, [...red.questions, ...searches]);
  const path = opened ? pathOf(around, opened) : null;
  const others = path ? { ...base, subjects: path.subjects, cites: path.cites } : null;
  const more = others ? planRed(others) : null;
  const moreLines = others ? planLines({ ...others, window: near }, null, budget) : null;
  const facts = [base, ...(others ? [others] : [])];
  const breakdowns = [
    planBreakdown(base, [...red.questions, ...saturation.questions]),
    ...(others && more ? [planBreakdown(others, more.questions)] : []),
  ];
  // A trace that is opened yet may pass more services: until then it is not known who stands beside them.
  const isPathKnown = [...red.questions, ...searches, ...(opened?.questions ?? [])].every(({ id }) =>
    evidence.some(({ question }) => question.id === id),
  );
  const neighbours = isPathKnown ? planNeighbours({ ...base, subjects: facts.flatMap((each) => each.subjects) }) : null;
  const questions = [
    ...red.questions,
    ...saturation.questions,
    ...searches,
    ...(opened ? [opened.questions] : []).flat(),
    ...lines.questions,
    ...events.questions,
    ...planCluster(nearby),
    ...planRecorded(environment, near, cites),
    ...planAlerts(environment, around.window, startedAt, cites).filter(
      ({ purpose }) => !around.knowsActive || purpose.kind !== "alerts",
    ),
    ...facts.flatMap((each) => planVersions({ ...each, window: near, focus: { from: onset, to: onset } })),
    ...(more?.questions ?? []),
    ...(moreLines?.questions ?? []),
    ...planTelemetryLoss(base),
    ...planOwnCounters(base),
    ...planRefusals(nearby, budget),
    ...planDatabaseLines(nearby, budget),
    ...planTraceLinks(nearby),
    ...breakdowns.flatMap(({ questions }) => questions),
    ...(neighbours?.questions ?? []),
  ];
  const isSettled = questions.every(({ id }) => evidence.some(({ question }) => question.id === id));
  const identities = [...facts.flatMap(identitiesOf), ...(neighbours?.identities ?? [])];
  const all = facts.flatMap((each) => each.subjects);
  return {
    identities,
    questions,
    unasked: [
      ...breakdowns.flatMap(({ unasked }) => unasked),
      ...(neighbours?.unasked ?? []),
      ...red.unasked,
      ...saturation.unasked,
      ...lines.unasked,
      ...events.unasked,
      ...noTraces(around, opened !== null),
      ...(isSettled ? [...strangers(environment, all), ...misnamed({ ...base, subjects: all }, identities)] : []),
    ],
  };
}

type Opened = { readonly traceId: string; readonly questions: readonly Question[] };

/** Once every question that may name traces has its answer: the choice must not depend on who was first. */
function openedTrace({ evidence, environment, onset }: Around, asked: readonly Question[]): Opened | null {
  const naming = asked.filter(({ purpose: { kind } }) => kind === "exemplars" || kind === "trace-search");
  const own = new Set(naming.map(({ id }) => id));
  const told = evidence.filter(({ question: { id } }) => own.has(id));
  if (naming.length === 0 || told.length < naming.length || isStillIdentifying(asked, evidence)) return null;
  const traceId = mostTelling(told, onset);
  if (traceId === null) return null;
  return {
    traceId,
    questions: traceUpstreams(environment).map((upstream) => traceQuestion(upstream, traceId, [...own])),
  };
}

/** Exemplars are asked for behind two probes: as long as one of those is under way, they may still come. */
const isStillIdentifying = (asked: readonly Question[], evidence: readonly Evidence[]): boolean =>
  asked.some(
    ({ id, purpose: { kind } }) =>
      (kind === "identity" || kind === "interval") && !evidence.some(({ question }) => question.id === id),
  );

/** A failing one next after the onset; else the slowest of the exemplars; else the slowest found. */
function mostTelling(told: readonly Evidence[], onset: Instant): string | null {
  const hits = answersOf(told, "trace-hits").map(({ question, answer }) => ({ question, hits: answer.hits }));
  const failing = hits
    .filter(({ question: { purpose } }) => purpose.kind === "trace-search" && purpose.of === "errors")
    .flatMap((each) => each.hits);
  const after = (at: number): number => (at >= onset ? at - onset : 10 * (onset - at));
  const failed = failing.toSorted((a, b) => after(a.at) - after(b.at) || (a.traceId < b.traceId ? -1 : 1))[0];
  if (failed) return failed.traceId;
  const slow = (a: { readonly size: number; readonly traceId: string }, b: typeof a): number =>
    b.size - a.size || (a.traceId < b.traceId ? -1 : 1);
  const exemplars = answersOf(told, "exemplars")
    .flatMap(({ answer }) => answer.exemplars)
    .filter(({ at }) => at >= onset - minute)
    .map(({ value, traceId }) => ({ size: value ?? 0, traceId }));
  const slowest = hits.flatMap((each) => each.hits.map(({ duration, traceId }) => ({ size: duration, traceId })));
  return exemplars.toSorted(slow)[0]?.traceId ?? slowest.toSorted(slow)[0]?.traceId ?? null;
}

/** The services of the opened trace that are no subjects yet. */
function pathOf(
  { evidence, subjects, startedAt }: Around,
  { traceId, questions }: Opened,
): { readonly subjects: readonly Subject[]; readonly cites: readonly QuestionId[] } | null {
  const own = evidence.filter(({ question }) => questions.some(({ id }) => id === question.id));
  const reading = { kind: "trace-id", spelling: traceId, traceId, spanId: null, from: "trace of the alert" } as const;
  const sighting = sightingOf(reading, own, startedAt);
  const names = new Set(subjects.map(({ service }) => service.name));
  const others = (sighting?.subjects ?? []).filter(({ service }) => !names.has(service.name));
  if (!sighting || others.length === 0) return null;
  return {
    subjects: others.toSorted((a, b) => (serviceKey(a.service) < serviceKey(b.service) ? -1 : 1)).slice(0, mostOthers),
    cites: sighting.cites,
  };
}

function noTraces({ environment, subjects, evidence }: Around, isOpened: boolean): Unasked[] {
  if (isOpened || traceUpstreams(environment).length === 0) return [];
  const isSearched = traceUpstreams(environment).length > 0;
  const isAsked = evidence.some(({ question }) => question.purpose.kind === "trace-search");
  if (isSearched && subjects.length > 0 && !isAsked) return [];
  return [
    {
      kind: "gap",
      slot: "trace",
      reason: subjects.length === 0 ? "not-linked" : "none-in-window",
      text:
        subjects.length === 0
          ? "No service is known whose traces could be looked for."
          : "No exemplar and no search named a trace of these services around this time.",
      next: "Open a trace by the id in one of the log lines.",
    },
  ];
}

/** Asked when a service is all that is known: nothing of it is looked for further away than this. */
export const nearOnset = (onset: Instant, now: Instant): Window => ({
  from: shift(onset, -15 * minute),
  to: shift(onset, Math.max(0, Math.min(5 * minute, now - onset))),
});
