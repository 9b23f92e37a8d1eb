/** Here configuration, clients, clock and runs are tied together: once a process, whoever imports it. */
import "server-only";
import { setImmediate as breath, setTimeout as wait } from "node:timers/promises";
import { currentConfig } from "@/lib/config/current";
import type { Evidence, Question } from "@/lib/evidence";
import { type Effects, investigate, investigationDeadlineMs, type RunLine } from "@/lib/investigate";
import { createProbeCache } from "@/lib/probe-cache";
import { createRuns, type Run, type RunKey } from "@/lib/run";
import { createSeriesAgain, type ViewRequest } from "@/lib/series-again";
import { clockAt, clockFrom, frozenAt } from "@/lib/signal/clock";
import { type Instant, minute, second, toInstant } from "@/lib/signal/time";
import type { InvestigationRequest } from "@/lib/stream/request";
import { runKeyOf } from "@/lib/stream/run-key";
import { createAsk } from "@/lib/upstream/ask";
import { createBudget } from "@/lib/upstream/budget";
import type { SeriesAgain } from "@/lib/view";
import { createWarmer, type Taken } from "@/lib/warm";

function createServer() {
  const { setting, upstreams, listen, demo, webhookToken } = currentConfig();
  const frozen = frozenAt(process.env.THROUGHLINE_NOW) ?? null;
  const now = (): Instant => toInstant(Date.now());
  const { ask, state } = createAsk(upstreams, now);
  const probes = createProbeCache({ now: Date.now, keepMs: 10 * minute, most: 500 });
  // A demo has one reader, and its backends share this process' memory.
  const runs = createRuns({
    ...{ now: Date.now, keepMs: minute, most: demo ? 8 : 40, mostBytes: 200e6 },
    warm: { keepMs: 10 * minute, most: 12 },
  });
  const again = createSeriesAgain({
    ...{ setting, clock: Date.now, keepMs: minute },
    most: { questions: 4_000, answers: 200 },
  });

  const start =
    (request: InvestigationRequest, turn: (stop: AbortSignal) => Promise<void> = () => Promise.resolve()) =>
    (signal: AbortSignal): AsyncGenerator<RunLine> => {
      const budget = createBudget();
      const clock = clockFrom(frozen);
      // Receipts are dated, too: where time is frozen, each investigation has its own.
      const own = frozen === null ? ask : createAsk(upstreams, clock, { now: clock }).ask;
      const effects: Effects = {
        ask: probes.around(async (question, stop) => {
          again.remember(question);
          await turn(stop);
          return own(question, stop, budget);
        }),
        now: clock,
        // A breath is no millisecond of a timer.
        sleep: (ms, stop) => (ms > 0 ? wait(ms, undefined, { signal: stop }) : breath()).catch(() => undefined),
      };
      return investigate(request, setting, effects, signal);
    };
  const join = (request: InvestigationRequest): Run => runs.join(runKeyOf(request), start(request), request.fresh);
  /** People first: as long as others look at something else, what nobody waits for asks no further question. */
  const turnOf = (key: RunKey) => async (stop: AbortSignal) => {
    while (!stop.aborted && runs.underWay() > 1 && runs.readersOf(key) < 2)
      await wait(100, undefined, { signal: stop }).catch(() => undefined);
  };
  const warmer = createWarmer<InvestigationRequest>({
    now: () => performance.now(),
    later: (ms, then) => {
      setTimeout(then, ms).unref();
    },
    heldBack: () =>
      runs.underWay() > 0
        ? "somebody is looking"
        : state().some(({ sparedUntil }) => sparedUntil !== null)
          ? "an upstream is spared"
          : null,
    make: async (request) => {
      const key = runKeyOf(request);
      const stop = AbortSignal.timeout(investigationDeadlineMs + second);
      // What fails fails again, and is said, where the link is opened.
      await runs.prepare(key, start(request, turnOf(key)), stop).catch(() => undefined);
    },
    nameOf: (request) => JSON.stringify(runKeyOf(request)),
  });
  const warm = (group: string, task: InvestigationRequest): Taken => warmer.offer({ group, task });
  // Others may wait for the same answer: who leaves does not stop it, the deadline does.
  const askAgain = (request: ViewRequest): Promise<SeriesAgain> => {
    const budget = createBudget();
    const stop = AbortSignal.timeout(investigationDeadlineMs);
    return again.answer(request, (question) => ask(question, stop, budget), clockAt(frozen)());
  };
  // Bots and open pages ask for the same list at the same time: within a moment they share its answers.
  const shared = new Map<string, { readonly at: number; readonly answer: Promise<Evidence[]> }>();
  const askAll = (questions: readonly Question[]): Promise<Evidence[]> => {
    const id = questions.map((question) => question.id).join(" ");
    for (const [key, { at }] of shared) if (Date.now() - at > 3 * second) shared.delete(key);
    const held = shared.get(id);
    if (held) return held.answer;
    const budget = createBudget();
    const clock = clockFrom(frozen);
    const own = frozen === null ? ask : createAsk(upstreams, clock, { now: clock }).ask;
    const stop = AbortSignal.timeout(investigationDeadlineMs);
    const answer = Promise.all(questions.map((question) => own(question, stop, budget)));
    shared.set(id, { at: Date.now(), answer });
    return answer;
  };
  return { setting, listen, webhookToken, now: clockAt(frozen), join, warm, askAgain, askAll, upstreamState: state };
}
type Server = ReturnType<typeof createServer>;

// Route handlers and pages are bundled apart; one process has one set of runs.
const key = Symbol.for("throughline.server");
type Holder = typeof globalThis & { [key]?: Server };
export function server(): Server {
  const holder: Holder = globalThis;
  holder[key] ??= createServer();
  return holder[key];
}
