/** Medians without sorting: detection runs over hundreds of series while a page streams in. */

/** The k-th smallest (from 0) of `values`, which is reordered (Hoare, 1961); it is known to stand in `low`..`high`. */
export function selectIn(values: Float64Array, k: number, low = 0, high = values.length - 1): number {
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

let scratch = new Float64Array(1_024);
/** A copy in the one place where such copies are made: good until the next one is. */
export function copyOf(values: Float64Array): Float64Array {
  if (scratch.length < values.length) scratch = new Float64Array(2 * values.length);
  const copy = scratch.subarray(0, values.length);
  copy.set(values);
  return copy;
}
export const medianOf = (values: Float64Array): number => medianIn(copyOf(values));

/** Whether the median is at most `most`: told by counting. False of none. */
export function isMedianWithin(values: Float64Array, most: number): boolean {
  const middle = values.length >> 1;
  let within = 0;
  let lower = Number.NEGATIVE_INFINITY;
  let upper = Number.POSITIVE_INFINITY;
  for (let at = 0; at < values.length; at += 1) {
    const value = values[at] ?? 0;
    if (value <= most) {
      within += 1;
      if (value > lower) lower = value;
    } else if (value < upper) upper = value;
  }
  if (within > middle) return true;
  // Of an even count the middle two may stand on either side.
  return values.length % 2 === 0 && within === middle && (lower + upper) / 2 <= most;
}

/** Of five numbers, by comparing pairs. */
function medianOfFive(a: number, b: number, c: number, d: number, e: number): number {
  const low = Math.max(Math.min(a, b), Math.min(c, d));
  const high = Math.min(Math.max(a, b), Math.max(c, d));
  return Math.max(Math.min(low, high), Math.min(Math.max(low, high), e));
}

/** Median of each number and its two neighbours on either side: runs of three survive with sharp edges, ones and twos do not. */
export function runningMedian(values: Float64Array): Float64Array {
  const medians = new Float64Array(values.length);
  const last = values.length - 1;
  let [a, b, c, d] = [values[0] ?? 0, values[1] ?? 0, values[2] ?? 0, values[3] ?? 0];
  for (let index = 2; index <= last - 2; index += 1) {
    const e = values[index + 2] ?? 0;
    medians[index] = medianOfFive(a, b, c, d, e);
    a = b;
    b = c;
    c = d;
    d = e;
  }
  // At the ends fewer neighbours are left.
  for (const index of new Set([0, 1, last - 1, last]))
    if (index >= 0 && index <= last)
      medians[index] = medianOf(values.subarray(Math.max(0, index - 2), Math.min(values.length, index + 3)));
  return medians;
}
