/**
 * The world's samples as a Prometheus holds them: by bins of ten minutes, each computed once and kept while it is
 * asked for. What lies behind `now`, or further back than is kept, is not there.
 *
 *   bin      [10:00, 10:10)   [10:10, 10:20)   [10:20, 10:30)
 *   asked         (10:04 ------------------------- 10:23]
 */
import { alertSeries } from "@/lib/demo/alerts";
import type { SampledSeries } from "@/lib/demo/series";
import { type Keep, keepAlways } from "@/lib/demo/servers/keeping";
import type { World } from "@/lib/demo/world";
import { matches, matchesAll } from "@/lib/engine/promql/matching";
import type { Storage, StoredSeries } from "@/lib/engine/promql/storage";
import { type Labels, labelsKey, type Matcher } from "@/lib/signal/labels";
import { day, hour, type Instant, minute, second, toInstant } from "@/lib/signal/time";

/** Equal label sets are one value for all bins. */
type Name = { readonly labels: Labels; readonly order: readonly string[]; readonly metric: string };
type Part = {
  readonly name: Name;
  readonly at: Float64Array;
  /** Of all series of the bin; its own begin at `first`. */
  readonly values: Float64Array;
  readonly first: number;
  readonly ends: readonly number[];
};
const noEnds: readonly number[] = [];
const namedBy = (labels: Labels): Name => {
  const order = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
  return { labels: Object.fromEntries(order), order: order.flat(), metric: labels.__name__ ?? "" };
};
type Bin = ReadonlyMap<string, readonly Part[]>;

const binLength = 10 * minute;
/** A pod may go away shortly behind its last sample: that far a bin looks over its edge for ends. */
const overlap = 16 * second;
/** Six hours; half a megabyte each. */
const most = 36;
/** Of samples, and of the alerts' own series. */
const retention = 48 * hour;
const alertRetention = 30 * day;
const isAlert = ({ __name__ }: Labels): boolean => __name__ === "ALERTS" || __name__ === "ALERTS_FOR_STATE";

export type DemoStorage = Storage & {
  /** Label sets with samples in [from, to] (ms), ordered; cheap over any window. */
  readonly labelSets: (matchers: readonly Matcher[], from: number, to: number) => readonly Labels[];
};

export function createStorage(world: World, now: () => Instant, keep: Keep = keepAlways): DemoStorage {
  const names = new Map<string, Name>();
  // The world tells most series with the same object in every bin.
  let nameByLabels = new WeakMap<Labels, Name>();
  const bins = new Map<number, Bin>();
  keep.onForget(() => {
    bins.clear();
    names.clear();
    // Or what was told before would keep a name of its own beside the one made anew: one series twice.
    nameByLabels = new WeakMap();
  });

  const nameOf = (labels: Labels): Name => {
    const same = nameByLabels.get(labels);
    if (same) return same;
    const key = labelsKey(labels);
    const name = names.get(key) ?? namedBy(labels);
    names.set(key, name);
    nameByLabels.set(labels, name);
    return name;
  };

  /** Their samples before `edge`; ends may lie behind it. */
  const partsWithin = (series: readonly SampledSeries[], edge: number): Part[] => {
    // All series of one target are scraped at once: their times are kept once.
    const times = new Map<string, Float64Array>();
    const shared = (at: readonly number[]): Float64Array => {
      const key = `${at[0]} ${at.length}`;
      const known = times.get(key);
      if (known?.every((each, i) => each === at[i])) return known;
      const own = Float64Array.from(at);
      times.set(key, own);
      return own;
    };
    // A thousand small arrays weigh as much again as what is in them.
    const all = new Float64Array(series.reduce((sum, { at }) => sum + at.length, 0));
    let filled = 0;
    return series.map(({ labels, at, values, endsAt }) => {
      const beyond = at.findIndex((each) => each >= edge);
      const count = beyond < 0 ? at.length : beyond;
      const first = filled;
      for (let i = 0; i < count; i++) all[first + i] = values[i] ?? Number.NaN;
      filled += count;
      return {
        name: nameOf(labels),
        at: shared(count === at.length ? at : at.slice(0, count)),
        values: all,
        first,
        ends: endsAt === null ? noEnds : [Math.max(endsAt, (at.at(-1) ?? 0) + 1)],
      };
    });
  };

  const compute = (from: number, wanted?: (labels: Labels) => boolean): Bin => {
    const window = { from: toInstant(from), to: toInstant(from + binLength + overlap) };
    return Map.groupBy(partsWithin(world.series(window, wanted), from + binLength), ({ name }) => name.metric);
  };

  const load = (number: number, wanted: ((labels: Labels) => boolean) | undefined): Bin => {
    keep.used();
    const known = bins.get(number);
    if (known) {
      // Newest last: the first is the one not asked for longest.
      bins.delete(number);
      bins.set(number, known);
      return known;
    }
    if (wanted) return compute(number * binLength, wanted);
    const bin = compute(number * binLength);
    bins.set(number, bin);
    for (const [oldest] of bins) if (bins.size > most) bins.delete(oldest);
    return bin;
  };

  /** Parts of the series wanted, in the bins given, ascending. */
  const partsOf = (matchers: readonly Matcher[], numbers: readonly number[]): Map<Name, Part[]> => {
    const chosen = new Map<Name, boolean>();
    const isChosen = (name: Name): boolean => {
      const known = chosen.get(name) ?? matchesAll(matchers, name.labels);
      chosen.set(name, known);
      return known;
    };
    const ofMetric = matchers.filter(({ label }) => label === "__name__");
    // A window wider than what is kept would push everything else out; what lies far back is asked for once, and of few.
    const isOld = (numbers.at(-1) ?? 0) * binLength < now() - most * binLength;
    const isWide = numbers.length > most * 0.75;
    const wanted = isOld || isWide ? (labels: Labels) => matchesAll(matchers, labels) : undefined;
    const found = new Map<Name, Part[]>();
    for (const number of numbers)
      for (const [metric, parts] of load(number, wanted)) {
        if (!ofMetric.every((matcher) => matches(matcher, metric))) continue;
        for (const part of parts) {
          if (!isChosen(part.name)) continue;
          const own = found.get(part.name);
          if (own) own.push(part);
          else found.set(part.name, [part]);
        }
      }
    return found;
  };

  /** The edges that hold: [from, to), ms. */
  const clipped = (after: number, until: number): { readonly from: number; readonly to: number } => {
    const present = now();
    return { from: Math.max(after + 1, present - retention, world.origin), to: Math.min(until + 1, present) };
  };
  const numbersOf = ({ from, to }: { readonly from: number; readonly to: number }): number[] => {
    const first = Math.floor(from / binLength);
    const count = from < to ? Math.floor((to - 1) / binLength) - first + 1 : 0;
    return Array.from({ length: count }, (_, i) => first + i);
  };

  const floor = (from: number, { labels }: Name): number => Math.max(from, isAlert(labels) ? 0 : now() - retention);

  /** Of alerts older than all samples. */
  const olderAlerts = (matchers: readonly Matcher[], after: number, until: number): Part[] => {
    const present = now();
    const window = {
      from: toInstant(Math.max(after + 1, present - alertRetention)),
      to: toInstant(Math.min(until + 1, Math.max(present - retention, world.origin))),
    };
    if (window.from >= window.to || world.alerts(window).length === 0) return [];
    const wanted = (labels: Labels): boolean => isAlert(labels) && matchesAll(matchers, labels);
    return partsWithin(world.series(window, wanted), window.to);
  };

  /** A question for alerts by name needs no bin: they are few, and asked for over days. */
  const alertsAlone = (matchers: readonly Matcher[], after: number, until: number): readonly StoredSeries[] => {
    const present = now();
    const window = {
      from: toInstant(Math.max(after + 1, present - alertRetention)),
      to: toInstant(Math.min(until + 1, present)),
    };
    if (window.from >= window.to) return [];
    const series = alertSeries(world.alerts(window), window, (labels) => matchesAll(matchers, labels));
    const parts = Map.groupBy(partsWithin(series, window.to), ({ name }) => name);
    return [...parts]
      .flatMap(([name, own]) =>
        joined(
          name,
          own.toSorted((a, b) => (a.at[0] ?? 0) - (b.at[0] ?? 0)),
          window.from,
          window.to,
        ),
      )
      .sort((a, b) => compareOrders(a.name.order, b.name.order));
  };

  const found = (matchers: readonly Matcher[], numbers: readonly number[], after: number, until: number) => {
    const { to } = clipped(after, until);
    const parts = partsOf(matchers, numbers);
    for (const part of olderAlerts(matchers, after, until))
      parts.set(part.name, [part, ...(parts.get(part.name) ?? [])]);
    return [...parts]
      .flatMap(([name, own]) => joined(name, own, floor(after + 1, name), to))
      .sort((a, b) => compareOrders(a.name.order, b.name.order));
  };

  const select = (matchers: readonly Matcher[], after: number, until: number): readonly StoredSeries[] => {
    const name = matchers.find(({ label, op }) => label === "__name__" && op === "=")?.value;
    if (name !== undefined && /^(?:GRAFANA_)?ALERTS(?:_FOR_STATE)?$/.test(name))
      return alertsAlone(matchers, after, until);
    return found(matchers, numbersOf(clipped(after, until)), after, until);
  };

  const labelSets = (matchers: readonly Matcher[], from: number, to: number): readonly Labels[] => {
    const window = clipped(from - 1, to);
    const all = numbersOf(window);
    // A series lives until its pod goes: who lived at all is seen at the end, or where pods were replaced.
    const inside = new Set(all);
    const around = world
      .deploys({ from: toInstant(window.from - minute), to: toInstant(Math.max(window.from, window.to)) })
      .flatMap(({ at }) => [at - 1, at + 14 * second, at + 30 * second]);
    const alerts = world
      .alerts({ from: toInstant(window.from), to: toInstant(Math.max(window.from, window.to)) })
      .flatMap(({ activeAt, firesAt, endsAt }) => [activeAt, firesAt, endsAt ?? firesAt]);
    const witnesses = [...around, ...alerts, window.from, window.to - 1].map((at) => Math.floor(at / binLength));
    const numbers =
      all.length <= most / 2 ? all : [...new Set(witnesses)].filter((each) => inside.has(each)).sort((a, b) => a - b);
    return found(matchers, numbers, from - 1, to).map(({ labels }) => labels);
  };

  return { select, labelSets };
}

/** One series of its parts within [from, to); none where no sample lies there. */
function joined(
  name: Name,
  parts: readonly Part[],
  from: number,
  to: number,
): (StoredSeries & { readonly name: Name })[] {
  const cuts = parts.map(({ at }) => ({ first: firstFrom(at, from), last: firstFrom(at, to) }));
  const count = cuts.reduce((sum, { first, last }) => sum + last - first, 0);
  if (count === 0) return [];
  const at = new Float64Array(count);
  const values = new Float64Array(count);
  let filled = 0;
  for (const [i, part] of parts.entries()) {
    const { first = 0, last = 0 } = cuts[i] ?? {};
    at.set(part.at.subarray(first, last), filled);
    values.set(part.values.subarray(part.first + first, part.first + last), filled);
    filled += last - first;
  }
  const ends = [...new Set(parts.flatMap((part) => part.ends))].filter((end) => end < to).sort((a, b) => a - b);
  return [{ name, labels: name.labels, at, values, ends }];
}

/** Index of the first of ascending instants that is not before `edge`. */
function firstFrom(at: Float64Array, edge: number): number {
  let [low, high] = [0, at.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((at[middle] ?? 0) < edge) low = middle + 1;
    else high = middle;
  }
  return low;
}

function compareOrders(left: readonly string[], right: readonly string[]): number {
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const [one = "", other = ""] = [left[i], right[i]];
    if (one !== other) return one < other ? -1 : 1;
  }
  return left.length - right.length;
}
