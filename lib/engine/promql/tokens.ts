/**
 * PromQL text -> tokens, one at a time, with the complaints of Prometheus' own lexer (promql/parser/lex.go): which sign
 * is wrong is often known here before any rule of the grammar is broken.
 */
import type { Complain } from "@/lib/engine/promql/complaint";
import { aggregations } from "@/lib/engine/promql/expression";

export type TokenKind =
  | "end"
  | "sign"
  | "operator"
  | "identifier"
  | "metric"
  | "keyword"
  | "aggregator"
  | "string"
  | "number"
  | "duration";
export type Token = { readonly kind: TokenKind; readonly text: string; readonly from: number };

const wordOperators = new Set(["and", "or", "unless", "atan2"]);
const aggregators = new Set<string>([...aggregations, "limitk", "limit_ratio"]);
const keywords = new Set(
  "offset smoothed anchored by without on ignoring group_left group_right fill fill_left fill_right bool start end step range max_of min_of".split(
    " ",
  ),
);

const preprocessors = /^(?:start|end|step|range|max_of|min_of)$/i;

const printRune = (rune: string): string => `'${rune === "'" ? "\\'" : rune === "\n" ? "\\n" : rune}'`;
const printText = (text: string): string => JSON.stringify(text);

/** As in `unexpected identifier "foo"`. */
export function printToken({ kind, text }: Token): string {
  switch (kind) {
    case "end":
      return "end of input";
    case "identifier":
      return `identifier ${printText(text)}`;
    case "metric":
      return `metric identifier ${printText(text)}`;
    case "string":
    case "number":
    case "duration":
      return `${kind} ${text.length > 10 ? `${printText(text.slice(0, 10))}...` : printText(text)}`;
    case "operator":
      return `<op:${text}>`;
    case "keyword":
      return preprocessors.test(text) ? printText(text) : `<${text}>`;
    case "aggregator":
      return `<aggr:${text}>`;
    case "sign":
      return printText(text);
  }
}

const spaces = /[ \t\n\r]*(?:#[^\n]*(?:\n[ \t\n\r]*|$))*/y;
const number = /0[xX][\da-fA-F_]*(?!\w)|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d[\d_]*)?(?![\w.])/y;
const duration = /(?:\d+(?:ms|[smhdwy]))+(?!\w)/y;
const word = /[a-zA-Z_:][\w:]*/y;
const name = /[a-zA-Z_]\w*/y;
const operator = /==|!=|>=|<=|<\/|>\/|[-+*/%^<>@]/y;

/** Gives the next token at each call; after the end, the end again. */
export function tokensOf(query: string, complain: Complain): () => Token {
  let at = 0;
  let depth = 0;
  let brackets: "none" | "fresh" | "open" = "none";
  let gotColon = false;
  let braces = false;

  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    return pattern.exec(query)?.[0];
  };
  const emit = (kind: TokenKind, text: string): Token => {
    const token = { kind, text, from: at };
    at += text.length;
    return token;
  };
  const runeAt = (place: number): string => String.fromCodePoint(query.codePointAt(place) ?? 0xfffd);

  const string = (mark: string): Token => {
    const start = at;
    for (let place = at + 1; place < query.length; place++) {
      const sign = query[place];
      if (sign === mark) return emit("string", query.slice(start, place + 1));
      if (mark === "`") continue;
      if (sign === "\n") break;
      if (sign !== "\\") continue;
      place += 1;
      const escaped = /^(?:[abfnrtv\\]|x[\da-fA-F]{2}|[0-3][0-7]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8})/.exec(
        query.slice(place, place + 9),
      );
      if (escaped || query[place] === mark) continue;
      if (/^[4-7][0-7]{2}/.test(query.slice(place)))
        complain(start, "escape sequence is an invalid Unicode code point");
      const rune = runeAt(place);
      const code = (rune.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
      if (place >= query.length) complain(start, "escape sequence not terminated");
      complain(start, `unknown escape sequence U+${code} ${printRune(rune)}`);
    }
    return complain(start, mark === "`" ? "unterminated raw string" : "unterminated quoted string");
  };

  const numberOrDuration = (): Token => {
    const plain = take(number);
    if (plain !== undefined) return emit("number", plain);
    const long = take(duration);
    if (long !== undefined) return emit("duration", long);
    const cut =
      /^(?:0[xX][\da-fA-F_]*|[\d_]*\.?[\d_]*\.?(?:[eE][+-]?\d*)?)(?:ms|[smhdwy]\w?)?/.exec(query.slice(at))?.[0] ?? "";
    return complain(at, `bad number or duration syntax: ${printText(cut)}`);
  };

  const insideBraces = (sign: string | undefined): Token => {
    if (sign === undefined) return complain(query.length, "unexpected end of input inside braces");
    const label = take(name);
    if (label !== undefined) return emit("identifier", label);
    if (sign === ",") return emit("sign", sign);
    if (sign === '"' || sign === "'" || sign === "`") return string(sign);
    if (sign === "=") return query[at + 1] === "~" ? emit("operator", "=~") : emit("sign", "=");
    if (sign === "!") {
      const next = query[at + 1];
      if (next === "~" || next === "=") return emit("operator", `!${next}`);
      return complain(
        at,
        `unexpected character after '!' inside braces: ${printRune(next === undefined ? "�" : runeAt(at + 1))}`,
      );
    }
    if (sign === "}") {
      braces = false;
      return emit("sign", sign);
    }
    return complain(
      at,
      sign === "{" ? "unexpected left brace '{'" : `unexpected character inside braces: ${printRune(runeAt(at))}`,
    );
  };

  /** Right behind `[` other signs are allowed than later on. */
  const behindBracket = (sign: string | undefined): Token => {
    if (sign === undefined) return complain(query.length, "unexpected end of input in duration expression");
    if (sign === "]") {
      brackets = "none";
      return emit("sign", sign);
    }
    if (sign === ":") return complain(at + 1, "unexpected colon before duration in duration expression");
    if (sign === "(" || sign === ")") {
      depth += sign === "(" ? 1 : -1;
      return emit("sign", sign);
    }
    if ("+-*/%^".includes(sign)) return emit("operator", sign);
    if (/[\d.]/.test(sign)) {
      brackets = "open";
      return numberOrDuration();
    }
    const keyword = take(name)?.toLowerCase();
    if (keyword && preprocessors.test(keyword)) return emit("keyword", keyword);
    return complain(at, `unexpected character in duration expression: ${printRune(runeAt(at))}`);
  };

  const wordToken = (text: string): Token => {
    const lower = text.toLowerCase();
    if (lower === "inf" || lower === "nan") return emit("number", text);
    if (wordOperators.has(lower)) return emit("operator", text);
    if (aggregators.has(lower)) return emit("aggregator", text);
    if (keywords.has(lower)) return emit("keyword", text);
    return emit(text.includes(":") ? "metric" : "identifier", text);
  };

  const bracket = (sign: "[" | "]"): Token => {
    if (sign === "[" && brackets !== "none") return complain(at, "unexpected left bracket '['");
    if (sign === "]" && brackets === "none") return complain(at, "unexpected right bracket ']'");
    brackets = sign === "[" ? "fresh" : "none";
    gotColon = false;
    return emit("sign", sign);
  };

  const statement = (sign: string | undefined): Token => {
    if (sign === undefined) {
      if (depth !== 0) complain(query.length, "unclosed left parenthesis");
      if (brackets !== "none") complain(query.length, "unclosed left bracket");
      return { kind: "end", text: "", from: query.length };
    }
    if (sign === ":" && brackets === "open") {
      if (gotColon) complain(at, "unexpected colon ':'");
      gotColon = true;
      return emit("sign", sign);
    }
    const text = take(word);
    if (text !== undefined) {
      if (brackets === "open") complain(at, `unexpected character: ${printRune(runeAt(at))}, expected ':'`);
      return wordToken(text);
    }
    if (/\d/.test(sign) || (sign === "." && /\d/.test(query[at + 1] ?? ""))) return numberOrDuration();
    if (sign === '"' || sign === "'" || sign === "`") return string(sign);
    if (sign === "=" && query[at + 1] === "~") complain(at, "unexpected character after '=': '~'");
    if (sign === "!" && query[at + 1] !== "=")
      complain(at, `unexpected character after '!': ${printRune(at + 1 < query.length ? runeAt(at + 1) : "�")}`);
    const op = take(operator);
    if (op !== undefined) return emit("operator", op);
    if (sign === ",") return emit("sign", sign);
    if (sign === "=") return emit("sign", sign);
    if (sign === "[" || sign === "]") return bracket(sign);
    if (sign === "{") {
      braces = true;
      return emit("sign", sign);
    }
    if (sign === "(" || sign === ")") {
      depth += sign === "(" ? 1 : -1;
      if (depth < 0) complain(at + 1, "unexpected right parenthesis ')'");
      return emit("sign", sign);
    }
    return complain(at, `unexpected character: ${printRune(runeAt(at))}`);
  };

  return () => {
    at += take(spaces)?.length ?? 0;
    const sign = query[at];
    if (braces) return insideBraces(sign);
    return brackets === "fresh" ? behindBracket(sign) : statement(sign);
  };
}
