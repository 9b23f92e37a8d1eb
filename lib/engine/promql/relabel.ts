/** `label_replace` and `label_join`: labels made of labels. */
import { withLabel } from "@/lib/engine/promql/label-sets";
import { compileRegex } from "@/lib/engine/promql/regex";
import { merged, type Row } from "@/lib/engine/promql/rows";
import type { Run } from "@/lib/engine/promql/run";

/** Go's template: `$1`, `${1}`, `$name`, `$$`; unknown groups are empty. */
function expand(template: string, match: RegExpExecArray): string {
  return template.replace(/\$(?:\$|\{(\w+)\}|(\w+))/g, (all, braced: string | undefined, plain: string | undefined) => {
    if (all === "$$") return "$";
    const group = braced ?? plain ?? "";
    return (/^\d+$/.test(group) ? match[Number(group)] : match.groups?.[group]) ?? "";
  });
}

export function labelReplace(rows: readonly Row[], texts: readonly string[], run: Run): Row[] {
  const [target = "", template = "", source = "", pattern = ""] = texts;
  const compiled = compileRegex(pattern);
  if (!compiled.ok) return run.complain(null, `invalid regular expression in label_replace(): ${pattern}`);
  if (target === "") return run.complain(null, `invalid destination label name in label_replace(): ${target}`);
  return merged(
    rows.map((row) => {
      const match = compiled.value.exec(row.labels[source] ?? "");
      return match ? { ...row, labels: withLabel(row.labels, target, expand(template, match)) } : row;
    }),
    run.complain,
  );
}

export function labelJoin(rows: readonly Row[], texts: readonly string[], run: Run): Row[] {
  const [target = "", separator = "", ...sources] = texts;
  const bad = sources.find((source) => source === "");
  if (bad !== undefined) return run.complain(null, `invalid source label name in label_join(): ${bad}`);
  if (target === "") return run.complain(null, `invalid destination label name in label_join(): ${target}`);
  return merged(
    rows.map((row) => ({
      ...row,
      labels: withLabel(row.labels, target, sources.map((source) => row.labels[source] ?? "").join(separator)),
    })),
    run.complain,
  );
}
