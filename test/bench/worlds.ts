/** Worlds × signals in the embedded servers: found, gap with its reason, wrong; printed as a table, and counted. */
import { parseInstant } from "@/lib/signal/time";
import type { Figure } from "@/test/bench/figure";
import { drawings, signals } from "@/test/worlds/drawing";
import { investigated } from "@/test/worlds/investigated";
import { placedAt } from "@/test/worlds/placed";
import { serve } from "@/test/worlds/servers";
import { judged, printWorlds, type Row } from "@/test/worlds/table";

export async function worldsFigures(): Promise<Figure[]> {
  const zero = parseInstant("2026-11-21T14:00:00Z");
  if (zero === undefined) throw new Error("no instant");
  const rows: Row[] = [];
  const all = drawings();
  for (const drawing of all) {
    const placed = placedAt(drawing, zero);
    const { urls, close } = await serve(placed);
    try {
      rows.push(judged({ placed, seen: await investigated(placed, urls) }));
    } finally {
      await close();
    }
  }
  console.log(`\n${printWorlds(rows)}`);
  const cells = rows.flatMap((row, world) =>
    signals.map((signal) => ({ cell: row.cells[signal], expected: all[world]?.expect[signal].verdict })),
  );
  const count = (verdict: string): number => cells.filter(({ cell }) => cell.verdict === verdict).length;
  const [found, gaps, wrong] = [count("found"), count("gap"), count("wrong")];
  const of = `${rows.length} worlds × ${signals.length} signals`;
  return [
    { what: "worlds: cells wrong", value: wrong, unit: "count", from: `${of}: ${found} found, ${gaps} gaps`, most: 0 },
    {
      what: "worlds: cells neither found nor a gap with its reason",
      value: (100 * (cells.length - found - gaps)) / Math.max(1, cells.length),
      unit: "%",
      from: of,
      most: 0,
    },
    {
      what: "worlds: cells other than their drawing expects",
      value: cells.filter(({ cell, expected }) => cell.verdict !== expected).length,
      unit: "count",
      from: of,
      most: null,
    },
  ];
}
