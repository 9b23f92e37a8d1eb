import "server-only";
/**
 * An alert's expression -> what to draw: the left sides, each with its thresholds.
 *
 *   (errors / total > 0.05) and on (job) 3 <= replicas
 *    ------query---  limit               limit  -query-
 */
import type { SyntaxNode } from "@lezer/common";
import { parser } from "@prometheus-io/lezer-promql";
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
      ? { op: flipped[comparison], bound: { kind: "number", value: low } }
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
    : { kind: "number", value };

const partsOf = (node: SyntaxNode): SyntaxNode[] => {
  const parts: SyntaxNode[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling)
    if (child.name !== "LineComment") parts.push(child);
  return parts;
};

const unwrapped = (node: SyntaxNode): SyntaxNode => {
  const [inner] = node.name === "ParenExpr" ? partsOf(node) : [];
  return inner ? unwrapped(inner) : node;
};

function operandsOf(node: SyntaxNode): {
  readonly left?: SyntaxNode | undefined;
  readonly op: string;
  readonly right?: SyntaxNode | undefined;
  readonly isBool: boolean;
} {
  if (node.name !== "BinaryExpr") return { op: "", isBool: false };
  const [left, op, ...rest] = partsOf(node);
  // Modifiers (`bool`, `on (x) group_left`) stand between the operator and the right side.
  return { left, op: op?.name ?? "", right: rest.at(-1), isBool: rest.some(({ name }) => name === "BoolModifier") };
}

const arithmetic: Readonly<Record<string, (a: number, b: number) => number>> = {
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Mul: (a, b) => a * b,
  Div: (a, b) => a / b,
  Mod: (a, b) => a % b,
  Pow: (a, b) => a ** b,
};

/** The value of an expression that holds numbers only. */
function numberOf(query: string, wrapped: SyntaxNode): number | undefined {
  const node = unwrapped(wrapped);
  if (node.name === "NumberDurationLiteral") return literalValue(query.slice(node.from, node.to));
  if (node.name === "UnaryExpr") {
    const value = node.lastChild ? numberOf(query, node.lastChild) : undefined;
    return value !== undefined && query[node.from] === "-" ? -value : value;
  }
  const { left, op, right } = operandsOf(node);
  const fold = arithmetic[op];
  const a = left && fold ? numberOf(query, left) : undefined;
  const b = right && fold ? numberOf(query, right) : undefined;
  return fold && a !== undefined && b !== undefined ? fold(a, b) : undefined;
}

const secondsIn: Readonly<Record<string, number>> = {
  ms: 0.001,
  s: 1,
  m: 60,
  h: 3_600,
  d: 86_400,
  w: 604_800,
  y: 31_536_000,
};

/** A number or duration (in seconds) as Prometheus writes it. */
function literalValue(literal: string): number {
  const [, sign, text = ""] = /^([+-]?)(.*)$/.exec(literal.replaceAll("_", "")) ?? [];
  return (sign === "-" ? -1 : 1) * unsignedValue(text);
}

function unsignedValue(text: string): number {
  if (/^inf$/i.test(text)) return Number.POSITIVE_INFINITY;
  // Go reads a leading zero as octal.
  if (/^0[0-7]+$/.test(text)) return Number.parseInt(text, 8);
  if (!/^(?:\d+(?:ms|[smhdwy]))+$/.test(text)) return Number(text);
  return Array.from(text.matchAll(/(\d+)(ms|[smhdwy])/g)).reduce(
    (sum, [, count, unit = ""]) => sum + Number(count) * (secondsIn[unit] ?? 0),
    0,
  );
}
