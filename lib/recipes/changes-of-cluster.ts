/** What Kubernetes, its rollout tools and the processes themselves tell of changes: one range question a Prometheus. */
import type { NamedByAll, NamedWorkload, Question } from "@/lib/evidence";
import { printLabel } from "@/lib/query/promql";
import { type Exported, filled, ofExporter } from "@/lib/recipes/exporter";
import { type Facts, upstreamsOf } from "@/lib/recipes/facts";
import { gridOf, stepFor } from "@/lib/recipes/grid";
import { question } from "@/lib/recipes/question";
import { identityQuestion, subjectsIn } from "@/lib/recipes/red";
import { scrapedGroups } from "@/lib/recipes/saturation";
import { namespaceMatchers, podNames, workloadNames, workloadsOf } from "@/lib/recipes/workload";
import type { UpstreamSetting } from "@/lib/setting";
import type { Matcher } from "@/lib/signal/labels";
import { serviceKey } from "@/lib/signal/service";
import { second } from "@/lib/signal/time";

/** By what it is found, which metrics, which labels of them are read. Source: kube-state-metrics, Argo's own metrics. */
const families: readonly (Exported & {
  readonly of: "pod" | "deployment" | "replicaset" | "name";
  readonly metrics: string;
})[] = [
  {
    of: "pod",
    metrics:
      "kube_pod_container_info|kube_pod_created|kube_pod_container_status_restarts_total|kube_pod_container_status_last_terminated_reason",
    by: ["cluster", "namespace", "pod", "container", "image", "image_id", "reason"],
    clashing: ["container", "namespace", "pod"],
  },
  {
    of: "deployment",
    metrics: "kube_deployment_status_observed_generation|kube_deployment_spec_replicas",
    by: ["cluster", "namespace", "deployment"],
    clashing: ["namespace"],
  },
  {
    of: "replicaset",
    metrics: "kube_replicaset_created",
    by: ["cluster", "namespace", "replicaset"],
    clashing: ["namespace"],
  },
  { of: "name", metrics: "rollout_info", by: ["cluster", "namespace", "name", "phase"], clashing: ["namespace"] },
];

function ofWorkloads(workloads: readonly NamedWorkload[]): string[] {
  if (workloads.length === 0) return [];
  const names = workloadNames(workloads);
  const values = {
    pod: podNames(workloads),
    deployment: names,
    replicaset: `(?:${names})-[a-z0-9]{1,10}`,
    name: names,
  };
  const spaces = namespaceMatchers(workloads);
  const told = families.map(({ of, metrics, by, clashing }) =>
    ofExporter(
      "{m}",
      [{ label: "__name__", op: "=~", value: metrics }, ...spaces, { label: of, op: "=~", value: values[of] }],
      { by: ["__name__", ...by], clashing },
      "",
    ),
  );
  // An application of Argo CD lives in Argo's namespace; where it is deployed to is a label.
  const destination = spaces.map((matcher): Matcher => ({ ...matcher, label: "dest_namespace" }));
  const application = filled("argocd_app_info{m}", [...destination, { label: "name", op: "=~", value: names }], "");
  return [...told, `max by (__name__, name, dest_namespace, sync_status) (${application})`];
}

/** When each process began, and which revision of its task it is. */
const ofProcesses = (groups: ReturnType<typeof scrapedGroups>): string[] =>
  groups.flatMap(({ matchers, by }) => {
    const labels = by.map(printLabel).join(", ");
    const started = filled("process_start_time_seconds{m}", matchers, "");
    const revision = filled('target_info{m,aws_ecs_task_revision!=""}', matchers, "");
    return [
      `max by (__name__, ${labels}, instance, pod) (${started})`,
      `max by (__name__, ${labels}, aws_ecs_task_family, aws_ecs_task_revision) (${revision})`,
    ];
  });

function clusterQuestion(facts: Facts, upstream: UpstreamSetting, after: readonly string[]): Question {
  const workloads = workloadsOf(facts.subjects);
  const groups = scrapedGroups(subjectsIn(facts, upstream));
  const services: readonly NamedByAll[] = groups.flatMap((group) => group.services);
  const step = stepFor(facts.window, 15 * second);
  const names = new Set(facts.subjects.map(({ service }) => serviceKey(service)));
  return question({
    upstream,
    slot: "changes",
    purpose: { kind: "changes-of-cluster", workloads, services },
    call: { api: "prometheus-range", query: [...ofWorkloads(workloads), ...ofProcesses(groups)].join("\nor\n"), step },
    window: gridOf(facts.window, step, facts.now),
    why: `rollouts, scaling and restarts of ${names.size === 1 ? [...names][0] : `${names.size} services`}: pods, images, replica sets, processes`,
    after,
  });
}

/** Asked once it is known how this Prometheus names the services. */
export const planCluster = (facts: Facts): Question[] =>
  upstreamsOf(facts.environment, "prometheus").flatMap((upstream) => {
    if (facts.subjects.length === 0) return [];
    const identity = identityQuestion(facts, upstream);
    const isKnown = facts.evidence.some(({ question: { id } }) => id === identity.id);
    return isKnown ? [clusterQuestion(facts, upstream, [identity.id])] : [];
  });
