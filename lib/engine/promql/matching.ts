/** Whether a label's value satisfies a matcher; a label that is missing has the empty value. */
import { compileRegex } from "@/lib/engine/promql/regex";
import type { Labels, Matcher } from "@/lib/signal/labels";

/** A regex that does not compile matches nothing; the parser has refused it before. */
export function matches({ op, value }: Matcher, text: string): boolean {
  if (op === "=") return text === value;
  if (op === "!=") return text !== value;
  const compiled = compileRegex(value);
  const found = compiled.ok && compiled.value.test(text);
  return op === "=~" ? found : !found;
}

export const matchesAll = (matchers: readonly Matcher[], labels: Labels): boolean =>
  matchers.every((matcher) => matches(matcher, labels[matcher.label] ?? ""));
