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

function scaled(value: number, steps: readonly (readonly [number, string])[]): string {
  const size = Math.abs(value);
  const [factor = 1, unit = ""] = steps.find(([least]) => size >= least) ?? steps.at(-1) ?? [];
  return `${digits(value / factor)} ${unit}`.trimEnd();
}

const kibi = 1_024;
/** `38.2 %`, `30 s`, `11 ms`, `4.1 k/s`, `84 MiB`, `412`. `ratio` is 0..1, `seconds` are seconds. */
export function valueWords(value: number, unit: Unit): string {
  switch (unit) {
    case "ratio":
      return `${digits(value * 100)} %`;
    case "seconds":
      if (value === 0) return "0 s";
      if (Math.abs(value) >= 7_200) return `${digits(value / 3_600)} h`;
      if (Math.abs(value) >= 120) return `${digits(value / 60)} min`;
      return scaled(value, [
        [1, "s"],
        [1e-3, "ms"],
        [1e-6, "µs"],
      ]);
    case "per-second":
      return scaled(value, [
        [1e6, "M/s"],
        [1e3, "k/s"],
        [0, "/s"],
      ]);
    case "bytes":
      return scaled(value, [
        [kibi ** 3, "GiB"],
        [kibi ** 2, "MiB"],
        [kibi, "KiB"],
        [0, "B"],
      ]);
    case "count":
      return scaled(value, [
        [1e6, "M"],
        [1e4, "k"],
        [0, ""],
      ]);
  }
}

/** The least round number that is not below `highest`: 1, 1.5, 2, 3, 4, 5, 6, 8 × 10ⁿ; a ratio ends at 1. In the lane's unit. */
export function topOf(highest: number, unit: Unit): number {
  if (!(highest > 0)) return unit === "ratio" ? 0.01 : 1;
  const base = unit === "bytes" ? kibi ** Math.floor(Math.log(highest) / Math.log(kibi)) : 1;
  const size = highest / base;
  const magnitude = 10 ** Math.floor(Math.log10(size));
  const step = [1, 1.5, 2, 3, 4, 5, 6, 8, 10].find((each) => each * magnitude >= size * 0.999) ?? 10;
  // Products of decimals: 3 * 0.1 is 0.30000000000000004.
  const top = Number((step * magnitude).toPrecision(3)) * base;
  return unit === "ratio" ? Math.min(1, top) : top;
}
