/** A figure: what was measured, how it came about, and what it may be at most; printed as a table. */

export type Unit = "×" | "%" | "count" | "kB" | "MB" | "ms";

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

const decimals: Readonly<Record<Unit, number>> = { "×": 2, "%": 1, count: 0, kB: 1, MB: 0, ms: 0 };
const suffix: Readonly<Record<Unit, string>> = { "×": "", "%": " %", count: "", kB: " kB", MB: " MB", ms: " ms" };
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

const worked = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
};
/** Runs in a row until their time can be measured, and each pays for the garbage of the one before. */
const stretchMs = 60;
const fewest = 3;

/**
 * ms each work takes, medians of `rounds` in turns. Worked time of all threads: what a busy machine lets wait is not in
 * it, what the collector does is.
 */
export function timesOf(works: readonly (() => unknown)[], rounds = 7): number[] {
  type Task = { readonly work: () => unknown; readonly repeats: number; readonly times: number[] };
  const tasks = works.map((work): Task => {
    work();
    const before = performance.now();
    work();
    const repeats = Math.max(fewest, Math.ceil(stretchMs / Math.max(performance.now() - before, 0.01)));
    return { work, repeats, times: [] };
  });
  for (let round = 0; round < rounds; round += 1)
    for (const { work, repeats, times } of tasks) {
      const before = worked();
      for (let run = 0; run < repeats; run += 1) work();
      times.push((worked() - before) / repeats);
    }
  return tasks.map(({ times }) => medianOf(times));
}
export const timeOf = (work: () => unknown, rounds = 7): number => timesOf([work], rounds)[0] ?? 0;

/** Times of `small` and `large`; measured again, up to thrice, while their ratio is over `most`: growth of ours comes every time. */
export function growthOf(small: () => unknown, large: () => unknown, most: number, rounds = 7): [number, number] {
  let best: [number, number] = [0, Number.POSITIVE_INFINITY];
  for (let attempt = 0; attempt < 3; attempt += 1) {
    const [one = 0, other = 0] = timesOf([small, large], rounds);
    if (other / one < best[1] / best[0]) best = [one, other];
    if (best[1] / best[0] <= most) break;
  }
  return best;
}

export const ms = (value: number): string => `${value < 10 ? value.toFixed(1) : value.toFixed(0)} ms`;
