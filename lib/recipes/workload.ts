/**
 * What Kubernetes calls the services on the path: namespace and workload. Series of `kube_*` and `container_*` are found
 * by these alone; their `job`, `service` and `instance` name the exporter.
 */
import type { NamedWorkload } from "@/lib/evidence";
import { escapedRegex } from "@/lib/query/promql";
import type { Facts } from "@/lib/recipes/facts";
import type { Matcher } from "@/lib/signal/labels";
import { ownerOfPod, ownerOfReplicaSet, podSuffix } from "@/lib/signal/pod";
import { sameService } from "@/lib/signal/service";
import type { Attributes } from "@/lib/signal/trace";

const workloadKeys = ["k8s.deployment.name", "k8s.statefulset.name", "k8s.daemonset.name"] as const;
const textOf = (attributes: Attributes, key: string): string | null => {
  const value = attributes[key];
  return typeof value === "string" && value !== "" ? value : null;
};

/** The workload's own name, else the one that the names of its replica set or pod are made from. */
function told(attributes: Attributes): string | null {
  const named = workloadKeys.flatMap((key) => textOf(attributes, key) ?? []);
  const set = ownerOfReplicaSet(textOf(attributes, "k8s.replicaset.name") ?? "");
  const pod = ownerOfPod(textOf(attributes, "k8s.pod.name") ?? "");
  return named[0] ?? set?.workload ?? pod?.workload ?? null;
}

/** Kubernetes' names hold neither `_` nor capitals: `Cart_Api` runs as `cart-api`. */
const spelt = (name: string): string => name.toLowerCase().replace(/[_.]/g, "-");

/** As the spans tell; a service of which they tell nothing is looked for under its own name. */
export function workloadsOf({ subjects, trace }: Pick<Facts, "subjects" | "trace">): NamedWorkload[] {
  const resources = trace?.resources ?? [];
  return subjects.flatMap(({ service, kubernetesNamespace }): NamedWorkload[] => {
    const own = resources.filter((resource) => sameService(resource.service, service));
    const names = [...new Set(own.flatMap(({ attributes }) => told(attributes) ?? []))].sort();
    const workloads = names.length > 0 ? names : [spelt(service.name)];
    return workloads.map((workload) => ({ service, workload, namespace: kubernetesNamespace }));
  });
}

const alternatives = (values: readonly string[]): string => [...new Set(values)].sort().map(escapedRegex).join("|");

/** RE2 of the workloads' names, of their pods. */
export const workloadRegex = (workloads: readonly NamedWorkload[]): string =>
  `(?:${alternatives(workloads.map(({ workload }) => workload))})`;
export const podRegex = (workloads: readonly NamedWorkload[]): string => `${workloadRegex(workloads)}${podSuffix}`;

/** Their namespaces where all are known; else none, and the answer tells in which they are. */
export function namespaceMatchers(workloads: readonly NamedWorkload[], label = "namespace"): Matcher[] {
  const known = workloads.flatMap(({ namespace }) => namespace ?? []);
  return known.length === workloads.length && known.length > 0 ? [{ label, op: "=~", value: alternatives(known) }] : [];
}
