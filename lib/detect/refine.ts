/**
 * A coarse onset and the raw increments of a counter -> a narrower one, at the resolution of the samples: a rate over a
 * minute smears what two samples tell apart. Pure; never wider than what entered.
 *
 *   samples    |    |    |    |    |    |
 *   events       3    2    41   68   71        a rate would rise over four of them
 *   onset               [----]
 */

/** `counts[i]` events fell between `times[i]` and `times[i + 1]` (ms, rising); a negative or odd count is a hole. */
export type Increments = { readonly times: ArrayLike<number>; readonly counts: ArrayLike<number | null> };
/** ms, of any epoch. */
type Interval = { readonly from: number; readonly at: number; readonly to: number };

/** Increments on either side that show what was normal and what came after. */
const leastKnown = 4;
/** Starts tried within what is known; lengths of a rise, in samples, and the weight of none against each other. */
const starts = 64;
const slower = [0, 1, 2, 4, 8, 16];
const sharp = 4;
/** Weight left out at either end. */
const tail = 0.01;
/** By how many times more than from one sample to the next the increments may stray from what explains them best. */
const mostMisfit = 2;

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

/** Events per ms of one target; half an event where there was none, so that nothing is impossible. */
function rateOf(pieces: readonly Piece[]): number {
  const events = pieces.reduce((sum, { count }) => sum + count, 0);
  return Math.max(events, 0.5) / pieces.reduce((sum, { from, to }) => sum + to - from, 0);
}

/**
 * Variance ÷ mean of counts, 1 for single events, from one increment to the next (von Neumann, 1941): what rises slowly
 * strays no more than what stands still.
 */
function strayingIn(targets: readonly (readonly Piece[])[], isOwn: (piece: Piece) => boolean, rate: number): number {
  let sum = 0;
  let count = 0;
  for (const pieces of targets)
    for (let at = 1; at < pieces.length; at += 1) {
      const [last, next] = [pieces[at - 1], pieces[at]];
      if (!last || !next || last.to !== next.from || !isOwn(last) || !isOwn(next)) continue;
      const [one, other] = [rate * (last.to - last.from), rate * (next.to - next.from)];
      sum += (next.count - other - last.count + one) ** 2 / (one + other);
      count += 1;
    }
  return count < leastKnown ? 1 : Math.max(1, sum / count);
}

/** Part of a rise that began at 0 and took `length`, integrated until `to`. */
const riseUntil = (to: number, length: number): number =>
  to <= 0 ? 0 : to < length ? (to * to) / (2 * length) : to - length / 2;

/**
 * Weighs every instant in `coarse` by how likely the increments of all targets are if their rate began to change just
 * then, at once or over a while (Poisson, with the spread that was seen; targets share the load alike), and keeps the 98 %
 * in the middle, at least `interval` wide (ms between samples). `coarse` itself where too little is known on either side,
 * where the rates differ by no more than chance, and where nothing of it explains the increments.
 */
export function refineOnset(targets: readonly Increments[], coarse: Interval, interval: number): Interval {
  const known = targets.map(piecesOf);
  const pieces = known.flat();
  const end = pieces.reduce((latest, { to }) => Math.max(latest, to), coarse.to);
  // A slow rise may still go on behind the interval: what it came to is told by the later half.
  const risen = coarse.to + (end - coarse.to) / 2;
  const isEarlier = ({ to }: Piece): boolean => to <= coarse.from;
  const isLater = ({ from }: Piece): boolean => from >= risen;
  const [earlier, later] = [pieces.filter(isEarlier), pieces.filter(isLater)];
  const fitted = pieces.filter(({ to }) => to > coarse.from);
  const width = coarse.to - coarse.from;
  if (earlier.length < leastKnown || later.length < leastKnown || !(width > 0)) return coarse;
  const [before, after] = [rateOf(earlier), rateOf(later)];
  const spread = Math.max(strayingIn(known, isEarlier, before), strayingIn(known, isLater, after));
  const span = later.reduce((sum, { from, to }) => sum + to - from, 0);
  if (Math.abs(after - before) * span < 3 * Math.sqrt(spread * (before + after) * span)) return coarse;

  const grain = width / starts;
  const lengths = slower
    .map((samples) => samples * interval)
    .filter((length) => length <= Math.max(0, risen - coarse.to) + width);
  const costs = lengths.map((length) =>
    Array.from({ length: starts }, (_, index) => {
      const start = coarse.from + (index + 0.5) * grain;
      let cost = length === 0 ? -Math.log(sharp) : 0;
      let misfit = 0;
      for (const { from, to, count } of fitted) {
        const changed = riseUntil(to - start, length) - riseUntil(from - start, length);
        const expected = before * (to - from - changed) + after * changed;
        cost += (expected - count * Math.log(expected)) / spread;
        misfit += (count - expected) ** 2 / expected;
      }
      return { cost, misfit };
    }),
  );
  const all = costs.flat();
  const best = all.reduce((least, each) => (each.cost < least.cost ? each : least), {
    cost: Number.POSITIVE_INFINITY,
    misfit: 0,
  });
  if (!(best.misfit <= mostMisfit * spread * fitted.length)) return coarse;
  const weights = Array.from({ length: starts }, (_, index) =>
    costs.reduce((sum, own) => sum + Math.exp(best.cost - (own[index]?.cost ?? Number.POSITIVE_INFINITY)), 0),
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const cellAt = (share: number): number => {
    let sum = 0;
    return weights.findIndex((weight) => {
      sum += weight;
      return sum >= share * total;
    });
  };
  const [first, middle, last] = [cellAt(tail), cellAt(0.5), cellAt(1 - tail)];
  if (first < 0 || middle < 0 || last < 0) return coarse;
  const [from, to] = [coarse.from + first * grain, coarse.from + (last + 1) * grain];
  // Many targets tell it to the second; but nothing changes everywhere at once.
  const short = Math.max(0, (interval - (to - from)) / 2);
  return {
    from: Math.max(coarse.from, from - short),
    at: coarse.from + (middle + 0.5) * grain,
    to: Math.min(coarse.to, to + short),
  };
}

/** Raw samples of one series: epoch ms, rising, and what the counter said. */
export type Samples = { readonly at: readonly number[]; readonly totals: readonly number[] };

/**
 * Increments of each target, from the samples of all its series (`key` of a series names its target). A series that first
 * shows up later than `from` began at 0 one sample earlier: a counter of failures is born with the first one.
 */
export function incrementsOf(
  all: readonly (Samples & { readonly key: string })[],
  { from, interval }: { readonly from: number; readonly interval: number },
): Increments[] {
  const targets = Map.groupBy(all, ({ key }) => key);
  return [...targets.values()].map((series) => {
    const own = new Set(series.flatMap(({ at }) => at));
    const first = Math.min(...own);
    for (let at = first - interval; at > from; at -= interval) own.add(at);
    const times = [...own].sort((a, b) => a - b);
    const places = new Map(times.map((at, index) => [at, index]));
    const counts: (number | null)[] = new Array<number | null>(Math.max(0, times.length - 1)).fill(0);
    for (const { at, totals } of series) {
      const born = places.get(at[0] ?? 0) ?? 0;
      if (born > 0) add(counts, born - 1, born, totals[0] ?? 0);
      for (let index = 1; index < at.length; index += 1)
        add(
          counts,
          places.get(at[index - 1] ?? 0) ?? 0,
          places.get(at[index] ?? 0) ?? 0,
          (totals[index] ?? 0) - (totals[index - 1] ?? 0),
        );
    }
    return { times, counts };
  });
}

/** A rise over several increments, or a fall, tells of none of them when it was. */
function add(counts: (number | null)[], from: number, to: number, rise: number): void {
  for (let index = from; index < to; index += 1) {
    const held = counts[index] ?? null;
    counts[index] = held === null || rise < 0 || to - from > 1 ? null : held + rise;
  }
}
