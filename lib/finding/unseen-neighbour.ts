/**
 * "image.worker, behind the queue images of image.sync, has no span in this trace: its circuit breaker is open
 * since 14:03:10Z and its queue length rose from 12 to 4,310": who is called from the path, is not on it, and changed.
 */
import type { Finding, Phrase } from "@/lib/finding/finding";
import { type Claim, isPending, type Judged, missingFor, type Seen, unique } from "@/lib/finding/seen";
import { cite, list, nounOf, plain, printValue } from "@/lib/finding/words";
import { besides, type Edge } from "@/lib/signal/edge";
import { type Service, sameService, serviceKey } from "@/lib/signal/service";
import { type Instant, minute, printClock } from "@/lib/signal/time";
import { spanInstant } from "@/lib/signal/trace";

const reads = ["neighbours", "saturation", "red", "trace-by-id"] as const;
/** Whoever is called changes before the caller is felt to, and work piles up behind a queue for a while. */
const before = 15 * minute;

/** Where changes of a cause are looked for; null = nothing is known to have gone wrong. */
function around({ onset, trace }: Seen): { readonly from: Instant; readonly to: Instant } | null {
  if (onset) return onset;
  if (!trace) return null;
  const at = spanInstant(trace.answer.trace, 0);
  // An id is pasted because something was wrong with it, at the time or while it was under way behind the queue.
  return { from: at, to: (at + 5 * minute) as Instant };
}

/** What a service counts itself is told last: gauges say the same more plainly. */
const counted = "failures counted";
/** More are in the lanes. */
const mostFacts = 3;

const isFact = ({ role, verdict, direction, onset, usual }: Judged): boolean =>
  verdict === "changed" &&
  direction === "up" &&
  onset !== null &&
  !usual &&
  (role === "saturation" || role === "errors" || role === "error-ratio");

const isState = ({ known }: Seen, { question: id, index }: Judged): boolean =>
  known.some(({ question: { purpose, ...question }, answer }) => {
    if (question.id !== id || purpose.kind !== "saturation" || answer.kind !== "series") return false;
    return purpose.parts[answer.series[index]?.labels.signal ?? ""]?.state !== undefined;
  });

type Told = { readonly facts: readonly Judged[]; readonly states: ReadonlySet<Judged> };

/** States first, then by when they changed. */
function toldOf(seen: Seen, service: Service): Told {
  const span = around(seen);
  const facts = seen.movements.filter(
    (each) =>
      each.service !== null &&
      sameService(each.service, service) &&
      isFact(each) &&
      (span === null || ((each.onset?.to ?? 0) >= span.from - before && (each.onset?.from ?? 0) <= span.to)),
  );
  const states = new Set(facts.filter((each) => isState(seen, each)));
  return {
    states,
    facts: facts.toSorted(
      (a, b) =>
        Number(states.has(b)) - Number(states.has(a)) ||
        Number(a.title === counted) - Number(b.title === counted) ||
        (a.onset?.at ?? 0) - (b.onset?.at ?? 0),
    ),
  };
}

function factWords(each: Judged, isSwitched: boolean, now: Instant): string {
  const { role, title, unit, onset } = each;
  const what = role === "error-ratio" ? "error ratio" : nounOf(role, title);
  // How exactly it is known stands in the lane of each: three of them make one sentence.
  if (isSwitched) return `its ${what} ${each.end === null ? "is" : "was"} ${each.words.replace(/ ± [\d.]+ \w+/g, "")}`;
  const since = onset ? ` since ${printClock(onset.at, now)}` : "";
  return `its ${what} rose from ${printValue(each.before, unit)} to ${printValue(each.after, unit)}${since}`;
}

/** Where the configuration alone says so, it may be the data of the one that the other shows. */
function wayOf({ via, through, from, told }: Edge): string {
  if (via === "queue") return `, behind ${through === null ? "a queue" : `the queue ${through}`} of ${from.name}`;
  return told.every((source) => source === "configuration")
    ? `, which ${from.name} relies on`
    : `, which ${from.name} calls`;
}

/** One signal may be chance, and where the trace breaks elsewhere, there is another suspect. */
function scoreOf(seen: Seen, { facts, states }: Told, edge: Edge): number {
  const isAlone = states.size === 0 && facts.length < 2;
  if (around(seen) === null) return isAlone ? 0 : 0.5;
  if (seen.origin && !sameService(seen.origin.service, edge.from)) return 0.55;
  return isAlone ? 0.7 : 0.96;
}

export const unseenNeighbour: Claim = {
  reads,
  judge: (seen) => {
    if (isPending(seen, ["saturation", "red"])) return [];
    const weakenedBy = missingFor(seen, reads);
    return besides(seen.neighbours, seen.path).flatMap(({ service, edge, is }): Finding[] => {
      const told = is === "down" ? toldOf(seen, service) : { facts: [], states: new Set<Judged>() };
      const score = scoreOf(seen, told, edge);
      const [head] = told.facts;
      if (!head || score === 0) return [];
      const cites = unique([...told.facts.flatMap((each) => each.cites), ...edge.cites]);
      const unseen = seen.trace ? ", has no span in this trace" : "";
      const words = told.facts.slice(0, mostFacts).map((each) => factWords(each, told.states.has(each), seen.now));
      const sentence: Phrase[] = [
        cite(service.name, "service", cites, "spike"),
        plain(`${wayOf(edge)}${unseen}: `),
        cite(list(words), "error", cites, "spike"),
        plain(weakenedBy.length > 0 ? "; not every store could be read." : "."),
      ];
      return [
        {
          id: `unseen-neighbour ${serviceKey(service)}`,
          kind: "unseen-neighbour",
          sentence,
          score: score - (weakenedBy.length > 0 ? 0.05 : 0),
          at: head.onset?.at ?? null,
          cites,
          weakenedBy,
        },
      ];
    });
  },
};
