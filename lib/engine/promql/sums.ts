/** Sums that do not lose digits, means that do not overflow, quantiles. Source: util/kahansum, promql/functions.go. */

/** Neumaier's variant of Kahan's summation: `total` and what rounding took from it. */
export type Sum = { total: number; lost: number };
export const newSum = (): Sum => ({ total: 0, lost: 0 });

export function add(sum: Sum, value: number): void {
  const total = sum.total + value;
  if (!Number.isFinite(total)) sum.lost = 0;
  else if (Math.abs(sum.total) >= Math.abs(value)) sum.lost += sum.total - total + value;
  else sum.lost += value - total + sum.total;
  sum.total = total;
}
export const totalOf = ({ total, lost }: Sum): number => (Number.isFinite(total) ? total + lost : total);

/** Of values given one by one through `each`; where their sum overflows, the mean is carried instead. */
export function meanOf(values: Iterable<number>): number {
  const sum = newSum();
  let count = 0;
  let carried = false;
  for (const value of values) {
    count += 1;
    if (count === 1) {
      sum.total = value;
      continue;
    }
    if (!carried) {
      const before = { ...sum };
      add(sum, value);
      if (Math.abs(sum.total) !== Number.POSITIVE_INFINITY) continue;
      carried = true;
      sum.total = before.total / (count - 1);
      sum.lost = before.lost / (count - 1);
    }
    const share = (count - 1) / count;
    sum.total *= share;
    sum.lost *= share;
    add(sum, value / count);
  }
  return carried ? sum.total + sum.lost : sum.total / count + sum.lost / count;
}

/** NaN before everything, as Prometheus sorts. */
export const ascending = (a: number, b: number): number => {
  if (Number.isNaN(a)) return Number.isNaN(b) ? 0 : -1;
  return Number.isNaN(b) ? 1 : a - b || 0;
};

/** Between two values, weighed; outside [0, 1] an infinity. */
export function quantileOf(q: number, values: readonly number[]): number {
  if (values.length === 0 || Number.isNaN(q)) return Number.NaN;
  if (q < 0) return Number.NEGATIVE_INFINITY;
  if (q > 1) return Number.POSITIVE_INFINITY;
  const sorted = values.toSorted(ascending);
  const rank = q * (sorted.length - 1);
  const low = Math.max(0, Math.floor(rank));
  const high = Math.min(sorted.length - 1, low + 1);
  const weight = rank - Math.floor(rank);
  return (sorted[low] ?? Number.NaN) * (1 - weight) + (sorted[high] ?? Number.NaN) * weight;
}
