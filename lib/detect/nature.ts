/**
 * How often a series would go as far, and stay as long, by its own nature: from what it did outside the episode (and
 * yesterday), in blocks of comparable length, and how fast such excursions get rarer with height and length.
 *
 *   ...:..':...:.|‾‾‾‾‾‾|..:..'.      blocks outside -> heights h1..hk -> expected number of blocks as high as this one
 */
import { medianIn, medianOf, selectIn } from "@/lib/detect/median";
import { withoutHoles } from "@/lib/detect/presence";

/** Half open, indexes into the values. */
type Stretch = { readonly from: number; readonly to: number };
/** From its first sign to its end; the index at which it was half way up. */
type Episode = Stretch & { readonly crossing: number };
type Levels = {
  readonly level: number;
  readonly after: number;
  /** Points that one sample shows in; points the rise took. */
  readonly smeared: number;
  readonly rise: number;
  /** Height that is no news. */
  readonly least: number;
};

/** Of all the series of a page together, this many false claims are borne: one in a hundred pages. */
const borne = 0.01;
/** Whether a claim is made of one of `looks` series: each look is one more chance to be fooled (Bonferroni, 1936). */
export const standsAmong = ({ chance }: { readonly chance: number }, looks: number): boolean =>
  chance * Math.max(1, looks) <= borne;

/** Blocks that must be left when they are made longer. */
const fewestBlocks = 12;
/** Highest block in robust deviations of the blocks up to which their heights count as normally distributed. */
const normalReach = 3.5;
/** Mean square ÷ square of the mean up to which they do: π/2 of normal heights, 2 of exponential ones. */
const normalSpread = 1.8;
/** Excursions and stays of no size that are assumed beside those seen. */
const assumed = 2;
/** Steps of the rise that `rise` points are: until seven tenths. */
const risen = 0.7;
/** Of series that never strayed, about so many show two neighbouring outliers, which no longer look like two. */
const twins = 0.001;

/** Medians of blocks of `length` in from..to. */
function blocksIn(values: Float64Array, { from, to }: Stretch, length: number): Float64Array {
  const medians = new Float64Array(Math.max(0, Math.floor((to - from) / length)));
  return medians.map((_, index) => medianOf(values.subarray(from + index * length, from + (index + 1) * length)));
}

/** 0 = each block is its own draw; towards 1 = they wander, and many of them say no more than a few. */
function likeness(parts: readonly Float64Array[], level: number): number {
  let own = 0;
  let shared = 0;
  let count = 0;
  for (const blocks of parts)
    for (let at = 0; at < blocks.length; at += 1) {
      const here = (blocks[at] ?? level) - level;
      own += here * here;
      if (at > 0) shared += here * ((blocks[at - 1] ?? level) - level);
      count += 1;
    }
  // So few blocks look less alike than they are (Kendall, 1954).
  const enough = Math.max(5, count);
  return Math.min(0.9, Math.max(0, ((own > 0 ? shared / own : 0) * enough + 1) / (enough - 3)));
}

/**
 * Expected number of draws as high as `height` among `heights` (below 0 = the other side) worth `told` draws: where none
 * stands out as normal ones, else by their upper fifth, whose excesses are taken as exponential (Pickands, 1975). That so
 * few were seen is paid for (predictive of an exponential of unknown mean: (1 + h ÷ Σ)^−k).
 */
function expected(height: number, heights: Float64Array, told: number, least: number): number {
  const usual = Math.max(least, 1.4826 * medianIn(heights.map(Math.abs)));
  let highest = 0;
  let total = 0;
  let squares = 0;
  let count = 0;
  for (const each of heights) {
    if (each < 0) continue;
    const counted = Math.max(each, least);
    highest = Math.max(highest, each);
    total += counted;
    squares += counted * counted;
    count += 1;
  }
  if (count === 0) return heights.length * (1 + (height / least) ** 2 / told) ** -told;
  if (highest <= normalReach * usual && squares * count <= normalSpread * total * total)
    return heights.length * (1 + (height * height * count) / squares / told) ** -told;
  const high = Math.max(0, selectIn(heights.slice(), Math.floor(0.8 * (heights.length - 1))));
  let above = 0;
  let excess = 0;
  let runs = 0;
  let inside = false;
  for (const each of heights) {
    const is = each > high;
    if (is) {
      above += 1;
      excess += each - high;
      if (!inside) runs += 1;
    }
    inside = is;
  }
  if (above === 0) return heights.length * (1 + height / least / told) ** -told;
  // Neighbours are one excursion; two more of no height to speak of are assumed, so that one does not hide what is large.
  const worth = Math.max(1, Math.min(told, runs));
  const sum = Math.max(least, excess / above) * worth + assumed * least;
  return above * (1 + Math.max(0, height - high) / sum) ** -(worth + assumed);
}

function joined(parts: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
  let filled = 0;
  for (const part of parts) {
    all.set(part, filled);
    filled += part.length;
  }
  return all;
}

/**
 * Expected number of excursions as high as the episode's; or, where the series wanders, of moves as far in as short a
 * time: what wanders slowly does not jump.
 */
function chanceOfHeight(values: Float64Array, episode: Episode, levels: Levels): number {
  const { level, after, smeared, rise, least } = levels;
  const outside = [
    { from: 0, to: episode.from - 2 * smeared },
    { from: episode.to + 2 * smeared, to: values.length },
  ];
  // What lasts is no outlier: it is compared with blocks that outlast one.
  const room = outside.reduce((sum, { from, to }) => sum + Math.max(0, to - from), 0);
  const wide = 2 * smeared + 1;
  const length = episode.to - episode.from >= 3 * wide && room >= fewestBlocks * wide ? wide : smeared;
  const parts = outside.map((stretch) => blocksIn(values, stretch, length));
  const side = Math.sign(after - level);
  const heights = joined(parts.map((blocks) => blocks.map((block) => side * (block - level))));
  if (heights.length === 0) return Number.POSITIVE_INFINITY;
  const alike = likeness(parts, level);
  const told = Math.max(1, (heights.length * (1 - alike)) / (1 + alike) / 2);
  const height = Math.abs(after - level);
  const excursions = expected(height, heights, told, least);

  const lag = Math.max(1, Math.ceil(rise / risen / length)) + 1;
  const moves = joined(
    parts.map((blocks) => blocks.subarray(lag).map((block, index) => Math.abs(block - (blocks[index] ?? block)))),
  );
  if (moves.length === 0) return excursions;
  const foot = episode.crossing - Math.floor(((lag - 1) * length) / 2) - length;
  const blockAt = (from: number): number => medianOf(values.subarray(Math.max(0, from), Math.max(0, from) + length));
  const moved = Math.min(height, Math.max(0, side * (blockAt(foot + lag * length) - blockAt(foot))));
  return Math.min(excursions, expected(moved, moves, Math.max(1, moves.length / lag), least));
}

/** Runs of values beyond the middle outside the episode, of values not beyond it inside; and how long it was where it belongs. */
type Stays = {
  readonly stayed: number;
  readonly home: number;
  readonly others: number;
  readonly runs: number;
  /** The last of the runs. */
  readonly run: Stretch;
};

function staysOf(values: Float64Array, { from, to, crossing }: Episode, { level, after, smeared }: Levels): Stays {
  const side = Math.sign(after - level);
  const middle = (level + after) / 2;
  const beyond = (index: number): boolean => side * ((values[index] ?? level) - middle) > 0;
  let end = to;
  while (end < values.length && beyond(end)) end += 1;
  // What still rises has not come back.
  let there = crossing;
  while (there < end && !beyond(there)) there += 1;
  let [stayed, home, others, runs, first, last] = [0, 0, 0, 0, 0, 0];
  let odd = false;
  for (let index = 0; index < values.length; index += 1) {
    const inside = index >= there && index < end;
    const is = beyond(index);
    // The edges of an episode are not sharp.
    const edge = (index >= from && index < there) || (index >= to - 2 * smeared && index < to + 2 * smeared);
    if (inside !== is && edge) continue;
    if (inside === is) {
      if (inside) stayed += 1;
      else home += 1;
    } else {
      others += 1;
      if (!odd) {
        runs += 1;
        first = index;
      }
      last = index + 1;
    }
    odd = inside !== is;
  }
  return { stayed, home, others, runs, run: { from: first, to: last } };
}

/**
 * Expected number of stays as long beyond the middle of both levels, judged by how long it stayed there at other times
 * and how long it came back meanwhile; 0 where it never did either. That few were seen is paid for. Infinite where it was
 * hardly there: no longer than one sample.
 */
function chanceOfStay({ stayed, home, others, runs }: Stays, smeared: number): number {
  if (stayed < smeared + 2) return Number.POSITIVE_INFINITY;
  const short = stayed <= 2 * smeared ? twins : 0;
  return Math.max(short, runs === 0 ? 0 : runs * (1 + Math.min(stayed, home) / others) ** -(runs + assumed));
}

/** Stays this many times as long as the least are no bursts: two of them, and no other, are an incident that came back. */
const long = 3;

/** How many such movements the series' own noise would make in such a window; `episode.crossing` = half way up. */
export function chanceOf(
  today: Float64Array,
  { from, to, crossing }: Episode,
  levels: Levels,
  yesterday: ArrayLike<number | null> = [],
): number {
  const { smeared } = levels;
  const earlier = withoutHoles(yesterday).values;
  const values = new Float64Array(earlier.length + today.length);
  values.set(earlier);
  values.set(today, earlier.length);
  const ahead = earlier.length;
  const episode = { from: from + ahead, to: to + ahead, crossing: crossing + ahead };
  const stays = staysOf(values, episode, levels);
  const { run, runs, others, stayed } = stays;
  const outside = run.from >= to + ahead || (run.to <= episode.from && run.from >= ahead);
  if (runs === 1 && outside && Math.min(stayed, others) >= long * (smeared + 2))
    return chanceOfHeight(...without(values, episode, run, smeared), levels);
  return Math.max(chanceOfStay(stays, smeared), chanceOfHeight(values, episode, levels));
}

/** The values without a stretch and its edges, and where the episode then lies. */
function without(values: Float64Array, episode: Episode, run: Stretch, smeared: number): [Float64Array, Episode] {
  const from = Math.max(0, run.from - 2 * smeared);
  const to = Math.min(values.length, run.to + 2 * smeared);
  const left = new Float64Array(values.length - (to - from));
  left.set(values.subarray(0, from));
  left.set(values.subarray(to), from);
  const shift = run.from < episode.from ? to - from : 0;
  return [left, { from: episode.from - shift, to: episode.to - shift, crossing: episode.crossing - shift }];
}
