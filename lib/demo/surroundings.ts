/**
 * The series around the services' own: who is scraped, which version runs, what Kubernetes says of the pods, and the
 * traffic that is no user's (probes, scrapes). The names that mislead (`job="kube-state-metrics"`) are there on purpose.
 */
import { podLabels } from "@/lib/demo/meters";
import { type DatedDeploy, type Pod, type Roster, scrapeInterval, scrapesOf } from "@/lib/demo/roster";
import { endOf, named, type SampledSeries, type Wanted } from "@/lib/demo/series";
import type { Labels } from "@/lib/signal/labels";
import { type Instant, second, type Window } from "@/lib/signal/time";

const probeInterval = 10 * second;

type Told = { readonly labels: Labels; readonly value: (at: Instant) => number };
const constant = (name: string, labels: Labels): Told => ({ labels: named(name, labels), value: () => 1 });

/** Scrapes and probes come as regularly as clocks: counted, not drawn. */
const ticks = (pod: Pod, interval: number, at: Instant): number => Math.floor((at - pod.from) / interval);

function toldByPod(pod: Pod, namespace: string): Told[] {
  const labels = podLabels(pod, namespace);
  const { service, version, revision, name } = pod;
  switch (service.telemetry) {
    case "opentelemetry":
      return [
        constant("target_info", {
          ...labels,
          service_version: version,
          k8s_pod_name: name,
          k8s_namespace_name: namespace,
          k8s_deployment_name: service.name,
          telemetry_sdk_language: service.language,
        }),
      ];
    case "go-kubernetes": {
      const health = { ...labels, code: "200", method: "GET", route: "/healthz" };
      const probes = (at: Instant): number => ticks(pod, probeInterval, at);
      return [
        constant("up", labels),
        ...(service.buildInfo
          ? [constant(service.buildInfo, { ...labels, version, revision, goversion: "go1.26.8" })]
          : []),
        {
          labels: named("promhttp_metric_handler_requests_total", { ...labels, code: "200" }),
          value: (at) => ticks(pod, scrapeInterval, at),
        },
        { labels: named("process_start_time_seconds", labels), value: () => pod.from / 1_000 },
        { labels: named("http_requests_total", health), value: probes },
        { labels: named("http_request_duration_seconds_count", health), value: probes },
        { labels: named("http_request_duration_seconds_sum", health), value: (at) => probes(at) * 0.0004 },
        ...[
          "0.005",
          "0.01",
          "0.025",
          "0.05",
          "0.1",
          "0.25",
          "0.5",
          "1.0",
          "2.5",
          "5.0",
          "10.0",
          "20.0",
          "30.0",
          "+Inf",
        ].map((le) => ({ labels: named("http_request_duration_seconds_bucket", { ...health, le }), value: probes })),
      ];
    }
    case "span-metrics":
      return [];
  }
}

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

const told = new WeakMap<Pod, { readonly byPod: readonly Told[]; readonly byCluster: readonly Told[] }>();

/** A pod is of one world: what is told of it is made once, its labels being the same objects ever after. */
function toldOf(pod: Pod, namespace: string): { readonly byPod: readonly Told[]; readonly byCluster: readonly Told[] } {
  const known = told.get(pod);
  if (known) return known;
  const made = { byPod: toldByPod(pod, namespace), byCluster: toldByCluster(pod, namespace) };
  told.set(pod, made);
  return made;
}

/** Everything that is not counted from requests, as scraped within [from, to). */
export function surroundingSeries(
  roster: Roster,
  deploys: readonly DatedDeploy[],
  namespace: string,
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
  return [
    ...roster.pods.flatMap((pod) => [
      ...sample(toldOf(pod, namespace).byPod, scrapesOf(pod, from, to), endOf(pod, to)),
      ...sample(toldOf(pod, namespace).byCluster, clusterScrapes(pod), endOf(pod, to)),
    ]),
    ...sample(
      [
        constant("up", exporter),
        ...services.map((name) => ({
          labels: named("kube_deployment_status_observed_generation", { ...exporter, namespace, deployment: name }),
          value: (at: Instant) =>
            1 + deploys.filter((deploy) => deploy.what.service === name && deploy.at <= at).length,
        })),
      ],
      clusterScrapes(always),
      null,
    ),
  ];
}
