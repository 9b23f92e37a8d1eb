/** The states that an investigation can be in, each drawn once. The gallery shows every panel in them. */

import { alertEvidence, alertLead } from "@/components/gallery/alert";
import { besideEvidence, besideNeighbours } from "@/components/gallery/beside";
import { evidence, identities, now, shop } from "@/components/gallery/checkout";
import { explanation } from "@/components/gallery/checkout-story";
import { drawnLead, drawnWindow, gapOf } from "@/components/gallery/draw";
import { gapCases } from "@/components/gallery/gap-cases";
import { hostileEvidence, hostileExplanation } from "@/components/gallery/hostile";
import { hugeEvidence } from "@/components/gallery/huge";
import { type InvestigationState, initialState, lost } from "@/components/investigation-state";
import type { Answer, Evidence } from "@/lib/evidence";
import { nothingYet } from "@/lib/explanation";
import { second, shift } from "@/lib/signal/time";
import { streamVersion } from "@/lib/stream/lines";

const begun: InvestigationState = {
  ...initialState,
  hello: { type: "hello", version: streamVersion, now, startedAt: now, run: 1, lead: drawnLead, environments: [shop] },
  environment: shop,
  window: drawnWindow,
  windowBecause: "the trace, 30 min before and 15 min after",
  whose: [],
  questions: evidence.map(({ question }) => question),
  now,
};
const ended: InvestigationState = {
  ...begun,
  stream: "ended",
  end: { type: "end", now, reason: "complete", unanswered: [] },
};
const found: InvestigationState = { ...ended, evidence, explanation, identities };

/** What each kind of answer is when there is nothing in it. */
function emptied(one: Evidence): Evidence {
  const none = gapOf("none-in-window", `Nothing of this in the window, says ${one.receipt.upstream}.`, "");
  const answer: Answer = one.answer.kind === "changes" ? { kind: "changes", changes: [] } : none;
  return { ...one, answer, receipt: { ...one.receipt, rows: 0, bytes: 120 } };
}

/** Each question meets another of the failures. */
function failedWith(one: Evidence, index: number): Evidence {
  const failures = gapCases.filter(({ reason }) =>
    ["timeout", "unreachable", "refused", "server-error", "unauthorized", "unreadable"].includes(reason),
  );
  return { ...one, answer: failures[index % failures.length] ?? gapOf("timeout") };
}

const questionsOf = (known: readonly Evidence[]) => known.map(({ question }) => question);
/** The same incident, opened by its alert. */
const alerted: InvestigationState = {
  ...found,
  hello: found.hello && { ...found.hello, lead: { ...drawnLead, reading: alertLead } },
  ...{ questions: questionsOf(alertEvidence), evidence: alertEvidence },
  whose: [{ service: "gateway", why: "label service" }],
};

const unheard = evidence.filter(({ question }) => question.slot !== "alerts" && question.slot !== "trace");
const halfway = evidence.filter(({ question }) => question.slot === "lines" || question.slot === "changes");

export const states = {
  opening: () => initialState,
  waiting: () => begun,
  slow: () => ({ ...begun, evidence: halfway, now: shift(now, 10 * second) }),
  found: () => found,
  /** With who stands beside its path. */
  beside: () => ({
    ...found,
    evidence: [...evidence, besideEvidence],
    environment: { ...shop, neighbours: besideNeighbours },
  }),
  partial: () => ({
    ...found,
    evidence: evidence.map((one) =>
      one.answer.kind === "gap"
        ? one
        : { ...one, partial: true, notes: ["first 1,000 of 48,210", "a shard did not answer"] },
    ),
    end: { type: "end", now, reason: "deadline", unanswered: ["a", "b", "c"] },
  }),
  nothing: () => ({ ...ended, evidence: evidence.map(emptied) }),
  failed: () => ({ ...ended, evidence: evidence.map(failedWith) }),
  /** Left open on a second screen. */
  stale: () => found,
  /** The line went while it was still told. */
  offline: () => lost({ ...begun, evidence: halfway, explanation }),
  /** It ended before all had answered: what is missing can be asked for again. */
  unanswered: () => ({
    ...found,
    evidence: unheard,
    end: {
      ...{ type: "end", now, reason: "deadline" },
      unanswered: evidence.filter((one) => !unheard.includes(one)).map(({ question }) => question.id),
    },
  }),
  lost: () => lost({ ...begun, evidence: halfway, explanation: nothingYet }),
  huge: () => ({ ...found, evidence: hugeEvidence() }),
  alert: () => alerted,
  /** Of an alert that is not found yet. */
  asked: () => ({ ...begun, hello: alerted.hello }),
  /** Nothing was opened of what the search named. */
  named: () => ({
    ...alerted,
    evidence: alertEvidence.filter(({ question }) => question.purpose.kind !== "trace-by-id"),
  }),
  hostile: () => ({ ...found, evidence: hostileEvidence, explanation: hostileExplanation }),
} as const satisfies Readonly<Record<string, () => InvestigationState>>;

export type StateName = keyof typeof states;
