import "server-only";
/**
 * A rule of Loki's ruler -> what to draw of it and against which threshold, as `alert-expression.ts` does for PromQL. The
 * grammar knows no precedence, so chains of operators are put in order here.
 *
 *   sum by (app) (rate({app="x"} |= "error" [5m])) / sum by (app) (rate({app="x"} [5m])) > 0.05
 *   -------------------------------query------------------------------------------------  limit
 */
import { parser } from "@grafana/lezer-logql";
import type { SyntaxNode } from "@lezer/common";
import { parser as promql } from "@prometheus-io/lezer-promql";
import type { AlertExpression, DrawnBranch } from "@/lib/query/alert-expression";
import { orAbsent } from "@/lib/query/alert-narrow";
import type { Branch, ComparisonOp, Limit } from "@/lib/query/comparison";
import { labelFilter } from "@/lib/query/logql";
import { literalValue, numberOf } from "@/lib/query/promql-tree";
import { isSound } from "@/lib/query/quoted";
import type { Labels } from "@/lib/signal/labels";
import type { Unit } from "@/lib/signal/series";
import { second } from "@/lib/signal/time";

const comparisons: Readonly<Record<string, ComparisonOp>> = {
  ...{ ">": ">", "<": "<", ">=": ">=", "<=": "<=", "==": "==", "!=": "!=" },
};
const flipped = { ">": "<", "<": ">", ">=": "<=", "<=": ">=", "==": "==", "!=": "!=" } as const;
/** Loosest first; all but `^` bind to the left. */
const looser = [["or"], ["and", "unless"], Object.keys(comparisons), ["+", "-"], ["*", "/", "%"], ["^"]] as const;

type Operand = { readonly from: number; readonly to: number; readonly node: SyntaxNode };
type Chain = {
  readonly operands: readonly Operand[];
  readonly ops: readonly { readonly sign: string; readonly isBool: boolean }[];
};

/** `a / b > 0.05` stands in the tree as a / (b > 0.05): the operands in their order, and what stands between them. */
function chainOf(query: string, node: SyntaxNode): Chain {
  const wanted = node.name === "Expr" || node.name === "MetricExpr" ? node.firstChild : node;
  const isParenthesis =
    query[node.from] === "(" && node.firstChild?.name === "MetricExpr" && query[node.to - 1] === ")";
  if (!wanted || isParenthesis) return { operands: [{ from: node.from, to: node.to, node }], ops: [] };
  if (wanted.name === "Expr" || wanted.name === "MetricExpr") return chainOf(query, wanted);
  if (wanted.name !== "BinOpExpr") return { operands: [{ from: wanted.from, to: wanted.to, node: wanted }], ops: [] };
  const [first, last] = [wanted.firstChild, wanted.lastChild];
  const op = first?.nextSibling;
  if (!first || !last || !op || first === last) return { operands: [], ops: [] };
  const [left, right] = [chainOf(query, first), chainOf(query, last)];
  const isBool = wanted.getChild("BinOpModifier")?.getChild("Bool") != null;
  const sign = query.slice(op.from, op.to);
  return { operands: [...left.operands, ...right.operands], ops: [...left.ops, { sign, isBool }, ...right.ops] };
}

const part = ({ operands, ops }: Chain, from: number, to: number): Chain => ({
  operands: operands.slice(from, to),
  ops: ops.slice(from, Math.max(from, to - 1)),
});
const textOf = (query: string, { operands }: Chain): string =>
  query.slice(operands[0]?.from ?? 0, operands.at(-1)?.to ?? 0);

/** A single operand in parentheses is looked into. */
function opened(query: string, chain: Chain): Chain {
  const [only, more] = chain.operands;
  const inner = only && !more && query[only.from] === "(" ? only.node.getChild("MetricExpr") : null;
  return inner ? opened(query, chainOf(query, inner)) : chain;
}

function branchesOf(query: string, wrapped: Chain, joined: Branch["joined"]): Branch[] {
  const chain = opened(query, wrapped);
  const plain: Branch = { query: textOf(query, chain), limits: [], joined };
  const level = looser.findIndex((signs) => chain.ops.some(({ sign }) => signs.some((each) => each === sign)));
  const signs: readonly string[] = looser[level] ?? [];
  const at = chain.ops.findLastIndex(({ sign }) => signs.includes(sign));
  const op = chain.ops[at];
  if (!op || level > 2) return [plain];
  const [left, right] = [part(chain, 0, at + 1), part(chain, at + 1, chain.operands.length)];
  if (op.sign === "or" || op.sign === "and" || op.sign === "unless")
    return [...branchesOf(query, left, joined), ...branchesOf(query, right, op.sign)];
  const comparison = comparisons[op.sign];
  const [low, high] = [numberIn(textOf(query, left)), numberIn(textOf(query, right))];
  if (!comparison || (low !== undefined && high !== undefined)) return [plain];
  const limit: Limit =
    low !== undefined
      ? { op: flipped[comparison], bound: { kind: "number", value: low } }
      : {
          op: comparison,
          bound:
            high === undefined
              ? { kind: "query", text: textOf(query, opened(query, right)) }
              : { kind: "number", value: high },
        };
  const subject = opened(query, low === undefined ? left : right);
  const isChained = !op.isBool && subject.ops.some(({ sign, isBool }) => comparisons[sign] && !isBool);
  const [branch] = isChained ? branchesOf(query, subject, joined) : [{ ...plain, query: textOf(query, subject) }];
  return branch ? [{ ...branch, limits: [...branch.limits, limit] }] : [plain];
}

/** Numbers are written as in PromQL, and folded as there. */
function numberIn(text: string): number | undefined {
  const tree = promql.parse(text);
  const root = tree.topNode.firstChild;
  const value = root && isSound(tree, text) ? numberOf(text, root) : undefined;
  return value === undefined || !Number.isFinite(value) ? value : Number(value.toPrecision(12));
}

const nodesOf = (query: string, name: string): SyntaxNode[] => {
  const found: SyntaxNode[] = [];
  parser.parse(query).iterate({
    enter(node) {
      if (node.name === name) found.push(node.node);
    },
  });
  return found;
};

/** `labels` of the alert's series, and `unsure`, as in `readAlertExpression`. A query for lines is no rule. */
export function readLogAlert(expression: string, labels: Labels = {}, unsure: readonly string[] = []): AlertExpression {
  const tree = parser.parse(expression);
  const root = tree.topNode.getChild("Expr")?.getChild("MetricExpr");
  if (!root || !isSound(tree, expression)) return { kind: "unreadable", drawn: [], reach: 0 };
  const narrowed = narrowTo(expression, labels, unsure);
  const whole = parser.parse(narrowed).topNode.getChild("Expr")?.getChild("MetricExpr");
  const branches = whole ? branchesOf(narrowed, chainOf(narrowed, whole), null) : [];
  const drawn = branches.filter(({ query }) => nodesOf(query, "Selector").length > 0).map(drawnOf);
  const [main] = drawn;
  const reach = reachOf(expression);
  if (!main) return { kind: "always", drawn: [], reach };
  return { kind: main.limits.length > 0 ? "threshold" : main.isAbsence ? "absence" : "presence", drawn, reach };
}

/** Metric queries of Loki, and nothing that Prometheus would read as well. */
export const isLogExpression = (expression: string): boolean => {
  const tree = parser.parse(expression);
  return (
    isSound(tree, expression) &&
    tree.topNode.getChild("Expr")?.getChild("MetricExpr") != null &&
    !isSound(promql.parse(expression), expression)
  );
};

/** Of an absence the lines are counted: the hole is the alert. */
function drawnOf({ query, limits, joined }: Branch): DrawnBranch {
  const absence = limits.length === 0 ? /^absent_over_time\b/.exec(query) : null;
  const text = absence ? `count_over_time${query.slice(absence[0].length)}` : query;
  return { query: text, limits, joined, isAbsence: absence !== null, unit: unitOf(text), reach: reachOf(text) };
}

function unitOf(query: string): Unit {
  const root = parser.parse(query).topNode.getChild("Expr");
  const { operands, ops } = root ? opened(query, chainOf(query, root)) : { operands: [], ops: [] };
  const last = operands.at(-1);
  if (ops.length === 1 && ops[0]?.sign === "/" && last)
    return numberIn(query.slice(last.from, last.to)) === undefined ? "ratio" : "count";
  if (ops.length > 0) return "count";
  if (/\bunwrap\s+duration(?:_seconds)?\s*\(/.test(query)) return "seconds";
  if (/\bbytes_(?:over_time|rate)\s*\(/.test(query)) return "bytes";
  return /\brate\s*\(/.test(query) ? "per-second" : "count";
}

/** ms; ranges and offsets. */
const reachOf = (query: string): number =>
  Math.max(
    0,
    ...nodesOf(query, "LogRangeExpr").map((node) =>
      Array.from(query.slice(node.from, node.to).matchAll(/\[\s*([\d\w]+)\s*\]|\boffset\s+([\d\w]+)/g)).reduce(
        (sum, [, range, offset]) => sum + (literalValue(range ?? offset ?? "0") || 0) * second,
        0,
      ),
    ),
  );

/**
 * A label is asked of the lines only where it reaches the result: through `by (…)` of every aggregation. As a filter
 * behind the stages, since it may come from one of them.
 */
function narrowTo(query: string, labels: Labels, unsure: readonly string[]): string {
  const groupings = nodesOf(query, "VectorAggregationExpr").map((node) => {
    const grouping = node.getChild("Grouping");
    const names = grouping?.getChild("By") ? query.slice(grouping.from, grouping.to) : "";
    return new Set(names.match(/[A-Za-z_]\w*/g)?.slice(1) ?? []);
  });
  const asked = Object.entries(labels).filter(
    ([name, value]) => /^[A-Za-z_]\w*$/.test(name) && value !== "" && groupings.every((names) => names.has(name)),
  );
  if (asked.length === 0) return query;
  const filter = asked
    .map(([label, value]) => labelFilter([unsure.includes(label) ? orAbsent(label, value) : { label, op: "=", value }]))
    .join(" ");
  // Last edit first, so that earlier offsets stay true.
  return nodesOf(query, "Range")
    .map(({ from }) => from)
    .sort((a, b) => b - a)
    .reduce((out, at) => `${out.slice(0, at).trimEnd()} ${filter} ${out.slice(at)}`, query);
}
