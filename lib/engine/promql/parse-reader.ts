/** The next token, one step ahead, and what is said when it is the wrong one. */
import type { Complain } from "@/lib/engine/promql/complaint";
import { type BinaryOperator, binaryOperators } from "@/lib/engine/promql/expression";
import { parseDuration, parseNumber } from "@/lib/engine/promql/literals";
import { printToken, type Token, tokensOf } from "@/lib/engine/promql/tokens";
import { unquoted } from "@/lib/query/quoted";

/** How tightly each binds; only `^` binds to the right. */
export const strengthOf = (op: string): number => {
  if (op === "or") return 1;
  if (op === "and" || op === "unless") return 2;
  if (op === "+" || op === "-") return 4;
  if (op === "*" || op === "/" || op === "%" || op === "atan2") return 5;
  return op === "^" ? 6 : 3;
};

export type Reader = ReturnType<typeof createReader>;

export function createReader(query: string, complain: Complain) {
  const read = tokensOf(query, complain);
  let token = read();
  /** Which productions of the grammar are open, innermost last: they word the complaint about an unexpected token. */
  let open: readonly string[] = [];

  const next = (): Token => {
    const taken = token;
    token = read();
    return taken;
  };
  const unexpected = (context = open.at(-1) ?? "", expected = ""): never =>
    complain(
      token.from,
      `unexpected ${printToken(token)}${context && ` in ${context}`}${expected && `, expected ${expected}`}`,
    );
  const isSign = (text: string): boolean => token.kind === "sign" && token.text === text;
  const isWord = (text: string): boolean => token.kind === "keyword" && token.text.toLowerCase() === text;
  const skip = (text: string): Token => (isSign(text) ? next() : unexpected());
  const within = <T>(context: string, act: () => T): T => {
    const before = open;
    open = [...before, context];
    const result = act();
    open = before;
    return result;
  };
  const text = (literal: Token): string =>
    unquoted(literal.text) ??
    complain(literal.from, `error unquoting string ${JSON.stringify(literal.text)}: invalid syntax`);

  /** A number or a duration in seconds. */
  const number = (): { readonly value: number; readonly isDuration: boolean } => {
    const taken = next();
    if (taken.kind === "duration") {
      const ms = parseDuration(taken.text);
      return ms === undefined
        ? complain(taken.from, `not a valid duration string: ${JSON.stringify(taken.text)}`)
        : { value: ms / 1_000, isDuration: true };
    }
    const value = parseNumber(taken.text);
    return value === undefined
      ? complain(
          taken.from,
          `error parsing number: strconv.ParseFloat: parsing ${JSON.stringify(taken.text)}: invalid syntax`,
        )
      : { value, isDuration: false };
  };
  const isNumber = (): boolean => token.kind === "number" || token.kind === "duration";
  const sign = (): 1 | -1 =>
    (token.text === "-" || token.text === "+") && token.kind === "operator" ? (next().text === "-" ? -1 : 1) : 1;

  const operatorOf = (): BinaryOperator | undefined => {
    if (token.kind !== "operator") return undefined;
    const lower = token.text.toLowerCase();
    return binaryOperators.find((each) => each === lower);
  };

  return {
    query,
    complain,
    peek: (): Token => token,
    next,
    unexpected,
    isSign,
    isWord,
    skip,
    within,
    text,
    number,
    isNumber,
    sign,
    operatorOf,
  };
}
