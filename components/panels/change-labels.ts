/**
 * Where the names of changes stand: beside their tick, in one of two rows, never over one another and never cut off.
 *
 *        ┆ cart 3.3.3        payment 9.2.0 ┃        row 0
 *        ┆          ┆ stock 1.8            ┃        row 1
 *
 * Who comes first in the list gets the better place; who finds none keeps its tick and is counted.
 */
export type LabelWish = {
  readonly id: string;
  /** px of the tick from the left edge. */
  readonly x: number;
  /** px of the text. */
  readonly width: number;
  /** px of the text without its count: rather that than no name. */
  readonly brief?: number;
  /** Which side of its tick it would rather stand on. */
  readonly prefers: "left" | "right";
  /** Rather unnamed than beside the line of another. */
  readonly minor?: boolean;
};
export type PlacedLabel = {
  readonly id: string;
  readonly isBrief: boolean;
  readonly row: number;
  readonly side: "left" | "right";
  readonly left: number;
  /** px of that side of it which is beside its tick: texts are narrower than they were taken for. */
  readonly edge: number;
};

type Spot = {
  readonly row: number;
  readonly side: "left" | "right";
  readonly left: number;
  readonly px: number;
  readonly crossed: number;
};

/** px between a tick and its name, and between two names. */
const gap = 6;

/** `wishes` by importance, best first; `space` px wide. O(n²) over what is placed, which the width bounds. */
export function placeLabels(
  wishes: readonly LabelWish[],
  space: number,
  rows = 2,
  /** px of other lines that no name may stand on. */
  avoid: readonly number[] = [],
): readonly PlacedLabel[] {
  const taken: { row: number; from: number; to: number }[] = [];
  const ticks = wishes.map(({ x }) => x);
  const placed: PlacedLabel[] = [];
  for (const { id, x, width, brief = width, prefers, minor = false } of wishes) {
    const sides = prefers === "left" ? (["left", "right"] as const) : (["right", "left"] as const);
    const places = Array.from({ length: rows }, (_, row) => sides.map((side) => ({ row, side }))).flat();
    const bestFor = (px: number): Spot | undefined =>
      places
        .map(({ row, side }) => ({ row, side, px, left: side === "right" ? x + gap : x - gap - px }))
        .filter(({ left }) => left >= 0 && left + px <= space)
        .filter(({ left }) => !avoid.some((line) => line > left - 2 && line < left + px + 2))
        .filter(
          ({ row, left }) =>
            !taken.some((each) => each.row === row && left < each.to + gap && left + px > each.from - gap),
        )
        // A name that another tick runs through is hard to read: the place with the fewest wins, the earlier one on a tie.
        .map((place) => ({
          ...place,
          crossed: ticks.filter((tick) => tick > place.left - 2 && tick < place.left + px + 2).length,
        }))
        .reduce<Spot | undefined>((best, next) => (best && best.crossed <= next.crossed ? best : next), undefined);
    const spot = bestFor(width) ?? bestFor(brief);
    if (!spot || (minor && spot.crossed > 0)) continue;
    const { row, side, left, px } = spot;
    taken.push({ row, from: left, to: left + px });
    placed.push({ id, isBrief: px < width, row, side, left, edge: side === "left" ? left + px : left });
  }
  return placed;
}

/** Ticks nearer than that look like one, px. */
const together = 16;

/** A name in the lane: that of `id`, and how many more changes it stands for. */
export type LabelGroup = { readonly id: string; readonly more: readonly string[] };

/**
 * What is small takes no name of its own beside what is great: each minor change joins the nearest group whose head is at
 * most 16 px away. Heads keep their order; `wishes` by importance, best first.
 */
export function groupedLabels(wishes: readonly Pick<LabelWish, "id" | "x" | "minor">[]): readonly LabelGroup[] {
  const heads: { readonly id: string; readonly x: number; readonly more: string[] }[] = [];
  for (const { id, x, minor = false } of wishes) {
    const near = minor
      ? heads.reduce<(typeof heads)[number] | undefined>(
          (best, head) =>
            Math.abs(head.x - x) <= together && (!best || Math.abs(head.x - x) < Math.abs(best.x - x)) ? head : best,
          undefined,
        )
      : undefined;
    if (near) near.more.push(id);
    else heads.push({ id, x, more: [] });
  }
  return heads;
}

/** Width of a text in Inter at 12 px, px; on the safe side, since a canvas to measure with is not at hand on the server. */
export const textWidth = (text: string, bold: boolean): number => Math.ceil([...text].length * (bold ? 7.2 : 6.7)) + 4;
