import "server-only";
/**
 * What an expression sums up, before it does: the innermost vector that still has its series' labels.
 *
 *   sum(rate(errors{code="5xx"}[5m])) / sum(rate(all[5m]))
 *       ----------leaf------------
 */
import type { SyntaxNode } from "@lezer/common";
import { parser } from "@prometheus-io/lezer-promql";
import { selectorsOf } from "@/lib/query/promql";
import { isSound } from "@/lib/query/quoted";

export type Leaf = { readonly text: string; readonly metric: string };

/** Functions of one series each: their result is a number of that series. */
const ofOneSeries = /^(?:I?Rate|Irate|Increase|I?Delta|Idelta|Deriv|Changes|Resets|(?:Avg|Max|Min|Sum|Last)OverTime)$/;

/** Of the first selector; null where that is told in buckets, which mean nothing one by one, or has no name. */
export function leafOf(expression: string): Leaf | null {
  const tree = parser.parse(expression);
  if (!isSound(tree, expression)) return null;
  const [first] = selectorsOf(expression);
  const metric = first?.name ?? first?.matchers.find(({ label, op }) => label === "__name__" && op === "=")?.value;
  if (!first || !metric || metric.endsWith("_bucket")) return null;
  let node: SyntaxNode | null = tree.resolveInner(first.from, 1);
  while (node && node.name !== "VectorSelector") node = node.parent;
  if (!node) return null;
  let leaf: SyntaxNode = node;
  for (let outer: SyntaxNode | null = node.parent; outer; outer = outer.parent) {
    const isCall = outer.name === "FunctionCall" && ofOneSeries.test(nameOf(outer));
    if (outer.name === "MatrixSelector" || outer.name === "OffsetExpr" || isCall) leaf = outer;
    else if (outer.name !== "FunctionCallBody" && outer.name !== "ParenExpr") break;
  }
  return leaf.name === "MatrixSelector" ? null : { text: expression.slice(leaf.from, leaf.to), metric };
}

const nameOf = (call: SyntaxNode): string => call.getChild("FunctionIdentifier")?.firstChild?.name ?? "";
