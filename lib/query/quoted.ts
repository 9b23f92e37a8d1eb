import "server-only";
/**
 * Text <-> the string literals of PromQL, LogQL and TraceQL, which are all Go's (https://go.dev/ref/spec#String_literals).
 * No text gets into a query but through here.
 */
import type { Tree } from "@lezer/common";

const escapes: Readonly<Record<string, string>> = { '"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t" };
// Also what a reader of the receipt would not see, or see turned around; Prometheus takes a bare U+FFFD for broken UTF-8.
const unsafe = /["\\\p{Cc}\p{Cf}\p{Zl}\p{Zp}\ufffd]/gu;

/** A double-quoted literal of any text. Lone surrogates, which UTF-8 cannot hold, become U+FFFD. */
export const quoted = (text: string): string =>
  `"${text.toWellFormed().replace(unsafe, (sign) => escapes[sign] ?? codeOf(sign))}"`;

function codeOf(sign: string): string {
  const code = (sign.codePointAt(0) ?? 0).toString(16);
  return code.length > 4 ? `\\U${code.padStart(8, "0")}` : `\\u${code.padStart(4, "0")}`;
}

const oneLetter: Readonly<Record<string, string>> = {
  a: "\u0007",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};
const goEscape = /\\(?:x([0-9a-fA-F]{2})|([0-3][0-7]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([\s\S]|$))/g;

/** The text of a literal in any of the three quotes; undefined where it is none or an escape is unknown. */
export function unquoted(literal: string): string | undefined {
  const mark = literal[0];
  if (literal.length < 2 || !mark || !"\"'`".includes(mark) || !literal.endsWith(mark)) return undefined;
  const inner = literal.slice(1, -1);
  // Go drops carriage returns from raw strings.
  if (mark === "`") return inner.replaceAll("\r", "");
  // As bytes: `\xc3\xa9` is one letter.
  const encoder = new TextEncoder();
  const parts: Uint8Array[] = [];
  let done = 0;
  for (const match of inner.matchAll(goEscape)) {
    const bytes = bytesOf(match, mark);
    if (!bytes) return undefined;
    parts.push(encoder.encode(inner.slice(done, match.index)), bytes);
    done = match.index + match[0].length;
  }
  parts.push(encoder.encode(inner.slice(done)));
  return new TextDecoder().decode(Uint8Array.from(parts.flatMap((part) => [...part])));
}

function bytesOf([, hex, octal, short, long, letter = ""]: RegExpExecArray, mark: string): Uint8Array | undefined {
  if (hex) return Uint8Array.of(Number.parseInt(hex, 16));
  if (octal) return Uint8Array.of(Number.parseInt(octal, 8));
  const code = short ?? long;
  const sign = code ? signOf(code) : letter === mark || letter === "\\" ? letter : oneLetter[letter];
  return sign === undefined ? undefined : new TextEncoder().encode(sign);
}

function signOf(hex: string): string | undefined {
  const code = Number.parseInt(hex, 16);
  const surrogate = code >= 0xd800 && code <= 0xdfff;
  return code > 0x10ffff || surrogate ? undefined : String.fromCodePoint(code);
}

/** Whether a grammar understood every part of the text, and every literal in it is one. */
export function isSound(tree: Tree, query: string): boolean {
  const cursor = tree.cursor();
  do {
    if (cursor.type.isError) return false;
    // The grammars let any sign follow a backslash, the servers do not.
    const isLiteral = cursor.name === "StringLiteral" || cursor.name === "String";
    if (isLiteral && unquoted(query.slice(cursor.from, cursor.to)) === undefined) return false;
  } while (cursor.next());
  return true;
}
