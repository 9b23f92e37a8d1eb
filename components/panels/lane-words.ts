/** Numbers of a lane in words: values, the top of a scale. Pure. */
import type { Unit } from "@/lib/signal/series";

/** Three significant digits at most, never more precision than that: 38.2, 0.31, 1,240. */
function digits(value: number): string {
  const size = Math.abs(value);
  if (size === 0) return "0";
  if (size >= 100) return Math.round(value).toLocaleString("en-US");
  if (size >= 10) return value.toFixed(1).replace(/\.0$/, "");
  return size >= 0.001 ? String(Number(value.toPrecision(2))) : "< 0.001";
}

/** `steps`: from which size on, divided by what, called what; the last one takes the rest. */
function scaled(value: number, steps: readonly (readonly [number, number, string])[]): string {
  const [, divisor = 1, unit = ""] = steps.find(([least]) => Math.abs(value) >= least) ?? steps.at(-1) ?? [];
  return `${digits(value / divisor)} ${unit}`.trimEnd();
}

const kibi = 1_024;
const rates = [
  [1e6, 1e6, "M/s"],
  [1e3, 1e3, "k/s"],
  [0, 1, "/s"],
] as const;
const times = [
  [7_200, 3_600, "h"],
  [120, 60, "min"],
  [1, 1, "s"],
  [1e-3, 1e-3, "ms"],
  [1e-6, 1e-6, "µs"],
] as const;
const sizes = [
  [kibi ** 3, kibi ** 3, "GiB"],
  [kibi ** 2, kibi ** 2, "MiB"],
  [kibi, kibi, "KiB"],
  [0, 1, "B"],
] as const;
const counts = [
  [1e6, 1e6, "M"],
  [1e4, 1e3, "k"],
  [0, 1, ""],
] as const;

/** `38.2 %`, `30 s`, `11 ms`, `4.1 k/s`, `84 MiB`, `412`. `ratio` is 0..1, `seconds` are seconds. */
export function valueWords(value: number, unit: Unit): string {
  switch (unit) {
    case "ratio":
      return `${digits(value * 100)} %`;
    case "seconds":
      return value === 0 ? "0 s" : scaled(value, times);
    case "per-second":
      return scaled(value, rates);
    case "bytes":
      return scaled(value, sizes);
    case "count":
      return scaled(value, counts);
  }
}

/** The least round number that is not below `highest`: 1, 1.2, 1.5, 2, 2.5 … 8 × 10ⁿ; a ratio ends between 1 % and 100 %. In the lane's unit. */
export function topOf(highest: number, unit: Unit): number {
  if (!(highest > 0)) return unit === "ratio" ? 0.01 : 1;
  const base = unit === "bytes" ? kibi ** Math.floor(Math.log(highest) / Math.log(kibi)) : 1;
  const size = highest / base;
  const magnitude = 10 ** Math.floor(Math.log10(size));
  const step =
    [1, 1.2, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5, 6, 7, 8, 10].find((each) => each * magnitude >= size * 0.999) ?? 10;
  // Products of decimals: 3 * 0.1 is 0.30000000000000004.
  const top = Number((step * magnitude).toPrecision(3)) * base;
  // A tenth of a per cent drawn over the whole height would look like an outage.
  return unit === "ratio" ? Math.min(1, Math.max(0.01, top)) : top;
}
