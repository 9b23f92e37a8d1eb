/** What a claim may look at, put together once; and what was not to be seen, in words. */
import type { Evidence, Found, Purpose, Question, QuestionId, Unasked } from "@/lib/evidence";
import type { Finding, Movement, Onset } from "@/lib/finding/finding";
import { quoted, withoutStop } from "@/lib/finding/words";
import type { Change } from "@/lib/signal/change";
import type { Edge } from "@/lib/signal/edge";
import type { Series } from "@/lib/signal/series";
import { type Service, sameService } from "@/lib/signal/service";
import type { Instant, Window } from "@/lib/signal/time";

/** A movement with the numbers it was judged by. */
export type Judged = Omit<Movement, "rank" | "because" | "distance" | "away"> & {
  readonly series: Series;
  /** When it was itself again; null = not within its series. */
  readonly end: Instant | null;
  readonly presence: "there" | "vanished" | "appeared";
  /** It did change, and did so yesterday at this hour as well: no news, and called quiet. */
  readonly usual: boolean;
  /** "412 of 1,080 requests", counted since the onset. */
  readonly share: string | null;
  /** Of a p99 that changed: "only the tail: p50 steady at 80 ms"; null where nothing sure can be said. */
  readonly tail: string | null;
};

export type Seen = {
  readonly now: Instant;
  readonly window: Window | null;
  /** Asked and not answered yet. */
  readonly pending: readonly Question[];
  /** What the plan could not or would not ask. */
  readonly unasked: readonly Unasked[];
  /** ms by which the trace lies in the future of this clock; 0 = it does not. */
  readonly ahead: number;
  /** By question id: the order of arrival is forgotten. */
  readonly known: readonly Evidence[];
  /** The most complete trace. */
  readonly trace: Found<"trace"> | null;
  /** Services on the trace's path, the entry first; without a trace those that were asked for, by name. */
  readonly path: readonly Service[];
  /** Who calls whom on the path and beside it. */
  readonly neighbours: readonly Edge[];
  /** Best first. */
  readonly movements: readonly Judged[];
  readonly onset: Onset | null;
  /** The movement whose onset is the page's. */
  readonly leading: Judged | null;
  readonly changes: readonly Change[];
  readonly origin: Origin | null;
};

/** Where the trace breaks. */
export type Origin = {
  readonly row: number;
  readonly service: Service;
  readonly name: string;
  /** ms; of an unfinished span until the last sign of life of the trace. */
  readonly duration: number;
  readonly hangs: boolean;
  readonly unfinished: boolean;
  /** The failure reached the root. */
  readonly surfaced: boolean;
  /** Row of the first above it that did not fail with it; null = there is none. */
  readonly survivor: number | null;
  readonly message: string | null;
  readonly peer: string | null;
  /** Other spans that failed by themselves. */
  readonly others: number;
};

/** One claim: which evidence it reads, and what it makes of it. Silence is an empty list. */
export type Claim = {
  readonly reads: readonly Purpose["kind"][];
  readonly judge: (seen: Seen) => readonly Finding[];
};

/** The trace was found among others, and nothing says that more failed than ever: it is an example of what there always is. */
export const isStray = ({ trace, onset, known }: Seen): boolean =>
  onset === null &&
  trace !== null &&
  known.some(
    ({ question: { id, purpose } }) =>
      (purpose.kind === "trace-search" || purpose.kind === "exemplars") && trace.question.after.includes(id),
  );

export const isOnPath = ({ path }: Seen, service: Service | null): boolean =>
  service !== null && path.some((each) => sameService(each, service));

/** Answered, if only with "none": what a denial may lean on. */
export const wasLookedAt = ({ answer }: Evidence): boolean =>
  answer.kind !== "gap" || answer.reason === "none-in-window" || answer.reason === "not-found";

export const answeredFor = ({ known }: Seen, kinds: readonly Purpose["kind"][]): Evidence[] =>
  known.filter((evidence) => kinds.includes(evidence.question.purpose.kind) && wasLookedAt(evidence));

const nameOf = (upstream: string): string => upstream.split("/").at(-1) ?? upstream;
export const upstreamsOf = (evidence: readonly Evidence[]): string[] =>
  [...new Set(evidence.map(({ question }) => nameOf(question.upstream)))].sort();

/** Why evidence of these kinds is missing or not whole, one sentence each, without full stop. */
export function missingFor({ known }: Seen, kinds: readonly Purpose["kind"][]): string[] {
  const words = known
    .filter(({ question }) => kinds.includes(question.purpose.kind))
    .flatMap((evidence) => {
      const { answer, question, partial, notes } = evidence;
      const name = nameOf(question.upstream);
      if (answer.kind === "gap" && !wasLookedAt(evidence)) return [withName(name, answer.text)];
      // "None" of an answer that was cut is none of the part that came.
      return partial ? [withName(name, notes[0] ?? "not all was given")] : [];
    });
  return [...new Set(words)].sort();
}
const withName = (name: string, text: string): string => {
  const said = withoutStop(quoted(text, 160));
  return said.toLowerCase().includes(name.toLowerCase()) ? said : `${name}: ${said}`;
};

/** Whether all there is of these kinds has come: nothing of it failed, was cut, or is under way. Else a count is "at least". */
export const isAllOf = (seen: Seen, kinds: readonly Purpose["kind"][]): boolean =>
  !isPending(seen, kinds) &&
  missingFor(seen, kinds).length === 0 &&
  seen.known.every(
    ({ question, answer }) => answer.kind !== "lines" || !answer.limited || !kinds.includes(question.purpose.kind),
  );

/** An answer of this kind may still come: nothing is denied that it could tell. */
export const isPending = ({ pending }: Seen, kinds: readonly Purpose["kind"][]): boolean =>
  pending.some(({ purpose }) => kinds.includes(purpose.kind));

export const citesOf = (evidence: readonly Evidence[]): QuestionId[] => evidence.map(({ question }) => question.id);
export const unique = (ids: readonly QuestionId[]): QuestionId[] => [...new Set(ids)].sort();
