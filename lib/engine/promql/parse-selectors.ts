/** Selectors and lists of labels. */
import type { Selector } from "@/lib/engine/promql/expression";
import type { Reader } from "@/lib/engine/promql/parse-reader";
import { compileRegex } from "@/lib/engine/promql/regex";
import type { Token } from "@/lib/engine/promql/tokens";
import type { Matcher } from "@/lib/signal/labels";

const neverNames = new Set(["bool", "on", "ignoring", "group_left", "group_right"]);
const matchOps = ["=", "!=", "=~", "!~"] as const;

export function selectorParser({ complain, peek, next, unexpected, isSign, text }: Reader) {
  const labelMatcher = (): Matcher => {
    const label = peek();
    if (label.kind !== "identifier" && label.kind !== "string") unexpected("label matching", 'identifier or "}"');
    next();
    const named = label.kind === "string" ? text(label) : label.text;
    const op = matchOps.find((each) => each === peek().text);
    if (!op) {
      if (label.kind === "identifier") unexpected("label matching", "label matching operator");
      // A name in quotes, for those with dots.
      return { label: "__name__", op: "=", value: named };
    }
    next();
    if (peek().kind !== "string") unexpected("label matching", "string");
    const value = text(next());
    if (op === "=~" || op === "!~") {
      const compiled = compileRegex(value);
      if (!compiled.ok) complain(label.from, compiled.text);
    }
    return { label: named, op, value };
  };

  const matchers = (): Matcher[] => {
    const found: Matcher[] = [];
    next();
    while (!isSign("}")) {
      found.push(labelMatcher());
      if (isSign(",")) next();
      else if (!isSign("}")) unexpected("label matching", '"," or "}"');
    }
    next();
    return found;
  };

  const selector = (named: Token | null = null): Selector => {
    const { from } = named ?? peek();
    const name = named ?? (isSign("{") ? null : isName() ? next() : unexpected());
    const listed = isSign("{") ? matchers() : [];
    return { kind: "selector", from, name: name?.text ?? null, matchers: listed, at: null, offset: 0 };
  };
  const isName = (): boolean =>
    peek().kind === "identifier" ||
    peek().kind === "metric" ||
    peek().kind === "aggregator" ||
    (peek().kind === "keyword" && !neverNames.has(peek().text.toLowerCase())) ||
    (peek().kind === "operator" && /^(?:and|or|unless)$/i.test(peek().text));

  const labelList = (): string[] => {
    if (!isSign("(")) unexpected("grouping opts", '"("');
    next();
    const labels: string[] = [];
    while (!isSign(")")) {
      const isLabel = /^[a-z_]/i.test(peek().text) && peek().kind !== "number" && peek().kind !== "string";
      if (!isLabel && peek().kind !== "string") unexpected("grouping opts", "label");
      const label = peek().kind === "string" ? text(peek()) : peek().text;
      if (label === "") complain(peek().from, 'invalid label name for grouping: ""');
      next();
      labels.push(label);
      if (isSign(",")) next();
      else if (!isSign(")")) unexpected("grouping opts", '"," or ")"');
    }
    next();
    return labels;
  };

  return { selector, isName, labelList };
}
