/** All signals of one world judged, and worlds × signals as a table. */
import type { Cell, Judged } from "@/test/worlds/cell";
import { type Signal, signals } from "@/test/worlds/drawing";
import { judgeChanges, judgeLines, judgeTrace } from "@/test/worlds/judge-others";
import { judgeSeries } from "@/test/worlds/judge-series";

export type Row = { readonly world: string; readonly cells: Readonly<Record<Signal, Cell>> };

export const judged = (judged: Judged): Row => ({
  world: judged.placed.drawing.name,
  cells: {
    rate: judgeSeries("rate", judged),
    errors: judgeSeries("errors", judged),
    latency: judgeSeries("latency", judged),
    saturation: judgeSeries("saturation", judged),
    lines: judgeLines(judged),
    trace: judgeTrace(judged),
    changes: judgeChanges(judged),
  },
});

const shown = { found: "found", gap: "gap", wrong: "WRONG" } as const;

/** A line a world; below it a line for each cell that is wrong. */
export function printWorlds(rows: readonly Row[]): string {
  const width = Math.max(...rows.map(({ world }) => world.length));
  const line = (first: string, cells: readonly string[]): string =>
    [first.padEnd(width), ...cells.map((cell) => cell.padEnd(10))].join("  ").trimEnd();
  return [
    line("world", signals),
    ...rows.flatMap(({ world, cells }) => [
      line(
        world,
        signals.map((signal) => shown[cells[signal].verdict]),
      ),
      ...signals
        .filter((signal) => cells[signal].verdict === "wrong")
        .map((signal) => `${" ".repeat(width)}    ${signal}: ${cells[signal].words}`),
    ]),
  ].join("\n");
}
