/**
 * The series around the services' own: who is scraped, which version runs, what Kubernetes says of the pods, and the
 * traffic that is no user's (probes, scrapes). The names that mislead (`job="kube-state-metrics"`) are there on purpose.
 */
import type { DatedDeploy, Pod, Roster } from "@/lib/demo/roster";
import { scrapesOf } from "@/lib/demo/scrapes";
import type { Scenario } from "@/lib/demo/script";
import { endOf, named, type SampledSeries, type Wanted } from "@/lib/demo/series";
import { constant, type Told } from "@/lib/demo/telemetry";
import type { Labels } from "@/lib/signal/labels";
import type { Instant, Window } from "@/lib/signal/time";

/** kube-state-metrics: `job`, `service`, `instance` name the exporter, not the subject. */
const exporter: Labels = { job: "kube-state-metrics", service: "kube-state-metrics", instance: "10.42.0.5:8080" };

function toldByCluster(pod: Pod, namespace: string): Told[] {
  const subject = { ...exporter, namespace, pod: pod.name };
  const container = { ...subject, container: pod.service.name };
  return [
    constant("kube_pod_info", { ...subject, created_by_kind: "ReplicaSet", created_by_name: pod.name.slice(0, -6) }),
    constant("kube_pod_container_info", {
      ...container,
      image: `registry.shop.example/${pod.service.name}:${pod.version}`,
      image_id: `registry.shop.example/${pod.service.name}@sha256:${pod.revision}`,
    }),
    { labels: named("kube_pod_created", subject), value: () => pod.from / 1_000 },
    { labels: named("kube_pod_container_status_restarts_total", container), value: () => 0 },
  ];
}

type ToldOfPod = { readonly byPod: readonly Told[]; readonly byCluster: readonly Told[] };
const told = new WeakMap<Pod, ToldOfPod>();

/** A pod is of one world: what is told of it is made once, its labels being the same objects ever after. */
function toldOf(pod: Pod, namespace: string): ToldOfPod {
  const known = told.get(pod);
  if (known) return known;
  const made = { byPod: pod.service.telemetry.told(pod.teller), byCluster: toldByCluster(pod, namespace) };
  told.set(pod, made);
  return made;
}

/** Everything that is not counted from requests, as scraped within [from, to). */
export function surroundingSeries(
  roster: Roster,
  deploys: readonly DatedDeploy[],
  { namespace, platform, series: scripted }: Pick<Scenario, "namespace" | "platform" | "series">,
  origin: Instant,
  { from, to }: Window,
  wanted: Wanted,
): SampledSeries[] {
  const sample = (series: readonly Told[], at: readonly Instant[], endsAt: Instant | null): SampledSeries[] =>
    at.length === 0
      ? []
      : series
          .filter(({ labels }) => wanted(labels))
          .map(({ labels, value }) => ({ labels, at, values: at.map(value), endsAt }));
  const clusterScrapes = (life: { from: number; until: number }): Instant[] =>
    scrapesOf({ ...life, phase: 4_321 }, from, to);
  const always = { from: origin, until: Number.POSITIVE_INFINITY };
  const services = [...new Set(roster.pods.map(({ service }) => service.name))];
  const byPods = roster.pods.flatMap((pod) =>
    sample(toldOf(pod, namespace).byPod, scrapesOf(pod, from, to), endOf(pod, to)),
  );
  if (platform === "hosts") return byPods;
  return [
    ...byPods,
    ...roster.pods.flatMap((pod) =>
      sample(
        // What the script tells of a pod by itself is not told twice.
        toldOf(pod, namespace).byCluster.filter(
          ({ labels: { __name__ } }) => !scripted.some(({ name, of }) => name === __name__ && of === pod.service.name),
        ),
        clusterScrapes(pod),
        endOf(pod, to),
      ),
    ),
    ...sample(
      [
        constant("up", exporter),
        ...services.map((name) => ({
          labels: named("kube_deployment_status_observed_generation", { ...exporter, namespace, deployment: name }),
          value: (at: number) => 1 + deploys.filter((deploy) => deploy.what.service === name && deploy.at <= at).length,
        })),
      ],
      clusterScrapes(always),
      null,
    ),
  ];
}
