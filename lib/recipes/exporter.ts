/** Rows of a table of conventions -> PromQL; and what an exporter tells of others, under the labels of those others. */
import { printMatcher } from "@/lib/query/promql";
import type { Matcher } from "@/lib/signal/labels";

/** Fills a row of the table: `{m` with matchers, `{r}` with the range. */
export const filled = (row: string, matchers: readonly Matcher[], range: string): string =>
  row.replaceAll("{r}", range).replaceAll("{m", () => `{${matchers.map(printMatcher).join(",")}`);

export type Exported = {
  /** Labels of the answer. */
  readonly by: readonly string[];
  /** Those of them that a scrape without honor_labels gives to the exporter, keeping the subject's as `exported_*`. */
  readonly clashing: readonly string[];
};

/** What an exporter tells of others, under the labels of those it tells of. */
export function ofExporter(row: string, own: readonly Matcher[], { by, clashing }: Exported, range: string): string {
  const mark = `exported_${clashing.at(-1) ?? ""}`;
  const renamed = own.map((matcher) =>
    clashing.includes(matcher.label) ? { ...matcher, label: `exported_${matcher.label}` } : matcher,
  );
  const plain = filled(row, [...own, { label: mark, op: "=", value: "" }], range);
  const exported = filled(row, [...renamed, { label: mark, op: "!=", value: "" }], range);
  const righted = clashing.reduce(
    (query, label) => `label_replace(${query}, "${label}", "$1", "exported_${label}", "(.+)")`,
    exported,
  );
  return `max by (${by.join(", ")}) (${plain} or ${righted})`;
}
