/** Upstreams, questions and answers for tests of the wire. */

import type { UpstreamConfig } from "@/lib/config/upstream-config";
import type { Answer, AnswerOf, Call, Evidence, Gap, Question } from "@/lib/evidence";
import type { UpstreamKind } from "@/lib/setting";
import { hour, type Instant, toInstant, type Window } from "@/lib/signal/time";
import { createAsk } from "@/lib/upstream/ask";
import { createBudget } from "@/lib/upstream/budget";

export const now: Instant = toInstant(1_795_240_800_000); // 2026-11-21T06:00:00Z
export const lastHour: Window = { from: toInstant(now - hour), to: now };

let made = 0;
/** Each has an id of its own, so that one test's overload does not spare another's upstream. */
export function upstreamAt(kind: UpstreamKind, url: string, more: Partial<UpstreamConfig> = {}): UpstreamConfig {
  made += 1;
  return {
    id: `shop/${kind}-${made}`,
    kind,
    name: kind,
    url,
    headers: {},
    tenants: [],
    tls: { ca: null, cert: null, key: null },
    timeoutMs: 3_000,
    concurrency: 4,
    maxBytes: 20_000_000,
    maxQuestions: 100,
    ...more,
  };
}

export const questionOf = (upstream: string, call: Call, window: Window | null = lastHour): Question => ({
  id: `${upstream} ${JSON.stringify(call)}`,
  upstream,
  slot: "spike",
  purpose: { kind: "trace-by-id" },
  call,
  text: "query" in call ? call.query : call.api,
  window,
  why: "a test asks",
  after: [],
});

export const rangeCall: Call = { api: "prometheus-range", query: "up", step: 60_000 };
export const linesCall: Call = { api: "loki-lines", query: '{app="payment"}', limit: 1_000, direction: "backward" };
export const traceCall = (traceId: string): Call => ({ api: "tempo-trace", traceId });

/** One question put to one upstream, with a fresh budget. */
export function askOnce(
  config: UpstreamConfig,
  call: Call,
  {
    window = lastHour,
    signal = new AbortController().signal,
  }: { readonly window?: Window | null; readonly signal?: AbortSignal } = {},
): Promise<Evidence> {
  return createAsk([config], () => now).ask(questionOf(config.id, call, window), signal, createBudget());
}

export function answerOf<Kind extends Answer["kind"]>(evidence: Evidence, kind: Kind): AnswerOf<Kind> {
  const { answer } = evidence;
  const is = (some: Answer): some is AnswerOf<Kind> => some.kind === kind;
  if (is(answer)) return answer;
  throw new Error(`expected ${kind}, got ${answer.kind}: ${JSON.stringify(answer).slice(0, 400)}`);
}
export const gapIn = (evidence: Evidence): Gap => answerOf(evidence, "gap");
