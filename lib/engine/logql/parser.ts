/** A cursor over tokens, which says what was not expected as Loki's own parser does. */
import { parseError, rangeOperations, type Token, vectorOperations } from "@/lib/engine/logql/tokens";
import { unquoted } from "@/lib/query/quoted";

export type Cursor = {
  /** The kind of the token `ahead` places on; 0 is the next. */
  readonly peek: (ahead?: number) => string;
  readonly token: () => Token;
  readonly take: () => Token;
  /** Takes the token if it is of this kind. */
  readonly skip: (kind: string) => boolean;
  /** Takes a token of this kind; else fails, naming what was `expected` (at most four, or nothing). */
  readonly need: (kind: string, ...expected: readonly string[]) => Token;
  readonly fail: (...expected: readonly string[]) => never;
  /** The text of a STRING. */
  readonly string: (...expected: readonly string[]) => string;
};

const conversions: Readonly<Record<string, string>> = {
  bytes: "BYTES_CONV",
  duration: "DURATION_CONV",
  duration_seconds: "DURATION_SECONDS_CONV",
};
const shouted = new Set<string>([...rangeOperations, ...vectorOperations, "vector", "label_replace"]);
const shown = (kind: string): string => conversions[kind] ?? (shouted.has(kind) ? kind.toUpperCase() : kind);
const nothing: Token = { kind: "$end", text: "", amount: 0, line: 0, column: 0 };

export function cursorOver(tokens: readonly Token[]): Cursor {
  let at = 0;
  const token = (): Token => tokens[at] ?? tokens.at(-1) ?? nothing;
  const fail = (...expected: readonly string[]): never => {
    const { kind, line, column } = token();
    const wanted = expected.length > 0 ? `, expecting ${expected.map(shown).join(" or ")}` : "";
    const isEmpty = kind === "$end" && line === 1 && column === 1;
    return parseError(`syntax error: unexpected ${shown(kind)}${wanted}`, isEmpty ? undefined : { line, column });
  };
  const take = (): Token => {
    const taken = token();
    at += 1;
    return taken;
  };
  const need = (kind: string, ...expected: readonly string[]): Token =>
    token().kind === kind ? take() : fail(...expected);
  return {
    peek: (ahead = 0) => tokens[at + ahead]?.kind ?? "$end",
    token,
    take,
    skip: (kind) => {
      const is = token().kind === kind;
      if (is) at += 1;
      return is;
    },
    need,
    fail,
    string: (...expected) => unquoted(need("STRING", ...expected).text) ?? "",
  };
}
