/**
 * From when a series is no longer itself, as an interval that holds the truth. A level that changes at once is drawn by a
 * rate over w as a ramp of length w; a slow change is a longer one. Every ramp (start, length) between the two levels is
 * weighed by how well it explains the points; the starts that hold 98 % of the weight are the interval, their middle the
 * best guess; then what nobody can see is added: when samples were taken, how late quantiles and rare events show.
 *
 *   true onset   start of the ramp
 *        |<- interval ->|  .·‾‾‾‾‾‾
 *   ..:..:.:..:..:..:.:..·'
 */

import { medianOf } from "@/lib/detect/median";

/** All in steps of the grid, fractions allowed. */
export type Onset = { readonly from: number; readonly at: number; readonly to: number };
/** Level and robust deviation. */
type Level = { readonly level: number; readonly deviation: number };

export type Smear = {
  /** Sample interval and range of the rate (0 for gauges), in steps. */
  readonly interval: number;
  readonly rateWindow: number;
  /** Least part of the rate window that must be new before it shows: the median of a latency needs half, a mean little. */
  readonly lateness: number;
  /** Steps until, by chance, the first event is seen with 95 %: 3 ÷ rate (Poisson). */
  readonly wait: number;
};

/** Distance of the starts that are tried, in steps: a quarter, coarser where a slow change leaves it open anyway. */
const finest = 0.25;
const starts = 120;
/** Steps by which a ramp may be longer than what the rate window draws by itself, and the weight of none against each other. */
const slower = [0, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48];
const sharp = 4;
/** No shape is met better than to this part of its height: samples fall where they fall. */
const coarse = 0.05;
/** Weight left out at either end. */
const tail = 0.01;
/** Evidence (nats) by which a start must be worse than another to be left out: e⁻¹² of its weight. */
const hopeless = 12;
/** Deviations beyond which a point says no more: an outlier is no onset. */
const farthest = 6;
/** Neighbours share what happened (rates overlap, load wanders): the weight of evidence is that of fewer points. */
const overlap = 3;

/** Index at which the value has come half way, next to `cut`. */
export function crossingOf(values: Float64Array, cut: number, before: number, after: number): number {
  const side = Math.sign(after - before);
  const middle = (before + after) / 2;
  const beyond = (index: number): boolean => side * ((values[index] ?? before) - middle) > 0;
  let at = Math.min(cut, values.length - 1);
  while (at < values.length - 1 && !beyond(at)) at += 1;
  // One point below is no return.
  while (at > 0 && (beyond(at - 1) || (at > 1 && beyond(at - 2)))) at -= 1;
  while (at < values.length - 1 && !beyond(at)) at += 1;
  return at;
}

/**
 * What a rate over `window` shows of a change that takes `length`: its share (0..1), `since` steps after it began.
 * Mean of a straight rise over the window; the integral of the rise is a parabola, then a line.
 */
function shareShown(since: number, length: number, window: number): number {
  const area = (to: number): number => (to <= 0 ? 0 : to < length ? (to * to) / (2 * length) : to - length / 2);
  return (area(since) - area(since - window)) / window;
}

type Fit = {
  readonly before: Level;
  readonly after: Level;
  /** Grid position of the first start, a whole number; how many there are. */
  readonly first: number;
  readonly count: number;
  readonly grain: number;
  /** Steps the rate window smears; the longest change, in steps. */
  readonly window: number;
  readonly longest: number;
};

/**
 * Index from which the values before `crossing` are no longer normal, all of them: where it began small and grew, that is
 * earlier than a ramp of `smeared` points explains. `crossing` itself where it did not.
 */
export function beginningOf(
  values: Float64Array,
  crossing: number,
  { before, after, smeared }: { before: Level; after: number; smeared: number },
): number {
  const height = after - before.level;
  const band = Math.max(left * before.deviation, smallest * Math.abs(height));
  const side = Math.sign(height);
  const away = (index: number): boolean => side * ((values[index] ?? before.level) - before.level) > band;
  let begin = crossing;
  while (begin > 0 && (away(begin - 1) || (begin > 1 && away(begin - 2)))) begin -= 1;
  while (begin < crossing && !away(begin)) begin += 1;
  return crossing - begin >= smeared + 2 ? begin : crossing;
}
/** Deviations, and part of the height, from which a beginning is one. */
const left = 4;
const smallest = 0.1;

/** Weight of each start `first + i × grain`, summed over lengths; not normalised. Points from..to-1 are looked at. */
function weigh(
  values: Float64Array,
  positions: ArrayLike<number>,
  { from, to }: { from: number; to: number },
  { before, after, first, count, grain, window, longest }: Fit,
): Float64Array {
  const height = after.level - before.level;
  const floor = coarse * Math.abs(height);
  const [own, later] = [Math.max(before.deviation, floor), Math.max(after.deviation, floor)];
  const least = Math.min(own, later);
  const tried = slower.filter((length) => length <= longest || length === 0);
  const costs = new Float64Array(count * tried.length).fill(Number.POSITIVE_INFINITY);
  const places = new Int32Array(to - from);
  for (let index = from; index < to; index += 1)
    places[index - from] = Math.round(((positions[index] ?? 0) - first) / grain);
  const earliest = (places[0] ?? 0) - count + 1;
  const span = (places[places.length - 1] ?? 0) - earliest + 1;
  const levels = new Float64Array(span);
  const precision = new Float64Array(span);
  const width = new Float64Array(span);
  let best = Number.POSITIVE_INFINITY;
  for (let each = 0; each < tried.length; each += 1) {
    for (let at = 0; at < span; at += 1) {
      const share = shareShown((at + earliest) * grain, tried[each] ?? 0, window);
      const deviation = own + share * (later - own);
      levels[at] = before.level + share * height;
      precision[at] = 1 / deviation;
      width[at] = Math.log(deviation / least);
    }
    const prior = each === 0 ? -Math.log(sharp) : 0;
    // The last starts are the likeliest; what is far worse than the best so far is left where it is.
    for (let start = count - 1; start >= 0; start -= 1) {
      const most = (best + hopeless - prior) * overlap;
      let cost = 0;
      for (let point = places.length - 1; point >= 0 && cost < most; point -= 1) {
        const at = (places[point] ?? 0) - start - earliest;
        const away = Math.abs((values[from + point] ?? 0) - (levels[at] ?? 0)) * (precision[at] ?? 0);
        cost += away < farthest ? (away * away) / 2 + (width[at] ?? 0) : (farthest * farthest) / 2 + (width[at] ?? 0);
      }
      if (cost >= most) continue;
      cost = cost / overlap + prior;
      costs[each * count + start] = cost;
      if (cost < best) best = cost;
    }
  }
  const weights = new Float64Array(count);
  for (let index = 0; index < costs.length; index += 1)
    weights[index % count] = (weights[index % count] ?? 0) + Math.exp(best - (costs[index] ?? 0));
  return weights;
}

/** Points of normal life before the change whose level counts where it is not that of the whole: load wanders. */
const near = 20;
function levelBefore(values: Float64Array, to: number, { level, deviation }: Level): Level {
  if (to < near) return { level, deviation };
  const local = medianOf(values.subarray(to - near, to));
  return { level: Math.abs(local - level) > deviation ? local : level, deviation };
}

/** `values[i]` stands at grid position `positions[i]`; the new level has been half reached at index `crossing`. */
export function onsetOf(
  values: Float64Array,
  positions: ArrayLike<number>,
  crossing: number,
  { before: whole, after, smear }: { before: Level; after: Level; smear: Smear },
): Onset {
  const { interval, rateWindow, lateness, wait } = smear;
  const at = (index: number): number => positions[index] ?? 0;
  const half = at(crossing);
  let top = crossing;
  while (top < values.length - 1 && ((values[top] ?? 0) - whole.level) / (after.level - whole.level) < 0.85) top += 1;
  // A range of w holds samples that span w − interval.
  const window = Math.max(rateWindow - interval, finest);
  const longest = Math.min(4 * (at(top) - half), slower.at(-1) ?? 0);
  const reach = Math.ceil(Math.max(8, 2 * window, longest + window));
  const before = levelBefore(values, crossing - reach, whole);
  const first = Math.floor(Math.max(half - reach, at(0) - 1));
  const last = half + 1;
  // A power of two, so that positions on the grid are whole multiples.
  const grain = Math.min(1, finest * 2 ** Math.max(0, Math.ceil(Math.log2((last - first) / finest / starts))));
  const count = (last - first) / grain + 1;
  const from = Math.max(0, crossing - reach - 4);
  const to = Math.min(values.length, Math.max(top, crossing) + Math.ceil(window) + 4);
  const weights = weigh(values, positions, { from, to }, { before, after, first, count, grain, window, longest });
  const total = weights.reduce((sum, each) => sum + each, 0);
  const quantile = (share: number): number => {
    let sum = 0;
    for (let start = 0; start < count; start += 1) {
      sum += weights[start] ?? 0;
      if (sum >= share * total) return first + start * grain;
    }
    return last;
  };
  const middle = quantile(0.5);
  const previous = crossing > 0 ? at(crossing - 1) : half - 1;
  const earliest = Math.min(quantile(tail), previous) - interval - lateness * rateWindow - (rateWindow > 0 ? wait : 0);
  const latest = Math.max(Math.min(quantile(1 - tail) + grain, half), earliest + 1);
  // The youngest sample is on average half an interval old; a rate makes up for half of that by extrapolation.
  const guess = middle - (rateWindow > 0 ? interval / 4 : interval / 2) - (lateness * rateWindow) / 2;
  return { from: earliest, at: Math.min(Math.max(guess, earliest), latest), to: latest };
}
