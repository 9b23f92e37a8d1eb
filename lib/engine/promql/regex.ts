/** RE2 as Prometheus uses it -> a JavaScript expression that matches the whole text, or the complaint. */

const perlOnly = /\(\?(?:[=!]|<[=!])|\\[1-9]|\(\?>/;
const posix: Readonly<Record<string, string>> = {
  alnum: "0-9A-Za-z",
  alpha: "A-Za-z",
  digit: "0-9",
  lower: "a-z",
  punct: "!-\\/:-@\\[-`{-~",
  space: "\\t\\n\\v\\f\\r ",
  upper: "A-Z",
  word: "0-9A-Za-z_",
  xdigit: "0-9A-Fa-f",
};

const known = new Map<string, Compiled>();
export type Compiled = { readonly ok: true; readonly value: RegExp } | { readonly ok: false; readonly text: string };

/** Anchored at both ends; the dot takes newlines. Compiled once: equal questions come again and again. */
export function compileRegex(source: string): Compiled {
  const found = known.get(source) ?? compile(source);
  if (known.size > 500) known.clear();
  known.set(source, found);
  return found;
}

function compile(source: string): Compiled {
  const perl = perlOnly.exec(source.replaceAll("\\\\", ""));
  if (perl) return { ok: false, text: `error parsing regexp: invalid or unsupported Perl syntax: \`${perl[0]}\`` };
  // Flags stand at the front in RE2, in a group of their own here.
  const [, flags = "", body = ""] = /^(?:\(\?([imsU]+)\))?([\s\S]*)$/.exec(source) ?? [];
  const translated = body
    .replace(/\[:(\w+):\]/g, (all, name: string) => posix[name] ?? all)
    .replaceAll("(?P<", "(?<")
    .replace(/\\A/g, "^")
    .replace(/\\z/g, "$");
  const group = [...new Set(flags.replaceAll(/[sU]/g, ""))].join("");
  const text = `^(?${group}:${translated})$`;
  try {
    return { ok: true, value: new RegExp(text, "s") };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { ok: false, text: complaintOf(source) };
  }
}

function complaintOf(source: string): string {
  const plain = source.replaceAll(/\\[\s\S]/g, "");
  const count = (sign: string): number => plain.split(sign).length - 1;
  if (count("(") > count(")")) return `error parsing regexp: missing closing ): \`${source}\``;
  if (count(")") > count("(")) return `error parsing regexp: unexpected ): \`${source}\``;
  if (count("[") > count("]"))
    return `error parsing regexp: missing closing ]: \`${source.slice(source.indexOf("["))}\``;
  const repeat = /^[*+?]/.exec(source)?.[0] ?? /[*+?]{2}/.exec(source)?.[0];
  return `error parsing regexp: missing argument to repetition operator: \`${repeat ?? source}\``;
}
