/** Series whose truth is known: a kind of noise, a shape that begins at a known instant, and a store that shows them. */

import { floorOf } from "@/lib/detect/baseline";
import type { ChangePointOptions } from "@/lib/detect/change-point";
import { medianOf } from "@/lib/detect/median";
import { rateWindowFor, stepFor } from "@/lib/recipes/grid";
import { toInstant } from "@/lib/signal/time";
import { type Chance, chanceFrom } from "@/test/detect/chance";
import { arrivals, type Grid, lookBack, rateOver, type Scraping, samplesOf } from "@/test/detect/store";

export const noises = ["white", "ar1", "bursty", "seasonal", "low-count", "heavy-tailed"] as const;
export type Noise = (typeof noises)[number];
export const roles = ["rate", "error-ratio", "latency", "gauge"] as const;
export type Role = (typeof roles)[number];
export const shapes = ["step", "ramp", "spike", "loss", "vanished", "appeared"] as const;
export type Shape = (typeof shapes)[number];

export type Signal = {
  readonly shape: Shape;
  /** ms into the window; how long a ramp rises, how long a spike lasts. */
  readonly onset: number;
  readonly lasts: number;
  /** Height in robust deviations of the same series without it. */
  readonly size: number;
};
export type Drawing = {
  readonly noise: Noise;
  readonly role: Role;
  readonly interval: number;
  /** ms. */
  readonly window: number;
  readonly seed: number;
  /** ms; as the planner would choose it where not given. */
  readonly step?: number;
  readonly scraping?: Partial<Scraping>;
  readonly signal?: Signal | null;
};
export type Drawn = {
  readonly values: readonly (number | null)[];
  readonly options: ChangePointOptions;
  /** Where the signal begins, in steps; what it came to, in deviations. */
  readonly onset: number;
  readonly size: number;
};

const minute = 60_000;

/** Factors by which each sample interval differs from the mean. */
function modulation(noise: Noise, count: number, interval: number, { uniform, normal }: Chance): Float64Array {
  const factors = new Float64Array(count).fill(1);
  const width = 0.05 + uniform() * 0.3;
  const each = (factor: (index: number) => number): Float64Array => factors.map((_, index) => factor(index));
  switch (noise) {
    case "low-count":
      return factors;
    case "white":
      return each(() => Math.exp(width * normal()));
    case "ar1": {
      const kept = Math.exp(-interval / ((1 + uniform() * 9) * minute));
      let state = normal();
      return each(() => {
        state = kept * state + Math.sqrt(1 - kept * kept) * normal();
        return Math.exp(width * state);
      });
    }
    case "seasonal": {
      const period = (3 + uniform() * 21) * 60 * minute;
      const phase = uniform() * 7;
      const height = 0.2 + uniform() * 0.6;
      return each(
        (index) =>
          (1 + height * Math.sin((2 * Math.PI * index * interval) / period + phase)) * Math.exp(0.05 * normal()),
      );
    }
    case "heavy-tailed":
      return each(() => Math.exp(0.15 * normal()) * (uniform() < 0.03 ? Math.min(200, uniform() ** (-1 / 1.2)) : 1));
    case "bursty": {
      const gap = (1 + uniform() * 3) * minute;
      const length = (20 + uniform() * 100) * 1_000;
      const height = 3 + uniform() * 17;
      let at = -Math.log(uniform()) * gap;
      while (at < count * interval) {
        const end = at - Math.log(uniform()) * length;
        const peak = height * Math.exp(0.4 * normal());
        for (let index = Math.floor(at / interval); index < count && index * interval < end; index += 1) {
          const share = (Math.min(end, (index + 1) * interval) - Math.max(at, index * interval)) / interval;
          factors[index] = (factors[index] ?? 1) + peak * Math.max(0, share);
        }
        at = end - Math.log(uniform()) * gap;
      }
      return factors.map((factor) => factor * Math.exp(0.1 * normal()));
    }
  }
}

/** Share of the signal that is there on average in from..to, ms. */
function shareIn(signal: Signal | null, from: number, to: number): number {
  if (!signal) return 0;
  const { shape, onset, lasts } = signal;
  const steps = 8;
  let sum = 0;
  for (let step = 0; step < steps; step += 1) {
    const since = from + ((step + 0.5) * (to - from)) / steps - onset;
    if (since < 0 || (shape === "spike" && since > lasts)) continue;
    sum += shape === "ramp" ? Math.min(1, since / lasts) : 1;
  }
  return sum / steps;
}

const spread = (values: readonly (number | null)[], unit: ChangePointOptions["unit"]) => {
  const numbers = Float64Array.from(values.filter((value) => value !== null));
  const level = medianOf(numbers);
  const distance = medianOf(numbers.map((value) => Math.abs(value - level)));
  return { level, deviation: Math.max(1.4826 * distance, floorOf(unit, level)) };
};

const unitOf = { rate: "per-second", "error-ratio": "ratio", latency: "seconds", gauge: "bytes" } as const;

/** `after` ÷ `before` of the level (the share itself for ratios). */
function show(drawing: Drawing, signal: Signal | null, after: number): Omit<Drawn, "onset" | "size"> {
  const { noise, role, interval, window, seed } = drawing;
  const chance = chanceFrom(seed);
  const { uniform, poisson, normal } = chance;
  const step = drawing.step ?? stepFor({ from: toInstant(0), to: toInstant(window) }, interval);
  const range = rateWindowFor(interval, step);
  const lead = Math.max(range, 300_000) + interval;
  const scraping: Scraping = {
    interval,
    phase: uniform() * interval,
    lost: 0,
    outage: null,
    restart: null,
    ...drawing.scraping,
  };
  const shifted: Scraping = {
    ...scraping,
    outage: scraping.outage && { from: scraping.outage.from + lead, to: scraping.outage.to + lead },
    restart: scraping.restart === null ? null : scraping.restart + lead,
  };
  const grid: Grid = { start: lead, step, points: Math.floor(window / step) + 1 };
  const count = Math.ceil((lead + window) / interval) + 1;
  const factors = modulation(noise, count, interval, chance);
  const perSecond =
    noise === "low-count" ? Math.exp(Math.log(0.003) + uniform() * Math.log(300)) : Math.exp(1 + uniform() * 5);
  const base = role === "error-ratio" ? uniform() ** 3 * 0.05 : role === "latency" ? 0.02 + uniform() * 0.5 : 1e8;
  const seconds = interval / 1_000;
  const first = new Float64Array(count);
  const second = new Float64Array(count);
  const gone = signal?.shape === "vanished" ? (from: number) => from >= signal.onset : () => false;
  const notYet = signal?.shape === "appeared" ? (from: number) => from < signal.onset : () => false;
  const arrived = arrivals(count, shifted, chance);
  for (let index = 0; index < count; index += 1) {
    const now = scraping.phase + index * interval - lead;
    const share = shareIn(signal, now - interval, now);
    const factor = factors[index] ?? 1;
    if (gone(now) || notYet(now)) arrived[index] = false;
    if (role === "rate") first[index] = poisson(perSecond * seconds * factor * (1 - share + share * after));
    else if (role === "gauge") {
      const held = shareIn(signal, now - 1, now);
      first[index] =
        noise === "low-count"
          ? poisson((1 + perSecond * 3) * (1 - held + held * after))
          : base * factor * (1 - held + held * after);
    } else {
      const requests = poisson(perSecond * seconds);
      second[index] = requests;
      if (role === "error-ratio") {
        const failing = Math.min(1, Math.min(0.95, base * factor) * (1 - share) + share * after);
        // Binomial, by its mean and variance where it is large.
        let failed = 0;
        if (requests > 60 && failing * requests > 10)
          failed = Math.round(failing * requests + Math.sqrt(failing * (1 - failing) * requests) * normal());
        else if (failing > 0) failed = Math.min(requests, poisson(failing * requests));
        first[index] = Math.min(requests, Math.max(0, failed));
      } else
        first[index] =
          requests === 0
            ? 0
            : requests * base * factor * (1 - share + share * after) * Math.exp((0.8 * normal()) / Math.sqrt(requests));
    }
  }
  const options: ChangePointOptions = {
    unit: role === "gauge" && noise === "low-count" ? "count" : unitOf[role],
    step,
    interval,
    rateWindow: role === "gauge" ? 0 : range,
    counted: role === "rate",
  };
  if (role === "gauge") {
    const times = arrived.flatMap((is, index) => (is ? [shifted.phase + index * interval] : []));
    const values = Float64Array.from(arrived.flatMap((is, index) => (is ? [first[index] ?? 0] : [])));
    const shown = lookBack({ at: Float64Array.from(times), totals: values }, grid);
    // Prometheus marks a series that its target no longer tells of; who pushes does not.
    const marked = signal?.shape === "vanished" && seed % 2 === 0 ? signal.onset + interval : Number.POSITIVE_INFINITY;
    return { values: shown.map((value, index) => (index * step > marked ? null : value)), options };
  }
  const upper = rateOver(samplesOf(first, arrived, shifted), grid, range);
  if (role === "rate") return { values: upper, options };
  const trials = rateOver(samplesOf(second, arrived, shifted), grid, range);
  const values = upper.map((each, index) => {
    const all = trials[index] ?? null;
    return each === null || all === null || all <= 0 ? null : each / all;
  });
  return { values, options: { ...options, trials } };
}

/** The series as the page would get it. A drop that cannot be as deep as asked for is as deep as it can be. */
export function draw(drawing: Drawing): Drawn {
  const quiet = show(drawing, null, 1);
  const { signal = null } = drawing;
  if (!signal) return { ...quiet, onset: Number.NaN, size: 0 };
  const { unit, step } = quiet.options;
  const { level, deviation } = spread(quiet.values, unit);
  const height = signal.size * deviation;
  const onset = signal.onset / step;
  if (signal.shape === "vanished" || signal.shape === "appeared")
    return { ...show(drawing, signal, 1), onset, size: level / deviation };
  const after =
    unit === "ratio"
      ? Math.min(0.95, level + Math.max(height, 0.03))
      : signal.shape === "loss"
        ? Math.max(0, 1 - height / level)
        : Math.max(1 + height / Math.max(level, 1e-9), 2);
  const came = unit === "ratio" ? after - level : Math.abs(after - 1) * level;
  return { ...show(drawing, signal, after), onset, size: came / deviation };
}
