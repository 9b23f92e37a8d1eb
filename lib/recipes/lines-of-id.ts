/**
 * The log lines that hold the id. With the time known: one bounded question. Without: disjoint slices back from now, each only
 * after the one before found nothing and while the estimate stays under the budget.
 *
 *   now ◀─ 15 min ─▶◀── 1 h ──▶◀──── 6 h ────▶◀────── 24 h ──────▶◀───────────── 7 d ─────────────▶
 */
import type { Evidence, Question, Unasked } from "@/lib/evidence";
import { widestSelector } from "@/lib/identity/lines";
import type { Reading } from "@/lib/lead-reading";
import { labelFilter, lineContainsAny, lineContainsNone, streamSelector } from "@/lib/query/logql";
import { regexAlternatives } from "@/lib/query/promql";
import { question } from "@/lib/recipes/question";
import type { EnvironmentSetting, UpstreamSetting } from "@/lib/setting";
import { printBytes } from "@/lib/signal/bytes";
import type { Matcher } from "@/lib/signal/labels";
import { day, hour, type Instant, minute, printDuration, shift, toInstant, type Window } from "@/lib/signal/time";
import { spellingsOf } from "@/lib/signal/trace-id";

export const lineLimit = 1_000;
const rungs = [15 * minute, hour, 6 * hour, day, 7 * day];

/** Slice `rung` back from `now`, disjoint from the ones before. */
const sliceOf = (now: Instant, rung: number): Window => ({
  from: shift(now, -(rungs[rung] ?? 0)),
  to: shift(now, -(rungs[rung - 1] ?? 0)),
});

/** Whole five minutes, so that the answer can be cached between investigations. */
export function labelsQuestion(upstream: UpstreamSetting, now: Instant): Question {
  const to = toInstant(Math.floor(now / (5 * minute)) * 5 * minute);
  return question({
    upstream,
    slot: "lines",
    purpose: { kind: "line-labels" },
    call: { api: "loki-labels" },
    text: "GET /loki/api/v1/labels",
    window: { from: shift(to, -6 * hour), to },
    why: "which stream labels exist, to search with the widest legal selector",
    after: [],
  });
}

export const namesOf = (evidence: Evidence | undefined): readonly string[] =>
  evidence?.answer.kind === "names" ? evidence.answer.names : [];

/** Loki: "stream selector is missing required matchers [app, cluster], labels present …". Source: measured wording. */
export function requiredLabels(evidence: readonly Evidence[]): string[] {
  for (const { answer } of evidence) {
    const named = answer.kind === "gap" ? /missing required matchers \[([^\]]+)\]/.exec(answer.text)?.[1] : undefined;
    if (named !== undefined) return named.split(/[\s,]+/).filter((label) => label !== "");
  }
  return [];
}

type Slice = {
  readonly upstream: UpstreamSetting;
  readonly selector: string;
  readonly window: Window;
  readonly rung: number;
  readonly after: readonly string[];
};

export const volumeQuestion = (
  { upstream, selector, window, rung, after }: Slice,
  of: "lines-of-id" | "lines-around" | "lines-by-level",
): Question =>
  question({
    upstream,
    slot: "lines",
    purpose: { kind: "lines-volume", of, rung },
    call: { api: "loki-volume", query: selector },
    text: `GET /loki/api/v1/index/volume ${selector}`,
    window,
    why: "how much would have to be read, before it is",
    after,
  });

/** What the id may be called where it travels beside the line (OTLP and many shippers): LogQL's line filters do not see it. */
const metadataKeys = {
  "trace-id": ["trace_id", "traceID", "traceId", "traceid", "TraceId", "otelTraceID", "dd_trace_id"],
  "correlation-id": [
    "correlation_id",
    "correlationId",
    "request_id",
    "requestId",
    "x_request_id",
    "trace_id",
    "traceId",
    "traceID",
  ],
} as const;

/** The id's lines are read for twice: once for their text, once for what travels beside. */
export const passes = 2;

/** Two questions with no line in common: those that hold the id in their text, and those that carry it beside. */
export function idQuestions({ upstream, selector, window, rung, after }: Slice, reading: Reading): Question[] {
  const spellings = spellingsOf(reading);
  const beside = metadataKeys[reading.kind].map((label) => ({
    label,
    op: "=~" as const,
    value: regexAlternatives(spellings),
  }));
  const where =
    rung < 0 ? "around its time" : rung === 0 ? "the last 15 min" : `up to ${printDuration(rungs[rung] ?? 0)} back`;
  const ask = (filter: string, why: string): Question =>
    question({
      upstream,
      slot: "lines",
      purpose: { kind: "lines-of-id", rung },
      call: {
        api: "loki-lines",
        query: `${selector} ${filter}`,
        limit: lineLimit,
        direction: rung < 0 ? "forward" : "backward",
      },
      window,
      why: `${why}, ${where}`,
      after,
    });
  return [
    ask(lineContainsAny(spellings), "lines that hold the id in any spelling"),
    ask(`${lineContainsNone(spellings)} ${labelFilter(beside)}`, "lines that carry the id as structured metadata"),
  ];
}

export const volumeOf = (evidence: Evidence | undefined): number | undefined =>
  evidence === undefined ? undefined : evidence.answer.kind === "volume" ? evidence.answer.bytes : 0;

/** Bytes already let through for slices of this Loki: what the next one adds to. */
export type Search = {
  readonly questions: Question[];
  readonly unasked: Unasked[];
  /** Still hoping: a question is open, or may follow. */
  readonly open: boolean;
};

/** The ladder on one Loki: pure in what came so far, so it is walked again from the start each time. */
export function searchBack(
  upstream: UpstreamSetting,
  environment: EnvironmentSetting,
  reading: Reading,
  evidence: readonly Evidence[],
  startedAt: Instant,
  deep: boolean,
  given: Window | null,
): Search {
  const answerTo = (id: string): Evidence | undefined => evidence.find(({ question: asked }) => asked.id === id);
  const labels = labelsQuestion(upstream, startedAt);
  const questions: Question[] = [labels];
  const told = answerTo(labels.id);
  if (told === undefined) return { questions, unasked: [], open: true };
  const required = requiredLabels(evidence.filter(({ question: { upstream: id } }) => id === upstream.id));
  const matchers: readonly Matcher[] | undefined = widestSelector(namesOf(told), required);
  if (matchers === undefined || matchers.length === 0) return { questions, unasked: [], open: false };
  const selector = streamSelector(matchers);
  let after = [labels.id];
  let total = 0;
  // A link says when it was: that window is the one slice.
  const slices = given ? [given] : rungs.map((_, rung) => sliceOf(startedAt, rung));
  for (const [rung, window] of slices.entries()) {
    const slice = { upstream, selector, window, rung, after };
    const volume = volumeQuestion(slice, "lines-of-id");
    questions.push(volume);
    const size = volumeOf(answerTo(volume.id));
    if (size === undefined) return { questions, unasked: [], open: true };
    const estimate = size * passes;
    total += estimate;
    const { sliceBytes, totalBytes } = environment.lokiBudget;
    if (!deep && (estimate > sliceBytes || total > totalBytes))
      return { questions, unasked: [tooMuch(upstream, estimate, rung)], open: false };
    const pair = idQuestions({ ...slice, after: [volume.id] }, reading);
    questions.push(...pair);
    const answers = pair.flatMap(({ id }) => answerTo(id)?.answer ?? []);
    if (answers.length < pair.length) return { questions, unasked: [], open: true };
    if (answers.some((answer) => answer.kind === "lines" && answer.lines.text.length > 0))
      return { questions, unasked: [], open: false };
    // A Loki that fails on the small slice is not asked for a larger one.
    if (answers.some((answer) => answer.kind === "gap" && !["none-in-window", "not-found"].includes(answer.reason)))
      return { questions, unasked: [], open: false };
    after = pair.map(({ id }) => id);
  }
  return { questions, unasked: [], open: false };
}

const tooMuch = (upstream: UpstreamSetting, estimate: number, rung: number): Unasked => ({
  kind: "gap",
  slot: "lines",
  reason: "over-budget",
  text: `Not searched further back than ${rung === 0 ? "now" : printDuration(rungs[rung - 1] ?? 0)} in ${upstream.name}: the next slice would read ≈ ${printBytes(estimate)}.`,
  next: `Search ≈ ${printBytes(estimate)}`,
});
