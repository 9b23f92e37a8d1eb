/** Rollouts, scaling and restarts, drawn as the series of an installation and put to the evaluator. */
import { describe, expect, test } from "vitest";
import { changesOf } from "@/lib/changes";
import type { Question } from "@/lib/evidence";
import { isValid } from "@/lib/query/promql";
import { type Change, nameOfChange } from "@/lib/signal/change";
import { at, drawnLead, drawnWindow, traceAnswer } from "@/test/draw";
import { environment, everything, type Walk, walk } from "@/test/installation";
import { drawnPrometheus } from "@/test/recipes/drawn-metrics";

const ofCluster = ({ purpose }: Question): boolean => purpose.kind === "changes-of-cluster";

function walked(text: string, attributes: Readonly<Record<string, string>> = { "k8s.namespace.name": "shop" }): Walk {
  const prometheus = drawnPrometheus(text);
  const answer = traceAnswer("gateway GET / 0-900 [server]\n  payment Charge 50-800 [server]", {
    start: at("14:03:12"),
  });
  const resources = answer.trace.resources.map((each) => ({ ...each, attributes }));
  return walk({
    ...{ lead: drawnLead, environments: [environment(everything)], now: drawnWindow.to },
    world: {
      trace: ({ upstream }) =>
        upstream === "shop/tempo" ? { ...answer, trace: { ...answer.trace, resources } } : undefined,
      families: ["gateway", "payment"].map((job) => ({ __name__: "http_requests_total", job })),
      answer: (question) => (ofCluster(question) ? prometheus(question) : undefined),
    },
  });
}
const changesIn = (...given: Parameters<typeof walked>): readonly Change[] => changesOf(walked(...given).known);
const clock = (instant: number): string => new Date(instant).toISOString().slice(11, 19);
/** `deploy payment 9.2.0 at 14:01:45 … 14:03:00` */
const said = (...given: Parameters<typeof walked>): string[] =>
  changesIn(...given).map(
    ({ kind, at: instant, until, title, previousVersion }) =>
      `${kind} ${title}${previousVersion === null ? "" : ` after ${previousVersion}`} at ${clock(instant)}${until === null ? "" : ` … ${clock(until)}`}`,
  );

/** kube-state-metrics names itself beside the subject. */
const exporter = 'job="kube-state-metrics",service="kube-state-metrics",instance="10.42.0.5:8080"';
type Drawn = { readonly image?: string; readonly namespace?: string; readonly created?: string; readonly id?: string };
/** `pod("payment-7d9c5b8f6-kvkzh", "1x60")`: there while it has samples; created long before unless told. */
function pod(
  name: string,
  life: string,
  { image = "payment:9.1.0", namespace = "shop", created = "12:00:00", id = "aa" }: Drawn = {},
): string {
  const labels = `${exporter},namespace="${namespace}",pod="${name}"`;
  const digest = id.repeat(32);
  return `
    kube_pod_created{${labels}}  ${life.replaceAll(/(?<=^|\s)1x/g, `${created}x`)}
    kube_pod_container_info{${labels},container="payment",image="registry.example/${image}",image_id="registry.example/payment@sha256:${digest}"}  ${life}`;
}
const [a, b, c] = ["payment-7d9c5b8f6-kvkzh", "payment-7d9c5b8f6-x2x4z", "payment-7d9c5b8f6-bcdfg"];
const [d, e] = ["payment-6b8f9c7d5-kvkzh", "payment-6b8f9c7d5-x2x4z"];
const next = { image: "payment:9.2.0", id: "bb" };

describe("a rollout", () => {
  const rolledOut = [
    pod(a, "1x58 _x32"),
    pod(b, "1x60 _x30"),
    pod(d, "_x57 1x33", { ...next, created: "14:01:15" }),
    pod(e, "_x59 1x31", { ...next, created: "14:02:20" }),
  ].join("\n");

  test("is one change, with its first and its last pod and the version before", () => {
    expect(said(rolledOut)).toEqual(["deploy payment 9.2.0 after 9.1.0 at 14:01:15 … 14:02:20"]);
    expect(changesIn(rolledOut)[0]).toMatchObject({
      ...{ service: { name: "payment" }, notBefore: at("14:01:15"), source: "Kubernetes pods" },
    });
  });

  test("begins with its replica set, and its generation is no second change", () => {
    const told = `
      kube_replicaset_created{${exporter},namespace="shop",replicaset="payment-6b8f9c7d5"}  _x57 14:01:10x33
      kube_deployment_status_observed_generation{${exporter},namespace="shop",deployment="payment"}  12x57 13x33`;
    expect(said(rolledOut + told)).toEqual(["deploy payment 9.2.0 after 9.1.0 at 14:01:10 … 14:02:20"]);
  });

  test("is seen where the exporter's own labels stand in the place of the pods'", () => {
    const renamed = rolledOut
      .replaceAll("namespace=", "exported_namespace=")
      .replaceAll("pod=", "exported_pod=")
      .replaceAll("container=", "exported_container=")
      .replaceAll("{", '{namespace="monitoring",pod="kube-state-metrics-5c9d8f7b6-x2x4z",container="main",');
    expect(said(renamed)).toEqual(["deploy payment 9.2.0 after 9.1.0 at 14:01:15 … 14:02:20"]);
  });

  test("of which only the digest is another is told by it", () => {
    const moved = [
      pod(a, "1x60 _x30", { image: "payment:latest" }),
      pod(d, "_x57 1x33", { image: "payment:latest", id: "bb", created: "14:01:15" }),
    ].join("\n");
    expect(said(moved)).toEqual(["deploy payment sha256:bbbbbbbbbbbb after sha256:aaaaaaaaaaaa at 14:01:15"]);
  });

  test("with the same image is one all the same: its configuration may be another", () => {
    const anew = [pod(a, "1x60 _x30"), pod(d, "_x57 1x33", { created: "14:01:15" })].join("\n");
    expect(said(anew)).toEqual(["rollout payment rolled out anew with the same image: 1 pod at 14:01:15"]);
  });

  test("of pods that are all replaced at once is one, too", () => {
    const recreated = [pod(a, "1x56 _x34"), pod(d, "_x58 1x32", { ...next, created: "14:01:50" })].join("\n");
    expect(said(recreated)).toEqual(["deploy payment 9.2.0 after 9.1.0 at 14:01:50"]);
  });

  test("of a StatefulSet keeps the pods' names", () => {
    const labels = `${exporter},namespace="shop",pod="payment-0"`;
    const info = (tag: string): string =>
      `kube_pod_container_info{${labels},container="payment",image="registry.example/payment:${tag}",image_id="x"}`;
    const drawn = `
      kube_pod_created{${labels}}  12:00:00x57 _x1 14:01:50x32
      ${info("9.1.0")}  1x57 _x33
      ${info("9.2.0")}  _x58 1x32`;
    expect(said(drawn)).toEqual(["deploy payment 9.2.0 after 9.1.0 at 14:01:50"]);
  });

  test("that is taken back is a rollback, whether old pods are made anew or were never replaced", () => {
    const anew = [
      pod(a, "1x30 _x60"),
      pod(d, "_x28 1x30 _x32", { ...next, created: "13:46:50" }),
      pod(b, "_x56 1x34", { created: "14:00:50" }),
    ].join("\n");
    expect(said(anew)).toEqual([
      "deploy payment 9.2.0 after 9.1.0 at 13:46:50",
      "rollback payment 9.1.0 after 9.2.0 at 14:00:50",
    ]);
    const stuck = [pod(a, "1x90"), pod(d, "_x28 1x12 _x50", { ...next, created: "13:46:50" })].join("\n");
    expect(said(stuck)).toEqual([
      "deploy payment 9.2.0 after 9.1.0 at 13:46:50",
      "rollback payment 9.1.0 after 9.2.0 at 13:53:00",
    ]);
  });

  test("that is noted elsewhere is one change with both sources", () => {
    const { known } = walked(rolledOut);
    const [own] = changesOf(known);
    expect(own && nameOfChange(own)).toBe("payment 9.2.0");
  });
});

describe("scaling", () => {
  test("out and in are told with how many pods, and are no rollout", () => {
    expect(
      said(
        [
          pod(a, "1x90"),
          pod(b, "_x57 1x33", { created: "14:01:15" }),
          pod(c, "_x57 1x33", { created: "14:01:16" }),
        ].join("\n"),
      ),
    ).toEqual(["scale payment scaled out: 1 → 3 pods at 14:01:15 … 14:01:16"]);
    expect(said([pod(a, "1x90"), pod(b, "1x57 _x33"), pod(c, "1x57 _x33")].join("\n"))).toEqual([
      "scale payment scaled in: 3 → 1 pods at 14:01:30",
    ]);
  });

  test("a drained node replaces pods of the same version", () => {
    const drained = [pod(a, "1x90"), pod(b, "1x57 _x33"), pod(c, "_x57 1x33", { created: "14:01:15" })].join("\n");
    expect(said(drained)).toEqual([expect.stringMatching(/^scale payment pods replaced, same version: 1 at 14:01:/)]);
  });

  test("a service that was idle is marked as such", () => {
    const idle = [
      pod(a, "1x20 _x70"),
      pod(d, "_x57 1x33", { ...next, created: "14:01:15" }),
      pod("gateway-7d9c5b8f6-kvkzh", "1x90"),
    ].join("\n");
    const [change, ...others] = changesIn(idle);
    expect(change).toMatchObject({
      kind: "deploy",
      version: "9.2.0",
      at: at("14:01:15"),
      notBefore: at("13:43:00"),
      tags: ["idle before"],
    });
    expect(others).toEqual([]);
    expect(change?.title).toBe("payment 9.2.0 came up after 18 min without a pod");
  });

  test("known from the number of replicas alone", () => {
    expect(said(`kube_deployment_spec_replicas{${exporter},namespace="shop",deployment="payment"}  3x57 5x33`)).toEqual(
      ["scale payment replicas set from 3 to 5 at 14:01:30"],
    );
  });
});

describe("restarts", () => {
  const labels = `${exporter},namespace="shop",pod="${a}",container="payment"`;

  test("of containers are told once, with how many and why", () => {
    const killed = `
      ${pod(a, "1x90")}
      kube_pod_container_status_restarts_total{${labels}}  0x57 1x2 2x2 3x29
      kube_pod_container_status_last_terminated_reason{${labels},reason="OOMKilled"}  _x57 1x33`;
    expect(said(killed)).toEqual(["restart payment restarted ×3 (OOMKilled) at 14:01:30 … 14:03:30"]);
  });

  test("of a process are told to the second, and unite with the container's", () => {
    const process = 'process_start_time_seconds{job="payment",instance="10.42.0.9:8080"}  12:00:00x57 14:01:12x33';
    expect(said(process)).toEqual(["restart payment restarted at 14:01:12"]);
    const counted = `kube_pod_container_status_restarts_total{${labels}}  0x57 1x33`;
    expect(changesIn(`${process}\n${counted}`)).toMatchObject([
      { at: at("14:01:12"), source: "container restarts, process start" },
    ]);
  });

  test("are none where a start time only wanders, or the instance is another", () => {
    expect(said('process_start_time_seconds{job="payment",instance="a"}  1795255200x57 1795255201x33')).toEqual([]);
    expect(
      said(`process_start_time_seconds{job="payment",instance="a"}  12:00:00x57 _x33
            process_start_time_seconds{job="payment",instance="b"}  _x57 14:01:12x33`),
    ).toEqual([]);
  });
});

describe("other tools", () => {
  test("a revision of an ECS task is a deploy; an older one is a rollback", () => {
    const revision = (number: string): string =>
      `target_info{job="payment",instance="${number}",aws_ecs_task_family="payment",aws_ecs_task_revision="${number}"}`;
    expect(said(`${revision("42")} 1x58 _x32\n${revision("43")} _x57 1x33`)).toEqual([
      "deploy payment revision 43 after revision 42 at 14:01:30",
    ]);
    expect(said(`${revision("43")} 1x58 _x32\n${revision("42")} _x57 1x33`)).toEqual([
      "rollback payment revision 42 after revision 43 at 14:01:30",
    ]);
  });

  test("Argo CD's sync and Argo's rollouts", () => {
    const app = (status: string): string =>
      `argocd_app_info{namespace="argocd",name="payment",dest_namespace="shop",sync_status="${status}"}`;
    expect(said(`${app("Synced")} 1x40 _x17 1x33\n${app("OutOfSync")} _x40 1x17 _x33`)).toEqual([
      "rollout Argo CD synced payment at 14:01:30",
    ]);
    const phase = (word: string): string =>
      `rollout_info{namespace="shop",name="payment",strategy="canary",phase="${word}"}`;
    expect(said(`${phase("Healthy")} 1x40 _x17 1x33\n${phase("Progressing")} _x40 1x17 _x33`)).toEqual([
      "rollout payment is rolled out by Argo: healthy at 13:53:00 … 14:01:30",
    ]);
  });

  test("a Deployment that is written to and does nothing is a change of configuration", () => {
    expect(
      said(
        `kube_deployment_status_observed_generation{${exporter},namespace="shop",deployment="payment"}  12x57 13x33`,
      ),
    ).toEqual(["config Deployment payment was changed (generation 12 → 13) at 14:01:30"]);
  });
});

describe("what is not taken", () => {
  const [x, y] = [
    pod(a, "1x60 _x30", { namespace: "billing" }),
    pod(d, "_x57 1x33", { ...next, namespace: "billing", created: "14:01:15" }),
  ];
  test.each([
    ["another namespace's twin", x + y],
    [
      "a canary and a worker",
      [
        pod("payment-canary-6b8f9c7d5-kvkzh", "_x57 1x33", next),
        pod("payment-worker-6b8f9c7d5-kvkzh", "_x57 1x33", next),
      ].join("\n"),
    ],
    ["what ran all the time", pod(a, "1x90") + pod(b, "1x90")],
    [
      "the exporter's own restart, under the labels of the pods",
      'process_start_time_seconds{job="kube-state-metrics",pod="payment-7d9c5b8f6-kvkzh"}  12:00:00x57 14:01:12x33',
    ],
    ["a store with a hole", pod(a, "1x40 _x20 1x30") + pod(b, "1x40 _x20 1x30")],
    ["an exporter that was away at the beginning", pod(a, "_x20 1x70") + pod(b, "_x20 1x70")],
    ["an exporter that goes away", pod(a, "1x60 _x30") + pod(b, "1x60 _x30")],
    [
      "another application of Argo CD",
      'argocd_app_info{name="payment",dest_namespace="billing",sync_status="Synced"} 1x40 _x17 1x33\nargocd_app_info{name="payment",dest_namespace="billing",sync_status="OutOfSync"} _x40 1x17 _x33',
    ],
  ])("%s", (_, drawn) => {
    expect(said(drawn)).toEqual([]);
  });

  test("a name in two namespaces, where no one told which", () => {
    const drawn = [pod(a, "1x90"), x, y].join("\n");
    expect(said(drawn, {})).toEqual([]);
    expect(said(x + y, {})).toEqual(["deploy payment 9.2.0 after 9.1.0 at 14:01:15"]);
  });
});

test("of two clusters behind one store, only the one that was told, else neither", () => {
  const inCluster = (cluster: string): string =>
    [pod(a, "1x60 _x30"), pod(d, "_x57 1x33", { ...next, created: "14:01:15" })]
      .join("\n")
      .replaceAll("{", `{cluster="${cluster}",`);
  const both = inCluster("eu-1") + inCluster("us-1").replaceAll("9.2.0", "8.8.8");
  const told = { "k8s.namespace.name": "shop", "k8s.cluster.name": "eu-1" };
  expect(said(both, told)).toEqual(["deploy payment 9.2.0 after 9.1.0 at 14:01:15"]);
  expect(said(inCluster("us-1"), told)).toEqual([]);
  expect(said(both)).toEqual([]);
});

test("all is asked in one question a Prometheus, of workloads as the spans name them", () => {
  const { asked } = walked("", { "k8s.namespace.name": "shop", "k8s.deployment.name": "payment-api" });
  const own = asked.filter(ofCluster);
  expect(own).toHaveLength(1);
  expect(isValid(own[0]?.text ?? "")).toBe(true);
  expect(own[0]?.text).toContain("payment-api");
});

test("no more than twelve ranges are asked of one Prometheus, also where services are counted by several conventions", () => {
  const { asked } = walk({
    ...{ lead: drawnLead, environments: [environment(everything)], now: drawnWindow.to },
    world: {
      trace: ({ upstream }) =>
        upstream === "shop/tempo"
          ? traceAnswer("a GET / 0-900 [server]\n  b B 50-800 [server]\n    c C 60-700 [server]", {
              start: at("14:03:12"),
            })
          : undefined,
      families: [
        { __name__: "http_requests_total", job: "a" },
        { __name__: "grpc_server_handled_total", service: "b" },
        { __name__: "http_server_request_duration_seconds_count", job: "shop/c" },
        { __name__: "target_info", job: "shop/c" },
      ],
      errorLabels: {
        http_requests_total: ["code"],
        http_server_request_duration_seconds_count: ["http_response_status_code"],
      },
    },
  });
  const ranges = asked.filter(
    ({ call, upstream }) => call.api === "prometheus-range" && upstream === "shop/prometheus",
  );
  expect(ranges.map(({ purpose }) => purpose.kind)).toContain("red");
  expect(ranges.length).toBeLessThanOrEqual(12);
});
