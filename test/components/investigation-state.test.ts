import { expect, test } from "vitest";
import { type InvestigationState, initialState, lost, reduce } from "@/components/investigation-state";
import { spanAt, spanCount } from "@/lib/signal/trace";
import { traceOf } from "@/lib/slot";
import { streamLines } from "@/lib/stream/encode";
import { type StreamLine, streamVersion } from "@/lib/stream/lines";
import { at, drawnLead, drawnWindow, evidenceOf, gapOf, traceAnswer } from "../draw";

const hello: StreamLine = {
  type: "hello",
  version: streamVersion,
  now: at("14:18:05"),
  startedAt: at("14:18:05"),
  run: 1,
  lead: drawnLead,
  environments: [],
};
const after = (lines: readonly StreamLine[], from: InvestigationState = initialState): InvestigationState =>
  lines.reduce(reduce, from);

const answer = traceAnswer(`
  gateway    POST /checkout  0-120 ! {http.route=/checkout}
    order    CreateOrder     5-110 !
      payment  Charge        9-100 ! {peer.service=vault}
`);
const traceEvidence = evidenceOf(answer, { kind: "trace-by-id" });
const wire = [
  ...streamLines({ type: "evidence", evidence: traceEvidence }, { now: at("14:18:05"), run: 1, environments: [] }),
];

test("a trace is rebuilt from its lines as it was", () => {
  const rebuilt = traceOf(after([hello, ...wire]).evidence)?.answer;
  expect(rebuilt?.details).toEqual(answer.details);
  expect(rebuilt && [0, 1, 2].map((row) => spanAt(rebuilt.trace, row))).toEqual(
    [0, 1, 2].map((row) => spanAt(answer.trace, row)),
  );
});

test("a trace counts the rows that have come, and every block is a new object", () => {
  const head = wire.filter(({ type }) => type !== "trace-rows" && type !== "trace-attributes");
  const half = after([hello, ...head]);
  expect(traceOf(half.evidence)?.answer.trace && spanCount(traceOf(half.evidence)?.answer.trace ?? answer.trace)).toBe(
    0,
  );
  const whole = after(
    wire.filter(({ type }) => type === "trace-rows"),
    half,
  );
  expect(traceOf(whole.evidence)?.answer.trace).not.toBe(traceOf(half.evidence)?.answer.trace);
  expect(spanCount(traceOf(whole.evidence)?.answer.trace ?? answer.trace)).toBe(3);
});

test("a trace whose head comes before its receipt is whole all the same", () => {
  const receiptLast = [
    ...wire.filter(({ type }) => type !== "evidence"),
    ...wire.filter(({ type }) => type === "evidence"),
  ];
  expect(traceOf(after([hello, ...receiptLast]).evidence)?.answer.trace.spanId).toEqual(answer.trace.spanId);
});

test("rows beyond what the head announced are not taken", () => {
  const rows = wire.filter(({ type }) => type === "trace-rows");
  expect(spanCount(traceOf(after([hello, ...wire, ...rows]).evidence)?.answer.trace ?? answer.trace)).toBe(3);
});

test("a trace that is told again keeps its rows until the new ones are here", () => {
  const again = wire.filter(({ type }) => type === "evidence" || type === "trace-head");
  const between = after([hello, ...wire, ...again]);
  expect(spanCount(traceOf(between.evidence)?.answer.trace ?? answer.trace)).toBe(3);
});

test("a later revision takes the place of the earlier one, an older one changes nothing", () => {
  const line = (revision: number, text: string): StreamLine => {
    const { answer: gap, ...about } = evidenceOf(gapOf("timeout", text), { kind: "alerts" });
    if (gap.kind !== "gap") throw new Error("drawn as a gap");
    return { type: "evidence", question: about.question.id, revision, evidence: { ...about, answer: gap } };
  };
  const state = after([hello, line(0, "first"), line(2, "second"), line(1, "late")]);
  expect(state.evidence).toHaveLength(1);
  expect(state.evidence[0]?.answer).toMatchObject({ text: "second" });
});

test("an unknown line is skipped with one notice", () => {
  const unknown: StreamLine = JSON.parse('{"type":"weather"}');
  const state = after([hello, unknown, unknown]);
  expect(state.notices).toEqual(["The server sent something this page does not know (weather): skipped."]);
});

test("another version of the stream is said", () => {
  const other = after([{ ...hello, version: streamVersion + 1 }]);
  expect(other.notices.join()).toContain("reload the page");
  expect(after([hello]).notices).toEqual([]);
});

test("a lost line keeps what is known, an ended one cannot be lost", () => {
  const known = after([hello, ...wire]);
  expect(lost(known)).toMatchObject({ stream: "lost", evidence: known.evidence });
  const end: StreamLine = { type: "end", now: at("14:18:09"), reason: "complete", unanswered: [] };
  expect(lost(after([end], known)).stream).toBe("ended");
});

test("the same run joined again stays on the page", () => {
  const known = lost(after([hello, ...wire]));
  expect(after([hello], known)).toMatchObject({ stream: "open", evidence: known.evidence });
});

test.each([
  ["later", { startedAt: at("14:19:00"), run: 1 }],
  ["under a clock that stands still", { run: 2 }],
])(
  "another run, %s, is laid over what is known: nothing goes blank, and what it does not tell goes at its end",
  (_, more) => {
    const { question } = traceEvidence;
    const plan: StreamLine = { type: "planned", questions: [question], unasked: [] };
    const end: StreamLine = { type: "end", now: at("14:19:09"), reason: "complete", unanswered: [] };
    const other = { ...traceEvidence, question: { ...question, id: "an earlier question" } };
    const first = after([hello, plan, ...wire, end]);
    const known = { ...first, evidence: [...first.evidence, other] };
    const begun = after([{ ...hello, ...more }], known);
    expect(begun).toMatchObject({ stream: "open", questions: [], evidence: known.evidence, end: null });
    const over = after([plan, ...wire, end], begun);
    expect(over.evidence.map(({ question: { id } }) => id)).toEqual([question.id]);
    expect(over.stream).toBe("ended");
  },
);

test("the window's environment is looked up among those the server has", () => {
  const shop = { name: "shop" };
  const environments = JSON.parse(JSON.stringify([shop, { name: "staging" }]));
  const state = after([
    { ...hello, environments },
    { type: "window", environment: "staging", window: drawnWindow, because: "the trace" },
  ]);
  expect(state).toMatchObject({ environment: { name: "staging" }, window: drawnWindow, windowBecause: "the trace" });
});

test("time is the server's", () => {
  expect(after([hello, { type: "beat", now: at("14:18:10") }]).now).toBe(at("14:18:10"));
});

test("what is superseded goes with its evidence, and comes back when it is told again", () => {
  const { question } = traceEvidence;
  const planned = (superseded: readonly string[], questions: readonly (typeof question)[] = []): StreamLine => ({
    ...{ type: "planned", questions, unasked: [], superseded },
  });
  const gone = after([hello, planned([], [question]), ...wire, planned([question.id])]);
  expect([gone.questions, gone.evidence]).toEqual([[], []]);
  const back = after([planned([], [question]), ...wire], gone);
  expect([back.questions.length, back.evidence.length]).toEqual([1, 1]);
});
