/** How often detection is fooled, and how well it places what is there: over drawn series, the same for the same seeds. */
import { amongLooks, type ChangePoint, changePointOf } from "@/lib/detect/change-point";
import { chanceFrom } from "@/test/detect/chance";
import { type Drawn, draw, type Noise, noises, type Role, roles, type Shape, shapes } from "@/test/detect/drawn";
import type { Scraping } from "@/test/detect/store";

const minute = 60_000;
/** What a page looks at together. */
export const looks = 40;

const judged = ({ values, options }: Drawn): ChangePoint => amongLooks(changePointOf(values, options), looks);

/** Sample intervals and the windows they are looked at in, ms. */
const sampled: readonly (readonly [interval: number, window: number])[] = [
  [15_000, 45 * minute],
  [15_000, 90 * minute],
  [30_000, 90 * minute],
  [60_000, 180 * minute],
  [300_000, 720 * minute],
];

const pick = <T>(from: readonly T[], index: number, fallback: T): T => from[index % from.length] ?? fallback;

/** Scrapes fail, stores are away, processes restart: most of the time nothing of it happens. */
function mishaps(seed: number, interval: number, window: number): Partial<Scraping> {
  const { uniform } = chanceFrom(seed * 31 + 7);
  // One at the very end is a series that vanished, for all anyone can see.
  const from = (0.1 + 0.7 * uniform()) * window;
  return {
    lost: uniform() < 0.3 ? 0.05 : 0,
    outage: uniform() < 0.15 ? { from, to: from + (4 + 8 * uniform()) * interval } : null,
    restart: uniform() < 0.1 ? uniform() * window : null,
  };
}

export const quietNoises: readonly Noise[] = ["white", "bursty", "seasonal", "low-count"];

/** Of `count` windows of 40 series without any signal, those in which something is claimed; and how many claims of each noise. */
export function fooledIn(count: number, firstSeed = 1): { windows: number; claims: ReadonlyMap<Noise, number> } {
  let windows = 0;
  const claims = new Map<Noise, number>(quietNoises.map((noise) => [noise, 0]));
  for (let each = 0; each < count; each += 1) {
    const [interval, window] = pick(sampled, each, [15_000, 45 * minute]);
    let fooled = false;
    for (let series = 0; series < looks; series += 1) {
      const noise = pick(quietNoises, series, "white");
      const role = pick(roles, Math.floor(series / quietNoises.length), "rate");
      const seed = (firstSeed + each) * 7_919 + series * 104_729;
      const claim = judged(draw({ noise, role, interval, window, seed, scraping: mishaps(seed, interval, window) }));
      if (claim.verdict !== "changed") continue;
      fooled = true;
      claims.set(noise, (claims.get(noise) ?? 0) + 1);
    }
    if (fooled) windows += 1;
  }
  return { windows, claims };
}

export type Score = {
  /** Signals drawn, found, and found with the true onset inside the interval. */
  readonly drawn: number;
  readonly found: number;
  readonly inside: number;
  /** Medians over those found, in sample intervals: distance of the best guess, width of the interval. */
  readonly error: number;
  readonly width: number;
};

/** Ratios and latencies come and go with their requests; what they lose is no loss. */
const without: Readonly<Partial<Record<Role, readonly Shape[]>>> = {
  "error-ratio": ["loss", "vanished", "appeared"],
  latency: ["loss", "vanished", "appeared"],
};

const middle = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

/** `each` draws of every shape in every noise and role, of at least 6 deviations; by shape. */
export function scoresOf(each: number, firstSeed = 1): ReadonlyMap<Shape, Score> {
  return new Map(
    shapes.map((shape) => {
      let drawn = 0;
      let inside = 0;
      const errors: number[] = [];
      const widths: number[] = [];
      for (const noise of noises)
        for (const role of roles)
          for (let index = 0; index < each; index += 1) {
            if (without[role]?.includes(shape)) continue;
            const [interval, window] = pick(sampled, index, [15_000, 45 * minute]);
            const seed = (firstSeed + index) * 7_919 + noises.indexOf(noise) * 104_729;
            const { uniform } = chanceFrom(seed + 13);
            const lasts = (shape === "ramp" ? 8 + 32 * uniform() : 24 + 48 * uniform()) * interval;
            const signal = { shape, lasts, onset: window * (0.35 + 0.4 * uniform()), size: 6 * 10 ** uniform() };
            const scraping = mishaps(seed, interval, window);
            const series = draw({ noise, role, interval, window, seed, scraping, signal });
            if (series.size < 6) continue;
            drawn += 1;
            const claim = judged(series);
            if (claim.verdict !== "changed") continue;
            const { from, at, to } = claim.onset;
            const samples = series.options.step / interval;
            if (from <= series.onset && series.onset <= to) inside += 1;
            errors.push(Math.abs(at - series.onset) * samples);
            widths.push((to - from) * samples);
          }
      return [shape, { drawn, found: errors.length, inside, error: middle(errors), width: middle(widths) }];
    }),
  );
}

/** All shapes together; the medians weighted by what was found of each. */
export function together(scores: ReadonlyMap<Shape, Score>): Score {
  const all = [...scores.values()];
  const sum = (of: (score: Score) => number): number => all.reduce((total, score) => total + of(score), 0);
  const found = sum((score) => score.found);
  return {
    drawn: sum((score) => score.drawn),
    found,
    inside: sum((score) => score.inside),
    error: sum((score) => score.error * score.found) / found,
    width: sum((score) => score.width * score.found) / found,
  };
}
