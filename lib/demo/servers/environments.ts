/** The demo's installations: which world each tells, through which backends, and the YAML that connects a console. */
import { zeroOf } from "@/lib/demo/clock";
import { quiet } from "@/lib/demo/incidents/quiet";
import { silentHandshake } from "@/lib/demo/incidents/silent-handshake";
import { shop } from "@/lib/demo/scenarios/shop";
import type { Incident } from "@/lib/demo/script";
import { createWorld, type Sampling, type World } from "@/lib/demo/world";
import type { Instant } from "@/lib/signal/time";

export const backendKinds = ["prometheus", "loki", "jaeger", "tempo", "alertmanager", "grafana"] as const;
export type BackendKind = (typeof backendKinds)[number];

export type DemoEnvironment = {
  readonly name: string;
  readonly backends: readonly BackendKind[];
  readonly incidents: readonly Incident[];
  /** Of its own each, so that a trace id belongs to one environment. */
  readonly seed: number;
  /** The rest of its configuration, as in the file. */
  readonly settings: Readonly<Record<string, unknown>>;
};

// What inference cannot know: where the cluster's events are, and which annotations are deploys.
const settings = {
  change_streams: [
    {
      name: "kubernetes-events",
      query: '{job="kube-event-exporter"} | json',
      kind: "event",
      service_field: "name",
      title_field: "message",
    },
  ],
  annotation_tags: ["deploy", "rollback"],
};

export const demoEnvironments: readonly DemoEnvironment[] = [
  {
    name: "shop",
    backends: ["prometheus", "loki", "jaeger", "alertmanager", "grafana"],
    incidents: [silentHandshake],
    seed: 1,
    settings,
  },
  {
    name: "quiet",
    backends: ["prometheus", "loki", "tempo", "alertmanager", "grafana"],
    incidents: [quiet],
    seed: 2,
    settings,
  },
];

/** As a collector with tail sampling keeps: all that failed, a tenth of the rest. */
const sampling: Sampling = { traces: { ok: 0.1, failed: 1 }, lines: 0.1 };

/** The world of an environment of a demo that started at `start`. */
export const worldOf = ({ incidents, seed }: DemoEnvironment, start: Instant): World =>
  createWorld(shop, incidents, { seed, zero: zeroOf(start), sampling });

/** As in a file's `environments`, for a listener at `url`. */
export const environmentsAt = (url: string): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    demoEnvironments.map(({ name, backends, settings: more }) => [
      name,
      { upstreams: backends.map((kind) => ({ kind, url: `${url}/${name}/${kind}` })), ...more },
    ]),
  );
