/**
 * One investigation as it happens: asks, knows, plans again, until nothing is in flight. Effects come in as arguments.
 * A slow upstream delays only what depends on it; a sick one leaves a gap.
 */
import { holdsLead } from "@/lib/answering";
import type { Evidence, Question, QuestionId, Unasked } from "@/lib/evidence";
import type { Explanation } from "@/lib/explanation";
import { explain } from "@/lib/findings";
import type { Identity } from "@/lib/identity/identity";
import type { Lead } from "@/lib/lead";
import { nextQuestions, type Plan, supersededBy } from "@/lib/plan";
import type { MappingSetting, Setting, UpstreamKind } from "@/lib/setting";
import type { Others, Whose } from "@/lib/signal/alert";
import type { Service } from "@/lib/signal/service";
import { type Instant, second, type Window } from "@/lib/signal/time";

export type Request = {
  readonly lead: Lead;
  readonly window: Window | null;
  /** Search Loki whatever it would read. */
  readonly deep: boolean;
  /** What the reader says services are called: these come before all that is configured. */
  readonly mappings: readonly MappingSetting[];
  /** Of an alert: the service that the reader looks at in place of those inferred. */
  readonly service?: Service | null;
};

export type Effects = {
  /** Never rejects: a sick backend is a gap. */
  readonly ask: (question: Question, signal: AbortSignal) => Promise<Evidence>;
  readonly now: () => Instant;
  /** Resolves after `ms`, or as soon as the signal aborts. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
};

/** What a run consists of; `lib/stream` writes it as NDJSON. */
export type RunLine =
  | { readonly type: "hello"; readonly startedAt: Instant; readonly lead: Lead }
  | {
      readonly type: "window";
      readonly environment: string | null;
      readonly window: Window | null;
      readonly because: string;
      /** Of an alert: the services it is about, each with its why. */
      readonly whose?: readonly Whose[];
      /** Where nothing names one: how all services fared, and which may be meant as well. */
      readonly others?: Others;
    }
  | { readonly type: "identity"; readonly identities: readonly Identity[] }
  /** `superseded`: all that was asked and no longer counts; its evidence is to be forgotten. */
  | {
      readonly type: "planned";
      readonly questions: readonly Question[];
      readonly unasked: readonly Unasked[];
      readonly superseded?: readonly QuestionId[];
    }
  | { readonly type: "evidence"; readonly evidence: Evidence }
  | { readonly type: "findings"; readonly explanation: Explanation }
  | {
      readonly type: "end";
      readonly now: Instant;
      readonly reason: "complete" | "deadline";
      readonly unanswered: readonly QuestionId[];
    };

/** Whatever happens, an investigation ends. */
export const investigationDeadlineMs = 30_000;
/** Findings are worked out at most this often while evidence pours in, and once more at the end. */
const findingsPauseMs = 120;

export async function* investigate(
  request: Request,
  configured: Setting,
  effects: Effects,
  signal: AbortSignal,
): AsyncGenerator<RunLine> {
  const setting = mappedBy(request.mappings, configured);
  const startedAt = effects.now();
  const known: Evidence[] = [];
  const asked = new Map<QuestionId, Question>();
  const inFlight = new Map<QuestionId, Promise<void>>();
  const arrived: Evidence[] = [];
  const deadline = new AbortController();
  const stop = AbortSignal.any([signal, deadline.signal]);
  const tell = changesOnly();
  let foundAt: Instant | null = null;
  let chosen: string | null = null;
  let explained = 0;
  let explainedAt = 0;
  const planNow = (closing = false): Plan => {
    const plan = nextQuestions({
      ...{ ...request, setting, known, startedAt, foundAt, chosen, closing },
      now: effects.now(),
      asked: [...asked.values()],
    });
    if (foundAt !== null) chosen = plan.environment?.name ?? chosen;
    return plan;
  };
  /** Only what counts: neither evidence for a time that turned out to be another, nor questions of it still under way. */
  const explainNow = (plan: Plan): Explanation => {
    const gone = new Set(supersededBy(plan, [...asked.values()]));
    const current = known.filter(({ question }) => !gone.has(question.id));
    const pending = plan.questions.filter(({ id }) => inFlight.has(id));
    return explain(request.lead, current, startedAt, plan.window, {
      ...{ pending, unasked: plan.unasked, neighbours: plan.environment?.neighbours ?? [] },
    });
  };
  yield { type: "hello", startedAt, lead: request.lead };
  try {
    for (;;) {
      const now = effects.now();
      const plan = planNow();
      const questions = distinct(plan.questions).filter(({ id }) => !asked.has(id));
      for (const question of questions) asked.set(question.id, question);
      yield* tell.window(plan);
      yield* tell.identity(plan);
      yield* tell.planned(plan, questions, asked, known);
      for (const question of questions)
        inFlight.set(
          question.id,
          effects.ask(question, stop).then((evidence) => {
            arrived.push(evidence);
          }),
        );
      const isWaitedFor = plan.questions.some(({ id }) => inFlight.has(id));
      if (explained < known.length && (effects.now() - explainedAt >= findingsPauseMs || !isWaitedFor)) {
        yield { type: "findings", explanation: explainNow(plan) };
        explained = known.length;
        explainedAt = effects.now();
      }
      const left = investigationDeadlineMs - (now - startedAt);
      const wake = plan.wake !== null && plan.wake > now ? plan.wake - now : null;
      if (!isWaitedFor && wake === null) break;
      if (left <= 0 || signal.aborted) break;
      // What came within the pause is not left unexplained until a slow upstream answers.
      const unexplained = explained < known.length ? findingsPauseMs - (effects.now() - explainedAt) : null;
      const timer = new AbortController();
      await Promise.race([
        ...inFlight.values(),
        effects.sleep(Math.max(0, Math.min(left, wake ?? left, unexplained ?? left)), timer.signal),
      ]);
      timer.abort();
      // A plan is dear: it is made once for all that came meanwhile.
      while (arrived.length > 0) {
        for (const evidence of arrived.splice(0)) {
          inFlight.delete(evidence.question.id);
          known.push(evidence);
          if (foundAt === null && holdsLead(evidence)) foundAt = effects.now();
          yield { type: "evidence", evidence };
        }
        // A breath: the lines reach their readers before findings and the next plan are worked out.
        await effects.sleep(0, stop);
      }
    }
    const open = signal.aborted ? [] : planNow().questions.filter(({ id }) => inFlight.has(id));
    const unanswered = [...new Set(open.map(({ id }) => id))].sort();
    for (const question of distinct(open)) {
      const evidence = silence(question, setting, startedAt, effects.now());
      inFlight.delete(question.id);
      known.push(evidence);
      yield { type: "evidence", evidence };
    }
    const plan = planNow(true);
    yield* tell.window(plan);
    yield* tell.planned(plan, [], asked, known);
    if (explained < known.length) yield { type: "findings", explanation: explainNow(plan) };
    yield { type: "end", now: effects.now(), reason: unanswered.length > 0 ? "deadline" : "complete", unanswered };
  } finally {
    // Who leaves, stops the work: down to the sockets.
    deadline.abort();
  }
}

const mappedBy = (mappings: readonly MappingSetting[], { environments }: Setting): Setting => ({
  environments: environments.map((each) => ({ ...each, mappings: [...mappings, ...each.mappings] })),
});

const distinct = (questions: readonly Question[]): Question[] => [
  ...new Map(questions.map((question) => [question.id, question])).values(),
];

/** A question that the deadline cut off: no answer is not the answer "nothing". */
function silence(question: Question, { environments }: Setting, startedAt: Instant, now: Instant): Evidence {
  const upstream = environments.flatMap(({ upstreams }) => upstreams).find(({ id }) => id === question.upstream);
  const kind: UpstreamKind = upstream?.kind ?? "prometheus";
  return {
    question,
    receipt: {
      ...{ upstream: question.upstream, kind, request: "", sent: startedAt, firstByte: null, lastByte: now },
      ...{ bytes: 0, rows: 0, status: null, attempts: 0 },
    },
    notes: [],
    partial: false,
    answer: {
      kind: "gap",
      reason: "timeout",
      text: `${question.upstream} did not answer within the ${investigationDeadlineMs / second} s of an investigation.`,
      next: "Look again, or open it with a narrower window.",
    },
  };
}

/** Says a thing again only when it is another. */
function changesOnly() {
  let window = "";
  let identities = "[]";
  let told = "[[],[]]";
  let dropped: readonly QuestionId[] = [];
  return {
    *window({ environment, window: next, because, whose, others }: Plan): Generator<RunLine> {
      const named = { ...(whose ? { whose } : {}), ...(others && others.text !== "" ? { others } : {}) };
      const told = { environment: environment?.name ?? null, window: next, because, ...named };
      const line = { type: "window" as const, ...told };
      const text = JSON.stringify(line);
      if (text !== window) yield line;
      window = text;
    },
    *identity({ identities: next }: Plan): Generator<RunLine> {
      const text = JSON.stringify(next);
      if (text !== identities) yield { type: "identity", identities: next };
      identities = text;
    },
    /** What was superseded and counts again is told again, with its evidence. */
    *planned(
      plan: Plan,
      fresh: readonly Question[],
      asked: ReadonlyMap<QuestionId, Question>,
      known: readonly Evidence[],
    ): Generator<RunLine> {
      const gone = supersededBy(plan, [...asked.values()]).sort();
      const back = dropped.flatMap((id) => (gone.includes(id) ? [] : (asked.get(id) ?? [])));
      const questions = [...fresh, ...back];
      const text = JSON.stringify([plan.unasked, gone]);
      if (questions.length > 0 || text !== told)
        yield { type: "planned", questions, unasked: plan.unasked, superseded: gone };
      for (const evidence of known)
        if (back.some(({ id }) => id === evidence.question.id)) yield { type: "evidence", evidence };
      told = text;
      dropped = gone;
    },
  };
}
