/** What every scrape of a meter sees: its cells at each scrape time, cumulative. */
import type { Meter, Meters } from "@/lib/demo/meters";
import { widthOf } from "@/lib/demo/meters";
import { scrapeInterval, scrapesOf } from "@/lib/demo/scrapes";
import type { Tally } from "@/lib/demo/tally";
import type { Instant, Window } from "@/lib/signal/time";

/** Row k of `cells` (each `width` wide) is what the scrape at `at[k]` saw. */
export type Counts = {
  readonly meter: Meter;
  readonly at: readonly Instant[];
  readonly width: number;
  readonly cells: Float64Array;
};

/** Sums `cells[from..to)` of one row. */
export function countIn({ cells, width }: Counts, row: number, from: number, to: number): number {
  let count = 0;
  for (let i = from; i < to; i++) count += cells[row * width + i] ?? 0;
  return count;
}
/** Requests that ended, of any latency. */
export const endedAt = (counts: Counts, row: number): number => countIn(counts, row, 1, counts.width - 1);

/** The meters chosen, at their scrapes within [from, to). The same instant counts the same whatever the window. */
export function countsOf(
  meters: Meters,
  tally: Tally,
  { from, to }: Window,
  isChosen: (meter: Meter) => boolean,
): Counts[] {
  const chosen = meters.meters.flatMap((meter): Counts[] => {
    const at = scrapesOf(meter.pod, from, to);
    const width = widthOf(meter.shape);
    if (at.length === 0 || !isChosen(meter)) return [];
    return [{ meter, at, width, cells: new Float64Array(width * at.length) }];
  });
  if (chosen.length === 0) return [];
  const before = tally.at(from);
  for (const { meter, width, cells } of chosen) cells.set(before.subarray(meter.cell, meter.cell + width));

  const byCell = new Map(chosen.map((counts) => [counts.meter.cell, counts]));
  // Each event belongs to the first scrape behind it; summing up comes after.
  const count = ({ at, width, cells }: Counts, micros: number, cell: number, amount: number): void => {
    const row = Math.max(0, Math.floor((micros / 1_000 - (at[0] ?? 0)) / scrapeInterval) + 1);
    if (micros < from * 1_000 || row >= at.length) return;
    cells[row * width + cell] = (cells[row * width + cell] ?? 0) + amount;
  };
  tally.visit(from, to, ({ cell }, { start, end, bucket, amount }, draw) => {
    const counts = byCell.get(cell);
    if (!counts) return;
    count(counts, draw.at + start, 0, amount);
    count(counts, draw.at + end, 1 + bucket, amount);
    count(counts, draw.at + end, counts.width - 1, end - start);
  });
  for (const { width, cells } of chosen)
    for (let i = width; i < cells.length; i++) cells[i] = (cells[i] ?? 0) + (cells[i - width] ?? 0);
  return chosen;
}
