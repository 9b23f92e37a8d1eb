/** Alertmanager's filters: one matcher each parameter, all of them, in the sentences of 0.31 (api/v2, pkg/labels). */
import type { Labels, Matcher } from "@/lib/signal/labels";

type Read<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly message: string };
const fail = (message: string): { readonly ok: false; readonly message: string } => ({ ok: false, message });

const opOf = (text: string): Matcher["op"] => (text === "!=" || text === "=~" || text === "!~" ? text : "=");

/** Anchored; undefined where it is no regular expression. */
export function anchored(pattern: string): RegExp | undefined {
  try {
    return new RegExp(`^(?:${pattern})$`);
  } catch {
    return undefined; // the caller has the sentence for it
  }
}

function readMatcher(text: string): Read<Matcher> {
  if (/^\s*\{/.test(text) !== /\}\s*$/.test(text) || /^\s*\{.*,.*\}\s*$/.test(text))
    return fail(`unexpected open or close brace: ${text}`);
  const inner = text.trim().replace(/^\{(.*)\}$/s, "$1");
  const [, label, op = "=", raw = ""] = /^\s*([a-zA-Z_:][\w:]*)\s*(=~|!~|!=|=)\s*(.*?)\s*$/s.exec(inner) ?? [];
  if (label === undefined) return fail(`bad matcher format: ${text}`);
  const [, quoted] = /^"((?:[^"\\]|\\.)*)"$/s.exec(raw) ?? [];
  if (quoted === undefined && /(?:^|[^\\])"/.test(raw))
    return fail(`matcher value contains unescaped double quote: ${raw}`);
  const value = (quoted ?? raw).replaceAll(/\\(["\\n])/g, (_, sign: string) => (sign === "n" ? "\n" : sign));
  const matcher: Matcher = { label, op: opOf(op), value };
  return matcher.op.includes("~") && anchored(value) === undefined
    ? fail(`error parsing regexp: invalid pattern: \`^(?:${value})$\``)
    : { ok: true, value: matcher };
}

export function readMatchers(texts: readonly string[]): Read<readonly Matcher[]> {
  const matchers: Matcher[] = [];
  for (const text of texts) {
    const read = readMatcher(text);
    if (!read.ok) return read;
    matchers.push(read.value);
  }
  return { ok: true, value: matchers };
}

/** An absent label is empty. */
export const isMatching = (labels: Labels, { label, op, value }: Matcher): boolean => {
  const own = labels[label] ?? "";
  const same = op.includes("~") ? (anchored(value)?.test(own) ?? false) : own === value;
  return same === !op.startsWith("!");
};
