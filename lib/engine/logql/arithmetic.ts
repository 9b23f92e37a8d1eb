/** Two numbers and an operator between them, as Loki does it: dividing by zero is no number, not infinity. */
import type { BinaryOperator } from "@/lib/engine/logql/ast";

export const isComparison = (op: BinaryOperator): boolean => ["==", "!=", ">", ">=", "<", "<="].includes(op);

/** A comparison is 1 or 0. The set operators have no meaning here: NaN. */
export function applied(op: BinaryOperator, a: number, b: number): number {
  switch (op) {
    case "+":
      return a + b;
    case "-":
      return a - b;
    case "*":
      return a * b;
    case "/":
      return b === 0 ? Number.NaN : a / b;
    case "%":
      return b === 0 ? Number.NaN : a % b;
    case "^":
      return a ** b;
    case "==":
      return Number(a === b);
    case "!=":
      return Number(a !== b);
    case ">":
      return Number(a > b);
    case ">=":
      return Number(a >= b);
    case "<":
      return Number(a < b);
    case "<=":
      return Number(a <= b);
    default:
      return Number.NaN;
  }
}
