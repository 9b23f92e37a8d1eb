/**
 * One series in, one claim out: it changed (how, since when, by how much), it was quiet, or too little is known.
 * Prefers silence: what it claims is large against the noise, matters in practice, lasted, was counted often enough,
 * is not the continuation of a trend, and not what the series does by itself, now and then or at this hour.
 */
import {
  type Baseline,
  baselineOf,
  floorOf,
  isPractical,
  leastBaseline,
  leastSize,
  slopeOf,
} from "@/lib/detect/baseline";
import { countOver, surpriseOf } from "@/lib/detect/counting";
import { type Episode, newsOf } from "@/lib/detect/episode";
import { medianIn, medianOf } from "@/lib/detect/median";
import { chanceOf, standsAmong } from "@/lib/detect/nature";
import { beginningOf, crossingOf, type Onset, onsetOf } from "@/lib/detect/onset";
import { type Numbers, presenceOf, withoutHoles } from "@/lib/detect/presence";
import { type Segment, segmentsOf } from "@/lib/detect/segments";
import { awayAtTheEnd } from "@/lib/detect/tail";
import { besidesTheHour, isOfTheHour, isPresenceOfTheHour } from "@/lib/detect/yesterday";
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
  /** The same series a day earlier, on the same grid: what it did then at this time is no news. */
  readonly yesterday?: ArrayLike<number | null>;
};

/** Positions are grid steps from the first value, with fractions; the onset lies in from..to, `at` is the best guess. */
export type ChangePoint =
  | {
      readonly verdict: "changed";
      readonly shape: "step" | "spike" | "vanished" | "appeared";
      readonly direction: "up" | "down";
      readonly onset: Onset;
      /** First position at which it is itself again; null = it lasts to the end. */
      readonly end: number | null;
      /** Robust deviations. */
      readonly size: number;
      /** Robust medians; null where the series was not there. */
      readonly before: number | null;
      readonly after: number | null;
      /** How many such movements its own noise would make in such a window; `standsAmong` says how few are few enough. */
      readonly chance: number;
    }
  | { readonly verdict: "quiet"; readonly level: number | null }
  | { readonly verdict: "too-few"; readonly level: number | null; readonly because: string };
type Changed = Extract<ChangePoint, { verdict: "changed" }>;

/** Fewer requests in the changed part make no spike. */
const leastRequests = 20;
/** Points a rise may take beyond what the rate window smears; a slower one that takes as long as this may be the time of day. */
const slack = 4;
const tideMs = 600_000;
/** Part of what a gradual rise took that may have gone by unseen in the noise before. */
const unseen = 0.25;
/** A slow rise is news only behind normal life that is this many times as long: a tide is flat for less. */
const flat = 1.5;
/** Behind normal life so many times as long it is a bend no tide has, however slow. */
const longFlat = 3;
/** An episode this sure is taken before a later, surer one. */
const sure = 1e-4;

/** Values, how they were made, and one sample in points: a single outlier is as long as this. */
type Judging = {
  readonly numbers: Numbers;
  readonly values: ArrayLike<number | null>;
  readonly options: ChangePointOptions;
  readonly smeared: number;
};

/** How far one point strays because its window holds few events: one deviation and half an event. */
function chanceOfOnePoint(level: number, perSecond: number, rateWindow: number): number {
  const scale = (Math.max(rateWindow, 1_000) / 1_000) * perSecond;
  return scale > 0 ? (Math.sqrt(Math.max(0, level) * scale) + 0.5) / scale : 0;
}
const meanOf = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Level and deviation of the changed part; of few points never less than the floor. */
function levelOf(values: Float64Array, unit: Unit) {
  const level = medianOf(values);
  const deviation = 1.4826 * medianIn(values.map((value) => Math.abs(value - level)));
  return { level, deviation: Math.max(deviation, floorOf(unit, level)) };
}

/** First index in from..to-1 at which the middle of three neighbours is at `value` or beyond; `to` where none is. */
function reachedAt(values: Float64Array, from: number, to: number, value: number, side: number): number {
  const there = (index: number): boolean => side * ((values[index] ?? Number.NaN) - value) >= 0;
  let at = from;
  while (at < to && Number(there(at - 1)) + Number(there(at)) + Number(there(at + 1)) < 2) at += 1;
  return at;
}

/** Index of the first value at `position` or behind, at most `most`. */
function indexOf({ positions }: Numbers, position: number, most: number): number {
  let at = most;
  while (at > 0 && (positions[at - 1] ?? 0) >= position) at -= 1;
  return at;
}

/** One episode, looked at closely: the claim that could be made of it, or why there is none. */
function judge(episode: Episode, at: Segment, rough: Baseline, judging: Judging): ChangePoint | undefined {
  const { numbers, values, options, smeared } = judging;
  const home = at.from;
  const { unit, step, interval, rateWindow, trials, counted = false, lateness = 0, yesterday } = options;
  const own = numbers.values;
  const grid = (index: number): number => numbers.positions[index] ?? values.length;
  const crossing = crossingOf(own, episode.from, rough.level, episode.level);
  const to = Math.max(episode.to, crossing + 1);

  const settled = own.subarray(Math.min(crossing + smeared - 1, to - 1), to);
  const later = levelOf(settled, unit);
  const after = later.level;
  // What rises to the crossing is no baseline.
  const normal = own.subarray(home, Math.max(crossing - smeared, home));
  const baseline = normal.length >= leastBaseline ? baselineOf(normal, unit) : rough;

  const during = { from: grid(crossing), to: grid(to), step };
  const perSecond = trials ? (countOver(trials, during) * 1_000) / ((during.to - during.from) * step) : 1;
  const knowsEvents = (trials !== undefined && unit === "ratio") || counted;
  const strays = (level: number): number => (knowsEvents ? chanceOfOnePoint(level, perSecond, rateWindow) : 0);
  const eventsPerSecond = perSecond * Math.max(after, baseline.level);
  const stray = strays(normal.length > 0 ? meanOf(normal) : baseline.level);
  const before = { level: baseline.level, deviation: Math.max(baseline.deviation, stray) };
  const first = beginningOf(own, crossing, { before, after, smeared });
  // What began small and grew began when it was small.
  const grown = first < crossing ? levelOf(own.subarray(first, crossing), unit) : later;
  const onset = onsetOf(
    own,
    numbers.positions,
    first < crossing ? crossingOf(own, first, before.level, grown.level) : crossing,
    {
      before,
      after: { level: grown.level, deviation: Math.max(grown.deviation, strays(grown.level)) },
      smear: {
        interval: interval / step,
        rateWindow: rateWindow / step,
        lateness,
        wait: knowsEvents && eventsPerSecond > 0 ? Math.min(3_000 / eventsPerSecond, 600_000) / step : 0,
      },
    },
  );

  const begin = during.from;
  const end = episode.ended ? grid(episode.to) : values.length;
  const surprise = surpriseOf(values, { home: grid(home), begin, end }, options);
  if (surprise.requests !== null && surprise.requests < leastRequests)
    return { verdict: "too-few", level: null, because: `${Math.round(surprise.requests)} requests` };
  const size = Math.min(episode.size, surprise.deviations);
  const risen = reachedAt(
    own,
    crossing,
    to,
    baseline.level + 0.7 * (after - baseline.level),
    Math.sign(after - baseline.level),
  );
  const rise = grid(risen) - onset.at - interval / step / 2;
  // A hole takes its time as well, but shows no value on the way.
  const isGradual = rise > 2 * smeared && grid(risen - 2 * smeared) > onset.at;
  const calm = onset.at - grid(home);
  const slow = rise > 2 * smeared + slack && rise * step > tideMs && calm < longFlat * rise;
  if (size < (slow ? 2 : 1) * leastSize || !isPractical(unit, baseline.level, after, slow)) return undefined;
  const trends = (): boolean =>
    Math.abs(slopeOf(normal.length >= leastBaseline ? normal : own.subarray(at.from, at.to)) * baseline.points) >
    3 * baseline.deviation;
  if (slow && (episode.ended || calm < flat * rise || trends())) return undefined;
  if (yesterday && isOfTheHour(yesterday, { unit, baseline, after, from: grid(home), begin, end })) return undefined;
  const least = Math.max(0.4 * floorOf(unit, baseline.level), stray);
  const chance = chanceOf(
    own,
    // Its foot is low, yet no longer what it does by itself.
    { from: isGradual ? indexOf(numbers, onset.from, first) : first, to, crossing },
    { level: baseline.level, after, smeared, rise, least },
    yesterday && besidesTheHour(yesterday, { unit, level: baseline.level, from: grid(home), begin, end }),
  );
  return {
    verdict: "changed",
    shape: episode.ended ? "spike" : "step",
    direction: episode.direction,
    onset: isGradual ? { ...onset, from: onset.from - unseen * rise } : onset,
    end: episode.ended ? end : null,
    size,
    before: baseline.level,
    after,
    chance,
  };
}

/**
 * What is left of a claim when it is one of `looks` series that were looked at. Where chance alone may have made it, it is
 * none; but what still lasts may yet become one, so the series is not called quiet.
 */
export function amongLooks(claim: ChangePoint, looks: number): ChangePoint {
  if (claim.verdict !== "changed" || standsAmong(claim, looks)) return claim;
  const level = claim.before ?? claim.after;
  if (claim.end !== null) return { verdict: "quiet", level };
  const what = claim.direction === "up" ? "its rise" : "its fall";
  return { verdict: "too-few", level, because: `${what} at the end may be chance, in one of ${looks} series` };
}

const surest = (claims: readonly Changed[]): Changed | undefined =>
  claims.find(({ chance }) => chance <= sure) ?? claims.toSorted((a, b) => a.chance - b.chance)[0];

/**
 * Judges `values` (on a regular grid, null = hole). Claims a change of at least 6 robust deviations and of practical
 * size (1 percentage point; half as much again) that lasted three samples beyond what the rate window smears, and that
 * its own noise would make in less than one of a hundred such windows. Where many series are looked at, `amongLooks` decides.
 */
export function changePointOf(values: ArrayLike<number | null>, options: ChangePointOptions): ChangePoint {
  const { unit, step, interval, rateWindow, trials, yesterday } = options;
  // One sample shows in this many values, so a single outlier is as long as this.
  const smeared = Math.max(1, Math.ceil(Math.max(rateWindow, interval) / step));
  const least = smeared + 2;
  const numbers = withoutHoles(values);
  const own = numbers.values;
  const level = own.length > 0 ? medianOf(own) : null;
  const quiet: ChangePoint = { verdict: "quiet", level };
  if (own.length === 0) return { verdict: "too-few", level, because: "no samples" };

  const gone = (): ChangePoint | undefined => {
    const found = presenceOf(numbers, values.length, { unit, least, step, interval, rateWindow });
    // A share or a latency without requests is a hole.
    if (!found || trials) return undefined;
    const vanished = found.shape === "vanished";
    const levels = vanished ? { before: found.level, after: null } : { before: null, after: found.level };
    const { shape, onset, size } = found;
    if (yesterday && isPresenceOfTheHour(yesterday, shape, onset.at)) return quiet;
    return {
      verdict: "changed",
      shape,
      direction: vanished ? "down" : "up",
      onset,
      end: null,
      size,
      ...levels,
      chance: 0,
    };
  };
  const segments = segmentsOf(own, level ?? 0, {
    least,
    floor: (near) => floorOf(unit, near),
    matters: (low, high) => isPractical(unit, low, high),
  });
  const home = segments.findIndex(({ from, to }) => to - from >= Math.max(leastBaseline, least));
  const normal = segments[home];
  if (!normal || own.length < leastBaseline + least)
    return gone() ?? { verdict: "too-few", level, because: `${own.length} samples` };
  const still = (): ChangePoint => {
    const away = awayAtTheEnd(own, unit, least);
    return away > 0 ? { verdict: "too-few", level, because: `only the last ${away} values are away from it` } : quiet;
  };
  if (segments.length === 1) return gone() ?? still();
  const rough = baselineOf(own.subarray(normal.from, normal.to), unit);
  const judging: Judging = { numbers, values, options, smeared };
  const judged = newsOf(segments, home, rough, { values: own, unit }).flatMap(
    (episode) => judge(episode, normal, rough, judging) ?? [],
  );
  const claim = surest(judged.filter((each) => each.verdict === "changed"));
  if (claim && standsAmong(claim, 1)) return claim;
  const few = judged.find((each) => each.verdict === "too-few");
  return gone() ?? (few ? { ...few, level } : still());
}
