/** Medians without sorting: detection runs over hundreds of series while a page streams in. */

/** The k-th smallest (from 0) of `values`, which is reordered (Hoare, 1961). */
export function selectIn(values: Float64Array, k: number): number {
  let low = 0;
  let high = values.length - 1;
  while (low < high) {
    const pivot = values[(low + high) >> 1] ?? 0;
    let left = low;
    let right = high;
    while (left <= right) {
      while ((values[left] ?? 0) < pivot) left += 1;
      while ((values[right] ?? 0) > pivot) right -= 1;
      if (left > right) break;
      const held = values[left] ?? 0;
      values[left] = values[right] ?? 0;
      values[right] = held;
      left += 1;
      right -= 1;
    }
    if (k <= right) high = right;
    else if (k >= left) low = left;
    else break;
  }
  return values[k] ?? 0;
}

/** Reorders its argument; 0 of none. Of an even count the mean of the middle two. */
export function medianIn(values: Float64Array): number {
  const middle = values.length >> 1;
  const upper = selectIn(values, middle);
  if (values.length % 2 === 1 || values.length === 0) return upper;
  // What stands before the middle is not greater: its largest is the lower of the two.
  let lower = Number.NEGATIVE_INFINITY;
  for (let at = 0; at < middle; at += 1) lower = Math.max(lower, values[at] ?? lower);
  return (lower + upper) / 2;
}
export const medianOf = (values: Float64Array): number => medianIn(values.slice());

/** Median of each number and its two neighbours on either side: runs of three survive with sharp edges, ones and twos do not. */
export function runningMedian(values: Float64Array): Float64Array {
  const near = new Float64Array(5);
  return values.map((_, index) => {
    const from = Math.max(0, index - 2);
    const to = Math.min(values.length, index + 3);
    for (let at = from; at < to; at += 1) {
      let slot = at - from;
      const value = values[at] ?? 0;
      for (; slot > 0 && (near[slot - 1] ?? 0) > value; slot -= 1) near[slot] = near[slot - 1] ?? 0;
      near[slot] = value;
    }
    const count = to - from;
    const middle = count >> 1;
    return count % 2 === 1 ? (near[middle] ?? 0) : ((near[middle - 1] ?? 0) + (near[middle] ?? 0)) / 2;
  });
}
