/** One installation of the demo: which world it tells, through which backends, the rest of its YAML, things to try. */
import type { Incident, Scenario } from "@/lib/demo/script";
import type { Sampling, World } from "@/lib/demo/world";
import type { Instant } from "@/lib/signal/time";

export type BackendKind = "prometheus" | "loki" | "jaeger" | "tempo" | "alertmanager" | "grafana";

/** What can be pasted into a console. */
export type Lead = {
  readonly title: string;
  /** To paste. */
  readonly text: string;
  /** Of the request that is meant; null: none in particular. */
  readonly traceId: string | null;
  /** What there is to say of it beside the title; null: nothing. */
  readonly note: string | null;
};

export type DemoEnvironment = {
  /** As it stands in URLs. */
  readonly name: string;
  /** One sentence: what it is, and what is wrong with it. */
  readonly story: string;
  readonly scenario: Scenario;
  readonly backends: readonly BackendKind[];
  readonly incidents: readonly Incident[];
  /** Of its own each, so that an id belongs to one environment. */
  readonly seed: number;
  /** How far before its incident it begins (ms): counting that far costs once, when it is asked first. */
  readonly history: number;
  readonly sampling: Sampling;
  /** The rest of its configuration, as in the file. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Found in the world as it is at `now`, nothing later; the telling ones first. */
  readonly leads: (world: World, now: Instant) => readonly Lead[];
  /** What the thread asks itself before anybody else does: histograms' selectors and lines' ones; null: nothing. */
  readonly rehearsal: {
    readonly histograms: readonly string[];
    readonly lines: string;
    readonly events: string;
  } | null;
};

/** As a collector with tail sampling keeps: all that failed, a tenth of the rest. */
export const tailSampling: Sampling = { traces: { ok: 0.1, failed: 1 }, lines: 0.1 };
