/**
 * The subject of `kube_*` and `container_*` series: namespace, workload and the pattern of its pods' names. Their own
 * `job`, `service` and `instance` name the exporter and never count.
 */
import { type Subject, seenOf, type WorkloadKind } from "@/lib/identity/subject";
import { escapedRegex } from "@/lib/query/promql";

export type Workload = {
  /** null = nothing told it: whoever finds the pods in several namespaces cannot tell which are meant. */
  readonly namespace: string | null;
  readonly name: string;
  /** null = no one told; then the pattern fits pods of a Deployment, a StatefulSet and a DaemonSet. */
  readonly kind: WorkloadKind | null;
  /** RE2, for `pod=~`, where it is anchored: `payment-[…]{1,10}-[…]{5}`. Fits no pod of `payment-worker`. */
  readonly pods: string;
  /** "told": spans or lines name the workload; "pod": read off the name of a pod; "name": only the service's own name. */
  readonly basis: "told" | "pod" | "name";
  /** "its spans name Deployment payment in namespace shop" */
  readonly because: string;
};

// No vowels, no 0, 1, 3. Source: k8s.io/apimachinery/pkg/util/rand, which names replica sets and pods.
const alphabet = "[bcdfghjklmnpqrstvwxz2456789]";
const replicaSet = `${alphabet}{1,10}`;
const suffix = `${alphabet}{5}`;
const patterns: Readonly<Record<WorkloadKind, string>> = {
  Deployment: `${replicaSet}-${suffix}`,
  StatefulSet: "[0-9]+",
  DaemonSet: suffix,
  // A CronJob's pods carry the minute they were due, counted from 1970.
  Job: `(?:[0-9]+-)?${suffix}`,
};

/** RE2 for the names of a workload's pods; of an unknown kind those of any but a Job. */
export const podPattern = (name: string, kind: WorkloadKind | null): string =>
  `${escapedRegex(name)}-(?:${kind ? patterns[kind] : `(?:${replicaSet}-)?${suffix}|[0-9]+`})`;

const podForms: readonly (readonly [RegExp, WorkloadKind])[] = [
  [new RegExp(`^(.+)-${alphabet}{6,10}-${suffix}$`), "Deployment"],
  [/^(.+)-(?:0|[1-9]\d{0,2})$/, "StatefulSet"],
  [new RegExp(`^(.+)-${suffix}$`), "DaemonSet"],
];

/** `payment-7d9f8c6b5-x2x4z` -> payment, a Deployment. undefined = it looks like no pod that Kubernetes named. */
export function workloadOfPod(pod: string): { readonly name: string; readonly kind: WorkloadKind } | undefined {
  for (const [form, kind] of podForms) {
    const name = form.exec(pod)?.[1];
    // A suffix without a digit may be a word ("-http"), so a DaemonSet's must hold one.
    if (name !== undefined && (kind !== "DaemonSet" || /[2-9][^-]*$/.test(pod))) return { name, kind };
  }
  return undefined;
}

const inNamespace = (namespace: string | null): string => (namespace === null ? "" : ` in namespace ${namespace}`);

/** As Kubernetes would have to spell it: lower case, no dots, no underscores. Source: RFC 1123 labels. */
const asLabel = (name: string): string => name.toLowerCase().replaceAll(/[._]/g, "-");

/** What runs this service, as well as it was told. Always something: `basis` says how far to trust it. */
export function workloadOf(subject: Subject): Workload {
  const { workload, pods, by } = seenOf(subject);
  const namespace = subject.kubernetesNamespace;
  const who = by.join(" and ");
  if (workload)
    return {
      ...workload,
      namespace,
      pods: podPattern(workload.name, workload.kind),
      basis: "told",
      because: `${who} name ${workload.kind} ${workload.name}${inNamespace(namespace)}`,
    };
  const read = [...new Map(pods.flatMap((pod) => workloadOfPod(pod) ?? []).map((each) => [each.name, each])).values()];
  const [only] = read;
  // Pods of two workloads are a stable and a canary one: both are the service.
  if (only && read.length === 1)
    return {
      ...only,
      namespace,
      pods: podPattern(only.name, only.kind),
      basis: "pod",
      because: `${who} came from pod ${pods[0]}${inNamespace(namespace)}`,
    };
  const name = asLabel(subject.service.name);
  if (read.length > 1)
    return {
      namespace,
      name,
      kind: null,
      pods: read.map((each) => podPattern(each.name, each.kind)).join("|"),
      basis: "pod",
      because: `${who} came from pods of ${read.map((each) => each.name).join(" and ")}${inNamespace(namespace)}`,
    };
  return {
    namespace,
    name,
    kind: null,
    pods: podPattern(name, null),
    basis: "name",
    because: `nothing names what runs it: its pods are looked for by the service's own name${inNamespace(namespace)}`,
  };
}
