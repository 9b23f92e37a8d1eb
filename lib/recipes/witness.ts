/** Lines with the lead's own id tell where a service ran, where its spans do not. */
import { lineLabels as nameLabels } from "@/lib/identity/lines";
import { matchName } from "@/lib/identity/names";
import { expectedNamespaces, type Subject, seenInLines, seenOf, unitedSeen } from "@/lib/identity/subject";
import type { Facts } from "@/lib/recipes/facts";
import type { Labels } from "@/lib/signal/labels";
import { lineLabels } from "@/lib/signal/lines";

/**
 * The subject with what its lines with this id told and its spans did not; it is asked only where those leave a doubt. Of
 * lines from two namespaces or clusters neither is taken. null = no line tells more.
 */
export function witnessed(facts: Facts, subject: Subject): Subject | null {
  const told = new Map<string, Labels>();
  for (const { question, answer } of facts.evidence) {
    if (question.purpose.kind !== "lines-of-id" || answer.kind !== "lines") continue;
    for (let row = 0; row < answer.lines.text.length; row += 1) {
      const labels = lineLabels(answer.lines, row);
      const isOwn = nameLabels.some((label) => {
        const match = labels[label] === undefined ? undefined : matchName(subject, labels[label]);
        return match !== undefined && match !== "akin";
      });
      if (isOwn) told.set(JSON.stringify(whereKeys.map((key) => labels[key] ?? "")), labels);
    }
  }
  if (told.size === 0) return null;
  const seen = seenInLines([...told.values()]);
  const namespaces = [
    ...new Set([...told.values()].flatMap((labels) => labels.k8s_namespace_name ?? labels.namespace ?? [])),
  ];
  const known = seenOf(subject);
  const only = (own: readonly string[], lines: readonly string[]): readonly string[] =>
    own.length > 0 ? own : lines.length === 1 ? lines : [];
  const namespace = expectedNamespaces(subject).length > 0 || namespaces.length !== 1 ? null : (namespaces[0] ?? null);
  const clusters = only(known.clusters, seen.clusters);
  const environments = only(known.environments, seen.environments);
  const isMore =
    namespace !== null || clusters.length > known.clusters.length || environments.length > known.environments.length;
  if (!isMore) return null;
  return {
    ...subject,
    kubernetesNamespace: subject.kubernetesNamespace ?? namespace,
    seen: { ...unitedSeen(known, seen), clusters, environments },
  };
}

/** What may differ from line to line of one service. */
const whereKeys = [
  ...["namespace", "k8s_namespace_name", "cluster", "k8s_cluster_name", "pod", "k8s_pod_name"],
  ...["deployment_environment", "deployment_environment_name"],
];
