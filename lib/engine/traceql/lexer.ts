/**
 * TraceQL text -> tokens, as pkg/traceql/lexer.go reads it: an attribute's name goes on until a sign that ends it, so
 * `span.a-b` is one name; a token's place is where the last scanned word began, as Tempo's errors have it.
 */
import { unquoted } from "@/lib/query/quoted";

export type Token = {
  /** The word itself, or IDENTIFIER, STRING, INTEGER, FLOAT, DURATION, END_ATTRIBUTE, $end: goyacc's names. */
  readonly type: string;
  readonly text: string;
  /** Of INTEGER and FLOAT as written, of DURATION in ns. */
  readonly number: number;
  readonly line: number;
  readonly column: number;
};
export type TraceqlError = { readonly line: number; readonly column: number; readonly message: string };

const words = new Set(
  (
    "true false nil ok error unset unspecified internal server client producer consumer duration childCount name status " +
    "statusMessage kind rootName rootServiceName rootService traceDuration nestedSetLeft nestedSetRight nestedSetParent " +
    "id traceID spanID parentID timeSinceStart version parent count avg max min sum by coalesce select rate " +
    "count_over_time min_over_time max_over_time avg_over_time sum_over_time quantile_over_time histogram_over_time " +
    "compare topk bottomk with"
  ).split(" "),
);
/** What ends in `.` is followed by a name. */
const scopes = ["parent.", "resource.", "span.", "event.", "link.", "instrumentation."];
const colons = ["trace:", "span:", "event:", "link:", "instrumentation:"];
const signs = ["&>>", "&<<", "!>>", "!<<", "&&", "||", ">>", "<<", "!=", "=~", "!~", ">=", "<=", "!>", "!<"].concat(
  ["&~", "&>", "&<"],
  [..."{}()=<>+-/%*^!|~,."],
);
const unitNanos: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3_600e9,
  d: 86_400e9,
  w: 604_800e9,
  y: 31_536_000e9,
};

/** `1h30m` or `1.5s` in ns. */
export function durationNanos(text: string): number | undefined {
  if (!/^(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|ms|s|m|h|d|w|y))+$/.test(text)) return undefined;
  let nanos = 0;
  for (const [, amount = "", unit = ""] of text.matchAll(/([\d.]+)(ns|us|µs|ms|s|m|h|d|w|y)/g))
    nanos += Number(amount) * (unitNanos[unit] ?? 0);
  return Math.round(nanos);
}

const endsAttribute = /[\s{}()=~!<>&|^,]/;

/** All tokens, `$end` last; or the first word that is none. */
export function tokensOf(query: string): readonly Token[] | TraceqlError {
  const tokens: Token[] = [];
  let at = 0;
  let [line, column] = [1, 1];
  const placeOf = (offset: number): [number, number] => {
    const before = query.slice(0, offset).split("\n");
    return [before.length, [...(before.at(-1) ?? "")].length + 1];
  };
  const push = (type: string, text: string, number = 0): void => {
    tokens.push({ type, text, number, line, column });
  };
  const fail = (message: string): TraceqlError => ({ line, column, message });

  /** The name behind a scope; its tokens keep the scope's place. */
  const readName = (scope: string): string | undefined => {
    if (scope === "parent.")
      for (const inner of ["span.", "resource."])
        if (query.startsWith(inner, at)) {
          at += inner.length;
          push(inner, inner);
          break;
        }
    let name = "";
    let any = false;
    while (at < query.length) {
      const sign = query[at] ?? "";
      if (sign === '"') {
        const [whole, inner = "", end] = /^"((?:[^"\\]|\\[\s\S])*)("?)/.exec(query.slice(at)) ?? [""];
        if (/\\[^"\\]/.test(inner)) return "invalid escape sequence";
        if (end !== '"') return 'unexpected EOF, expecting "';
        name += inner.replaceAll(/\\(["\\])/g, "$1");
        at += whole.length;
      } else if (endsAttribute.test(sign)) break;
      else {
        name += sign;
        at += 1;
      }
      any = true;
    }
    if (any) push("IDENTIFIER", name);
    push("END_ATTRIBUTE", "END_ATTRIBUTE");
    return undefined;
  };

  for (;;) {
    const [skipped = ""] = /^(?:\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*/.exec(query.slice(at)) ?? [];
    at += skipped.length;
    [line, column] = placeOf(at);
    const rest = query.slice(at);
    if (rest === "") {
      push("$end", "$end");
      return tokens;
    }
    const [text] = /^"(?:[^"\\\n]|\\.)*"|^`[^`]*`/.exec(rest) ?? [];
    if (text !== undefined) {
      const value = unquoted(text);
      if (value === undefined) return fail("invalid syntax");
      at += text.length;
      push("STRING", value);
      continue;
    }
    if (rest.startsWith('"') || rest.startsWith("`")) return fail("literal not terminated");
    if (rest.startsWith("'")) return fail("invalid char literal");
    const [number] = /^(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/.exec(rest) ?? [];
    if (number !== undefined) {
      const [long = number] = /^[\d.nsumhµdwy]+/.exec(rest) ?? [];
      const nanos = durationNanos(long);
      at += nanos === undefined ? number.length : long.length;
      if (nanos !== undefined) push("DURATION", long, nanos);
      else push(/^\d+$/.test(number) ? "INTEGER" : "FLOAT", number, Number(number));
      continue;
    }
    const prefix = [...scopes, ...colons].find((each) => rest.startsWith(each));
    const [word] = /^[\p{L}_][\p{L}\p{Nd}_]*/u.exec(rest) ?? [];
    if (prefix !== undefined) {
      at += prefix.length;
      push(prefix, prefix);
      const problem = prefix.endsWith(".") ? readName(prefix) : undefined;
      if (problem !== undefined) return fail(problem);
    } else if (word !== undefined) {
      at += word.length;
      push(words.has(word) ? word : "IDENTIFIER", word);
    } else {
      const sign = signs.find((each) => rest.startsWith(each));
      at += sign?.length ?? 1;
      push(sign ?? "IDENTIFIER", sign ?? rest.slice(0, 1));
      const problem = sign === "." ? readName(sign) : undefined;
      if (problem !== undefined) return fail(problem);
    }
  }
}
