/**
 * Who comes in a given second: the arrivals of each second are drawn from (seed, second) alone, each with the take it
 * plays and the pods that serve it. Cost is that of the second's own requests, however far back it lies.
 */
import { bell, mix, unit } from "@/lib/demo/chance";
import type { Pod, Roster } from "@/lib/demo/roster";
import type { Fault, Scenario } from "@/lib/demo/script";
import { rehearse, type Take } from "@/lib/demo/take";
import { day, type Instant, second } from "@/lib/signal/time";

/** Enough that a p99 rests on more than the slowest take, few enough to be rehearsed in milliseconds. */
const takesOfRoute = 128;

export type DatedFault = { readonly from: number; readonly until: number; readonly fault: Fault };

export type Draw = {
  readonly second: number;
  readonly index: number;
  /** Epoch microseconds (exact below 2^53). */
  readonly at: number;
  readonly take: Take;
  readonly bits: number;
};

/** What fault a share of a route's requests meets, and the takes for it. */
type Cast = { readonly fault: DatedFault | null; readonly share: number; readonly takes: readonly Take[] };

export type Draws = {
  readonly takes: readonly Take[];
  /** Longest take, ms, rounded up: how far back one must look for a request that still runs. */
  readonly longest: number;
  readonly ofSecond: (second: number) => Draw[];
  readonly podFor: (service: string, draw: Draw) => Pod | undefined;
  readonly traceId: (draw: Draw) => string;
};

/** Batches have the last numbers of their second: an id has room for 65,536. */
const lastIndex = 65_535;

/** More by day than by night, and never quite even. */
function rhythm(atSecond: number): number {
  const ofDay = ((atSecond * second) % day) / day;
  const wobble = (slot: number): number => unit(mix(77, slot)) - 0.5;
  const slot = Math.floor(atSecond / 600);
  const within = (atSecond % 600) / 600;
  const drift = wobble(slot) * (1 - within) + wobble(slot + 1) * within;
  return 1 + 0.22 * Math.sin(2 * Math.PI * (ofDay - 0.33)) + 0.08 * drift;
}

/** Draws nothing before `origin`. */
export function createDraws(
  scenario: Scenario,
  faults: readonly DatedFault[],
  roster: Roster,
  seed: number,
  origin: Instant,
): Draws {
  const takes: Take[] = [];
  const pool = (route: Scenario["routes"][number], fault: Fault | null): Take[] => {
    const rehearsed = Array.from({ length: takesOfRoute }, (_, number) =>
      rehearse(route, fault, seed, number, takes.length + number),
    );
    takes.push(...rehearsed);
    return rehearsed;
  };
  const routes = scenario.routes.map((route, i) => ({
    batch: route.batch,
    upTo: scenario.routes.slice(0, i + 1).reduce((sum, { perSecond }) => sum + perSecond, 0),
    casts: [
      ...faults
        .filter(({ fault }) => fault.routes.includes(route.name))
        .map((dated): Cast => ({ fault: dated, share: dated.fault.share, takes: pool(route, dated.fault) })),
      { fault: null, share: 1, takes: pool(route, null) },
    ],
  }));
  const perSecond = routes.at(-1)?.upTo ?? 0;
  const firstSecond = Math.ceil(origin / second);
  const salts = new Map(scenario.services.map(({ name }, i) => [name, i + 1]));

  const batches = routes.flatMap(({ batch, casts }) => (batch ? [{ casts, every: batch.every / second }] : []));

  const castsAt = (bits: number): readonly Cast[] => {
    const drawn = unit(mix(bits, 1)) * perSecond;
    return routes.find(({ upTo }) => drawn < upTo)?.casts ?? [];
  };
  const takeAt = (casts: readonly Cast[], at: number, bits: number): Take | undefined => {
    let chance = unit(mix(bits, 2));
    for (const { fault, share, takes: played } of casts) {
      if (fault && (at < fault.from || at >= fault.until)) continue;
      if (chance < share) return played[mix(bits, 3) % takesOfRoute];
      chance -= share;
    }
    return undefined;
  };

  return {
    takes,
    longest: Math.ceil(takes.reduce((longest, { duration }) => Math.max(longest, duration), 0) / 1_000) + 1,
    ofSecond: (atSecond) => {
      if (atSecond < firstSecond) return [];
      const expected = perSecond * rhythm(atSecond);
      const noise = bell(mix(seed, atSecond, -1), mix(seed, atSecond, -2));
      const count = Math.max(0, Math.round(expected + 0.7 * Math.sqrt(expected) * noise));
      const drawn = (index: number, castsOf: (bits: number) => readonly Cast[]): Draw | undefined => {
        const bits = mix(seed, atSecond, index);
        const at = atSecond * 1_000_000 + Math.floor(unit(mix(bits, 4)) * 1_000_000);
        const take = takeAt(castsOf(bits), at / 1_000, bits);
        return take && { second: atSecond, index, at, take, bits };
      };
      const due = batches.flatMap(({ casts, every }, number) =>
        atSecond % every === 0 ? [drawn(lastIndex - number, () => casts)] : [],
      );
      const asked = Array.from({ length: count }, (_, index) => drawn(index, castsAt));
      return [...asked, ...due].filter((draw) => draw !== undefined);
    },
    podFor: (service, { at, bits }) => {
      const pods = roster.serving(service, at / 1_000);
      return pods[mix(bits, 5, salts.get(service)) % pods.length];
    },
    traceId: ({ second: inSecond, index }) => scenario.ids.print(seed, { second: inSecond, index }),
  };
}
