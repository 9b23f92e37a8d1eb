/** Series of Kubernetes, its rollout tools and processes -> the changes they tell of, each once. */
import "server-only";
import type { NamedByAll, NamedWorkload, Purpose } from "@/lib/evidence";
import type { Change } from "@/lib/signal/change";
import { instantOf, type Series } from "@/lib/signal/series";
import { type Service, serviceKey } from "@/lib/signal/service";
import { type Instant, minute, toInstant } from "@/lib/signal/time";
import { byWorkload, extentOf, livesOf, workloadKey } from "@/lib/upstream/cluster-pods";
import {
  containerRestarts,
  processRestarts,
  type Step,
  stepsIn,
  unitedRestarts,
} from "@/lib/upstream/cluster-restarts";
import { rolloutsOf } from "@/lib/upstream/cluster-rollouts";
import { readSeries } from "@/lib/upstream/prometheus-read";
import type { ReadContext } from "@/lib/upstream/read-context";
import { type Failure, fail, found, type Reading } from "@/lib/upstream/reply";

/** Two words for one rollout come within this. */
const nearBy = 2 * minute;

const named = (series: readonly Series[], name: string): Series[] =>
  series.filter(({ labels }) => labels.__name__ === name);

/** When each replica set was made: by the part of its name behind the workload's. */
function setsOf(series: readonly Series[], { workload }: NamedWorkload): ReadonlyMap<string, Instant> {
  return new Map(
    named(series, "kube_replicaset_created").flatMap(({ labels, values }) => {
      const at = Array.from(values).find((value) => value != null);
      const key = (labels.replicaset ?? "").slice(workload.length + 1);
      return at == null ? [] : [[key, toInstant(at * 1_000)] as const];
    }),
  );
}

const plainChange = (
  about: Pick<Change, "id" | "kind" | "at" | "notBefore" | "title" | "source"> & { readonly service: Service },
): Change => ({ ...about, until: null, version: null, previousVersion: null, link: null, tags: [] });

/** The Deployment was written to: said by itself only where neither pods nor their number tell what came of it. */
function specChanges(series: readonly Series[], workload: NamedWorkload, others: readonly Change[]): Change[] {
  const { service } = workload;
  const steps = (name: string): Step[] =>
    named(series, name).flatMap((each) => stepsIn(each, (before, after) => before !== after));
  const isTold = ({ at, notBefore }: { at: Instant; notBefore: Instant }, told: readonly Change[]): boolean =>
    told.some((each) => each.notBefore - nearBy <= at && (each.until ?? each.at) + nearBy >= notBefore);
  const scaled = steps("kube_deployment_spec_replicas")
    .filter((step) => !isTold(step, others))
    .map(({ at, notBefore, before, after }) =>
      plainChange({
        ...{ id: `replicas ${workloadKey(workload)} ${at}`, kind: "scale", at, notBefore, service },
        ...{ title: `${service.name} replicas set from ${before} to ${after}`, source: "Kubernetes Deployment" },
      }),
    );
  const written = steps("kube_deployment_status_observed_generation")
    .filter((step) => step.after > step.before && !isTold(step, [...others, ...scaled]))
    .map(({ at, notBefore, before, after }) =>
      plainChange({
        ...{ id: `generation ${workloadKey(workload)} ${at}`, kind: "config", at, notBefore, service },
        ...{ title: `Deployment ${workload.workload} was changed (generation ${before} → ${after})` },
        source: "Kubernetes Deployment",
      }),
    );
  return [...scaled, ...written];
}

/** Which value of `label` holds at each instant, as turns from one to the next. Series of value 0 say nothing. */
function turnsOf(
  series: readonly Series[],
  label: string,
): { readonly at: Instant; readonly notBefore: Instant; readonly from: string; readonly to: string }[] {
  const held = series.flatMap((each) =>
    Array.from(each.values).flatMap((value, index) =>
      (value ?? 0) > 0 ? [{ at: instantOf(each, index), value: each.labels[label] ?? "" }] : [],
    ),
  );
  const sights = [...Map.groupBy(held, ({ at }) => at)].sort(([a], [b]) => a - b);
  const turns: { at: Instant; notBefore: Instant; from: string; to: string }[] = [];
  let last: { at: Instant; values: string[] } | undefined;
  for (const [at, group] of sights) {
    const values = [...new Set(group.map(({ value }) => value))].sort();
    const fresh = last ? values.find((value) => !last?.values.includes(value)) : undefined;
    if (last && fresh !== undefined)
      turns.push({
        at,
        notBefore: last.at,
        from: last.values.find((value) => !values.includes(value)) ?? last.values[0] ?? "",
        to: fresh,
      });
    last = { at, values };
  }
  return turns;
}

/** Argo CD's word that what runs is what is wanted again; Argo Rollouts' phases, from the first to the last. */
function toolChanges(series: readonly Series[], workload: NamedWorkload): Change[] {
  const { service } = workload;
  const synced = turnsOf(named(series, "argocd_app_info"), "sync_status")
    .filter(({ from, to }) => to === "Synced" && from === "OutOfSync")
    .map(({ at, notBefore }) =>
      plainChange({
        ...{ id: `argocd ${workloadKey(workload)} ${at}`, kind: "rollout", at, notBefore, service },
        ...{ title: `Argo CD synced ${workload.workload}`, source: "Argo CD" },
      }),
    );
  const phases = turnsOf(named(series, "rollout_info"), "phase");
  const progressed = phases.flatMap(({ at, notBefore, to }, index): Change[] => {
    if (to !== "Progressing") return [];
    const end = phases.slice(index + 1).find((each) => each.to === "Healthy" || each.to === "Degraded");
    const title = `${workload.workload} is rolled out by Argo${end ? `: ${end.to.toLowerCase()}` : ""}`;
    const id = `rollout_info ${workloadKey(workload)} ${at}`;
    return [
      {
        ...plainChange({ id, kind: "rollout", at, notBefore, title, service, source: "Argo Rollouts" }),
        until: end?.at ?? null,
      },
    ];
  });
  return [...synced, ...progressed];
}

/** The revision of a task definition is what ECS deploys. One that comes back, or an older one, is a rollback. */
function revisionChanges(series: readonly Series[], service: Service): Change[] {
  const seen = new Set<string>();
  return turnsOf(
    series.filter(({ labels }) => (labels.aws_ecs_task_revision ?? "") !== ""),
    "aws_ecs_task_revision",
  ).map(({ at, notBefore, from, to }): Change => {
    seen.add(from);
    const isBack = seen.has(to) || Number(to) < Number(from);
    const [version, previousVersion] = [`revision ${to}`, `revision ${from}`];
    return {
      ...{
        id: `ecs ${serviceKey(service)} ${to} ${at}`,
        kind: isBack ? "rollback" : "deploy",
        at,
        notBefore,
        until: null,
      },
      ...{ title: `${service.name} ${version}`, service, version, previousVersion, source: "ECS task revision" },
      ...{ link: null, tags: [] },
    };
  });
}

const ownedBy = (series: readonly Series[], { where }: NamedByAll): Series[] =>
  series.filter(({ labels }) => Object.entries(where).every(([label, value]) => labels[label] === value));

/** Whose processes: of two services behind one set of labels, neither. */
function processesOf(
  series: readonly Series[],
  services: readonly NamedByAll[],
): Map<string, { service: Service; own: Series[] }> {
  const told = series.filter(({ labels }) => !/^(?:kube_|argocd_|rollout_)/.test(labels.__name__ ?? ""));
  const held = new Map<string, { service: Service; own: Series[] }>();
  for (const each of told) {
    const owners = services.filter((service) => ownedBy([each], service).length > 0);
    const keys = new Set(owners.map(({ service }) => serviceKey(service)));
    const [owner] = owners;
    if (!owner || keys.size > 1) continue;
    const key = serviceKey(owner.service);
    held.set(key, { service: owner.service, own: [...(held.get(key)?.own ?? []), each] });
  }
  return held;
}

export function changesInCluster(
  series: readonly Series[],
  { workloads, services }: Pick<Extract<Purpose, { kind: "changes-of-cluster" }>, "workloads" | "services">,
): Change[] {
  const kube = series.filter(({ labels }) => labels.__name__?.startsWith("kube_"));
  const extents = kube.flatMap((each) => {
    const extent = extentOf(each);
    return extent ? [{ first: instantOf(each, extent.first), last: instantOf(each, extent.last) }] : [];
  });
  const begin = toInstant(Math.min(...extents.map(({ first }) => first)));
  const end = toInstant(Math.max(...extents.map(({ last }) => last)));
  const processes = processesOf(series, services);
  const restarted = new Map<string, Change[]>();
  const changes = byWorkload(series, workloads).flatMap(({ workload, series: own }) => {
    const lives = livesOf(own, workload, end);
    const rollouts = rolloutsOf(lives, workload, setsOf(own, workload), begin);
    const key = serviceKey(workload.service);
    restarted.set(key, [...(restarted.get(key) ?? []), ...containerRestarts(own, workload)]);
    return [...rollouts, ...toolChanges(own, workload), ...specChanges(own, workload, rollouts)];
  });
  const keys = [...new Set([...restarted.keys(), ...processes.keys()])];
  const restarts = keys.flatMap((key) => {
    const process = processes.get(key);
    return unitedRestarts(restarted.get(key) ?? [], process ? processRestarts(process.own, process.service) : []);
  });
  const revisions = [...processes.values()].flatMap(({ own, service }) => revisionChanges(own, service));
  return [...changes, ...restarts, ...revisions].sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
}

export function readClusterChanges(json: unknown, context: ReadContext): Reading | Failure {
  const { purpose } = context.question;
  if (purpose.kind !== "changes-of-cluster") return fail("wrong-shape", "not a question for changes of a cluster");
  const reading = readSeries(json, context);
  if (!("answer" in reading) || reading.answer.kind !== "series") return reading;
  const changes = changesInCluster(reading.answer.series, purpose);
  return found({ kind: "changes", changes }, reading.notes, reading.partial);
}
