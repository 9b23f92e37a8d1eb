/**
 * A service that no label names may still be named by its own metrics: `ledger_worker_jobs_total{job="jobs"}` is of
 * ledger.worker, and so is all that the job `jobs` scrapes. Taken only where one job alone tells metrics of that name.
 */
import { alternatives } from "@/lib/identity/alternatives";
import type { Claim } from "@/lib/identity/claims";
import type { ProbeRow } from "@/lib/identity/metric-subject";
import { commonNaming } from "@/lib/identity/naming";
import type { Subject } from "@/lib/identity/subject";
import { selector } from "@/lib/query/promql";

/** What its metrics would begin with; null where its name is one word, which may begin anybody's (`order_`, `http_`). */
function prefixOf({ service }: Subject): string | null {
  const words = service.name.toLowerCase().split(/[-_.]/);
  const isName = words.length > 1 && words.every((word) => /^[a-z0-9]+$/.test(word)) && /^[a-z]/.test(words[0] ?? "");
  return isName ? words.join("_") : null;
}

const familyOf = (prefix: string): string => `${prefix}_*`;

/** For the probe: series of any metric that begins with one of the names, under `ledger_worker_*` for a family. */
export function prefixProbes(subjects: readonly Subject[]): string[] {
  const prefixes = [...new Set(subjects.flatMap((subject) => prefixOf(subject) ?? []))];
  if (prefixes.length === 0) return [];
  const own = alternatives(prefixes);
  const series = selector(null, [
    { label: "__name__", op: "=~", value: `(?:${own})_.+` },
    { label: "job", op: "!=", value: "" },
  ]);
  return [`label_replace(${series}, "family", "$1_*", "__name__", "(${own})_.+")`];
}

/** What the rows say of a service by the names of its metrics alone; nothing where several jobs tell such metrics. */
export function prefixClaims(subject: Subject, rows: readonly ProbeRow[]): Claim[] {
  const prefix = prefixOf(subject);
  if (prefix === null) return [];
  const own = rows.filter(({ labels }) => labels.__name__ === familyOf(prefix));
  const jobOf = ({ labels }: ProbeRow): { label: string; value: string } => {
    const label = labels.exported_job === undefined ? "job" : "exported_job";
    return { label, value: labels[label] ?? "" };
  };
  const [head] = own;
  if (!head || new Set(own.map((row) => JSON.stringify(jobOf(row)))).size > 1) return [];
  return [
    {
      ...{ family: familyOf(prefix), naming: commonNaming, ...jobOf(head), rank: 0, match: "prefixed" },
      ...{ scopes: {}, reporter: null, replica: null, witness: null },
      series: own.reduce((sum, { series }) => sum + series, 0),
    },
  ];
}
