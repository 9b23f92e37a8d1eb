/** Buckets of powers of two and quantiles from them (pkg/traceql/engine_metrics.go, Log2Bucketize, Log2Quantile). */

/** The least power of two that is not below `value`; undefined below 2. */
export const log2Bucket = (value: number): number | undefined => {
  if (value < 2) return undefined;
  let bound = 2 ** Math.floor(Math.log2(value));
  while (bound < value) bound *= 2;
  return bound;
};

/** Between the bounds on a scale of powers, counting up to the sample that stands at the quantile. 0 without samples. */
export function log2Quantile(quantile: number, counts: ReadonlyMap<number, number>): number {
  const buckets = [...counts].sort(([a], [b]) => a - b);
  const all = buckets.reduce((sum, [, count]) => sum + count, 0);
  if (all === 0 || !(quantile >= 0 && quantile <= 1)) return 0;
  const wanted = Math.max(1, Math.ceil(quantile * all));
  let below = 0;
  for (const [row, [bound, count]] of buckets.entries()) {
    if (below + count > wanted) {
      const high = Math.log2(bound);
      const low = row > 0 ? Math.log2(buckets[row - 1]?.[0] ?? 0) : high - 1;
      return 2 ** (low + (high - low) * ((wanted - below) / count));
    }
    below += count;
    if (below === wanted) return bound;
  }
  return 0;
}
