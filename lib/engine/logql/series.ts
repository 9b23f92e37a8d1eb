/** Series on a common grid, and what vector operators make of them. */
import { applied, isComparison } from "@/lib/engine/logql/arithmetic";
import type { BinaryOperator, Grouping, Matching, VectorOperation } from "@/lib/engine/logql/ast";
import { refuse } from "@/lib/engine/logql/refusal";
import { type Labels, labelsKey } from "@/lib/signal/labels";

/** A value by step; undefined where there is none, which is not NaN. */
export type Column = { readonly labels: Labels; readonly values: (number | undefined)[] };

const pick = (labels: Labels, names: readonly string[]): Labels =>
  Object.fromEntries(Object.entries(labels).filter(([name]) => names.includes(name)));
const omit = (labels: Labels, names: readonly string[]): Labels =>
  Object.fromEntries(Object.entries(labels).filter(([name]) => !names.includes(name)));

/** Columns by key; made when first met, with as many steps. */
function gather(steps: number): { at: (labels: Labels) => Column; all: () => Column[] } {
  const columns = new Map<string, Column>();
  return {
    at: (labels) => {
      const key = labelsKey(labels);
      const column = columns.get(key) ?? { labels, values: new Array<number | undefined>(steps).fill(undefined) };
      columns.set(key, column);
      return column;
    },
    all: () => [...columns.values()],
  };
}

type Folding = (values: readonly number[]) => number;
const variance: Folding = (values) => {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
};
const best =
  (isBetter: (a: number, b: number) => boolean): Folding =>
  (values) =>
    values.reduce((most, value) => (isBetter(value, most) || Number.isNaN(most) ? value : most));
const foldings: Readonly<Partial<Record<VectorOperation, Folding>>> = {
  sum: (values) => values.reduce((sum, value) => sum + value, 0),
  avg: (values) => values.reduce((mean, value, i) => mean + (value - mean) / (i + 1), 0),
  min: best((a, b) => a < b),
  max: best((a, b) => a > b),
  count: (values) => values.length,
  stdvar: variance,
  stddev: (values) => Math.sqrt(variance(values)),
};

export function aggregated(
  columns: readonly Column[],
  operation: VectorOperation,
  grouping: Grouping,
  parameter: number,
): Column[] {
  const groupOf = ({ labels }: Column): Labels =>
    grouping.without ? omit(labels, [...grouping.labels, "__name__"]) : pick(labels, grouping.labels);
  const groups = Map.groupBy(columns, (column) => labelsKey(groupOf(column)));
  const folding = foldings[operation];
  return [...groups.values()].flatMap((own) => {
    const steps = own[0]?.values.length ?? 0;
    if (!folding) return ranked(own, operation, parameter, steps);
    const values = Array.from({ length: steps }, (_, step) => {
      const present = own.flatMap(({ values: all }) => all[step] ?? []);
      return present.length > 0 ? folding(present) : undefined;
    });
    return own[0] ? [{ labels: groupOf(own[0]), values }] : [];
  });
}

/** `topk`, `bottomk`, `sort`, `sort_desc`: the same series, fewer or in order (which only an instant query shows). */
function ranked(columns: readonly Column[], operation: VectorOperation, count: number, steps: number): Column[] {
  const direction = operation === "bottomk" || operation === "sort" ? 1 : -1;
  const isCut = operation === "topk" || operation === "bottomk";
  const kept = columns.map(({ labels }) => ({ labels, values: new Array<number | undefined>(steps).fill(undefined) }));
  const order = new Map<Column, number>();
  for (let step = 0; step < steps; step += 1) {
    const present = columns
      .flatMap(({ values }, i) => {
        const value = values[step];
        return value === undefined ? [] : [{ i, value }];
      })
      .sort((a, b) => (Number.isNaN(a.value) ? 1 : Number.isNaN(b.value) ? -1 : (a.value - b.value) * direction));
    for (const [place, { i, value }] of (isCut ? present.slice(0, count) : present).entries()) {
      const column = kept[i];
      if (!column) continue;
      column.values[step] = value;
      order.set(column, place);
    }
  }
  return kept.filter((column) => order.has(column)).sort((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0));
}

/** A number on one side. `isLeft`: the number stands left. A comparison keeps the series' value, or says 1 and 0. */
export function withNumber(
  columns: readonly Column[],
  op: BinaryOperator,
  number: number,
  isLeft: boolean,
  isBool: boolean,
): Column[] {
  return columns.map(({ labels, values }) => ({
    labels,
    values: values.map((value) => {
      if (value === undefined) return undefined;
      const result = isLeft ? applied(op, number, value) : applied(op, value, number);
      return isComparison(op) && !isBool ? (result === 1 ? value : undefined) : result;
    }),
  }));
}

const signature = (labels: Labels, { on, labels: names }: Matching): string =>
  labelsKey(on ? pick(labels, names) : omit(labels, names));

function resultLabels(many: Labels, one: Labels, { card, on, labels, include }: Matching): Labels {
  const kept = card === "one-to-one" ? (on ? pick(many, labels) : omit(many, labels)) : many;
  const added = Object.fromEntries(include.flatMap((name) => (one[name] ? [[name, one[name]]] : [])));
  return { ...omit(kept, include), ...added };
}

export function matched(
  left: readonly Column[],
  right: readonly Column[],
  op: BinaryOperator,
  matching: Matching,
  steps: number,
): Column[] {
  if (op === "and" || op === "or" || op === "unless") return combined(left, right, op, matching, steps);
  const swaps = matching.card === "one-to-many";
  const [many, one] = swaps ? [right, left] : [left, right];
  const bySignature = Map.groupBy(one, ({ labels }) => signature(labels, matching));
  const signatures = many.map(({ labels }) => signature(labels, matching));
  const result = gather(steps);
  for (let step = 0; step < steps; step += 1) {
    for (const own of bySignature.values())
      if (own.filter(({ values }) => values[step] !== undefined).length > 1)
        refuse(
          `found duplicate series on the ${swaps ? "left" : "right"} hand-side;many-to-many matching not allowed: matching labels must be unique on one side`,
          500,
        );
    const seen = new Set<string>();
    for (const [i, column] of many.entries()) {
      const a = column.values[step];
      const partner = bySignature.get(signatures[i] ?? "")?.find(({ values }) => values[step] !== undefined);
      const b = partner?.values[step];
      if (a === undefined || partner === undefined || b === undefined) continue;
      const labels = resultLabels(column.labels, partner.labels, matching);
      const key = matching.card === "one-to-one" ? (signatures[i] ?? "") : labelsKey(labels);
      if (seen.has(key))
        refuse(
          `multiple matches for labels: ${matching.card === "one-to-one" ? "many-to-one matching must be explicit (group_left/group_right)" : "grouping labels must ensure unique matches"}`,
          500,
        );
      seen.add(key);
      const [x, y] = swaps ? [b, a] : [a, b];
      const value = applied(op, x, y);
      if (!isComparison(op) || matching.isBool) result.at(labels).values[step] = value;
      else if (value === 1) result.at(labels).values[step] = x;
    }
  }
  return result.all();
}

function combined(
  left: readonly Column[],
  right: readonly Column[],
  op: "and" | "or" | "unless",
  matching: Matching,
  steps: number,
): Column[] {
  const keysOf = (columns: readonly Column[]): string[] => columns.map(({ labels }) => signature(labels, matching));
  const [leftKeys, rightKeys] = [keysOf(left), keysOf(right)];
  const result = gather(steps);
  for (let step = 0; step < steps; step += 1) {
    const present = (columns: readonly Column[], keys: readonly string[]): Set<string | undefined> =>
      new Set(keys.filter((_, i) => columns[i]?.values[step] !== undefined));
    const [inLeft, inRight] = [present(left, leftKeys), present(right, rightKeys)];
    const put = (columns: readonly Column[], keeps: (i: number) => boolean): void => {
      for (const [i, { labels, values }] of columns.entries())
        if (values[step] !== undefined && keeps(i)) result.at(labels).values[step] = values[step];
    };
    put(left, (i) => op === "or" || inRight.has(leftKeys[i]) === (op === "and"));
    if (op === "or") put(right, (i) => !inLeft.has(rightKeys[i]));
  }
  return result.all();
}
