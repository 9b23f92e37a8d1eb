/** Seeded chance, and counters as a store shows them: scrapes, then a rate over a window. */

export type Chance = {
  readonly uniform: () => number;
  readonly normal: () => number;
  readonly poisson: (mean: number) => number;
};

/** mulberry32: small, and good enough to draw noise with. */
export function chanceFrom(seed: number): Chance {
  let state = seed >>> 0;
  const uniform = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const normal = (): number => Math.sqrt(-2 * Math.log(uniform() + 1e-12)) * Math.cos(2 * Math.PI * uniform());
  const poisson = (mean: number): number => {
    if (mean > 50) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal()));
    let count = 0;
    let share = Math.exp(-mean);
    let sum = share;
    const drawn = uniform();
    while (drawn > sum && count < 500) {
      count += 1;
      share *= mean / count;
      sum += share;
    }
    return count;
  };
  return { uniform, normal, poisson };
}

/** Every sample sees the events of the 15 s before it; the rate is over the last four samples. */
export const interval = 15_000;
export const rateWindow = 60_000;
export const rateOf = (events: readonly number[]): number[] =>
  events
    .map((_, index) => events.slice(Math.max(0, index - 3), index + 1).reduce((sum, each) => sum + each, 0) / 60)
    .slice(4);
/** Events in each sample when `before` per second become `after` per second at `onset` seconds. */
export const eventsOf = (
  { poisson }: Chance,
  { before, after, onset, length = 184 }: { before: number; after: number; onset: number; length?: number },
): number[] =>
  Array.from({ length }, (_, index) => {
    const fresh = Math.min(1, Math.max(0, (index * 15 - onset) / 15));
    return poisson(15 * (before * (1 - fresh) + after * fresh));
  });
