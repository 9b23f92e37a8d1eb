/** A figure: what was measured, how it came about, and what it may be at most; printed as a table. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

export type Unit = "×" | "%" | "count" | "kB" | "ms";

export type Figure = {
  readonly what: string;
  readonly value: number;
  readonly unit: Unit;
  /** How the value came about: "412 ms ÷ 389 ms". */
  readonly from: string;
  /** null = told only. */
  readonly most: number | null;
};

/** Milliseconds say as much about the machine as about the console: they are told, never gated. */
export const isGated = ({ most, unit }: Figure): boolean => most !== null && unit !== "ms";
export const isReached = ({ value, most }: Figure): boolean => most === null || value <= most;

const decimals: Readonly<Record<Unit, number>> = { "×": 2, "%": 1, count: 0, kB: 1, ms: 0 };
const suffix: Readonly<Record<Unit, string>> = { "×": "", "%": " %", count: "", kB: " kB", ms: " ms" };
export const printValue = (value: number, unit: Unit): string => `${value.toFixed(decimals[unit])}${suffix[unit]}`;

const verdict = (figure: Figure): string =>
  figure.most === null ? "" : `${isReached(figure) ? "ok" : "MISSED"}${isGated(figure) ? "" : " (not gated)"}`;

/** One line a figure; columns as wide as what stands in them. */
export function printTable(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => [
    figure.what,
    printValue(figure.value, figure.unit),
    figure.most === null ? "" : `≤ ${figure.most}${suffix[figure.unit]}`,
    verdict(figure),
    figure.from,
  ]);
  const all = [["what", "value", "reach", "", "from"], ...rows];
  const widths = all[0]?.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0))) ?? [];
  const isNumber = (column: number): boolean => column === 1 || column === 2;
  return all
    .map((row) =>
      row
        .map((cell, column) => cell[isNumber(column) ? "padStart" : "padEnd"](widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

export function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

setFlagsFromString("--expose-gc");
const collectGarbage: unknown = runInNewContext("gc");
/** Forced, so that no run pays for the garbage of the one before. */
const clean = (): void => {
  if (typeof collectGarbage === "function") collectGarbage();
};

/** ms by work, medians of `rounds` after one that does not count; in turns, so that a busy machine slows all alike. */
export function timesOf(works: readonly (() => unknown)[], rounds = 7): number[] {
  const times = works.map((): number[] => []);
  for (let round = -1; round < rounds; round += 1)
    for (const [index, work] of works.entries()) {
      clean();
      const before = performance.now();
      work();
      if (round >= 0) times[index]?.push(performance.now() - before);
    }
  return times.map(medianOf);
}
export const timeOf = (work: () => unknown, rounds = 7): number => timesOf([work], rounds)[0] ?? 0;

export const ms = (value: number): string => `${value < 10 ? value.toFixed(1) : value.toFixed(0)} ms`;
