import "server-only";
/** `{job="a",x=~"b"}` <-> matchers, for configuration and links. */
import { isValid, selector, selectorsOf } from "@/lib/query/promql";
import type { Matcher } from "@/lib/signal/labels";

/** The matchers of one selector; a metric's name becomes `__name__`. undefined where the text is more, less or broken. */
export function parseSelector(text: string): Matcher[] | undefined {
  const [only, ...others] = selectorsOf(text);
  if (!only || others.length > 0 || only.text !== text.trim() || !isValid(text)) return undefined;
  const name: Matcher[] = only.name === null ? [] : [{ label: "__name__", op: "=", value: only.name }];
  return [...name, ...only.matchers];
}

export const printSelector = (matchers: readonly Matcher[]): string => selector(null, matchers);
