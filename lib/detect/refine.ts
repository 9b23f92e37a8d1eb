/**
 * A coarse onset and the raw increments of a counter -> a narrower one, at the resolution of the samples: a rate over a
 * minute smears what two samples tell apart. Pure; never wider than what entered.
 */

/** `counts[i]` events fell between `times[i]` and `times[i + 1]` (ms, rising); a negative or odd count is a hole. */
export type Increments = { readonly times: ArrayLike<number>; readonly counts: ArrayLike<number | null> };
/** ms, of any epoch. */
type Interval = { readonly from: number; readonly at: number; readonly to: number };

/** Increments on either side that show what was normal and what came after. */
const leastKnown = 4;
/** Starts tried within each increment. */
const parts = 8;
/** Weight left out at either end. */
const tail = 0.01;

type Piece = { readonly from: number; readonly to: number; readonly count: number };

function piecesOf({ times, counts }: Increments): Piece[] {
  const pieces: Piece[] = [];
  for (let index = 0; index + 1 < times.length && index < counts.length; index += 1) {
    const [from, to, count] = [times[index], times[index + 1], counts[index]];
    if (from === undefined || to === undefined || count === undefined || count === null) continue;
    // The same instant told twice, a clock set back, a process that restarted.
    if (!(to > from) || !(count >= 0) || !Number.isFinite(count) || !Number.isFinite(to - from)) continue;
    pieces.push({ from, to, count });
  }
  return pieces;
}

/** Events per ms; half an event where there was none, so that nothing is impossible. */
function rateOf(pieces: readonly Piece[]): number {
  const events = pieces.reduce((sum, { count }) => sum + count, 0);
  return Math.max(events, 0.5) / pieces.reduce((sum, { from, to }) => sum + to - from, 0);
}

/** By how much counts stray more than chance does: variance ÷ mean, 1 for single events (Pearson's statistic). */
function clustering(pieces: readonly Piece[], rate: number): number {
  const stray = pieces.reduce((sum, { from, to, count }) => {
    const expected = rate * (to - from);
    return sum + (count - expected) ** 2 / expected;
  }, 0);
  return Math.max(1, stray / Math.max(1, pieces.length - 1));
}

/**
 * Weighs every instant in `coarse` by how likely the increments are if the rate changed just then (Poisson, with the
 * spread that was seen), and keeps the 98 % in the middle. `coarse` itself where too little is known on either side, or
 * where the rates differ by no more than chance.
 */
export function refineOnset(increments: Increments, coarse: Interval): Interval {
  const pieces = piecesOf(increments);
  const earlier = pieces.filter(({ to }) => to <= coarse.from);
  const later = pieces.filter(({ from }) => from >= coarse.to);
  const within = pieces.filter(({ from, to }) => to > coarse.from && from < coarse.to);
  if (earlier.length < leastKnown || later.length < leastKnown || within.length === 0) return coarse;
  const [before, after] = [rateOf(earlier), rateOf(later)];
  const spread = Math.max(clustering(earlier, before), clustering(later, after));
  const span = later.reduce((sum, { from, to }) => sum + to - from, 0);
  if (Math.abs(after - before) * span < 3 * Math.sqrt(spread * (before + after) * span)) return coarse;

  const costOf = (start: number): number =>
    within.reduce((sum, { from, to, count }) => {
      const changed = Math.min(to, Math.max(from, start));
      const expected = before * (changed - from) + after * (to - changed);
      return sum + (expected - count * Math.log(expected)) / spread;
    }, 0);
  const edges = [coarse.from, ...within.flatMap(({ from, to }) => [from, to]), coarse.to]
    .filter((at) => at >= coarse.from && at <= coarse.to)
    .sort((a, b) => a - b);
  const starts = edges.slice(1).flatMap((to, index) => {
    const from = edges[index] ?? to;
    const width = (to - from) / parts;
    return width > 0 ? Array.from({ length: parts }, (_, part) => ({ at: from + (part + 0.5) * width, width })) : [];
  });
  const costs = starts.map(({ at }) => costOf(at));
  const least = Math.min(...costs);
  const weights = starts.map(({ width }, index) => width * Math.exp(least - (costs[index] ?? 0)));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const quantile = (share: number): { readonly at: number; readonly width: number } | undefined => {
    let sum = 0;
    const index = weights.findIndex((weight) => {
      sum += weight;
      return sum >= share * total;
    });
    return starts[index];
  };
  const [first, middle, last] = [quantile(tail), quantile(0.5), quantile(1 - tail)];
  if (!first || !middle || !last) return coarse;
  return { from: first.at - first.width / 2, at: middle.at, to: last.at + last.width / 2 };
}
