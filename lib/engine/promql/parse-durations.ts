/** Durations in brackets and behind `offset`: numbers, units, arithmetic. */
import { betweenNumbers } from "@/lib/engine/promql/operators";
import { type Reader, strengthOf } from "@/lib/engine/promql/parse-reader";

export function durationParser({
  complain,
  peek,
  next,
  unexpected,
  isSign,
  skip,
  number,
  isNumber,
  sign,
  operatorOf,
}: Reader) {
  /** Arithmetic of durations, seconds; NaN where `step()` or `range()` come in. */
  const durationFactor = (context: string, expected: string): number => {
    const isSigned = peek().kind === "operator" && (peek().text === "-" || peek().text === "+");
    if (isSigned) return sign() * durationFactor(context, expected);
    if (isSign("(")) {
      next();
      const inner = durationSum(context, expected, 4);
      skip(")");
      return inner;
    }
    if (peek().kind === "keyword" && /^(?:step|range|min_of|max_of)$/i.test(peek().text)) {
      const name = next().text.toLowerCase();
      skip("(");
      const isPair = name.endsWith("_of");
      const first = isPair ? durationSum(context, expected, 4) : Number.NaN;
      if (isPair) skip(",");
      const second = isPair ? durationSum(context, expected, 4) : Number.NaN;
      skip(")");
      return name === "min_of" ? Math.min(first, second) : Math.max(first, second);
    }
    return isNumber() ? number().value : unexpected(context, expected);
  };
  function durationSum(context: string, expected: string, least: number): number {
    let left = durationFactor(context, expected);
    for (;;) {
      const op = peek().kind === "operator" ? operatorOf() : undefined;
      if (!op || !"+-*/%^".includes(op) || strengthOf(op) < least) return left;
      const { from } = next();
      const right = durationSum(context, expected, strengthOf(op) + (op === "^" ? 0 : 1));
      if (right === 0 && op === "/") complain(from, "division by zero");
      if (right === 0 && op === "%") complain(from, "modulo by zero");
      left = betweenNumbers(op, left, right);
    }
  }

  /** In brackets, ms. */
  const span = (context: string, expected: string): number => {
    const { from } = peek();
    const value = durationSum(context, expected, 4);
    if (value <= 0) complain(from, "duration must be greater than 0");
    return Math.round(value * 1_000);
  };

  return { durationFactor, span };
}
