/** Operators between rows and numbers, and between rows that match. Source: promql/engine.go of Prometheus 3.15. */
import { type Binary, isComparison, type Matching } from "@/lib/engine/promql/expression";
import { only, printLabels, unnamed, withLabel, without } from "@/lib/engine/promql/label-sets";
import { calculations, relations } from "@/lib/engine/promql/operators";
import { emptyRow, type Grid, mapRow, merged, put, type Row, valueAt } from "@/lib/engine/promql/rows";
import type { Run } from "@/lib/engine/promql/run";
import { type Labels, labelsKey } from "@/lib/signal/labels";

/** Between two values: what comes out, or null where a comparison does not hold. `kept` is the value a comparison keeps. */
function outcome({ op, isBool }: Binary, a: number, b: number, kept: number): number | null {
  if (op === "</" || op === ">/") return null;
  const relation = relations[op];
  if (!relation) return calculations[op]?.(a, b) ?? Number.NaN;
  const holds = relation(a, b);
  return isBool ? (holds ? 1 : 0) : holds ? kept : null;
}

function noteTrims({ op, from }: Binary, rows: readonly Row[], run: Run): void {
  if ((op === "</" || op === ">/") && rows.length > 0)
    run.notes.inform(`incompatible sample types encountered for binary operator "${op}": float ${op} float`, from);
}

/** A vector and a number a step; `swapped` where the number stands on the left. */
export function withNumbers(
  expression: Binary,
  rows: readonly Row[],
  numbers: Float64Array,
  swapped: boolean,
  run: Run,
): Row[] {
  const keepsName = isComparison(expression.op) && !expression.isBool;
  noteTrims(expression, rows, run);
  return merged(
    rows.map((row) =>
      mapRow(row, keepsName ? row.labels : unnamed(row.labels), (value, i) => {
        const number = numbers[i] ?? Number.NaN;
        return swapped ? outcome(expression, number, value, value) : outcome(expression, value, number, value);
      }),
    ),
    run.complain,
  );
}

/** The part of the labels by which rows find each other. */
function signature({ on, labels }: Matching): (labels: Labels) => Labels {
  const names = new Set(on ? labels : [...labels, "__name__"]);
  return (own) => (on ? only(own, names) : without(own, names));
}

/** Numbers for signatures: equal ones for rows that match. */
function ordinals(
  matching: Matching,
  sides: readonly (readonly Row[])[],
): { readonly of: number[][]; readonly count: number } {
  const partOf = signature(matching);
  const known = new Map<string, number>();
  const of = sides.map((rows) =>
    rows.map(({ labels }) => {
      const key = labelsKey(partOf(labels));
      const number = known.get(key) ?? known.size;
      known.set(key, number);
      return number;
    }),
  );
  return { of, count: known.size };
}

/** `and`, `or`, `unless`: values are never mixed, only rows kept or not. */
export function setOperation(
  { op, matching }: Binary,
  left: readonly Row[],
  right: readonly Row[],
  grid: Grid,
  run: Run,
): Row[] {
  const { of, count } = ordinals(matching, [left, right]);
  const [leftOf = [], rightOf = []] = of;
  const present = (rows: readonly Row[], numbers: readonly number[]): Uint8Array => {
    const found = new Uint8Array(count * grid.count);
    rows.forEach((row, r) => {
      const base = (numbers[r] ?? 0) * grid.count;
      for (let i = 0; i < grid.count; i++) if (row.has[i] === 1) found[base + i] = 1;
    });
    return found;
  };
  const keep = (rows: readonly Row[], numbers: readonly number[], others: Uint8Array, wanted: 0 | 1): Row[] =>
    rows.map((row, r) => {
      const base = (numbers[r] ?? 0) * grid.count;
      return mapRow(row, row.labels, (value, i) => (others[base + i] === wanted ? value : null));
    });
  if (op === "or") return merged([...left, ...keep(right, rightOf, present(left, leftOf), 0)], run.complain);
  return merged(keep(left, leftOf, present(right, rightOf), op === "and" ? 1 : 0), run.complain);
}

/** The labels of what comes out of a pair: those of the side that may be many, without a name the operator took. */
function resultLabels({ op, matching, isBool }: Binary, many: Labels, one: Labels): Labels {
  const { on, labels, include } = matching;
  const named = isBool || !isComparison(op) ? unnamed(many) : many;
  const names = new Set(labels);
  const own = matching.many ? named : on ? only(named, names) : without(named, names);
  return include.reduce((all, label) => withLabel(all, label, one[label] ?? ""), own);
}

/** Arithmetic and comparison between rows that match, one to one unless `group_left` or `group_right` says otherwise. */
export function betweenRows(
  expression: Binary,
  left: readonly Row[],
  right: readonly Row[],
  grid: Grid,
  run: Run,
): Row[] {
  const { matching } = expression;
  noteTrims(expression, right.length > 0 ? left : [], run);
  const swapped = matching.many === "right";
  const [many, one] = swapped ? [right, left] : [left, right];
  const { of, count } = ordinals(matching, [many, one]);
  const [manyOf = [], oneOf = []] = of;
  const partOf = signature(matching);
  const found = new Map<string, Row>();
  const keys = new Map<number, { readonly key: string; readonly labels: Labels }>();
  const pairOf = (m: number, o: number): { readonly key: string; readonly labels: Labels } => {
    const known = keys.get(m * one.length + o);
    if (known) return known;
    const labels = resultLabels(expression, many[m]?.labels ?? {}, one[o]?.labels ?? {});
    const pair = { key: labelsKey(labels), labels };
    keys.set(m * one.length + o, pair);
    return pair;
  };
  const collide = (a: Row, b: Row): never => {
    const [first, second] = [printLabels(a.labels), printLabels(b.labels)].sort();
    return run.complain(
      null,
      `found duplicate series for the match group ${printLabels(partOf(a.labels))} on the ${swapped ? "left" : "right"} hand-side of the operation: [${first}, ${second}];many-to-many matching not allowed: matching labels must be unique on one side`,
    );
  };

  for (let i = 0; i < grid.count; i++) {
    if (!many.some(({ has }) => has[i] === 1)) continue;
    const ones = new Int32Array(count).fill(-1);
    one.forEach((row, o) => {
      if (row.has[i] !== 1) return;
      const number = oneOf[o] ?? 0;
      const other = one[ones[number] ?? -1];
      if (other) collide(row, other);
      ones[number] = o;
    });
    const taken = new Set<string>();
    many.forEach((row, m) => {
      const number = manyOf[m] ?? 0;
      const o = ones[number] ?? -1;
      const partner = one[o];
      if (row.has[i] !== 1 || !partner) return;
      const [a, b] = swapped ? [valueAt(partner, i), valueAt(row, i)] : [valueAt(row, i), valueAt(partner, i)];
      const value = outcome(expression, a, b, a);
      const pair = pairOf(m, o);
      const mark = matching.many ? `${number} ${pair.key}` : `${number}`;
      if (taken.has(mark))
        run.complain(
          null,
          matching.many
            ? "multiple matches for labels: grouping labels must ensure unique matches"
            : "multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)",
        );
      taken.add(mark);
      if (value === null) return;
      const out = found.get(pair.key) ?? emptyRow(pair.labels, grid.count);
      if (out.has[i] === 1) run.complain(null, "vector cannot contain metrics with the same labelset");
      put(out, i, value);
      found.set(pair.key, out);
    });
  }
  return [...found.values()];
}
