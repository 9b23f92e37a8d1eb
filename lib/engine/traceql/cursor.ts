/** Where a parser stands among tokens. The first failure stays; behind it only `$end` is read, so every loop ends. */
import type { Token, TraceqlError } from "@/lib/engine/traceql/lexer";

export type Cursor = {
  readonly peek: () => Token;
  /** The token `ahead` places on. */
  readonly look: (ahead: number) => string;
  readonly next: () => Token;
  /** Whether it was there; then it is behind. */
  readonly accept: (type: string) => boolean;
  /** What has to come. `alone`: the server would name it, since nothing else could stand here. */
  readonly expect: (type: string, alone?: boolean) => Token;
  /** In goyacc's words, about the next token; or a message of its own about `token`. */
  readonly fail: (expecting?: string, own?: { readonly token: Token; readonly message: string }) => void;
  readonly failure: () => TraceqlError | undefined;
};

export function createCursor(tokens: readonly Token[]): Cursor {
  const end: Token = tokens.at(-1) ?? { type: "$end", text: "", number: 0, line: 1, column: 1 };
  let at = 0;
  let failed: TraceqlError | undefined;
  const peek = (): Token => (failed ? end : (tokens[at] ?? end));
  const next = (): Token => {
    const token = peek();
    at += 1;
    return token;
  };
  const fail: Cursor["fail"] = (expecting, own) => {
    const { line, column, type } = own?.token ?? peek();
    const more = expecting === undefined ? "" : `, expecting ${expecting}`;
    failed ??= { line, column, message: own?.message ?? `syntax error: unexpected ${type}${more}` };
  };
  return {
    peek,
    look: (ahead) => (failed ? end : (tokens[at + ahead] ?? end)).type,
    next,
    accept: (type) => {
      const is = failed === undefined && peek().type === type;
      if (is) at += 1;
      return is;
    },
    expect: (type, alone = true) => {
      if (failed === undefined && peek().type !== type) fail(alone ? type : undefined);
      return next();
    },
    fail,
    failure: () => failed,
  };
}
