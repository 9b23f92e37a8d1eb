/** What Kubernetes calls the services on the path, as matchers: the series of `kube_*` and `container_*` are found by these. */
import type { NamedWorkload } from "@/lib/evidence";
import { type Subject, seenOf } from "@/lib/identity/subject";
import { podPattern, workloadOf, workloadOfPod } from "@/lib/identity/workload";
import { escapedRegex } from "@/lib/query/promql";
import type { Matcher } from "@/lib/signal/labels";

/** One a service; two where its spans came from pods of a stable and a canary workload. */
export function workloadsOf(subjects: readonly Subject[]): NamedWorkload[] {
  return subjects.flatMap((subject): NamedWorkload[] => {
    const { service } = subject;
    const { name, pods, namespace, basis } = workloadOf(subject);
    const { clusters } = seenOf(subject);
    const read = new Map(
      seenOf(subject)
        .pods.flatMap((pod) => workloadOfPod(pod) ?? [])
        .map((each) => [each.name, each]),
    );
    if (basis !== "pod" || read.size < 2) return [{ service, workload: name, pods, namespace, clusters }];
    return [...read.values()].map((each) => ({
      ...{ service, namespace, clusters, workload: each.name },
      pods: podPattern(each.name, each.kind),
    }));
  });
}

const sorted = (values: readonly string[]): string[] =>
  [...new Set(values)].sort((a, b) => b.length - a.length || (a < b ? -1 : 1));

/** RE2 of the workloads' names; the longer before the shorter, so that `payment-2` is not read as a part of `payment`. */
export const workloadNames = (workloads: readonly NamedWorkload[]): string =>
  sorted(workloads.map(({ workload }) => workload))
    .map(escapedRegex)
    .join("|");
export const podNames = (workloads: readonly NamedWorkload[]): string =>
  sorted(workloads.map(({ pods }) => pods)).join("|");

/** Their namespaces where all are known; else none, and the answer tells in which they are. */
export function namespaceMatchers(workloads: readonly NamedWorkload[]): Matcher[] {
  const known = workloads.flatMap(({ namespace }) => namespace ?? []);
  return known.length === workloads.length && known.length > 0
    ? [{ label: "namespace", op: "=~", value: sorted(known).map(escapedRegex).join("|") }]
    : [];
}
