/** `absent` and `absent_over_time`: what is told of that which is not there. */
import { type Expression, matchersOf } from "@/lib/engine/promql/expression";
import { withLabel } from "@/lib/engine/promql/label-sets";
import { emptyRow, type Grid, put, type Row } from "@/lib/engine/promql/rows";
import type { Labels } from "@/lib/signal/labels";

/** The labels that what is absent would have had: those its selector names by `=`, once. */
function absentLabels(expression: Expression): Labels {
  const selector = expression.kind === "range" ? expression.selector : expression;
  if (selector.kind !== "selector") return {};
  const matchers = matchersOf(selector).filter(({ label }) => label !== "__name__");
  return matchers.reduce<Labels>((labels, { label, op, value }, i) => {
    const isFirst = matchers.findIndex((other) => other.label === label && other.op === "=") === i;
    return withLabel(labels, label, op === "=" && isFirst ? value : "");
  }, {});
}

/** 1 at the steps where no row has a value. */
export function absent(expression: Expression, rows: readonly Row[], grid: Grid): Row[] {
  const row = emptyRow(absentLabels(expression), grid.count);
  for (let i = 0; i < grid.count; i++) if (!rows.some(({ has }) => has[i] === 1)) put(row, i, 1);
  return [row];
}
