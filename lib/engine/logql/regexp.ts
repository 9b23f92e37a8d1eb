/**
 * RE2 (https://github.com/google/re2/wiki/Syntax) -> JavaScript. What RE2 does not know, or JavaScript cannot do the
 * same way, is refused with Go's words; never taken for something else.
 */
import { refuse } from "@/lib/engine/logql/refusal";

type Flags = { readonly i: boolean; readonly s: boolean; readonly m: boolean; readonly U: boolean };
const plain: Flags = { i: false, s: false, m: false, U: false };

const failure = (what: string, part: string): never => refuse(`error parsing regexp: ${what}: \`${part}\``);

const posix: Readonly<Record<string, string>> = {
  alnum: "0-9A-Za-z",
  alpha: "A-Za-z",
  ascii: "\\x00-\\x7F",
  blank: "\\t ",
  cntrl: "\\x00-\\x1F\\x7F",
  digit: "0-9",
  graph: "!-~",
  lower: "a-z",
  print: " -~",
  punct: "!-\\/:-@\\[-`{-~",
  space: "\\t\\n\\v\\f\\r ",
  upper: "A-Z",
  word: "0-9A-Za-z_",
  xdigit: "0-9A-Fa-f",
};
// RE2's are ASCII only, JavaScript's \s is not.
const perl: Readonly<Record<string, string>> = { d: "0-9", w: "0-9A-Za-z_", s: "\\t\\n\\f\\r " };
const control: Readonly<Record<string, string>> = { a: "\\x07", f: "\\f", n: "\\n", r: "\\r", t: "\\t", v: "\\v" };

// A hyphen may be escaped in a class only, but spelled anywhere.
const literal = (sign: string): string =>
  sign === "-" ? "\\x2d" : /[\^$\\.*+?()[\]{}|/]/.test(sign) ? `\\${sign}` : sign;
/** Both cases of a letter, where they differ and are one sign each. */
const cases = (sign: string): string[] =>
  [...new Set([sign, sign.toLowerCase(), sign.toUpperCase()])].filter((each) => [...each].length === 1);

/** One text for a pattern, with the names of its groups (null: unnamed) in order. */
export type Translated = { readonly source: string; readonly names: readonly (string | null)[] };

/** Throws a refusal where Go's compiler would. */
export function translateRegexp(pattern: string, dotMatchesAll = false): Translated {
  const signs = [...pattern];
  const names: (string | null)[] = [];
  let at = 0;
  const rest = (): string => signs.slice(at).join("");

  function escaped(inClass: boolean): { text: string; isSet: boolean } {
    const start = at;
    const sign = signs[++at];
    if (sign === undefined) return failure("trailing backslash at end of expression", "");
    at += 1;
    const spelled = (): string => signs.slice(start, at).join("");
    const set = perl[sign.toLowerCase()];
    if (set !== undefined && /[dws]/i.test(sign)) {
      if (sign === sign.toLowerCase()) return { text: inClass ? set : `[${set}]`, isSet: true };
      // A complement inside a class has no plain spelling but these.
      const complement = { D: "\\D", W: "\\W", S: "\\u0000-\\u0008\\u000B\\u000E-\\u001F!-\\u{10FFFF}" }[sign] ?? "";
      return { text: inClass ? complement : `[^${set}]`, isSet: true };
    }
    const known = control[sign];
    if (known !== undefined) return { text: known, isSet: false };
    if (sign === "x") {
      const [whole = "", short, long] = /^(?:([\da-f]{2})|\{([\da-f]{1,6})\})/i.exec(rest()) ?? [];
      const code = short ?? long;
      if (code === undefined || Number.parseInt(code, 16) > 0x10ffff)
        return failure("invalid escape sequence", spelled());
      at += whole.length;
      return { text: `\\u{${code}}`, isSet: false };
    }
    if (sign === "p" || sign === "P") {
      const [whole = "", short, not = "", long] = /^(?:([A-Z])|\{(\^?)(\w+)\})/.exec(rest()) ?? [];
      at += whole.length;
      const name = short ?? long ?? "";
      const property = /^[A-Z][a-z]?$/.test(name) ? name : `Script=${name}`;
      const text = `\\${(sign === "P") !== (not === "^") ? "P" : "p"}{${property}}`;
      try {
        new RegExp(text, "u");
      } catch {
        return failure("invalid character class range", spelled());
      }
      return { text, isSet: true };
    }
    if (/[0-7]/.test(sign)) {
      const octal = /^[0-7]{0,2}/.exec(rest())?.[0] ?? "";
      if (sign !== "0" && octal.length === 0) return failure("invalid escape sequence", spelled());
      at += octal.length;
      return { text: `\\u{${Number.parseInt(sign + octal, 8).toString(16)}}`, isSet: false };
    }
    if (!inClass && sign === "A") return { text: "^", isSet: true };
    if (!inClass && sign === "z") return { text: "$", isSet: true };
    if (!inClass && (sign === "b" || sign === "B")) return { text: `\\${sign}`, isSet: true };
    if (!inClass && sign === "C") return failure("invalid escape sequence", spelled());
    if (!inClass && sign === "Q") {
      const end = rest().indexOf("\\E");
      const text = end === -1 ? rest() : rest().slice(0, end);
      at += [...text].length + (end === -1 ? 0 : 2);
      return { text: [...text].map(literal).join(""), isSet: true };
    }
    if (/[\dA-Za-z]/.test(sign) || (sign.codePointAt(0) ?? 0) > 0x7f)
      return failure("invalid escape sequence", spelled());
    return { text: literal(sign), isSet: false };
  }

  function charClass(flags: Flags): string {
    const start = at;
    at += 1;
    const isNegated = signs[at] === "^";
    if (isNegated) at += 1;
    const parts: string[] = [];
    for (let first = true; first || signs[at] !== "]"; first = false) {
      if (at >= signs.length) return failure("missing closing ]", signs.slice(start).join(""));
      const [named = "", not = "", name = ""] = /^\[:(\^?)(\w+):\]/.exec(rest()) ?? [];
      if (named !== "") {
        const set = posix[name];
        if (set === undefined || not === "^") return failure("invalid character class range", named);
        parts.push(set);
        at += [...named].length;
        continue;
      }
      const from = atom();
      if (signs[at] === "-" && signs[at + 1] !== undefined && signs[at + 1] !== "]" && !from.isSet) {
        at += 1;
        const to = atom();
        const [low, high] = [codeOf(from.text), codeOf(to.text)];
        if (to.isSet || low > high) return failure("invalid character class range", `${from.text}-${to.text}`);
        parts.push(`${from.text}-${to.text}`);
        if (flags.i) parts.push(...otherCases(low, high));
      } else {
        if (flags.i && !from.isSet) parts.push(...cases(signOf(from.text)).map(literal));
        parts.push(from.text);
      }
    }
    at += 1;
    const inside = parts.join("");
    return `[${isNegated ? "^" : ""}${inside}]`;

    function atom(): { text: string; isSet: boolean } {
      const sign = signs[at] ?? "";
      if (sign === "\\") return escaped(true);
      at += 1;
      return { text: literal(sign), isSet: false };
    }
  }
  const signOf = (text: string): string => String.fromCodePoint(codeOf(text));
  const codeOf = (text: string): number => {
    const code = /^\\u\{([\da-f]+)\}$/i.exec(text)?.[1] ?? /^\\x([\da-f]{2})$/i.exec(text)?.[1];
    if (code !== undefined) return Number.parseInt(code, 16);
    const sign = text.startsWith("\\") ? text.slice(1) : text;
    const plainSign = text.startsWith("\\") ? ({ f: "\f", n: "\n", r: "\r", t: "\t", v: "\v" }[sign] ?? sign) : sign;
    return plainSign.codePointAt(0) ?? 0;
  };
  function otherCases(low: number, high: number): string[] {
    const out: string[] = [];
    for (const [from, to, shift] of [
      [65, 90, 32],
      [97, 122, -32],
    ] as const) {
      const [a, b] = [Math.max(low, from), Math.min(high, to)];
      if (a <= b) out.push(`${String.fromCharCode(a + shift)}-${String.fromCharCode(b + shift)}`);
    }
    return out;
  }

  function group(flags: Flags): { text: string; flags: Flags } {
    const opening = rest();
    const [named = "", name = ""] = /^\(\?P?<(\w+)>/.exec(opening) ?? [];
    if (named !== "") {
      if (names.includes(name)) return failure("duplicate capture group name", name);
      names.push(name);
      at += [...named].length;
      return { text: `(${alternatives(flags, true)})`, flags };
    }
    if (!opening.startsWith("(?")) {
      at += 1;
      names.push(null);
      return { text: `(${alternatives(flags, true)})`, flags };
    }
    const [whole = "", on = "", off = "", end = ""] = /^\(\?([imsU]*)(?:-([imsU]+))?([:)])/.exec(opening) ?? [];
    if (whole === "") {
      const part = /^\(\?P?<[^>]*>?/.exec(opening)?.[0];
      if (part !== undefined && !/^\(\?<[=!]/.test(part)) return failure("invalid named capture", part);
      return failure("invalid or unsupported Perl syntax", /^\(\?(?:<?[=!]|.)?/.exec(opening)?.[0] ?? "(?");
    }
    if (on === "" && off === "" && end === ")") return failure("missing argument to repetition operator", "?");
    const changed: Flags = {
      i: (flags.i || on.includes("i")) && !off.includes("i"),
      s: (flags.s || on.includes("s")) && !off.includes("s"),
      m: (flags.m || on.includes("m")) && !off.includes("m"),
      U: (flags.U || on.includes("U")) && !off.includes("U"),
    };
    at += whole.length;
    if (end === ")") return { text: "", flags: changed };
    return { text: `(?:${alternatives(changed, true)})`, flags };
  }

  function alternatives(outer: Flags, isInGroup: boolean): string {
    let flags = outer;
    let out = "";
    let canRepeat = false;
    const opened = at;
    for (;;) {
      const sign = signs[at];
      if (sign === undefined) {
        if (isInGroup) return failure("missing closing )", pattern);
        return out;
      }
      if (sign === ")") {
        if (!isInGroup) return failure("unexpected )", signs.slice(opened).join(""));
        at += 1;
        return out;
      }
      const repeat = /^(?:[*+?]|\{(\d+)(,(\d*))?\})/.exec(rest());
      if (repeat) {
        const operator = repeat[0];
        if (!canRepeat) return failure("missing argument to repetition operator", operator);
        if (
          Number(repeat[1] ?? 0) > 1000 ||
          Number(repeat[3] || 0) > 1000 ||
          (repeat[3] && Number(repeat[3]) < Number(repeat[1]))
        )
          return failure("invalid repeat count", operator);
        at += operator.length;
        const isLazy = signs[at] === "?";
        if (isLazy) at += 1;
        const again = /^(?:[*+?]|\{\d+(?:,\d*)?\})/.exec(rest())?.[0];
        if (again !== undefined)
          return failure("invalid nested repetition operator", `${operator}${isLazy ? "?" : ""}${again}`);
        out += operator + (isLazy !== flags.U ? "?" : "");
        canRepeat = false;
        continue;
      }
      canRepeat = sign !== "|";
      if (sign === "(") {
        const inner = group(flags);
        canRepeat = inner.text !== "";
        flags = inner.flags;
        out += inner.text;
      } else if (sign === "[") out += charClass(flags);
      else if (sign === "\\") {
        const one = escaped(false);
        out += flags.i && !one.isSet ? insensitive(signOf(one.text)) : one.text;
      } else {
        at += 1;
        if (sign === "|") out += "|";
        else if (sign === ".") out += flags.s ? "[^]" : "[^\\n]";
        else if (sign === "^") out += flags.m ? "(?<=^|\\n)" : "^";
        else if (sign === "$") out += flags.m ? "(?=\\n|$)" : "$";
        else out += flags.i ? insensitive(sign) : literal(sign);
      }
    }
  }
  const insensitive = (sign: string): string => {
    const all = cases(sign);
    return all.length > 1 ? `[${all.map(literal).join("")}]` : literal(sign);
  };

  const source = alternatives({ ...plain, s: dotMatchesAll }, false);
  return { source, names };
}

const compiled = new Map<string, RegExp>();

/** `isWhole` anchors at both ends and lets `.` match line breaks, as label matchers do. */
export function regexpOf(pattern: string, isWhole: boolean): RegExp {
  const key = `${isWhole ? "=" : "~"}${pattern}`;
  const known = compiled.get(key);
  if (known) return known;
  const { source } = translateRegexp(pattern, isWhole);
  const made = built(isWhole ? `^(?:${source})$` : source, pattern);
  // Whoever types gives few patterns; a bound all the same.
  if (compiled.size > 500) compiled.clear();
  compiled.set(key, made);
  return made;
}

function built(source: string, pattern: string): RegExp {
  try {
    return new RegExp(source, "u");
  } catch {
    return failure("invalid or unsupported Perl syntax", pattern);
  }
}
