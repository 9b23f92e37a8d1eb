/**
 * One series in, one claim out: it changed (how, since when, by how much), it was quiet, or too little is known.
 * Prefers silence: what it claims is large against the noise, matters in practice, lasted, was counted often enough,
 * is not the continuation of a trend, and not what the series does now and then anyway.
 */
import { baselineOf, floorOf, isPractical, leastSize } from "@/lib/detect/baseline";
import { countOver, surpriseOf } from "@/lib/detect/counting";
import { newsOf } from "@/lib/detect/episode";
import { medianOf } from "@/lib/detect/median";
import { departureOf } from "@/lib/detect/onset";
import { segmentsOf } from "@/lib/detect/segments";
import type { Unit } from "@/lib/signal/series";

export type ChangePointOptions = {
  readonly unit: Unit;
  /** Distance of the values, and of the samples they were made from, ms. */
  readonly step: number;
  readonly interval: number;
  /** Range of the rate, ms; 0 = none. */
  readonly rateWindow: number;
  /** Part of the rate window that must be new before it shows; 0.5 for a median, 0 (default) for rates and means. */
  readonly lateness?: number;
  /** Requests per second at each value, where the value is made of requests: a ratio, a latency. */
  readonly trials?: ArrayLike<number | null>;
  /** True where a value per second counts single events, so that chance can be reckoned. */
  readonly counted?: boolean;
};

/** Positions are grid steps from the first value, with fractions; the onset lies in from..to, `at` is the best guess. */
export type ChangePoint =
  | {
      readonly verdict: "changed";
      readonly shape: "step" | "spike" | "vanished" | "appeared";
      readonly direction: "up" | "down";
      readonly onset: { readonly from: number; readonly at: number; readonly to: number };
      /** First position at which it is itself again; null = it lasts to the end. */
      readonly end: number | null;
      /** Robust deviations. */
      readonly size: number;
      /** Robust medians; null where the series was not there. */
      readonly before: number | null;
      readonly after: number | null;
    }
  | { readonly verdict: "quiet"; readonly level: number | null }
  | { readonly verdict: "too-few"; readonly level: number | null; readonly because: string };

/** Fewer requests in the changed part make no spike. */
const leastRequests = 20;
/** Points of normal life needed before anything can be called abnormal. */
const leastBaseline = 8;

/** Points a rise may take beyond what the rate window smears; a slower one may be the time of day. */
const slack = 4;

type Numbers = { readonly values: Float64Array; readonly positions: Int32Array };

function withoutHoles(values: ArrayLike<number | null>): Numbers {
  const found = new Float64Array(values.length);
  const positions = new Int32Array(values.length);
  let count = 0;
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index];
    if (value === null || value === undefined || !Number.isFinite(value)) continue;
    found[count] = value;
    positions[count] = index;
    count += 1;
  }
  return { values: found.subarray(0, count), positions: positions.subarray(0, count) };
}

/**
 * How far a value strays when one window holds so few events that a single one shows: 3 deviations and one event and a
 * half about their mean (the median of rare events is 0).
 */
function chanceOfOnePoint(normal: Float64Array, requestsPerSecond: number | null, rateWindow: number): number {
  const scale = (Math.max(rateWindow, 1_000) / 1_000) * (requestsPerSecond ?? 1);
  const events = (normal.reduce((sum, value) => sum + value, 0) / normal.length) * scale;
  if (scale <= 0) return 0;
  return (3 * Math.sqrt(events) + 1.5) / scale;
}

/** Points from `first` until the value has come seven tenths of the way. */
function riseOf(values: Float64Array, first: number, before: number, after: number): number {
  let at = first;
  while (at < values.length && ((values[at] ?? before) - before) / (after - before) < 0.7) at += 1;
  return at - first;
}

/** Series that end or begin inside the window. Holes in the middle are no claim: the store may have been away. */
function presenceOf(
  { values, positions }: Numbers,
  length: number,
  unit: Unit,
  least: number,
): ChangePoint | undefined {
  const first = positions[0] ?? 0;
  const last = positions[positions.length - 1] ?? 0;
  const { level, deviation } = baselineOf(values, unit);
  const size = Math.abs(level) / deviation;
  const enough = values.length >= leastBaseline && size >= leastSize;
  if (enough && length - 1 - last >= least) {
    const onset = { from: last, at: last + 0.5, to: last + 1 };
    return {
      verdict: "changed",
      shape: "vanished",
      direction: "down",
      onset,
      end: null,
      size,
      before: level,
      after: null,
    };
  }
  if (enough && first >= Math.max(leastBaseline, least)) {
    const onset = { from: first - 1, at: first - 0.5, to: first };
    return {
      verdict: "changed",
      shape: "appeared",
      direction: "up",
      onset,
      end: null,
      size,
      before: null,
      after: level,
    };
  }
  return undefined;
}

/**
 * Judges `values` (on a regular grid, null = hole). Claims a change of at least 6 robust deviations and of practical
 * size (1 percentage point; half as much again) that lasted three samples beyond what the rate window smears.
 */
export function changePointOf(values: ArrayLike<number | null>, options: ChangePointOptions): ChangePoint {
  const { unit, step, interval, rateWindow, trials, counted = false, lateness = 0 } = options;
  // One sample shows in this many values, so a single outlier is as long as this.
  const smeared = Math.max(1, Math.ceil(Math.max(rateWindow, interval) / step));
  const least = smeared + 2;
  const found = withoutHoles(values);
  const numbers = found.values;
  const level = numbers.length > 0 ? medianOf(numbers) : null;
  const quiet: ChangePoint = { verdict: "quiet", level };
  const tooFew = (because: string): ChangePoint => ({ verdict: "too-few", level, because });
  if (numbers.length === 0) return tooFew("no samples");

  const segments = segmentsOf(numbers, { least, floor: (near) => floorOf(unit, near) });
  const home = segments.findIndex(({ from, to }) => to - from >= Math.max(leastBaseline, least));
  const normal = segments[home];
  if (!normal || numbers.length < leastBaseline + least)
    return presenceOf(found, values.length, unit, least) ?? tooFew(`${numbers.length} samples`);
  const rough = baselineOf(numbers.subarray(normal.from, normal.to), unit);
  const episode = newsOf(segments, home, rough, { values: numbers, unit, smeared });
  if (!episode) return presenceOf(found, values.length, unit, least) ?? quiet;

  const grid = (index: number): number => found.positions[index] ?? values.length;
  // Found roughly by the cut, then again with the ramp taken out of the baseline.
  const during = { from: grid(episode.from), to: grid(episode.to), step };
  const perSecond = trials ? (countOver(trials, during) * 1_000) / ((during.to - during.from) * step) : 1;
  const eventsPerSecond = perSecond * Math.max(episode.level, rough.level);
  const knowsEvents = (trials !== undefined && unit === "ratio") || counted;
  const onePoint = knowsEvents
    ? chanceOfOnePoint(numbers.subarray(normal.from, normal.to), trials ? perSecond : null, rateWindow)
    : 0;
  const smear = {
    interval: rateWindow > 0 ? interval / step : 0,
    rateWindow: rateWindow / step,
    lateness,
    onePoint,
    wait: knowsEvents && eventsPerSecond > 0 ? Math.min(3_000 / eventsPerSecond, 600_000) / step : 0,
  };
  const first = departureOf(numbers, found.positions, episode.from, { baseline: rough, after: episode.level, smear });
  const start = numbers.findIndex((_, index) => grid(index) >= first.to);
  const baseline =
    start - normal.from >= leastBaseline ? baselineOf(numbers.subarray(normal.from, start), unit) : rough;
  const settled = Math.min(Math.max(start + smeared - 1, episode.from), episode.to - 1);
  const after = medianOf(numbers.subarray(settled, episode.to));
  const onset = departureOf(numbers, found.positions, episode.from, { baseline, after, smear });

  if (episode.to - onset.first < least) return quiet;
  const begin = onset.to;
  const end = episode.ended ? grid(episode.to) : values.length;
  const surprise = surpriseOf(values, { home: grid(normal.from), begin, end }, options);
  if (surprise.requests !== null && surprise.requests < leastRequests)
    return tooFew(`${Math.round(surprise.requests)} requests`);
  const size = Math.min(episode.size, surprise.deviations);
  const rise = riseOf(numbers, onset.first, baseline.level, after);
  const slow = rise > 2 * smeared + slack;
  const leastHere = slow ? 2 * leastSize : leastSize;
  if (size < leastHere || !isPractical(unit, baseline.level, after, slow)) return quiet;
  if (slow && (episode.ended || Math.abs(baseline.slope * baseline.points) > 3 * baseline.deviation)) return quiet;
  return {
    verdict: "changed",
    shape: episode.ended ? "spike" : "step",
    direction: episode.direction,
    onset: { from: onset.from, at: onset.at, to: onset.to },
    end: episode.ended ? end : null,
    size,
    before: baseline.level,
    after,
  };
}
