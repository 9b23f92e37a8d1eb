/**
 * What the engine asks of whoever holds lines. Lines come as columns: who said it when is cheap, what was said is asked
 * row by row. Times are epoch microseconds, exact below 2^53.
 */
import type { Labels } from "@/lib/signal/labels";

/** Lines that share their stream and most of what stands beside them. */
export type Kind = {
  readonly stream: Labels;
  /** Metadata with one value for all lines of the kind. */
  readonly fixed: Labels;
  /** Names of metadata that differ from line to line, or are missing on some. */
  readonly varying: readonly string[];
};

export type Block = {
  readonly kinds: readonly Kind[];
  /** Ascending. */
  readonly micros: ArrayLike<number>;
  /** Index into `kinds` by row. */
  readonly kind: ArrayLike<number>;
  readonly text: (row: number) => string;
  /** Fixed and varying. */
  readonly metadata: (row: number) => Labels;
  /** Of the text, in UTF-8. */
  readonly bytes: (row: number) => number;
};

/** What makes the rest of the lines not worth fetching. */
export type Wanted = {
  readonly stream: (stream: Labels) => boolean;
  /** Each wanted line holds, for each list, one of its texts: in its own text or as the value of a label. */
  readonly holds: readonly (readonly string[])[];
};

export type Span = { readonly from: number; readonly to: number };

export type Storage = {
  /** All wanted lines in [from, to), and perhaps others. Blocks do not overlap; the oldest first, or the newest. */
  readonly blocks: (span: Span, wanted: Wanted, order: "forward" | "backward") => Iterable<Block>;
};

/** Rows of a block within a span, [from, to). */
export function rowsIn({ micros }: Block, { from, to }: Span): [first: number, end: number] {
  const firstAt = (limit: number): number => {
    let [low, high] = [0, micros.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((micros[middle] ?? 0) < limit) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return [firstAt(from), firstAt(to)];
}
