/** A row of the probe -> what speaks for its being a service's: the name, the scope, the very pod that the spans named. */
import { clusterLabels, environmentLabels, replicaLabels } from "@/lib/identity/metric-probe";
import type { ProbeRow } from "@/lib/identity/metric-subject";
import type { NameMatch } from "@/lib/identity/names";
import { matchLabel, type Naming } from "@/lib/identity/naming";
import { expectedNamespaces, type Subject, seenOf } from "@/lib/identity/subject";
import type { Labels } from "@/lib/signal/labels";

export const dimensions = ["namespace", "cluster", "environment"] as const;
export type Dimension = (typeof dimensions)[number];
/** `label` null = part of the name (`shop/payment`), which needs no matcher of its own. */
export type Scope = { readonly label: string | null; readonly value: string };

export type Claim = {
  readonly family: string;
  readonly naming: Naming;
  readonly label: string;
  readonly value: string;
  readonly rank: number;
  /** "shared": only a pod or instance speaks for it; "prefixed": only how its metrics are called. */
  readonly match: NameMatch | "shared" | "prefixed";
  readonly scopes: Readonly<Partial<Record<Dimension, Scope>>>;
  readonly reporter: string | null;
  /** Which of a pair of servers told it. */
  readonly replica: Scope | null;
  /** The pod or instance that both the spans and this row name. */
  readonly witness: { readonly label: string; readonly value: string } | null;
  readonly series: number;
};

export function expectedOf(subject: Subject, dimension: Dimension): readonly string[] {
  if (dimension === "namespace") return expectedNamespaces(subject);
  return dimension === "cluster" ? seenOf(subject).clusters : seenOf(subject).environments;
}

const firstOf = (row: Labels, labels: readonly string[]): Scope | undefined =>
  labels.flatMap((label) => (row[label] ? [{ label, value: row[label] }] : []))[0];

/**
 * `exported_namespace` belongs to `exported_job`, `namespace` to `job`: what the target says of others, and where it runs
 * itself. A name the target gave (`service_name`) beside an `exported_*` belongs to the former.
 */
function namespaceScope(row: Labels, naming: Naming, label: string, value: string): Scope | undefined {
  const slash = value.lastIndexOf("/");
  if (naming.scraped && slash > 0) return { label: null, value: value.slice(0, slash) };
  if (!naming.scraped) return firstOf(row, naming.namespaces);
  const isOfOthers =
    label.startsWith("exported_") || row.exported_job !== undefined || row.exported_service !== undefined;
  return firstOf(
    row,
    naming.namespaces.filter((each) => each !== (isOfOthers ? "namespace" : "exported_namespace")),
  );
}

function scopesOf(row: Labels, naming: Naming, label: string, value: string): Claim["scopes"] {
  const namespace = namespaceScope(row, naming, label, value);
  const cluster = firstOf(row, clusterLabels);
  const environment = firstOf(row, environmentLabels);
  return {
    ...(namespace ? { namespace } : {}),
    ...(cluster ? { cluster } : {}),
    ...(environment ? { environment } : {}),
  };
}

/** `witness="pod=payment-7d9f8c6b5-x2x4z"`, if it is one of the subject's own. */
function witnessOf(subject: Subject, { witness = "" }: Labels): Claim["witness"] {
  const at = witness.indexOf("=");
  const [label, value] = [witness.slice(0, at), witness.slice(at + 1)];
  const { pods, instances } = seenOf(subject);
  return at > 0 && (pods.includes(value) || instances.includes(value)) ? { label, value } : null;
}

/** All that a row could mean for this service. One that names a pod is no sum, so it counts no series. */
export function claimsOf(subject: Subject, naming: Naming, { labels: row, series }: ProbeRow): Claim[] {
  const family = row.__name__ ?? "";
  const witness = witnessOf(subject, row);
  const reporter = naming.reporter ? (row[naming.reporter.label] ?? null) : null;
  const replica = firstOf(row, replicaLabels) ?? null;
  const common = { family, naming, reporter, replica, witness, series: row.witness === undefined ? series : 0 };
  const own = naming.services.flatMap((each, rank): (Claim & { readonly isNamed: boolean })[] => {
    const { label, unless } = each;
    const value = row[label];
    // The twin of an `exported_*` label names the exporter.
    const isTwin = naming.scraped && row[`exported_${label}`] !== undefined;
    if (value === undefined || isTwin || (unless !== undefined && row[unless] !== undefined)) return [];
    const match = matchLabel(each, subject, value);
    const scopes = scopesOf(row, naming, label, value);
    return [{ ...common, label, value, rank, match: match ?? "shared", scopes, isNamed: match !== undefined }];
  });
  const named = own.filter(({ isNamed }) => isNamed);
  // Another's name, but its own pod: the strongest label speaks, and the pods narrow it.
  const told = named.length > 0 || witness === null ? named : own.slice(0, 1);
  return told.map(({ isNamed: _, ...claim }) => claim);
}
