/** Lines with the lead's own id tell where a service ran, where its spans do not. */
import { lineLabels as nameLabels } from "@/lib/identity/lines";
import { matchName } from "@/lib/identity/names";
import { expectedNamespaces, type Subject, seenInLines, seenOf, unitedSeen } from "@/lib/identity/subject";
import type { Facts } from "@/lib/recipes/facts";
import type { Labels } from "@/lib/signal/labels";
import { lineLabels } from "@/lib/signal/lines";

const namespaceOf = (labels: Labels): string | undefined => labels.k8s_namespace_name ?? labels.namespace;

/**
 * The subject with what its lines with this id told, which is asked only where the spans leave a doubt. null = none of its
 * lines has the id, or they stem from several namespaces.
 */
export function witnessed(facts: Facts, subject: Subject): Subject | null {
  if (expectedNamespaces(subject).length > 0) return null;
  const told = new Map<string, Labels>();
  for (const { question, answer } of facts.evidence) {
    if (question.purpose.kind !== "lines-of-id" || answer.kind !== "lines") continue;
    for (let row = 0; row < answer.lines.text.length; row += 1) {
      const labels = lineLabels(answer.lines, row);
      const isOwn = nameLabels.some((label) => {
        const match = labels[label] === undefined ? undefined : matchName(subject, labels[label]);
        return match !== undefined && match !== "akin";
      });
      if (isOwn) told.set(`${namespaceOf(labels) ?? ""} ${labels.k8s_pod_name ?? labels.pod ?? ""}`, labels);
    }
  }
  const namespaces = [...new Set([...told.values()].flatMap((labels) => namespaceOf(labels) ?? []))];
  const [namespace] = namespaces;
  if (namespace === undefined || namespaces.length > 1) return null;
  return {
    ...subject,
    kubernetesNamespace: namespace,
    seen: unitedSeen(seenOf(subject), seenInLines([...told.values()])),
  };
}
