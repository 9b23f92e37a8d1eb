/**
 * What one investigation knows in the browser: pure, line by line. Stream lines enter, a state leaves.
 * Never asks the clock (`now` is the server's), never drops what is known because the line is lost.
 */

import { type GrowingTrace, headOf, notStarted, withAttributes, withRows } from "@/components/growing-trace";
import type { Evidence, Question, QuestionId, Unasked } from "@/lib/evidence";
import { type Explanation, nothingYet } from "@/lib/explanation";
import type { Identity } from "@/lib/identity/identity";
import type { EnvironmentSetting } from "@/lib/setting";
import type { Others, Whose } from "@/lib/signal/alert";
import { type Instant, toInstant, type Window } from "@/lib/signal/time";
import { spanCount } from "@/lib/signal/trace";
import { type StreamLine, streamVersion } from "@/lib/stream/lines";

export type Hello = Extract<StreamLine, { type: "hello" }>;
export type End = Extract<StreamLine, { type: "end" }>;

/** The server would not begin: nothing was asked of any upstream. */
export type Refusal = {
  readonly status: number;
  readonly error: string;
  /** Which part of the request is wrong; null where the server did not say. */
  readonly field: string | null;
};

export type InvestigationState = {
  readonly stream: "open" | "ended" | "lost";
  readonly hello: Hello | null;
  /** null until it is known which environment answers. */
  readonly environment: EnvironmentSetting | null;
  /** null until it is resolved; everything bounded is bounded by it. */
  readonly window: Window | null;
  readonly windowBecause: string;
  /** Of an alert: the services it is about, each with its why. */
  readonly whose: readonly Whose[];
  /** Where nothing names one; null = something does, or it is not known yet. */
  readonly others: Others | null;
  readonly identities: readonly Identity[];
  /** Asked; those without evidence yet are what we wait for. */
  readonly questions: readonly Question[];
  readonly unasked: readonly Unasked[];
  /** In the order of first arrival; a revision takes the place of the earlier one. */
  readonly evidence: readonly Evidence[];
  readonly explanation: Explanation;
  /** The findings were told after the last evidence, and so after what it made the planner ask. */
  readonly caughtUp: boolean;
  /** The server's clock, as last heard; 0 before `hello`. */
  readonly now: Instant;
  /** What the reader should know about the stream itself. */
  readonly notices: readonly string[];
  readonly end: End | null;
  /** Laid over what an earlier run of the same told: until its end, what it has not told yet stays. */
  readonly over: boolean;
  readonly refusal: Refusal | null;
  /** By question: revision of its evidence, and the trace that is being received. */
  readonly revisions: Readonly<Record<QuestionId, number>>;
  readonly traces: Readonly<Record<QuestionId, GrowingTrace>>;
};

export const initialState: InvestigationState = {
  stream: "open",
  hello: null,
  environment: null,
  window: null,
  windowBecause: "",
  whose: [],
  others: null,
  identities: [],
  questions: [],
  unasked: [],
  evidence: [],
  explanation: nothingYet,
  caughtUp: false,
  now: toInstant(0),
  notices: [],
  end: null,
  over: false,
  refusal: null,
  revisions: {},
  traces: {},
};

/** The state after one line. Unknown lines change nothing but a notice, said once for each type. */
export function reduce(state: InvestigationState, line: StreamLine): InvestigationState {
  switch (line.type) {
    case "hello":
      return hello(state, line);
    case "window": {
      const environment = state.hello?.environments.find(({ name }) => name === line.environment) ?? state.environment;
      return {
        ...{ ...state, environment, window: line.window, windowBecause: line.because },
        ...{ whose: line.whose ?? [], others: line.others ?? null },
      };
    }
    case "identity":
      return { ...state, identities: line.identities };
    case "planned":
      return planned(state, line);
    case "evidence":
      return evidence(state, line);
    case "trace-head":
    case "trace-rows":
    case "trace-attributes":
      return traceBlock(state, line);
    case "findings":
      return { ...state, explanation: line.explanation, caughtUp: true };
    case "beat":
      return { ...state, now: line.now };
    case "end":
      return ended(state, line);
    default:
      return unknownLine(state, line);
  }
}

/** The line broke before `end`: what is known stays, and the page says that more may be missing. */
export const lost = (state: InvestigationState): InvestigationState =>
  state.stream === "open" ? { ...state, stream: "lost" } : state;

/** Refused before anything was known it stands for the page; later it is a lost line, and what is known stays. */
export const refused = (state: InvestigationState, refusal: Refusal): InvestigationState =>
  state.hello === null
    ? { ...lost(state), refusal }
    : withNotice(lost(state), `The server refused (${refusal.status}): ${refusal.error}`);

/** Something the reader should know about the stream itself; said once. */
export const withNotice = (state: InvestigationState, notice: string): InvestigationState =>
  state.notices.includes(notice) ? state : { ...state, notices: [...state.notices, notice] };

function hello(state: InvestigationState, line: Hello): InvestigationState {
  const only = line.environments.length === 1 ? (line.environments[0] ?? null) : null;
  const told = { ...state, revisions: {}, traces: {}, end: null, refusal: null, notices: [] };
  // The same run joined again tells everything anew; another one asks anew, and nothing goes blank meanwhile.
  const same = state.hello === null || (state.hello.startedAt === line.startedAt && state.hello.run === line.run);
  const known = same ? told : { ...told, questions: [], unasked: [], over: true };
  const environment = state.environment ?? only;
  const next: InvestigationState = { ...known, hello: line, now: line.now, environment, stream: "open" };
  return line.version === streamVersion
    ? next
    : withNotice(
        next,
        `The server speaks version ${line.version} of the stream, this page version ${streamVersion}: reload the page.`,
      );
}

/** What only an earlier run told is no longer true. */
function ended(state: InvestigationState, line: End): InvestigationState {
  const asked = new Set(state.questions.map(({ id }) => id));
  const evidence = state.over ? state.evidence.filter(({ question }) => asked.has(question.id)) : state.evidence;
  return { ...state, evidence, over: false, now: line.now, stream: "ended", end: line };
}

/** What is superseded goes, with its evidence: it was asked for another time or place. It is told again if it counts again. */
function planned(state: InvestigationState, line: Extract<StreamLine, { type: "planned" }>): InvestigationState {
  const questions = withQuestions(state.questions, line.questions);
  const gone = new Set(line.superseded ?? []);
  const unasked = line.unasked;
  if (!questions.some(({ id }) => gone.has(id)) && !state.evidence.some(({ question }) => gone.has(question.id)))
    return { ...state, questions, unasked };
  return {
    ...state,
    unasked,
    questions: questions.filter(({ id }) => !gone.has(id)),
    evidence: state.evidence.filter(({ question }) => !gone.has(question.id)),
  };
}

function withQuestions(known: readonly Question[], more: readonly Question[]): readonly Question[] {
  const ids = new Set(known.map(({ id }) => id));
  const fresh = more.filter(({ id }) => !ids.has(id));
  return fresh.length === 0 ? known : [...known, ...fresh];
}

function evidence(state: InvestigationState, line: Extract<StreamLine, { type: "evidence" }>): InvestigationState {
  if (line.revision < (state.revisions[line.question] ?? 0)) return state;
  const { answer, ...about } = line.evidence;
  const revisions = { ...state.revisions, [line.question]: line.revision };
  const next = { ...state, revisions, caughtUp: false };
  if (answer.kind === "trace-reference") {
    const growing = state.traces[line.question] ?? notStarted(line.revision);
    return withTrace(next, line.question, { ...growing, about });
  }
  return { ...next, evidence: replaced(state.evidence, { ...about, answer }) };
}

function traceBlock(
  state: InvestigationState,
  line: Extract<StreamLine, { type: "trace-head" | "trace-rows" | "trace-attributes" }>,
): InvestigationState {
  const growing = state.traces[line.question] ?? notStarted(line.revision);
  if (line.revision < growing.revision) return state;
  switch (line.type) {
    case "trace-head":
      return withTrace(state, line.question, headOf(growing, line));
    case "trace-rows":
      return withTrace(state, line.question, withRows(growing, line));
    case "trace-attributes":
      return withTrace(state, line.question, withAttributes(growing, line));
  }
}

/** A trace counts as evidence once both its receipt and its head are here, in whichever order they came. */
function withTrace(state: InvestigationState, question: QuestionId, growing: GrowingTrace): InvestigationState {
  const next = { ...state, traces: { ...state.traces, [question]: growing } };
  if (growing.about === null || growing.trace === null) return next;
  // A trace asked for again keeps its earlier rows on the page until the first new ones are here.
  const replaces = state.evidence.some((one) => one.question.id === question);
  if (replaces && growing.expected > 0 && spanCount(growing.trace) === 0) return next;
  const answer = { kind: "trace", trace: growing.trace, details: growing.details } as const;
  return { ...next, evidence: replaced(state.evidence, { ...growing.about, answer }) };
}

function replaced(known: readonly Evidence[], one: Evidence): readonly Evidence[] {
  const at = known.findIndex(({ question }) => question.id === one.question.id);
  return at < 0 ? [...known, one] : known.with(at, one);
}

/** The type says this cannot be; a newer server may still send it. */
function unknownLine(state: InvestigationState, line: { readonly type?: unknown }): InvestigationState {
  return withNotice(
    state,
    `The server sent something this page does not know (${String(line.type).slice(0, 40)}): skipped.`,
  );
}
