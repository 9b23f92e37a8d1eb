/** A checked expression -> rows (vectors) or numbers (scalars) on a grid of steps. */
import { absent } from "@/lib/engine/promql/absence";
import { aggregated, checkQuantiles, countedValues, firstOf } from "@/lib/engine/promql/aggregate";
import { betweenRows, setOperation, withNumbers } from "@/lib/engine/promql/binary";
import { typeOf } from "@/lib/engine/promql/check";
import {
  type Aggregate,
  type Binary,
  type Call,
  type Expression,
  isSetOperator,
  unwrapped,
} from "@/lib/engine/promql/expression";
import { bucketFraction, bucketQuantile, overHistograms } from "@/lib/engine/promql/histogram";
import { unnamed } from "@/lib/engine/promql/label-sets";
import { calendarFunctions, mathFunctions } from "@/lib/engine/promql/math-functions";
import { betweenNumbers } from "@/lib/engine/promql/operators";
import { evaluateRange } from "@/lib/engine/promql/ranges";
import { labelJoin, labelReplace } from "@/lib/engine/promql/relabel";
import { emptyRow, type Grid, mapRow, merged, put, type Row, timeAt, valueAt } from "@/lib/engine/promql/rows";
import type { Run } from "@/lib/engine/promql/run";
import { instantRows } from "@/lib/engine/promql/selecting";
import { ascending } from "@/lib/engine/promql/sums";

const always = (grid: Grid, value: (now: number, step: number) => number): Float64Array =>
  Float64Array.from({ length: grid.count }, (_, step) => value(timeAt(grid, step), step));

/** The value of an expression of type scalar at each step. */
export function numbersOf(expression: Expression, grid: Grid, run: Run): Float64Array {
  switch (expression.kind) {
    case "number":
      return always(grid, () => expression.value);
    case "paren":
      return numbersOf(expression.inner, grid, run);
    case "unary": {
      const numbers = numbersOf(expression.inner, grid, run);
      return expression.op === "-" ? numbers.map((value) => -value) : numbers;
    }
    case "binary": {
      const left = numbersOf(expression.left, grid, run);
      const right = numbersOf(expression.right, grid, run);
      return always(grid, (_, i) => betweenNumbers(expression.op, left[i] ?? Number.NaN, right[i] ?? Number.NaN));
    }
    case "call": {
      if (expression.name === "time") return always(grid, (now) => now / 1_000);
      if (expression.name === "pi") return always(grid, () => Math.PI);
      const rows = rowsOf(argument(expression, 0), grid, run);
      return always(grid, (_, i) => {
        const present = rows.filter(({ has }) => has[i] === 1);
        const [row] = present;
        return row && present.length === 1 ? valueAt(row, i) : Number.NaN;
      });
    }
    default:
      throw new Error(`a ${expression.kind} is no scalar`);
  }
}

/** The rows of an expression of type vector; some may be empty. */
export function rowsOf(expression: Expression, grid: Grid, run: Run): Row[] {
  run.breathe();
  switch (expression.kind) {
    case "selector":
      return instantRows(expression, grid, run, (value) => value).filter(({ has }) => has.includes(1));
    case "paren":
      return rowsOf(expression.inner, grid, run);
    case "unary": {
      const rows = rowsOf(expression.inner, grid, run);
      if (expression.op === "+") return rows;
      return merged(
        rows.map((row) => mapRow(row, unnamed(row.labels), (value) => -value)),
        run.complain,
      );
    }
    case "binary":
      return binaryRows(expression, grid, run);
    case "aggregate":
      return aggregateRows(expression, grid, run);
    case "call":
      return callRows(expression, grid, run);
    default:
      throw new Error(`a ${expression.kind} is no instant vector`);
  }
}

function binaryRows(expression: Binary, grid: Grid, run: Run): Row[] {
  const { left, right, op } = expression;
  if (typeOf(right) === "scalar")
    return withNumbers(expression, rowsOf(left, grid, run), numbersOf(right, grid, run), false, run);
  if (typeOf(left) === "scalar")
    return withNumbers(expression, rowsOf(right, grid, run), numbersOf(left, grid, run), true, run);
  const operate = isSetOperator(op) ? setOperation : betweenRows;
  return operate(expression, rowsOf(left, grid, run), rowsOf(right, grid, run), grid, run);
}

function aggregateRows(expression: Aggregate, grid: Grid, run: Run): Row[] {
  const rows = rowsOf(expression.inner, grid, run);
  const parameter = expression.parameter && unwrapped(expression.parameter);
  if (expression.op === "count_values") {
    const label = parameter?.kind === "string" ? parameter.value : "";
    if (label === "") return run.complain(null, 'invalid label name ""');
    return countedValues(expression, rows, label, grid, run);
  }
  const numbers = parameter ? numbersOf(parameter, grid, run) : null;
  const isK = expression.op === "topk" || expression.op === "bottomk";
  return isK && numbers
    ? firstOf(expression, rows, numbers, grid, run)
    : aggregated(expression, rows, numbers, grid, run);
}

/** An argument without its parentheses, which Prometheus takes away too. */
function argument({ args, name }: Call, index: number): Expression {
  const found = args[index];
  if (!found) throw new Error(`${name} has no argument ${index + 1}`);
  return unwrapped(found);
}
const textsOf = ({ args }: Call): string[] =>
  args.flatMap((each) => {
    const arg = unwrapped(each);
    return arg.kind === "string" ? [arg.value] : [];
  });

function callRows(call: Call, grid: Grid, run: Run): Row[] {
  const { name, args } = call;
  if (args.some((arg) => typeOf(arg) === "range")) return evaluateRange(call, grid, run, { rowsOf, numbersOf });
  const numbers = (index: number): Float64Array =>
    args[index] ? numbersOf(argument(call, index), grid, run) : always(grid, () => Number.NaN);

  const calendar = calendarFunctions.get(name);
  if (calendar && args.length === 0) {
    const row = emptyRow({}, grid.count);
    for (let i = 0; i < grid.count; i++) put(row, i, calendar(timeAt(grid, i) / 1_000));
    return [row];
  }
  switch (name) {
    case "vector": {
      const values = numbers(0);
      return [mapRow({ labels: {}, values, has: new Uint8Array(grid.count).fill(1) }, {}, (value) => value)];
    }
    case "histogram_quantile": {
      const quantiles = numbers(0);
      const inner = argument(call, 1);
      const buckets = rowsOf(inner, grid, run);
      checkQuantiles(quantiles, argument(call, 0).from, run);
      const rows = overHistograms(buckets, grid.count, inner.from, run, (own, i) => {
        const { value, forced } = bucketQuantile(quantiles[i] ?? Number.NaN, own);
        if (forced) run.notes.force(forced, timeAt(grid, i), inner.from);
        return value;
      });
      return merged(rows, run.complain);
    }
    case "histogram_fraction": {
      const [lower, upper] = [numbers(0), numbers(1)];
      const inner = argument(call, 2);
      return merged(
        overHistograms(rowsOf(inner, grid, run), grid.count, inner.from, run, (buckets, i) =>
          bucketFraction(lower[i] ?? Number.NaN, upper[i] ?? Number.NaN, buckets),
        ),
        run.complain,
      );
    }
    case "timestamp": {
      const inner = argument(call, 0);
      const told =
        inner.kind === "selector"
          ? instantRows(inner, grid, run, (_, at) => at / 1_000)
          : rowsOf(inner, grid, run).map((row) => mapRow(row, row.labels, (_, i) => timeAt(grid, i) / 1_000));
      return merged(
        told.map((row) => ({ ...row, labels: unnamed(row.labels) })),
        run.complain,
      );
    }
  }

  const rows = rowsOf(argument(call, 0), grid, run);
  if (calendar) return mapped(rows, run, calendar);
  const calculate = mathFunctions.get(name);
  if (calculate) {
    const first = name === "round" && args.length === 1 ? always(grid, () => 1) : numbers(1);
    const second = numbers(2);
    // Bounds the wrong way round leave nothing.
    const holds = (i: number): boolean => name !== "clamp" || !((second[i] ?? Number.NaN) < (first[i] ?? Number.NaN));
    return mapped(rows, run, (value, i) =>
      holds(i) ? calculate(value, first[i] ?? Number.NaN, second[i] ?? Number.NaN) : null,
    );
  }
  switch (name) {
    case "absent":
      return absent(argument(call, 0), rows, grid);
    case "label_replace":
      return labelReplace(rows, textsOf(call), run);
    case "label_join":
      return labelJoin(rows, textsOf(call), run);
    case "sort":
    case "sort_desc":
      return sorted(call, rows, grid, run);
    case "histogram_avg":
    case "histogram_count":
    case "histogram_sum":
    case "histogram_stddev":
    case "histogram_stdvar":
      // They skip what is no native histogram, and no series here is one.
      return [];
    default:
      return run.complain(null, `${name}() is not supported by this server`);
  }
}

const mapped = (rows: readonly Row[], run: Run, change: (value: number, index: number) => number | null): Row[] =>
  merged(
    rows.map((row) => mapRow(row, unnamed(row.labels), change)),
    run.complain,
  );

function sorted({ name, from }: Call, rows: readonly Row[], grid: Grid, run: Run): Row[] {
  if (run.start !== run.end) {
    run.notes.warn("sort is ineffective for range queries since results are always ordered by labels", from);
    return [...rows];
  }
  // NaN comes last either way.
  const order = (a: number, b: number): number => {
    if (Number.isNaN(a) || Number.isNaN(b)) return -ascending(a, b);
    return name === "sort" ? ascending(a, b) : ascending(b, a);
  };
  return grid.count === 1 ? rows.toSorted((a, b) => order(valueAt(a, 0), valueAt(b, 0))) : [...rows];
}
