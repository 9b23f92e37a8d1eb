/** `a=1 b="x y"` -> pairs in order. What cannot be read is skipped, or ends the line where it is read strictly. */
import { unquoted } from "@/lib/query/quoted";

export type Pair = { readonly key: string; readonly value: string };

/** Calls `visit` until it says "stop". The last thing found wrong is the answer; `isStrict` stops at the first. */
export function eachPair(
  text: string,
  isStrict: boolean,
  visit: (pair: Pair) => "stop" | undefined,
): string | undefined {
  let at = 0;
  let error: string | undefined;
  const wrong = (what: string): void => {
    error = `logfmt syntax error at pos ${at + 1} : ${what}`;
  };
  const isBlank = (index: number): boolean => text.charCodeAt(index) <= 32;
  const skipValue = (): void => {
    while (at < text.length && !isBlank(at)) at += 1;
  };
  while (at < text.length) {
    while (at < text.length && isBlank(at)) at += 1;
    // What is behind the last pair is an attempt too, and a failed one.
    if (at >= text.length) break;
    const pair = scan();
    if (pair === undefined) {
      if (isStrict) break;
    } else if (visit(pair) === "stop") break;
  }
  return error;

  function scan(): Pair | undefined {
    const start = at;
    while (at < text.length && !isBlank(at) && text[at] !== "=" && text[at] !== '"') at += 1;
    const key = text.slice(start, at);
    if (at >= text.length || isBlank(at)) return { key, value: "" };
    if (text[at] === '"' || key === "") {
      wrong(`unexpected '${text[at]}'`);
      skipValue();
      return undefined;
    }
    at += 1;
    if (at >= text.length || isBlank(at)) return { key, value: "" };
    return text[at] === '"' ? quotedValue(key) : bareValue(key);
  }
  function bareValue(key: string): Pair | undefined {
    const start = at;
    while (at < text.length && !isBlank(at)) {
      if (text[at] === "=" || text[at] === '"') {
        wrong(`unexpected '${text[at]}'`);
        skipValue();
        return undefined;
      }
      at += 1;
    }
    return { key, value: text.slice(start, at) };
  }
  function quotedValue(key: string): Pair | undefined {
    const start = at;
    for (let end = at + 1; end < text.length; end += 1) {
      if (text[end] === "\\") end += 1;
      else if (text[end] === '"') {
        at = end + 1;
        const literal = text.slice(start, at);
        const value = literal.includes("\\") ? unquoted(literal) : literal.slice(1, -1);
        if (value === undefined) wrong("invalid quoted value");
        return value === undefined ? undefined : { key, value };
      }
    }
    at = text.length;
    wrong("unterminated quoted value");
    return undefined;
  }
}
