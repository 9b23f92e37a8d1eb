/**
 * A service that no label names may still be named by its own metrics: `ledger_worker_jobs_total{job="jobs"}` is of
 * ledger.worker, and so is all that the job `jobs` scrapes. Taken only where one job alone tells metrics of that name.
 */
import type { Claim } from "@/lib/identity/claims";
import type { ProbeRow } from "@/lib/identity/metric-subject";
import { commonNaming } from "@/lib/identity/naming";
import { prefixFamily, prefixOf } from "@/lib/identity/prefix";
import type { Subject } from "@/lib/identity/subject";

const jobOf = ({ labels }: ProbeRow): { readonly label: string; readonly value: string } => {
  const label = labels.exported_job === undefined ? "job" : "exported_job";
  return { label, value: labels[label] ?? "" };
};

/** One claim for all rows of its metrics, or none. */
export function prefixClaims(subject: Subject, rows: readonly ProbeRow[]): Claim[] {
  const prefix = prefixOf(subject);
  if (prefix === null) return [];
  const family = prefixFamily(prefix);
  const own = rows.filter(({ labels }) => labels.__name__ === family);
  const [head] = own;
  if (!head || new Set(own.map((row) => JSON.stringify(jobOf(row)))).size > 1) return [];
  return [
    {
      ...{ family, naming: commonNaming, ...jobOf(head), rank: 0, match: "prefixed" },
      ...{ scopes: {}, reporter: null, replica: null, witness: null },
      series: own.reduce((sum, { series }) => sum + series, 0),
    },
  ];
}
