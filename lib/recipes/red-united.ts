/** Several expressions as one question: each one's series carry a mark, so that `or` drops none and the reader of the answer knows whose they are. */
import { replacementIn } from "@/lib/query/promql";
import { quoted } from "@/lib/query/quoted";
import type { Recipe } from "@/lib/recipes/recipe";

/** In Go's templates `$` begins the name of a group. Source: Prometheus, label_replace. */
const plain = (text: string): string => text.replaceAll("$", "$$$$");

/** `expression` whose series all carry `label="text"`. */
export const marked = (expression: string, label: string, text: string): string =>
  `label_replace(${expression}, ${quoted(label)}, ${quoted(plain(text))}, "", "")`;

/** `expression` whose series carry what `from` holds as `label`, followed by `suffix`. */
export const renamed = (expression: string, label: string, from: string, suffix: string): string =>
  `label_replace(${expression}, ${quoted(label)}, ${quoted(`$1${plain(suffix)}`)}, ${quoted(from)}, "(.+)")`;

/** Label and value under which the store knows what `renamed` made `value` of; null where this operand made none of it. */
export function namedBefore(operand: string, value: string): { readonly label: string; readonly value: string } | null {
  const made = replacementIn(operand);
  if (!made?.replacement.startsWith("$1")) return null;
  const suffix = made.replacement.slice(2).replaceAll("$$", "$");
  return value.endsWith(suffix) ? { label: made.from, value: value.slice(0, value.length - suffix.length) } : null;
}

/** "otel-http 0 samples": two groups of one recipe differ in the number. */
export const markOf = ({ name }: Recipe, index: number, about: string): string => `${name} ${index} ${about}`;
