/** Drawn lanes -> a table of their numbers, for who reads better than sees. Pure. */
import { type LevelBars, levelWordsAt } from "@/components/panels/lane-levels";
import { valueAt } from "@/components/panels/lane-points";
import { valueWords } from "@/components/panels/lane-words";
import type { ChartLane } from "@/components/panels/timeline-lanes";
import { durationOf, type Instant, minute, second, toInstant, type Window } from "@/lib/signal/time";

export type Cells = {
  readonly columns: readonly string[];
  readonly rows: readonly { readonly at: Instant; readonly cells: readonly string[] }[];
  /** ms between rows. */
  readonly step: number;
};

/** More rows are no longer read; a closer look gives finer ones. */
const mostRows = 60;
const steps = [1, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 21_600, 43_200].map(
  (count) => count * second,
);

/** On round instants, at most 60; the values are those that the crosshair reads there. */
export function cellsOf(lanes: readonly ChartLane[], levels: LevelBars | undefined, shown: Window): Cells {
  const finest = Math.min(...lanes.map(({ points }) => points.step), minute);
  const step = steps.find((each) => each >= finest && durationOf(shown) / each <= mostRows) ?? durationOf(shown);
  const rows: Cells["rows"][number][] = [];
  for (let ms = Math.ceil(shown.from / step) * step; step > 0 && ms <= shown.to; ms += step) {
    const at = toInstant(ms);
    const values = lanes.map(({ points, unit }) => {
      const value = valueAt(points, at);
      return value === null ? "no sample" : valueWords(value, unit);
    });
    rows.push({ at, cells: levels ? [...values, levelWordsAt(levels, at)] : values });
  }
  const columns = lanes.map(({ name, about }) => `${name}, ${about}`);
  return { columns: levels ? [...columns, "Log lines"] : columns, rows, step };
}
