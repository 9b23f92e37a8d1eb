/** "payment changed first, at 14:02:30Z ± 15 s; about 40 s later order and gateway": an order only where uncertainties lie apart. */
import { isWorse } from "@/lib/finding/movements";
import { type Claim, isOnPath, isPending, type Judged, missingFor, unique } from "@/lib/finding/seen";
import { cite, list, plain, printSince } from "@/lib/finding/words";
import { serviceKey } from "@/lib/signal/service";
import { type Instant, minute, printDuration, second } from "@/lib/signal/time";

type Began = {
  readonly name: string;
  readonly at: Instant;
  readonly from: Instant;
  readonly to: Instant;
  readonly cites: readonly string[];
};

const earlier = (a: Judged, b: Judged): number =>
  (a.onset?.at ?? 0) - (b.onset?.at ?? 0) || (a.question < b.question ? -1 : 1) || a.index - b.index;

/** Of each service what changed for the worse first. */
function beginnings(movements: readonly Judged[]): Began[] {
  const groups = Map.groupBy(movements, ({ service }) => (service ? serviceKey(service) : ""));
  return [...groups.values()]
    .flatMap((own): Began[] => {
      const [first] = own.toSorted(earlier);
      if (!first?.service || !first.onset) return [];
      return [{ ...first.onset, name: first.service.name, cites: first.cites }];
    })
    .sort((a, b) => a.at - b.at || (a.name < b.name ? -1 : 1));
}

/** Those that may have begun together: each begins before all of the ones before it surely had. */
function together(sorted: readonly Began[]): Began[][] {
  const groups: Began[][] = [];
  let until = Number.NEGATIVE_INFINITY;
  for (const each of sorted) {
    const last = groups.at(-1);
    if (last && each.from <= until) last.push(each);
    else groups.push([each]);
    until = Math.max(until, each.to);
  }
  return groups;
}

/** ms, no finer than onsets are known. */
const apart = (ms: number): string => {
  const grain = ms < 2 * minute ? 5 * second : minute;
  return `about ${printDuration(Math.round(ms / grain) * grain)}`;
};
const namesOf = (group: readonly Began[]): string => list(group.map(({ name }) => name));

export const orderOfOnsets: Claim = {
  reads: ["red", "saturation"],
  judge: (seen) => {
    if (isPending(seen, ["red", "saturation"])) return [];
    const changed = seen.movements.filter(
      (each) => each.verdict === "changed" && each.onset !== null && isWorse(each) && isOnPath(seen, each.service),
    );
    const [first, ...later] = together(beginnings(changed));
    const head = first?.[0];
    if (!first || !head || later.length === 0) return [];
    const all = [first, ...later].flat();
    const cites = unique(all.flatMap((each) => each.cites));
    const unjudged = seen.path.filter(
      (service) =>
        !seen.movements.some(
          (each) => each.verdict !== "too-few" && each.service && serviceKey(each.service) === serviceKey(service),
        ),
    );
    const weakenedBy = [
      ...missingFor(seen, ["red", "saturation"]),
      ...(unjudged.length > 0 ? [`of ${list(unjudged.map(({ name }) => name))} no series was judged`] : []),
    ];
    const then = later.map((group) => `${apart((group[0]?.at ?? head.at) - head.at)} later ${namesOf(group)}`);
    const looked = weakenedBy.length > 0 ? " of those that could be looked at" : "";
    return [
      {
        id: `order-of-onsets ${all.map(({ name }) => name).join(" ")}`,
        kind: "order-of-onsets",
        sentence: [
          cite(namesOf(first), "service", cites, "spike"),
          plain(` changed first${looked}, at ${printSince(head, seen.now)}; ${list(then, 3)}.`),
        ],
        score: 0.45 - (weakenedBy.length > 0 ? 0.1 : 0),
        at: head.at,
        cites,
        weakenedBy,
      },
    ];
  },
};
