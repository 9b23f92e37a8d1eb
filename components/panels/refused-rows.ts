/** Counts of refused answers by client -> the rows of small tables, most first, the rest as one. Pure. */
import { brief } from "@/components/ui/harmless";
import { answersOf, type Evidence } from "@/lib/evidence";
import type { Window } from "@/lib/signal/time";

export type RefusedTable = {
  /** Unique among them. */
  readonly id: string;
  /** "429" */
  readonly answered: string;
  /** "alb_logs" */
  readonly of: string;
  /** "of what went to shop-payment-80", "of the whole log"; "" = the log is the path's own. */
  readonly scope: string;
  readonly total: number;
  readonly counted: Window;
  /** `share` is 0..1; `address` null = all others together. */
  readonly rows: readonly { readonly address: string | null; readonly count: number; readonly share: number }[];
  /** What was asked for it, counts by status included. */
  readonly evidence: readonly Evidence[];
};

function scopeOf(whose: readonly string[] | null): string {
  if (whose === null) return "of the whole log";
  if (whose.length === 0) return "";
  const more = whose.length > mostNamed ? ` and ${whose.length - mostNamed} more` : "";
  return `of what went to ${whose
    .slice(0, mostNamed)
    .map((each) => brief(each, 60))
    .join(", ")}${more}`;
}
const mostNamed = 3;

export const refusedTables = (evidence: readonly Evidence[]): RefusedTable[] =>
  answersOf(evidence, "series").flatMap((clients) => {
    const { purpose, after, id } = clients.question;
    if (purpose.kind !== "refusals-by-client") return [];
    const named = clients.answer.series
      .map(({ labels, values }) => ({ address: labels[purpose.client] ?? "", count: values[values.length - 1] ?? 0 }))
      .filter(({ count }) => count > 0)
      .toSorted((a, b) => b.count - a.count || (a.address < b.address ? -1 : 1));
    const sum = named.reduce((all, { count }) => all + count, 0);
    const total = Math.max(sum, purpose.total);
    if (named.length === 0) return [];
    const others = total > sum ? [{ address: null, count: total - sum }] : [];
    return [
      {
        ...{ id, answered: purpose.answered, of: purpose.of, total, counted: purpose.counted },
        scope: scopeOf(purpose.whose),
        rows: [...named, ...others].map((row) => ({ ...row, share: row.count / total })),
        evidence: evidence.filter(({ question }) => question.id === id || after.includes(question.id)),
      },
    ];
  });
