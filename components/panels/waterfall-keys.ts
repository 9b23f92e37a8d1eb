/** A key pressed over the waterfall -> what it does. The keys of a tree (WAI-ARIA treegrid), and j k n p. Pure. */
import { nextFailed } from "@/components/panels/next-failed";
import { indexOfRow, rowAt, type WaterfallRows } from "@/components/panels/waterfall-rows";

/** `row` is a row of the trace. */
export type WaterfallMove = { readonly kind: "select" | "fold" | "unfold"; readonly row: number };

/** `page` = rows a page key moves. undefined: the key means nothing here. */
export function waterfallMove(
  key: string,
  visible: WaterfallRows,
  selected: number | null,
  page: number,
): WaterfallMove | undefined {
  const index = selected === null ? -1 : indexOfRow(visible, selected);
  const to = (at: number): WaterfallMove | undefined => {
    const row = visible.rows[Math.min(Math.max(at, 0), visible.count - 1)];
    return row === undefined ? undefined : { kind: "select", row };
  };
  const select = (row: number | null): WaterfallMove | undefined =>
    row === null ? undefined : { kind: "select", row };
  switch (key) {
    case "ArrowDown":
    case "j":
      return to(index + 1);
    case "ArrowUp":
    case "k":
      return to(index - 1);
    case "PageDown":
      return to(index + page);
    case "PageUp":
      return to(index - page);
    case "Home":
      return to(0);
    case "End":
      return to(visible.count - 1);
    case "n":
      return select(nextFailed(visible.layout.trace, selected, 1));
    case "p":
      return select(nextFailed(visible.layout.trace, selected, -1));
  }
  const row = rowAt(visible, index);
  if (!row) return undefined;
  if (key === "ArrowRight") {
    if (row.descendants === 0) return undefined;
    return row.folded ? { kind: "unfold", row: row.span.row } : to(index + 1);
  }
  if (key === "ArrowLeft") {
    if (row.descendants > 0 && !row.folded) return { kind: "fold", row: row.span.row };
    return row.span.parent < 0 ? undefined : { kind: "select", row: row.span.parent };
  }
  return undefined;
}
