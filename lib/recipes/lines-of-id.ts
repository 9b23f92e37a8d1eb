/**
 * The log lines that hold the id. With the time known: one bounded question. Without: disjoint slices back from now, each only
 * after the one before found nothing and while the estimate stays under the budget.
 *
 *   now ◀─ 15 min ─▶◀── 1 h ──▶◀──── 6 h ────▶◀────── 24 h ──────▶◀───────────── 7 d ─────────────▶
 */

import type { Evidence, Purpose, Question, QuestionId, Unasked } from "@/lib/evidence";
import { widestSelector } from "@/lib/identity/lines";
import type { Reading } from "@/lib/lead-reading";
import { labelFilter, lineContainsAny, lineContainsNone, streamSelector } from "@/lib/query/logql";
import { regexAlternatives } from "@/lib/query/promql";
import { answerTo } from "@/lib/recipes/facts";
import { question } from "@/lib/recipes/question";
import { overBudget, type ReadBudget } from "@/lib/recipes/read-budget";
import type { EnvironmentSetting, UpstreamSetting } from "@/lib/setting";
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

/** Whole five minutes, so that the answer can be cached between investigations. `back` in ms. */
export function labelsQuestion(upstream: UpstreamSetting, now: Instant, back: number = 6 * hour): Question {
  const to = toInstant(Math.floor(now / (5 * minute)) * 5 * minute);
  return question({
    upstream,
    slot: "lines",
    purpose: { kind: "line-labels" },
    call: { api: "loki-labels" },
    text: "GET /loki/api/v1/labels",
    window: { from: shift(to, -back), to },
    why:
      back > 6 * hour
        ? "which stream labels existed in the last week, as there were none lately"
        : "which stream labels exist, to search with the widest legal selector",
    after: [],
  });
}

const namesOf = (evidence: Evidence | undefined): readonly string[] =>
  evidence?.answer.kind === "names" ? evidence.answer.names : [];

export type StreamLabels = {
  readonly questions: readonly Question[];
  /** undefined = not answered yet; empty = there are none, or they are not to be had. */
  readonly existing: readonly string[] | undefined;
  readonly after: readonly QuestionId[];
  readonly unasked: readonly Unasked[];
};

/** The labels of the last six hours; of the last week where there were none. */
export function streamLabels(upstream: UpstreamSetting, startedAt: Instant, known: readonly Evidence[]): StreamLabels {
  const lately = labelsQuestion(upstream, startedAt);
  const told = answerTo(known, lately);
  const names = namesOf(told);
  if (told?.answer.kind !== "names" || names.length > 0)
    return { questions: [lately], existing: told && names, after: [lately.id], unasked: [] };
  const ever = labelsQuestion(upstream, startedAt, 7 * day);
  const older = answerTo(known, ever);
  const isEmpty = older?.answer.kind === "names" && older.answer.names.length === 0;
  return {
    questions: [lately, ever],
    existing: older && namesOf(older),
    after: [ever.id],
    unasked: isEmpty ? [noLabels(upstream)] : [],
  };
}

const noLabels = ({ name }: UpstreamSetting): Unasked => ({
  kind: "gap",
  slot: "lines",
  reason: "not-linked",
  text: `${name} lists no stream labels for the last 7 d, so nothing could be searched.`,
  next: "It is empty, or its tenant is a wrong one: check tenants of this upstream.",
});

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
  /** The window came with the link: it is no slice of the ladder. */
  readonly given?: boolean;
};

/** How far back a slice of the ladder reaches, ms. */
const reachOf = (rung: number): number => rungs[rung] ?? 0;
const sliceInWords = (rung: number): string =>
  rung === 0 ? "the last 15 min" : `up to ${printDuration(reachOf(rung))} back`;

export const volumeQuestion = (
  { upstream, selector, window, rung, after }: Slice,
  of: Extract<Purpose, { kind: "lines-volume" }>["of"],
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

/**
 * What the id may be called where it travels beside the line (OTLP and many shippers): LogQL's line filters do not see it.
 * One list for both kinds: a request id may have the form of a trace id, and a trace id may travel as a request's.
 */
const metadataKeys = [
  "trace_id",
  "traceID",
  "traceId",
  "traceid",
  "TraceId",
  "otelTraceID",
  "dd_trace_id",
  "correlation_id",
  "correlationId",
  "request_id",
  "requestId",
  "x_request_id",
] as const;

/** Two questions with no line in common: those that hold the id in their text, and those that carry it beside. */
export function idQuestions(
  { upstream, selector, window, rung, after, given = false }: Slice,
  reading: Reading,
): Question[] {
  const spellings = spellingsOf(reading);
  const beside = metadataKeys.map((label) => ({
    label,
    op: "=~" as const,
    value: regexAlternatives(spellings),
  }));
  const where = rung < 0 ? "around its time" : given ? "in the window of the link" : sliceInWords(rung);
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

export type Search = {
  readonly questions: Question[];
  readonly unasked: Unasked[];
  /** Still hoping: a question is open, or may follow. */
  readonly open: boolean;
};

export type SearchInput = {
  readonly upstream: UpstreamSetting;
  readonly environment: EnvironmentSetting;
  readonly reading: Reading;
  readonly evidence: readonly Evidence[];
  readonly startedAt: Instant;
  readonly budget: ReadBudget;
  /** A link says when it was: that window is the one slice. */
  readonly given: Window | null;
};

/** The ladder on one Loki: pure in what came so far, so it is walked again from the start each time. */
export function searchBack(input: SearchInput): Search {
  const { upstream, environment, reading, evidence, startedAt, budget, given } = input;
  const labels = streamLabels(upstream, startedAt, evidence);
  const questions: Question[] = [...labels.questions];
  if (labels.existing === undefined) return { questions, unasked: [], open: true };
  const required = requiredLabels(evidence.filter(({ question: { upstream: id } }) => id === upstream.id));
  const matchers: readonly Matcher[] | undefined = widestSelector(labels.existing, required);
  if (matchers === undefined || matchers.length === 0) return { questions, unasked: [...labels.unasked], open: false };
  const selector = streamSelector(matchers);
  let after = labels.after;
  const slices = given ? [given] : rungs.map((_, rung) => sliceOf(startedAt, rung));
  for (const [rung, window] of slices.entries()) {
    const slice = { upstream, selector, window, rung, after, given: given !== null };
    const volume = volumeQuestion(slice, "lines-of-id");
    questions.push(volume);
    const told = answerTo(evidence, volume);
    if (told === undefined) return { questions, unasked: [], open: true };
    const what = unsearched(upstream, rung, given !== null);
    const tooMuch = overBudget(budget, { environment, upstream, volume: told, window, what });
    if (tooMuch) return { questions, unasked: [tooMuch], open: false };
    const pair = idQuestions({ ...slice, after: [volume.id] }, reading);
    questions.push(...pair);
    const answers = pair.flatMap(({ id }) => answerTo(evidence, { id })?.answer ?? []);
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

/**
 * Whether the search back has read all of `window` here: through the widest selector, so that no service's own need be read
 * again. null: it has, as far as its first answer tells, and its second is on its way.
 */
export function isSearched(
  { upstream, startedAt, evidence }: Pick<SearchInput, "startedAt" | "evidence" | "upstream">,
  window: Window,
): boolean | null {
  const slices = Map.groupBy(
    evidence.filter(
      ({ question: { purpose, upstream: id } }) =>
        id === upstream.id && purpose.kind === "lines-of-id" && purpose.rung >= 0,
    ),
    ({ question: { purpose } }) => ("rung" in purpose ? purpose.rung : -1),
  );
  const reaching = [...slices.values()].filter((slice) =>
    slice.every(
      ({ question: { window: read }, answer }) =>
        read !== null &&
        read.from <= window.from &&
        // What came after the investigation began is nobody's lead.
        Math.min(window.to, startedAt) <= read.to &&
        (answer.kind === "lines" ? !answer.limited : answer.kind === "gap" && answer.reason === "none-in-window"),
    ),
  );
  if (reaching.length === 0) return false;
  return reaching.some((slice) => slice.length === 2) || null;
}

const unsearched = ({ name }: UpstreamSetting, rung: number, given: boolean): string => {
  if (given) return `The window of the link was not searched in ${name}`;
  return rung === 0
    ? `Not even the last 15 min were searched in ${name}`
    : `Not searched further back than ${printDuration(reachOf(rung - 1))} in ${name}`;
};
