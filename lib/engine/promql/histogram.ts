/** Classic histograms: quantiles and fractions of cumulative buckets. Source: promql/quantile.go of Prometheus 3.15. */
import { withLabel } from "@/lib/engine/promql/label-sets";
import { parseFloatText } from "@/lib/engine/promql/literals";
import type { Forced } from "@/lib/engine/promql/notes";
import { emptyRow, put, type Row, valueAt } from "@/lib/engine/promql/rows";
import type { Run } from "@/lib/engine/promql/run";
import { type Labels, labelsKey } from "@/lib/signal/labels";

/** Observations up to and with `bound`; what is not in order is put in order by those who read them. */
export type Bucket = { readonly bound: number; count: number };

/** Relative difference below which two counts are one count and a rounding error. */
const tolerance = 1e-12;
const smallestNormal = 2.2250738585072014e-308;

function almostEqual(a: number, b: number): boolean {
  const sum = Math.abs(a) + Math.abs(b);
  const difference = Math.abs(a - b);
  if (a === 0 || b === 0 || sum < smallestNormal) return difference < tolerance * smallestNormal;
  return difference / Math.min(sum, Number.MAX_VALUE) < tolerance;
}

/** Ascending, equal bounds added up. */
function ascendingBounds(buckets: readonly Bucket[]): Bucket[] {
  const ordered: Bucket[] = [];
  for (const { bound, count } of buckets.toSorted((a, b) => (a.bound < b.bound ? -1 : a.bound > b.bound ? 1 : 0))) {
    const last = ordered.at(-1);
    if (last?.bound === bound) last.count += count;
    else ordered.push({ bound, count });
  }
  return ordered;
}

/** Raises counts so that none falls; tells what that took, where it was more than a rounding error. */
function forceRising(buckets: readonly Bucket[]): Forced | null {
  const raised: { readonly bound: number; readonly by: number }[] = [];
  let before = buckets[0]?.count ?? 0;
  for (const bucket of buckets.slice(1)) {
    if (bucket.count === before) continue;
    const isSame = almostEqual(before, bucket.count);
    if (!isSame && !(bucket.count < before)) {
      before = bucket.count;
      continue;
    }
    if (!isSame) raised.push({ bound: bucket.bound, by: before - bucket.count });
    bucket.count = before;
  }
  if (raised.length === 0) return null;
  const bounds = raised.map(({ bound }) => bound);
  return {
    least: Math.min(...bounds),
    greatest: Math.max(...bounds),
    difference: Math.max(...raised.map(({ by }) => by)),
  };
}

/** Between bounds the observations are taken to be spread evenly; from the last finite bound on nothing is known. */
export function bucketQuantile(
  q: number,
  given: readonly Bucket[],
): { readonly value: number; readonly forced: Forced | null } {
  const plain = (value: number): { value: number; forced: null } => ({ value, forced: null });
  if (Number.isNaN(q)) return plain(Number.NaN);
  if (q < 0) return plain(Number.NEGATIVE_INFINITY);
  if (q > 1) return plain(Number.POSITIVE_INFINITY);
  const buckets = ascendingBounds(given);
  const last = buckets.at(-1);
  if (last?.bound !== Number.POSITIVE_INFINITY) return plain(Number.NaN);
  const forced = forceRising(buckets);
  if (buckets.length < 2 || last.count === 0) return { value: Number.NaN, forced };
  const rank = q * last.count;
  const found = buckets.findIndex(({ count }) => count >= rank);
  // NaN counts are never reached: then it is the last, as with a search that ends there.
  const bucket = buckets[found];
  const below = buckets[found - 1];
  if (!bucket || bucket === last) return { value: buckets.at(-2)?.bound ?? Number.NaN, forced };
  if (!below && bucket.bound <= 0) return { value: bucket.bound, forced };
  const start = below?.bound ?? 0;
  const skipped = below?.count ?? 0;
  return { value: start + (bucket.bound - start) * ((rank - skipped) / (bucket.count - skipped)), forced };
}

/** Share of the observations between two values. */
export function bucketFraction(lower: number, upper: number, given: readonly Bucket[]): number {
  const buckets = ascendingBounds(given);
  const last = buckets.at(-1);
  if (last?.bound !== Number.POSITIVE_INFINITY) return Number.NaN;
  if (last.count === 0 || Number.isNaN(lower) || Number.isNaN(upper)) return Number.NaN;
  if (lower >= upper) return 0;
  const rankOf = (value: number): number => {
    let below: Bucket = { bound: (buckets[0]?.bound ?? 0) > 0 ? 0 : Number.NEGATIVE_INFINITY, count: 0 };
    for (const bucket of buckets) {
      if (value <= below.bound) return below.count;
      if (value < bucket.bound) {
        if (below.bound === Number.NEGATIVE_INFINITY || bucket.bound === Number.POSITIVE_INFINITY)
          return bucket.bound === Number.POSITIVE_INFINITY ? below.count : bucket.count;
        return below.count + (bucket.count - below.count) * ((value - below.bound) / (bucket.bound - below.bound));
      }
      below = bucket;
    }
    return last.count;
  };
  return (Math.min(rankOf(upper), last.count) - Math.min(rankOf(lower), last.count)) / last.count;
}

type Group = { readonly labels: Labels; readonly rows: { readonly bound: number; readonly row: Row }[] };

/** Rows with `le`, grouped into histograms; `from` is where a warning about a row without points. */
function histogramsOf(rows: readonly Row[], from: number, run: Run): Group[] {
  const groups = new Map<string, Group>();
  for (const row of rows) {
    const le = row.labels.le ?? "";
    const bound = parseFloatText(le);
    if (bound === undefined) {
      run.notes.warn(`bucket label "le" is missing or has a malformed value of ${JSON.stringify(le)}`, from);
      continue;
    }
    const own = withLabel(row.labels, "le", "");
    const key = labelsKey(own);
    const group = groups.get(key) ?? { labels: withLabel(own, "__name__", ""), rows: [] };
    group.rows.push({ bound, row });
    groups.set(key, group);
  }
  return [...groups.values()];
}

/** One row a histogram: `calculate` over its buckets at each step that has any. */
export function overHistograms(
  rows: readonly Row[],
  count: number,
  from: number,
  run: Run,
  calculate: (buckets: readonly Bucket[], step: number) => number,
): Row[] {
  return histogramsOf(rows, from, run).map((group) => {
    const out = emptyRow(group.labels, count);
    for (let i = 0; i < count; i++) {
      const buckets: Bucket[] = [];
      for (const { bound, row } of group.rows) if (row.has[i] === 1) buckets.push({ bound, count: valueAt(row, i) });
      if (buckets.length > 0) put(out, i, calculate(buckets, i));
    }
    return out;
  });
}
