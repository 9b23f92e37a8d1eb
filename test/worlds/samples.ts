/**
 * An instrument -> its series as a server holds them: counters that reset never and wobble a little, histograms whose p99
 * is the drawn one. The same drawing gives the same samples; only their instants move with zero.
 */
import { mix, mixText, unit } from "@/lib/demo/chance";
import type { SampledSeries } from "@/lib/demo/series";
import { type Labels, labelsKey } from "@/lib/signal/labels";
import { type Instant, minute, second, shift, toInstant } from "@/lib/signal/time";
import type { Instrument, Shape } from "@/test/worlds/drawing";

/** A world is told from so long before its zero to so long after, ms; `until` is when it is looked at. */
export const span = { before: 66 * minute, after: 12 * minute };

/** Requests differ by this share from one sample to the next. */
const wobble = 0.04;
/** Counters were there before: they begin as if after so many seconds. */
const past = 3_600;

/** Bounds in seconds, an instrumentation library's usual ones. */
const bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

const at = ({ before, after, at: edge }: Shape, ms: number): number => (ms < edge ? before : after);

/** Share of requests at or below each bound, +Inf last: interpolated as Prometheus does, its 99th percentile is `p99`. */
function cumulative(p99: number): number[] {
  const high = bounds.findIndex((bound) => p99 <= bound);
  const index = high < 0 ? bounds.length - 1 : high;
  const low = bounds[index - 1] ?? 0;
  const into = Math.min(1, (p99 - low) / ((bounds[index] ?? 1) - low));
  const below = 0.99 - 0.01 * into;
  return [...bounds, Number.POSITIVE_INFINITY].map((_, i) => {
    if (i < index) return (below * (i + 1)) / Math.max(1, index);
    return i === index ? below + 0.01 : 1;
  });
}

/** Every value `a|b` of a label becomes two label sets. */
function alternatives(labels: Labels): Labels[] {
  return Object.entries(labels).reduce<Labels[]>(
    (sets, [label, value]) => sets.flatMap((set) => value.split("|").map((each) => ({ ...set, [label]: each }))),
    [{}],
  );
}

/** What is counted by one label set: how much of the rate, whether those that failed. */
type Member = { readonly labels: Labels; readonly share: (ms: number) => number };

function membersOf({ labels, split, kind }: Instrument): Member[] {
  const sets = alternatives(labels);
  const part = kind === "gauge" ? 1 : 1 / sets.length;
  return sets.flatMap((set): Member[] => {
    if (!split) return [{ labels: set, share: () => part }];
    return [
      { labels: { ...set, [split.label]: split.ok }, share: (ms) => part * (1 - at(split.share, ms)) },
      { labels: { ...set, [split.label]: split.failed }, share: (ms) => part * at(split.share, ms) },
    ];
  });
}

/** What one target's samples are: their instants, ms after zero. */
function instantsOf({ every, from, until }: Instrument, labels: Labels, zero: Instant): number[] {
  // Targets are scraped at their own moments; the wall clock has no part in it.
  const offset =
    Math.floor((unit(mixText(labels.instance ?? labels.pod ?? labels.job ?? "")) * every) / second) * second;
  const first = Math.max(-span.before, from ?? Number.NEGATIVE_INFINITY);
  const last = Math.min(span.after, until ?? Number.POSITIVE_INFINITY);
  const grid = Math.ceil((zero + first - offset) / every) * every + offset - zero;
  return Array.from({ length: Math.max(0, Math.floor((last - grid) / every) + 1) }, (_, i) => grid + i * every);
}

/** Pieces of (from, to] within which no shape changes. */
const pieces = (
  from: number,
  to: number,
  edges: readonly number[],
): { readonly ms: number; readonly middle: number }[] => {
  const cuts = [from, ...edges.filter((edge) => edge > from && edge < to).sort((a, b) => a - b), to];
  return cuts.slice(1).map((end, i) => ({ ms: end - (cuts[i] ?? from), middle: (end + (cuts[i] ?? from)) / 2 }));
};

/** What the `index`-th sample differs by, as a factor. */
const luckOf = (seed: number, index: number): number => 1 + wobble * (2 * unit(mix(seed, index)) - 1);

/** Accumulates `weights(middle)` requests per second over the instants. */
function accumulate(
  { level, split, latency, wobbles }: Instrument,
  instants: readonly number[],
  { labels, share }: Member,
  width: number,
  weights: (middle: number) => readonly number[],
): number[][] {
  const edges = [level.at, ...(split ? [split.share.at] : []), ...(latency ? [latency.seconds.at] : [])];
  const seed = mixText(labelsKey(labels));
  const begins = instants[0] ?? 0;
  const sums = weights(begins - 1).map((weight) => weight * at(level, begins - 1) * share(begins - 1) * past);
  const columns: number[][] = Array.from({ length: width }, () => []);
  let last = begins;
  for (const [i, instant] of instants.entries()) {
    const luck = wobbles ? luckOf(seed, i) : 1;
    for (const { ms, middle } of pieces(last, instant, edges)) {
      const requests = (at(level, middle) * share(middle) * luck * ms) / second;
      for (const [k, weight] of weights(middle).entries()) sums[k] = (sums[k] ?? 0) + weight * requests;
    }
    for (let k = 0; k < width; k += 1) columns[k]?.push(sums[k] ?? 0);
    last = instant;
  }
  return columns;
}

/** All series of one instrument, ascending in time. */
export function seriesOf(instrument: Instrument, zero: Instant): SampledSeries[] {
  const { kind, name, level, latency, until } = instrument;
  return membersOf(instrument).flatMap((member) => {
    const instants = instantsOf(instrument, member.labels, zero);
    const times = instants.map((ms) => shift(zero, ms));
    const endsAt = until !== null && until < span.after ? toInstant((times.at(-1) ?? zero) + instrument.every) : null;
    const series = (suffix: string, values: readonly number[], more: Labels = {}): SampledSeries => ({
      labels: { __name__: `${name}${suffix}`, ...member.labels, ...more },
      at: times,
      values,
      endsAt,
    });
    const whole = (values: readonly number[] = []): number[] => values.map(Math.round);
    if (kind === "gauge") {
      const seed = mixText(labelsKey(member.labels) + name);
      const luck = (i: number): number => (instrument.wobbles ? luckOf(seed, i) : 1);
      return [
        series(
          "",
          instants.map((ms, i) => at(level, ms) * luck(i)),
        ),
      ];
    }
    if (kind === "counter") return [series("", whole(accumulate(instrument, instants, member, 1, () => [1])[0]))];
    const seconds = latency?.seconds ?? { before: 0.1, after: 0.1, at: 0 };
    const perSecond = latency?.perSecond ?? 1;
    const mean = (ms: number): number => at(seconds, ms) * (latency?.of === "p99" ? 0.35 : 1) * perSecond;
    const [count, sum = []] = accumulate(instrument, instants, member, 2, (ms) => [1, mean(ms)]);
    const both = [series("_count", whole(count)), series("_sum", sum)];
    if (kind === "summary") return both;
    const buckets = accumulate(instrument, instants, member, bounds.length + 1, (ms) => cumulative(at(seconds, ms)));
    return [
      ...both,
      ...buckets.map((values, i) => series("_bucket", whole(values), { le: printBound(bounds[i], perSecond) })),
    ];
  });
}

const printBound = (bound: number | undefined, perSecond: number): string =>
  bound === undefined ? "+Inf" : `${Number((bound * perSecond).toPrecision(6))}`;
