/** LogQL's text -> tokens. Loki's grammar decides words by what follows them: `rate` is a function only before `(`. */
import { refuse } from "@/lib/engine/logql/refusal";
import { readBytes, readDuration, readPromDuration } from "@/lib/engine/logql/units";
import { unquoted } from "@/lib/query/quoted";

export type Token = {
  /** A sign or word of the grammar as it is written, or the name of what it is: IDENTIFIER, STRING, NUMBER … */
  readonly kind: string;
  readonly text: string;
  /** Nanoseconds of a DURATION or RANGE, bytes of BYTES. */
  readonly amount: number;
  readonly line: number;
  readonly column: number;
};

export const rangeOperations = [
  "rate",
  "rate_counter",
  "count_over_time",
  "bytes_rate",
  "bytes_over_time",
  "avg_over_time",
  "sum_over_time",
  "min_over_time",
  "max_over_time",
  "stdvar_over_time",
  "stddev_over_time",
  "quantile_over_time",
  "first_over_time",
  "last_over_time",
  "absent_over_time",
] as const;
export const vectorOperations = [
  "sum",
  "avg",
  "max",
  "min",
  "count",
  "stddev",
  "stdvar",
  "bottomk",
  "topk",
  "sort",
  "sort_desc",
  "approx_topk",
] as const;
/** Words that are such only before `(`, or before `by (` and `without (`. */
const functions = new Set<string>([
  ...rangeOperations,
  ...vectorOperations,
  ..."vector label_replace bytes duration duration_seconds ip".split(" "),
]);
const words = new Set(
  "by without bool or and unless on ignoring group_left group_right offset unwrap json regexp logfmt unpack pattern label_format line_format decolorize drop keep variants of".split(
    " ",
  ),
);
const signs = /^(?:\|=|\|~|\|>|!=|!~|!>|=~|==|>=|<=|[{}()=<>,.|+\-*/%^\]])/;

/** "parse error at line 1, col 15: …", as Loki says where it stopped. */
export const parseError = (text: string, at?: Pick<Token, "line" | "column">): never =>
  refuse(at ? `parse error at line ${at.line}, col ${at.column}: ${text}` : `parse error : ${text}`);

/** Ends with a token `$end`. */
export function tokensOf(query: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  let line = 1;
  let lineStart = 0;
  const push = (kind: string, length: number, amount = 0): void => {
    tokens.push({ kind, text: query.slice(at, at + length), amount, line, column: at - lineStart + 1 });
    at += length;
  };
  for (;;) {
    const blank = /^(?:\s|#[^\n]*)+/.exec(query.slice(at))?.[0] ?? "";
    for (const [i, sign] of [...blank].entries()) {
      if (sign !== "\n") continue;
      line += 1;
      lineStart = at + i + 1;
    }
    at += blank.length;
    const rest = query.slice(at);
    const here = { line, column: at - lineStart + 1 };
    // Loki loses count of the line where it reads a range.
    const inRange = { ...here, line: 0 };
    if (rest === "") {
      push("$end", 0);
      return tokens;
    }
    const number = /^(?:0[xX][\da-fA-F]+|(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)/.exec(rest)?.[0];
    if (number !== undefined) {
      const timed = /^[\d.nuµmshdwy]+/.exec(rest)?.[0] ?? "";
      const sized = /^[\d.BikKMGTP]+/.exec(rest)?.[0] ?? "";
      const duration = timed.length > number.length ? readDuration(timed) : undefined;
      const bytes = sized.length > number.length ? readBytes(sized) : undefined;
      if (duration && "value" in duration) push("DURATION", timed.length, duration.value);
      else if (bytes && "value" in bytes) push("BYTES", sized.length, bytes.value);
      else push("NUMBER", number.length);
      continue;
    }
    const flag = /^--(?:strict|keep-empty)(?![a-zA-Z-])/.exec(rest)?.[0];
    if (flag !== undefined) {
      push("FUNCTION_FLAG", flag.length);
      continue;
    }
    const negative = /^-[\d.nuµmshdwy]+/.exec(rest)?.[0];
    const behind = negative === undefined ? undefined : readDuration(negative);
    if (negative !== undefined && behind && "value" in behind && !/^-[\d.]+$/.test(negative)) {
      push("DURATION", negative.length, behind.value);
      continue;
    }
    if (rest[0] === '"' || rest[0] === "`") {
      const literal = /^(?:"(?:[^"\\\n]|\\.)*"|`[^`]*`)/.exec(rest)?.[0];
      if (literal === undefined) return parseError("literal not terminated", here);
      if (unquoted(literal) === undefined) return parseError("invalid syntax", here);
      const breaks = literal.split("\n").length - 1;
      push("STRING", literal.length);
      line += breaks;
      if (breaks > 0) lineStart = at - (literal.length - literal.lastIndexOf("\n") - 1);
      continue;
    }
    if (rest[0] === "[") {
      const end = rest.indexOf("]");
      if (end === -1) return parseError("missing closing ']' in duration", inRange);
      const range = readPromDuration(rest.slice(1, end));
      if ("error" in range) return parseError(range.error, inRange);
      tokens.push({ kind: "RANGE", text: rest.slice(0, end + 1), amount: range.value, ...inRange });
      at += end + 1;
      continue;
    }
    const word = /^[\p{L}_][\p{L}\p{Nd}_]*/u.exec(rest)?.[0];
    if (word !== undefined) {
      const lower = word.toLowerCase();
      const called = /^\s*(?:\(|(?:by|without)\s*\()/i.test(rest.slice(word.length));
      const isWord = functions.has(lower) ? called : words.has(lower);
      push(isWord ? lower : "IDENTIFIER", word.length);
      continue;
    }
    const sign = signs.exec(rest)?.[0];
    push(sign ?? "IDENTIFIER", sign?.length ?? String.fromCodePoint(rest.codePointAt(0) ?? 0).length);
  }
}
