/**
 * Several blocks of lines -> one list in time order, in which a line that two answers brought stands once. Columns stay
 * columns: a row of the list is two numbers.
 *
 *   index    0  1  2  3
 *   source   0  1  0  0      index into `blocks`
 *   row      0  0  1  2      row of that block
 */
import { labelsKey } from "@/lib/signal/labels";
import type { LogLines } from "@/lib/signal/lines";
import { nanosSince } from "@/lib/signal/time";

export type MergedLines = { readonly source: Int32Array; readonly row: Int32Array };

/** The same stream, nanosecond and text is the same line. Within one block nothing is taken for a repeat. */
export function mergedLines(blocks: readonly LogLines[]): MergedLines {
  const total = blocks.reduce((sum, { text }) => sum + text.length, 0);
  const source = new Int32Array(total);
  const row = new Int32Array(total);
  let at = 0;
  blocks.forEach(({ text }, index) => {
    for (let each = 0; each < text.length; each += 1) {
      source[at] = index;
      row[at] = each;
      at += 1;
    }
  });
  return blocks.filter(({ text }) => text.length > 0).length < 2 ? { source, row } : byTime(blocks, source, row);
}

function byTime(blocks: readonly LogLines[], source: Int32Array, row: Int32Array): MergedLines {
  const sourceAt = (at: number): number => source[at] ?? 0;
  const rowAt = (at: number): number => row[at] ?? 0;
  const base = blocks[0]?.base ?? "0";
  const shifts = blocks.map((block) => nanosSince(base, block.base));
  const time = new Float64Array(source.length);
  for (let at = 0; at < time.length; at += 1)
    time[at] = (shifts[sourceAt(at)] ?? 0) + (blocks[sourceAt(at)]?.offset[rowAt(at)] ?? 0);
  const order = Int32Array.from(time.keys()).sort((a, b) => (time[a] ?? 0) - (time[b] ?? 0) || a - b);
  const keys = blocks.map(({ streams }) => streams.map((labels) => labelsKey(labels)));
  const identity = (at: number): string => {
    const block = blocks[sourceAt(at)];
    return `${keys[sourceAt(at)]?.[block?.stream[rowAt(at)] ?? 0]} ${block?.text[rowAt(at)]}`;
  };
  const kept: number[] = [];
  let instant = Number.NaN;
  let seen = new Map<string, number>();
  for (const at of order) {
    if (time[at] !== instant) {
      instant = time[at] ?? 0;
      seen = new Map();
    }
    const key = identity(at);
    const first = seen.get(key);
    // One answer may hold a line twice, since it was written twice; only another answer's copy is a repeat.
    if (first !== undefined && first !== sourceAt(at)) continue;
    seen.set(key, sourceAt(at));
    kept.push(at);
  }
  return { source: Int32Array.from(kept, sourceAt), row: Int32Array.from(kept, rowAt) };
}

/** How many lines the blocks hold together, and how many of them tell of a failure. */
export function countLines(blocks: readonly LogLines[]): { readonly lines: number; readonly errors: number } {
  const merged = mergedLines(blocks);
  let errors = 0;
  for (let at = 0; at < merged.row.length; at += 1) {
    const level = blocks[merged.source[at] ?? 0]?.level[merged.row[at] ?? 0];
    if (level === "error" || level === "fatal") errors += 1;
  }
  return { lines: merged.row.length, errors };
}
