/** A log query over a span: the lines it lets through, up to a limit. */
import type { Logs } from "@/lib/engine/logql/ast";
import { rowsIn, type Span, type Storage } from "@/lib/engine/logql/storage";
import { restFor, wantedBy } from "@/lib/engine/logql/wanted";
import { noHints, type Sorted, sorted, workOn } from "@/lib/engine/logql/work";

export type Line = Sorted & { readonly nanos: string; readonly text: string };
export type LineRange = Span & { readonly limit: number; readonly direction: "forward" | "backward" };

/** In the order of the direction. `interval` (µs) thins what the limit let through: the next line is at least that far off. */
export function queryLines(logs: Logs, storage: Storage, range: LineRange, interval = 0): Line[] {
  const restOf = restFor(logs, noHints);
  const found: Line[] = [];
  const step = range.direction === "forward" ? 1 : -1;
  let last = Number.NaN;
  let passed = 0;
  for (const block of storage.blocks(range, wantedBy(logs), range.direction)) {
    const rests = block.kinds.map(restOf);
    const [first, end] = rowsIn(block, range);
    for (let row = step > 0 ? first : end - 1; row >= first && row < end; row += step) {
      const index = block.kind[row] ?? 0;
      const [rest, kind] = [rests[index], block.kinds[index]];
      if (!rest || !kind) continue;
      const micros = block.micros[row] ?? 0;
      const nanos = `${micros}000`;
      const work = workOn(kind.stream, block.metadata(row), block.text(row), () => nanos);
      if (!rest.run(work)) continue;
      passed += 1;
      if (!(Math.abs(micros - last) < interval)) {
        last = micros;
        found.push({ ...sorted(work), nanos, text: work.text });
      }
      if (passed >= range.limit) return found;
    }
  }
  return found;
}
