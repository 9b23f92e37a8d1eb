/** A service, lately or at a time; or a change of it: the time is known or found among its changes, the rest is as ever. */
import { evidenceIn } from "@/lib/answering";
import { changesOf } from "@/lib/changes";
import type { Evidence, Question, Unasked } from "@/lib/evidence";
import type { ChangeReading, ServiceReading } from "@/lib/lead-kinds";
import { planAround } from "@/lib/plan-around";
import type { Plan, PlanInput } from "@/lib/planning";
import { planRecorded, planVersions } from "@/lib/recipes/changes";
import { answerTo, type Facts } from "@/lib/recipes/facts";
import { readBudget } from "@/lib/recipes/read-budget";
import { identityQuestion, planRed } from "@/lib/recipes/red";
import type { EnvironmentSetting } from "@/lib/setting";
import type { Change } from "@/lib/signal/change";
import {
  clipTo,
  day,
  hour,
  type Instant,
  minute,
  printClock,
  second,
  shift,
  type Window,
  widen,
} from "@/lib/signal/time";

const lately = 45 * minute;
const patience = 2 * second;

export function planService(input: PlanInput, reading: ServiceReading | ChangeReading): Plan {
  const { lead, setting, startedAt } = input;
  const candidates = setting.environments.filter(({ name }) => lead.environment === null || name === lead.environment);
  const where = whereOf(input, reading, candidates);
  const { environment } = where;
  const nothing = { environment, window: input.window, identities: [], wake: where.wake };
  if (!environment)
    return {
      ...nothing,
      because: "not known yet: no environment names this service",
      questions: where.questions,
      unasked: where.unasked,
    };
  const found = reading.kind === "change" ? changeLookedFor(input, reading, environment) : null;
  if (found && found.at === null)
    return {
      ...nothing,
      because: "not known yet: when this change was",
      questions: [...where.questions, ...found.questions],
      unasked: found.isOver && reading.kind === "change" ? noSuchChange(reading) : [],
    };
  const at = found?.at ?? reading.at;
  const lateWindow: Window = { from: shift(startedAt, -lately), to: startedAt };
  const window =
    input.window ??
    (at === null ? lateWindow : clipTo(widen({ from: at, to: at }, 30 * minute, 15 * minute), startedAt));
  const onset = at ?? window.from;
  const near = at === null ? window : clipTo(widen({ from: at, to: at }, 15 * minute, 15 * minute), startedAt);
  const around = planAround({
    ...{
      environment,
      evidence: evidenceIn(environment, input.known),
      startedAt,
      window,
      near,
      onset,
      slowerThan: null,
      knowsActive: false,
    },
    subjects: [
      { service: { name: reading.service.name, namespace: null }, kubernetesNamespace: reading.service.namespace },
    ],
    cites: where.questions.map(({ id }) => id),
    budget: readBudget(input.asked ?? input.known.map(({ question }) => question), input.known, input.deep),
  });
  const since = found?.at ?? reading.at;
  return {
    environment,
    window,
    because: input.window
      ? "as given by the link"
      : since === null
        ? "the last 45 min"
        : `half an hour before ${printClock(since, startedAt)} to a quarter after`,
    identities: around.identities,
    questions: [...where.questions, ...(found?.questions ?? []), ...around.questions],
    unasked: around.unasked,
    wake: null,
  };
}

type Where = {
  readonly environment: EnvironmentSetting | null;
  readonly questions: readonly Question[];
  readonly unasked: readonly Unasked[];
  readonly wake: Instant | null;
};

const factsOf = (
  { startedAt, known }: PlanInput,
  { service, at }: ServiceReading | ChangeReading,
  environment: EnvironmentSetting,
): Facts => {
  const moment = at ?? startedAt;
  return {
    ...{ environment, evidence: evidenceIn(environment, known), startedAt, now: startedAt, trace: null, cites: [] },
    focus: { from: moment, to: moment },
    window: clipTo(widen({ from: moment, to: moment }, lately, 15 * minute), startedAt),
    subjects: [{ service: { name: service.name, namespace: null }, kubernetesNamespace: service.namespace }],
  };
};

/** The only one there is; else the first as configured whose metrics name the service, once all have spoken. */
function whereOf(
  input: PlanInput,
  reading: ServiceReading | ChangeReading,
  candidates: readonly EnvironmentSetting[],
): Where {
  const { startedAt, now, known, chosen = null } = input;
  const kept = candidates.length === 1 ? candidates[0] : candidates.find(({ name }) => name === chosen);
  if (kept) return { environment: kept, questions: [], unasked: [], wake: null };
  const probes = candidates.flatMap((environment) =>
    environment.upstreams
      .filter(({ kind }) => kind === "prometheus")
      .map((upstream) => ({ environment, question: identityQuestion(factsOf(input, reading, environment), upstream) })),
  );
  const questions = probes.map(({ question }) => question);
  const isSettled = questions.every(({ id }) => answerTo(known, { id })) || now >= shift(startedAt, patience);
  if (!isSettled) return { environment: null, questions, unasked: [], wake: shift(startedAt, patience) };
  const holder = probes.find(({ question }) => answerTo(known, question)?.answer.kind === "series");
  if (holder) return { environment: holder.environment, questions, unasked: [], wake: null };
  const text = `No metrics in ${candidates.map(({ name }) => name).join(", ")} name ${reading.service.name}.`;
  const next = "Choose the environment first, or check the name.";
  return { environment: null, questions, unasked: slotsOf(text, next), wake: null };
}

/**
 * Where no time was told: the last day of annotations and streams; only where those name none, the versions of the last
 * six hours, since every sample of them is read.
 */
function changeLookedFor(
  input: PlanInput,
  reading: ChangeReading,
  environment: EnvironmentSetting,
): { readonly at: Instant | null; readonly questions: readonly Question[]; readonly isOver: boolean } | null {
  if (reading.at !== null) return null;
  const { startedAt } = input;
  const facts = factsOf(input, reading, environment);
  const answers = (questions: readonly Question[]): Evidence[] =>
    facts.evidence.filter(({ question }) => questions.some(({ id }) => id === question.id));
  const isAnswered = (questions: readonly Question[]): boolean =>
    questions.every(({ id }) => facts.evidence.some(({ question }) => question.id === id));
  const latest = (questions: readonly Question[]): Instant | null =>
    changesOf(answers(questions)).findLast((change) => isMeant(reading, change))?.at ?? null;
  // A day of Kubernetes' events would be read line by line, and none of them is a deploy.
  const all = planRecorded(environment, { from: shift(startedAt, -day), to: startedAt }, []);
  const recorded = all.filter(({ slot }) => slot === "changes");
  const told = isAnswered(recorded) ? latest(recorded) : null;
  if (!isAnswered(recorded) || told !== null) return { at: told, questions: recorded, isOver: false };
  const back: Window = { from: shift(startedAt, -6 * hour), to: startedAt };
  const probes = planRed(facts).questions.filter(({ purpose }) => purpose.kind === "identity");
  const versions = planVersions({ ...facts, window: back, focus: { from: back.from, to: back.from } });
  const questions = [...recorded, ...probes, ...versions];
  const isOver = isAnswered(questions);
  return { at: isOver ? latest(questions) : null, questions, isOver };
}

/** By what names it, else by its words; a version that only one of the two tells contradicts nothing. */
function isMeant({ service, version }: ChangeReading, change: Change): boolean {
  const words = new Set(`${change.title} ${change.tags.join(" ")}`.toLowerCase().split(/[^\w.-]+/));
  const isOwn = change.service ? change.service.name === service.name : words.has(service.name.toLowerCase());
  const told = change.version;
  return isOwn && (version === null || told === null || told.startsWith(version) || version.startsWith(told));
}

const noSuchChange = ({ service, version }: ChangeReading): Unasked[] =>
  slotsOf(
    `No change of ${service.name}${version === null ? "" : ` to ${version}`} was found in the last 24 hours.`,
    "Add when it was: deploy payment 1.5.0 at 2026-11-21T14:02:41Z.",
  );

const slotsOf = (text: string, next: string): Unasked[] =>
  (["spike", "lines", "trace", "changes", "alerts"] as const).map((slot) => ({
    kind: "gap",
    slot,
    reason: "not-linked",
    text,
    next,
  }));
