/** `{job="shop/pay", pod=~"pay-.*"}` -> matchers. A small strict reader for hand-written configuration; queries have
 * their own grammars. */
import "server-only";
import type { Matcher } from "@/lib/signal/labels";

export type Selector =
  /** `rest` is what follows the closing brace, trimmed: the line filters of a LogQL query. */
  | { readonly ok: true; readonly matchers: readonly Matcher[]; readonly rest: string }
  /** `text` says what was expected and at which character (1-based). */
  | { readonly ok: false; readonly text: string };

// The escapes of a Go string, which Prometheus and Loki share.
const escapes: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  a: "\x07",
  b: "\b",
  f: "\f",
  v: "\v",
  "\\": "\\",
  '"': '"',
  "'": "'",
};

/** The text between the quotes, or undefined where it holds an escape that Go would refuse. */
function unquote(quoted: string): string | undefined {
  const inner = quoted.slice(1, -1);
  if (quoted.startsWith("`")) return inner;
  let known = true;
  const text = inner.replace(/\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|(.))/gis, (_, byte, unit, sign: string) => {
    if (byte ?? unit) return String.fromCharCode(Number.parseInt(byte ?? unit, 16));
    known &&= Object.hasOwn(escapes, sign);
    return escapes[sign] ?? "";
  });
  return known ? text : undefined;
}

const quotedText = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`]*`/y;
// Dots, which Prometheus wants quoted, are taken bare too: trace attributes have them.
const bareLabel = /[A-Za-z_][\w.]*/y;
const operator = /=~|!~|!=|=(?![=~])/y;
const blank = /\s*/y;

/** Reads one `{…}` with at least one matcher; a trailing comma is allowed, as in PromQL. */
export function parseSelector(text: string): Selector {
  let at = 0;
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    at += found?.length ?? 0;
    blank.lastIndex = at;
    at += blank.exec(text)?.[0].length ?? 0;
    return found;
  };
  const fail = (expected: string): Selector => ({ ok: false, text: `expected ${expected} at character ${at + 1}` });

  take(blank);
  if (take(/\{/y) === undefined) return fail('a selector in braces, such as {job="payment"},');
  const matchers: Matcher[] = [];
  while (take(/\}/y) === undefined) {
    if (matchers.length > 0 && take(/,/y) === undefined) return fail("a comma or }");
    if (matchers.length > 0 && take(/\}/y) !== undefined) break;
    const quotedLabel = take(quotedText);
    const label = quotedLabel === undefined ? take(bareLabel) : unquote(quotedLabel);
    if (!label) return fail("a label's name");
    const op = take(operator);
    if (op !== "=" && op !== "!=" && op !== "=~" && op !== "!~") return fail("=, !=, =~ or !~");
    const start = at;
    const quoted = take(quotedText);
    const value = quoted === undefined ? undefined : unquote(quoted);
    if (value === undefined) {
      at = start;
      return fail("a value in quotes with no unknown escape");
    }
    matchers.push({ label, op, value });
  }
  if (matchers.length === 0) return { ok: false, text: "expected at least one matcher in the braces" };
  return { ok: true, matchers, rest: text.slice(at) };
}
