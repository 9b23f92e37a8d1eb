/**
 * A vector over time: one row a label set, one value a step, where it has any. NaN is a value like others.
 *
 *   grid      start  +step  +step …
 *   row {a}   1      -      3        has 1 0 1
 */
import type { Complain } from "@/lib/engine/promql/complaint";
import { type Labels, labelsKey } from "@/lib/signal/labels";

/** Steps at which an expression is evaluated, ms; an instant query has one. */
export type Grid = { readonly start: number; readonly step: number; readonly count: number };
export const timeAt = ({ start, step }: Grid, index: number): number => start + index * step;
export const gridEnd = (grid: Grid): number => timeAt(grid, grid.count - 1);

export type Row = { readonly labels: Labels; readonly values: Float64Array; readonly has: Uint8Array };

export const emptyRow = (labels: Labels, count: number): Row => ({
  labels,
  values: new Float64Array(count),
  has: new Uint8Array(count),
});
export function put(row: Row, index: number, value: number): void {
  row.values[index] = value;
  row.has[index] = 1;
}
export const valueAt = ({ values }: Row, index: number): number => values[index] ?? Number.NaN;
export const isEmpty = ({ has }: Row): boolean => !has.includes(1);

/** The same row with each value changed; null takes a value away. */
export function mapRow(row: Row, labels: Labels, change: (value: number, index: number) => number | null): Row {
  const out = emptyRow(labels, row.has.length);
  for (let i = 0; i < row.has.length; i++) {
    const value = row.has[i] === 1 ? change(valueAt(row, i), i) : null;
    if (value !== null) put(out, i, value);
  }
  return out;
}

const alike = "vector cannot contain metrics with the same labelset";

/** Rows of equal labels become one, unless two have a value at one step. Empty rows fall away. */
export function merged(rows: readonly Row[], complain: Complain): Row[] {
  const byKey = new Map<string, Row>();
  for (const row of rows) {
    if (isEmpty(row)) continue;
    const key = labelsKey(row.labels);
    const before = byKey.get(key);
    if (!before) {
      byKey.set(key, row);
      continue;
    }
    const both = mapRow(before, before.labels, (value) => value);
    for (let i = 0; i < row.has.length; i++) {
      if (row.has[i] !== 1) continue;
      if (both.has[i] === 1) complain(null, alike);
      put(both, i, valueAt(row, i));
    }
    byKey.set(key, both);
  }
  return [...byKey.values()];
}

/** As functions over ranges have it: no two rows alike, whenever they have values. */
export function distinct(rows: readonly Row[], complain: Complain): Row[] {
  const found = rows.filter((row) => !isEmpty(row));
  if (new Set(found.map(({ labels }) => labelsKey(labels))).size < found.length) complain(null, alike);
  return found;
}
