/** Round durations along the waterfall's axis: 0, 10 s, 20 s, 30 s. Pure. */

const second = 1e9;
/** ns: 1, 2, 5 × 10ⁿ below a minute, then what clocks are read in. */
const steps: readonly number[] = [
  ...Array.from({ length: 11 }, (_, power) => [1, 2, 5].map((digit) => digit * 10 ** power)).flat(),
  ...[20, 30, 60, 120, 300, 600, 1_200, 1_800].map((count) => count * second),
  ...[1, 2, 6, 12, 24].map((count) => count * 3_600 * second),
].sort((a, b) => a - b);

/**
 * Round durations from `from` on, within `total` ns: at most `most` besides the first, none beyond the share `until` of the
 * axis, where its words would be cut off. From the start of the trace it begins with 0.
 */
export function roundNanos(total: number, most: number, from = 0, until = 0.93): readonly number[] {
  const step = steps.find((each) => total / each <= most) ?? Math.ceil(total / most);
  const first = Math.ceil(from / step);
  const count = Math.floor((from + total * until) / step) - first;
  return Array.from({ length: Math.max(0, count + 1) }, (_, index) => (first + index) * step);
}

/** `20 s`, `250 ms`, `2 min`: no decimals that say nothing. */
export function tickWords(nanos: number): string {
  const units: readonly (readonly [number, string])[] = [
    [3_600 * second, "h"],
    [60 * second, "min"],
    [second, "s"],
    [1e6, "ms"],
    [1e3, "µs"],
    [1, "ns"],
  ];
  if (nanos === 0) return "0";
  const [size, unit] = units.find(([each]) => nanos >= each * (each > second ? 2 : 1)) ?? [1, "ns"];
  return `${Number((nanos / size).toPrecision(3))} ${unit}`;
}
