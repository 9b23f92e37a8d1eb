/** A service of the path, with all that its spans and lines told of where it runs: what its series and streams must agree with. */
import type { Labels } from "@/lib/signal/labels";
import type { Service } from "@/lib/signal/service";
import type { Resource } from "@/lib/signal/trace";

export type WorkloadKind = "Deployment" | "StatefulSet" | "DaemonSet" | "Job";

/** A service with the Kubernetes namespace its spans told, where they did. */
export type Subject = {
  readonly service: Service;
  readonly kubernetesNamespace: string | null;
  /** Absent = nothing was told. */
  readonly seen?: Seen;
};

/** What was told of one service. Lists are sorted and hold each value once. */
export type Seen = {
  readonly clusters: readonly string[];
  /** `deployment.environment.name`: production, staging. */
  readonly environments: readonly string[];
  readonly pods: readonly string[];
  /** `service.instance.id`. */
  readonly instances: readonly string[];
  readonly workload: { readonly name: string; readonly kind: WorkloadKind } | null;
  /** Who told: "its spans", "its lines with this id". */
  readonly by: readonly string[];
};

const nothingSeen: Seen = { clusters: [], environments: [], pods: [], instances: [], workload: null, by: [] };
/** Either kind of namespace: which of the two a label tells is not said by it. */
export const expectedNamespaces = ({ kubernetesNamespace, service }: Subject): string[] =>
  [...new Set([kubernetesNamespace, service.namespace])].filter((value) => value !== null);
export const seenOf = ({ seen }: Subject): Seen => seen ?? nothingSeen;

const workloadKeys: readonly (readonly [string, WorkloadKind])[] = [
  ["k8s.deployment.name", "Deployment"],
  ["k8s.statefulset.name", "StatefulSet"],
  ["k8s.daemonset.name", "DaemonSet"],
  ["k8s.cronjob.name", "Job"],
  ["k8s.job.name", "Job"],
];

const sorted = (values: readonly unknown[]): string[] =>
  [...new Set(values.filter((value): value is string => typeof value === "string" && value !== ""))].sort();

/** What the resources of one service told. Source: OpenTelemetry's resource conventions for Kubernetes. */
export function seenInResources(resources: readonly Resource[]): Seen {
  const all = (key: string): string[] => sorted(resources.map(({ attributes }) => attributes[key]));
  const named = workloadKeys.flatMap(([key, kind]) => all(key).map((name) => ({ name, kind })));
  return {
    clusters: all("k8s.cluster.name"),
    environments: sorted([...all("deployment.environment.name"), ...all("deployment.environment")]),
    pods: all("k8s.pod.name"),
    instances: all("service.instance.id"),
    workload: named[0] ?? null,
    by: ["its spans"],
  };
}

/** What the labels of its lines told, in Promtail's, Alloy's and OTLP's spelling. */
export const seenInLines = (streams: readonly Labels[]): Seen => ({
  clusters: sorted(streams.map((labels) => labels.k8s_cluster_name ?? labels.cluster)),
  environments: sorted(streams.map((labels) => labels.deployment_environment_name ?? labels.deployment_environment)),
  pods: sorted(streams.map((labels) => labels.k8s_pod_name ?? labels.pod)),
  instances: sorted(streams.map((labels) => labels.service_instance_id)),
  workload:
    sorted(streams.map((labels) => labels.k8s_deployment_name)).map((name) => ({
      name,
      kind: "Deployment" as const,
    }))[0] ?? null,
  by: ["its lines with this id"],
});

/** Both together; the first one's workload comes first. */
export const unitedSeen = (a: Seen, b: Seen): Seen => ({
  clusters: sorted([...a.clusters, ...b.clusters]),
  environments: sorted([...a.environments, ...b.environments]),
  pods: sorted([...a.pods, ...b.pods]),
  instances: sorted([...a.instances, ...b.instances]),
  workload: a.workload ?? b.workload,
  by: [...new Set([...a.by, ...b.by])],
});
