import "server-only";
/**
 * An alert's expression -> what to draw: the left sides, each with its thresholds.
 *
 *   (errors / total > 0.05) and on (job) 3 <= replicas
 *    ------query---  limit               limit  -query-
 */
import type { SyntaxNode } from "@lezer/common";
import { parser } from "@prometheus-io/lezer-promql";
import { numberOf, operandsOf, unwrapped } from "@/lib/query/promql-tree";
import { isSound } from "@/lib/query/quoted";

export type ComparisonOp = ">" | "<" | ">=" | "<=" | "==" | "!=";
/** The branch is kept where its value stands so to the bound; a bound that is a query is drawn as a second series. */
export type Limit = {
  readonly op: ComparisonOp;
  readonly bound:
    | { readonly kind: "number"; readonly value: number }
    | { readonly kind: "query"; readonly text: string };
};
export type Branch = {
  /** As written, without outer parentheses. */
  readonly query: string;
  /** Several where comparisons are chained (`x > 0.9 < 1`); none where only presence counts (`absent(x)`). */
  readonly limits: readonly Limit[];
  /** How it stands to the branch before it; null for the first. */
  readonly joined: "and" | "or" | "unless" | null;
};

const flipped = { ">": "<", "<": ">", ">=": "<=", "<=": ">=", "==": "==", "!=": "!=" } as const;
const comparisons: Readonly<Record<string, ComparisonOp>> = {
  Gtr: ">",
  Lss: "<",
  Gte: ">=",
  Lte: "<=",
  EqlC: "==",
  Eql: "==",
  Neq: "!=",
};
const joins = { And: "and", Or: "or", Unless: "unless" } as const;

/**
 * `and`, `or` and `unless` never carry a threshold: each side is a branch of its own. A number on the left is turned
 * round (`5 < a`), constants are folded (`-3 * 2`, `0x1F`, `1h30m` = 5400). Empty where the text is no query.
 */
export function splitComparison(query: string): Branch[] {
  const tree = parser.parse(query);
  const root = tree.topNode.firstChild;
  return root && isSound(tree, query) ? branchesOf(query, root, null) : [];
}

function branchesOf(query: string, wrapped: SyntaxNode, joined: Branch["joined"]): Branch[] {
  const node = unwrapped(wrapped);
  const plain: Branch = { query: query.slice(node.from, node.to), limits: [], joined };
  const { left, op, right, isBool } = operandsOf(node);
  if (!left || !right) return [plain];
  if (op === "And" || op === "Or" || op === "Unless")
    return [...branchesOf(query, left, joined), ...branchesOf(query, right, joins[op])];
  const comparison = comparisons[op];
  if (!comparison) return [plain];
  const low = numberOf(query, left);
  const high = numberOf(query, right);
  if (low !== undefined && high !== undefined) return [plain];
  const subject = unwrapped(low === undefined ? left : right);
  const limit: Limit =
    low !== undefined
      ? { op: flipped[comparison], bound: { kind: "number", value: tidy(low) } }
      : { op: comparison, bound: boundOf(query, right, high) };
  // A comparison with `bool` yields 0 and 1, not the value that was compared.
  const inner = operandsOf(subject);
  const chained = comparisons[inner.op] && !inner.isBool && !isBool ? branchesOf(query, subject, joined) : undefined;
  const [branch] = chained ?? [{ ...plain, query: query.slice(subject.from, subject.to) }];
  return branch ? [{ ...branch, limits: [...branch.limits, limit] }] : [plain];
}

const boundOf = (query: string, node: SyntaxNode, value: number | undefined): Limit["bound"] =>
  value === undefined
    ? { kind: "query", text: query.slice(unwrapped(node).from, unwrapped(node).to) }
    : { kind: "number", value: tidy(value) };

/** `1 - 0.999` is meant as 0.001. */
const tidy = (value: number): number => (Number.isFinite(value) ? Number(value.toPrecision(12)) : value);
