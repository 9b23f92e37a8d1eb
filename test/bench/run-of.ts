/** What one stream tells of its own cost: what was really asked, how long the longest chain took, what came first. */
import type { Question } from "@/lib/evidence";
import { isProbe } from "@/lib/question-kinds";
import type { StreamLine } from "@/lib/stream/lines";
import type { Heard } from "@/test/bench/console";

type EvidenceLine = Extract<StreamLine, { type: "evidence" }>;

export type RunOf = {
  readonly questions: readonly Question[];
  readonly probes: readonly Question[];
  /** Evidence whose upstream was called for this very run, not kept from an earlier one. */
  readonly asked: readonly EvidenceLine["evidence"][];
  /** ms after the request was sent. */
  readonly lastEvidence: number;
  readonly firstOfTheId: number;
  /** Longest `after` chain of sent -> last byte, ms; queues and the console's own work do not count. */
  readonly criticalPath: number;
  /** The same with no more than six of them at one upstream at once, in the order in which they could be sent, ms. */
  readonly inTurn: number;
  /** Of the trace by its id, ms. */
  readonly fastestById: number;
  /** Names of the services the trace passes. */
  readonly services: ReadonlySet<string>;
  /** What the planner said it would not ask, in words. */
  readonly unasked: readonly string[];
};

const isById = ({ question: { purpose } }: EvidenceLine["evidence"]): boolean =>
  purpose.kind === "trace-by-id" || purpose.kind === "lines-of-id";

function criticalPathOf(asked: RunOf["asked"], questions: readonly Question[]): number {
  const took = new Map(asked.map(({ question, receipt }) => [question.id, receipt.lastByte - receipt.sent]));
  const after = new Map(questions.map((question) => [question.id, question.after]));
  const known = new Map<string, number>();
  const pathTo = (id: string): number => {
    const length =
      known.get(id) ?? (took.get(id) ?? 0) + Math.max(0, ...(after.get(id) ?? []).map((before) => pathTo(before)));
    known.set(id, length);
    return length;
  };
  return Math.max(0, ...[...after.keys()].map(pathTo));
}

/** As many as the console asks one upstream for at once, unless its configuration says otherwise. */
const atOnce = 6;

function inTurnOf(asked: RunOf["asked"], questions: readonly Question[]): number {
  const took = new Map(asked.map(({ question, receipt }) => [question.id, receipt.lastByte - receipt.sent]));
  const done = new Map<string, number>();
  const free = new Map<string, number[]>();
  const waiting = new Map(questions.map((question) => [question.id, question]));
  const readyAt = ({ after }: Question): number =>
    Math.max(0, ...after.map((before) => (waiting.has(before) ? Number.POSITIVE_INFINITY : (done.get(before) ?? 0))));
  while (waiting.size > 0) {
    const [next] = [...waiting.values()].toSorted((a, b) => readyAt(a) - readyAt(b));
    if (!next) break;
    const ready = readyAt(next);
    const lasts = took.get(next.id);
    const places = free.get(next.upstream) ?? new Array<number>(atOnce).fill(0);
    const place = places.indexOf(Math.min(...places));
    const ends = lasts === undefined ? ready : Math.max(ready, places[place] ?? 0) + lasts;
    if (lasts !== undefined) places[place] = ends;
    free.set(next.upstream, places);
    done.set(next.id, ends);
    waiting.delete(next.id);
  }
  return Math.max(0, ...done.values());
}

export function runOf({ sent, lines }: Heard): RunOf {
  const planned = lines.flatMap(({ line }) => (line.type === "planned" ? [line] : []));
  const evidence = lines.flatMap(({ line, after }) => (line.type === "evidence" ? [{ after, ...line.evidence }] : []));
  const all = planned.flatMap(({ questions }) => questions);
  // Two clocks of one machine: they drift apart by less than this.
  const asked = evidence.filter(({ receipt }) => receipt.attempts > 0 && receipt.sent > sent - 50);
  return {
    questions: all.filter((question) => !isProbe(question)),
    probes: all.filter(isProbe),
    asked,
    lastEvidence: evidence.at(-1)?.after ?? 0,
    firstOfTheId: evidence.find(isById)?.after ?? 0,
    criticalPath: criticalPathOf(asked, all),
    inTurn: inTurnOf(asked, all),
    fastestById: Math.min(
      ...asked
        .filter(({ answer, question }) => question.purpose.kind === "trace-by-id" && answer.kind === "trace-reference")
        .map(({ receipt }) => receipt.lastByte - receipt.sent),
    ),
    services: new Set(
      lines.flatMap(({ line }) =>
        line.type === "trace-head" ? line.head.resources.map(({ service }) => service.name) : [],
      ),
    ),
    unasked: planned.at(-1)?.unasked.map(({ text }) => text) ?? [],
  };
}

/** Names of the services whose numbers were asked for. */
export const servicesAsked = ({ questions }: RunOf): ReadonlySet<string> =>
  new Set(
    questions.flatMap(({ purpose }) =>
      purpose.kind === "red" ? purpose.services.map(({ service }) => service.name) : [],
    ),
  );
