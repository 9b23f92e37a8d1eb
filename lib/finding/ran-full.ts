/**
 * "Before the onset in payment: killed for memory, 97 % of its limit in use before, and container restarts 0 → 3": what a
 * service of the path ran out of, and whether before the onset or since.
 */
import type { Phrase } from "@/lib/finding/finding";
import { type Claim, isOnPath, isPending, type Judged, missingFor, type Seen, unique } from "@/lib/finding/seen";
import { cite, list, plain, printValue } from "@/lib/finding/words";
import { instantOf } from "@/lib/signal/series";
import { sameService, serviceKey } from "@/lib/signal/service";
import { type Instant, minute } from "@/lib/signal/time";

const reads = ["saturation"] as const;
/** Memory was told at some time within this before the kill. */
const before = 5 * minute;

const killed = "killed for memory";
const memory = "memory of its limit";

/** What a service counts itself is told last: gauges say the same more plainly. */
const counted = "failures counted";
/** A breaker that opened says more than how far a number went. */
const isSwitched = ({ words }: Judged): boolean => !words.includes("→");

const isFull = ({ role, verdict, direction, onset }: Judged): boolean =>
  role === "saturation" && verdict === "changed" && direction === "up" && onset !== null;

type When = "before" | "around" | "since";
function whenOf({ onset: own }: Judged, { onset }: Seen): When {
  if (!own || !onset) return "around";
  return own.to < onset.from ? "before" : own.from > onset.to ? "since" : "around";
}
const rank: Readonly<Record<When, number>> = { before: 0, around: 1, since: 2 };

/** The most that was told of the memory shortly before it was killed: between two samples it may have been more. */
function memoryBefore(kill: Judged, { movements }: Seen): { share: number; cites: readonly string[] } | null {
  const own = movements.find(
    ({ title, service }) => title === memory && service && kill.service && sameService(service, kill.service),
  );
  const until: Instant | undefined = kill.onset?.to;
  if (!own || until === undefined) return null;
  let share = 0;
  for (let index = 0; index < own.series.values.length; index += 1) {
    const at = instantOf(own.series, index);
    if (at <= until && at >= until - before) share = Math.max(share, own.series.values[index] ?? 0);
  }
  return share > 0 ? { share, cites: own.cites } : null;
}

const levels = ({ before: low, after, unit }: Judged): string =>
  `${printValue(low, unit)} → ${printValue(after, unit)}`;

const scoreOf: Readonly<Record<When, number>> = { before: 0.7, around: 0.5, since: 0.3 };

/** One fact in words, without full stop. */
function factOf(each: Judged, seen: Seen): { words: string; cites: readonly string[] } {
  if (each.title !== killed)
    return { words: `${each.title} ${isSwitched(each) ? each.words : levels(each)}`, cites: each.cites };
  const held = memoryBefore(each, seen);
  const share = held ? `, ${printValue(Math.min(1, held.share), "ratio")} of its limit in use before` : "";
  return { words: `${killed}${share}`, cites: [...each.cites, ...(held?.cites ?? [])] };
}

const headOf: Readonly<Record<When, string>> = {
  before: "Before the onset in ",
  around: "Around the onset in ",
  since: "After the onset, and rather a consequence, in ",
};
const headIn = (when: When, { onset }: Seen): string => (onset ? headOf[when] : "In ");

export const ranFull: Claim = {
  reads,
  judge: (seen) => {
    if (isPending(seen, reads)) return [];
    const full = seen.movements.filter((each) => isFull(each) && isOnPath(seen, each.service));
    const byService = [...Map.groupBy(full, ({ service }) => (service ? serviceKey(service) : "")).values()];
    const broken = (own: readonly Judged[]): number =>
      seen.origin && own.some(({ service }) => service && seen.origin && sameService(service, seen.origin.service))
        ? 0
        : 1;
    const first = (own: readonly Judged[]): number => Math.min(...own.map((each) => rank[whenOf(each, seen)]));
    const [own] = byService.toSorted(
      (a, b) =>
        first(a) - first(b) ||
        broken(a) - broken(b) ||
        (b[0]?.size ?? 0) - (a[0]?.size ?? 0) ||
        (keyOf(a) < keyOf(b) ? -1 : 1),
    );
    const head = own?.[0];
    if (!own || !head?.service) return [];
    const sorted = own.toSorted(
      (a, b) =>
        Number(b.title === killed) - Number(a.title === killed) ||
        Number(isSwitched(b)) - Number(isSwitched(a)) ||
        Number(a.title === counted) - Number(b.title === counted) ||
        (a.onset?.at ?? 0) - (b.onset?.at ?? 0),
    );
    // Of what was killed its memory is told already.
    const told = sorted.filter(({ title }) => title !== memory || !sorted.some((each) => each.title === killed));
    const facts = told.map((each) => factOf(each, seen));
    const when = whenOf(own.toSorted((a, b) => rank[whenOf(a, seen)] - rank[whenOf(b, seen)])[0] ?? head, seen);
    const cites = unique(facts.flatMap((fact) => fact.cites));
    const weakenedBy = missingFor(seen, reads);
    // Several things at once, where the trace breaks, and not after: that is the reason rather than a circumstance.
    const isWhy = when !== "since" && broken(own) === 0 && facts.length > 1;
    const sentence: Phrase[] = [
      plain(headIn(when, seen)),
      cite(head.service.name, "service", cites, "spike"),
      plain(
        `: ${list(
          facts.map(({ words }) => words),
          3,
        )}${weakenedBy.length > 0 ? "; not every store could be read" : ""}.`,
      ),
    ];
    return [
      {
        id: `ran-full ${serviceKey(head.service)}`,
        kind: "ran-full",
        sentence,
        score: (isWhy ? 0.92 : scoreOf[when]) - (weakenedBy.length > 0 ? 0.05 : 0),
        at: told[0]?.onset?.at ?? null,
        cites,
        weakenedBy,
      },
    ];
  },
};
const keyOf = (own: readonly Judged[]): string => (own[0]?.service ? serviceKey(own[0].service) : "");
