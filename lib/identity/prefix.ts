/** What a service's own metrics would begin with, and how the probe asks for them: `ledger.worker` -> `ledger_worker_…`. */
import { alternatives } from "@/lib/identity/alternatives";
import type { Subject } from "@/lib/identity/subject";
import { selector } from "@/lib/query/promql";

/** null where its name is one word, which may begin anybody's (`order_`, `http_`). */
export function prefixOf({ service }: Subject): string | null {
  const words = service.name.toLowerCase().split(/[-_.]/);
  const isName = words.length > 1 && words.every((word) => /^[a-z0-9]+$/.test(word)) && /^[a-z]/.test(words[0] ?? "");
  return isName ? words.join("_") : null;
}

/** All of them count as one family. */
export const prefixFamily = (prefix: string): string => `${prefix}_*`;

/** Series of any metric that begins with one of the names, with their family; by job, or nothing is told. */
export function prefixProbes(subjects: readonly Subject[]): string[] {
  const prefixes = [...new Set(subjects.flatMap((subject) => prefixOf(subject) ?? []))];
  if (prefixes.length === 0) return [];
  const own = alternatives(prefixes);
  const series = selector(null, [
    { label: "__name__", op: "=~", value: `(?:${own})_.+` },
    { label: "job", op: "!=", value: "" },
  ]);
  // In braces: `$1_` would be a group of that name.
  const family = prefixFamily("$" + "{1}");
  return [`label_replace(${series}, "family", "${family}", "__name__", "(${own})_.+")`];
}
