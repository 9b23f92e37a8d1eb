import "server-only";
/** The parts of a PromQL tree that several readers of expressions need: operands, and the numbers that stand in them. */
import type { SyntaxNode } from "@lezer/common";

/** The children that mean something. */
export const partsOf = (node: SyntaxNode): SyntaxNode[] => {
  const parts: SyntaxNode[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling)
    if (child.name !== "LineComment") parts.push(child);
  return parts;
};

/** The expression within any number of parentheses. */
export const unwrapped = (node: SyntaxNode): SyntaxNode => {
  const [inner] = node.name === "ParenExpr" ? partsOf(node) : [];
  return inner ? unwrapped(inner) : node;
};

export type Operands = {
  readonly left?: SyntaxNode | undefined;
  /** The grammar's own name of the operator; "" = no operation of two sides. */
  readonly op: string;
  readonly right?: SyntaxNode | undefined;
  readonly isBool: boolean;
};

export function operandsOf(node: SyntaxNode): Operands {
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
export function numberOf(query: string, wrapped: SyntaxNode): number | undefined {
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
export function literalValue(literal: string): number {
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
