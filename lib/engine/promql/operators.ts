/** What the operators do with two numbers. */
import type { BinaryOperator } from "@/lib/engine/promql/expression";

export const calculations: Readonly<Record<string, (a: number, b: number) => number>> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  "%": (a, b) => a % b,
  // JavaScript leaves 1 to NaN, and ±1 to an infinity, undefined; Go says 1.
  "^": (a, b) => (a === 1 || (a === -1 && Math.abs(b) === Number.POSITIVE_INFINITY) ? 1 : a ** b),
  atan2: Math.atan2,
};
export const relations: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  "==": (a, b) => a === b,
  "!=": (a, b) => a !== b,
  ">": (a, b) => a > b,
  "<": (a, b) => a < b,
  ">=": (a, b) => a >= b,
  "<=": (a, b) => a <= b,
};

/** Between two numbers; comparisons give 1 or 0. */
export function betweenNumbers(op: BinaryOperator, a: number, b: number): number {
  const relation = relations[op];
  return relation ? (relation(a, b) ? 1 : 0) : (calculations[op]?.(a, b) ?? Number.NaN);
}
