/**
 * One investigation as it happens: asks, knows, plans again, until nothing is in flight. Effects come in as arguments.
 * A slow upstream delays only what depends on it; a sick one leaves a gap.
 */
import type { Evidence, Question, QuestionId, Unasked } from "@/lib/evidence";
import { type Explanation, explain } from "@/lib/findings";
import type { Identity } from "@/lib/identity/identity";
import type { Lead } from "@/lib/lead";
import { nextQuestions, type Plan } from "@/lib/plan";
import type { Setting } from "@/lib/setting";
import type { Instant, Window } from "@/lib/signal/time";

export type Request = {
  readonly lead: Lead;
  readonly window: Window | null;
  /** Search Loki whatever it would read. */
  readonly deep: boolean;
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
    }
  | { readonly type: "identity"; readonly identities: readonly Identity[] }
  | { readonly type: "planned"; readonly questions: readonly Question[]; readonly unasked: readonly Unasked[] }
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
  setting: Setting,
  effects: Effects,
  signal: AbortSignal,
): AsyncGenerator<RunLine> {
  const startedAt = effects.now();
  const known: Evidence[] = [];
  const asked = new Set<QuestionId>();
  const inFlight = new Map<QuestionId, Promise<Evidence>>();
  const deadline = new AbortController();
  const stop = AbortSignal.any([signal, deadline.signal]);
  const tell = changesOnly();
  let explained = 0;
  let explainedAt = 0;
  yield { type: "hello", startedAt, lead: request.lead };
  try {
    for (;;) {
      const now = effects.now();
      const plan = nextQuestions({ ...request, setting, known, startedAt, now });
      yield* tell.window(plan);
      yield* tell.identity(plan);
      const questions = plan.questions.filter(
        ({ id }, index, all) => !asked.has(id) && all.findIndex((other) => other.id === id) === index,
      );
      yield* tell.planned(plan, questions);
      for (const question of questions) {
        asked.add(question.id);
        inFlight.set(question.id, effects.ask(question, stop));
      }
      const left = investigationDeadlineMs - (now - startedAt);
      const wake = plan.wake !== null && plan.wake > now ? plan.wake - now : null;
      if (inFlight.size === 0 && wake === null) break;
      if (left <= 0 || signal.aborted) break;
      const timer = new AbortController();
      const evidence = await Promise.race([
        ...inFlight.values(),
        effects.sleep(Math.min(left, wake ?? left), timer.signal).then(() => null),
      ]);
      timer.abort();
      if (evidence === null) continue;
      inFlight.delete(evidence.question.id);
      known.push(evidence);
      yield { type: "evidence", evidence };
      // A breath: the line reaches its readers before findings and the next plan are worked out.
      await effects.sleep(0, stop);
      if (effects.now() - explainedAt >= findingsPauseMs || inFlight.size === 0) {
        yield { type: "findings", explanation: explain(request.lead, known, startedAt, plan.window) };
        explained = known.length;
        explainedAt = effects.now();
      }
    }
    const { window } = nextQuestions({ ...request, setting, known, startedAt, now: effects.now() });
    if (explained < known.length)
      yield { type: "findings", explanation: explain(request.lead, known, startedAt, window) };
    const unanswered = [...inFlight.keys()].sort();
    yield { type: "end", now: effects.now(), reason: unanswered.length > 0 ? "deadline" : "complete", unanswered };
  } finally {
    // Who leaves, stops the work: down to the sockets.
    deadline.abort();
  }
}

/** Says a thing again only when it is another. */
function changesOnly() {
  let window = "";
  let identities = "[]";
  let unasked = "[]";
  return {
    *window({ environment, window: next, because }: Plan): Generator<RunLine> {
      const line = { type: "window" as const, environment: environment?.name ?? null, window: next, because };
      const text = JSON.stringify(line);
      if (text !== window) yield line;
      window = text;
    },
    *identity({ identities: next }: Plan): Generator<RunLine> {
      const text = JSON.stringify(next);
      if (text !== identities) yield { type: "identity", identities: next };
      identities = text;
    },
    *planned(plan: Plan, questions: readonly Question[]): Generator<RunLine> {
      const text = JSON.stringify(plan.unasked);
      if (questions.length > 0 || text !== unasked) yield { type: "planned", questions, unasked: plan.unasked };
      unasked = text;
    },
  };
}
