/** What this installation has, as the planner and the page see it. No secrets, no client. Types only. */
import type { ChangeKind } from "@/lib/signal/change";
import type { Matcher } from "@/lib/signal/labels";

export type UpstreamKind = "prometheus" | "loki" | "tempo" | "jaeger" | "alertmanager" | "grafana";

export type UpstreamSetting = {
  /** Unique in the installation: `<environment>/<name>`. */
  readonly id: string;
  readonly kind: UpstreamKind;
  /** As configured, else the kind. */
  readonly name: string;
  readonly environment: string;
  /** What a browser may open (Grafana Explore, Jaeger UI), or null. */
  readonly publicUrl: string | null;
  /** For Grafana links: the uid of this upstream's data source. */
  readonly grafanaDatasource: string | null;
  readonly tenants: readonly string[];
};

/** "payment is {job="shop/payment-v2"} in Prometheus": configured, it overrules inference. */
export type MappingSetting = {
  readonly service: string;
  /** `alerts`: the labels of an alert whose service this is. */
  readonly signal: "metrics" | "lines" | "alerts";
  readonly matchers: readonly Matcher[];
  /** Chosen on the page for one investigation: it overrules those configured. Absent = configured. */
  readonly by?: "reader";
};

/** "image.sync calls image.worker through the queue images": what neither spans nor metrics tell. */
export type NeighbourSetting = {
  readonly service: string;
  readonly calls: string;
  /** Queue or topic; null = it calls it directly. */
  readonly through: string | null;
};

/** A Loki stream whose lines are changes. */
export type ChangeStreamSetting = {
  readonly name: string;
  /** LogQL stream selector with optional filters. */
  readonly query: string;
  readonly kind: ChangeKind;
  /** Label or field that names the service, the version, and the text; null = the line itself. */
  readonly serviceField: string | null;
  readonly versionField: string | null;
  readonly titleField: string | null;
};

/** `https://sentry.example/?query={id}`: placeholders id, service, from, to, and line.<field>: a field of the lines. */
export type LinkSetting = { readonly title: string; readonly url: string };

export type EnvironmentSetting = {
  readonly name: string;
  /** IANA zone in which this environment's people think; "UTC" unless set. */
  readonly zone: string;
  readonly upstreams: readonly UpstreamSetting[];
  readonly mappings: readonly MappingSetting[];
  /** Absent = none. */
  readonly neighbours?: readonly NeighbourSetting[];
  readonly changeStreams: readonly ChangeStreamSetting[];
  /** Tags an annotation must carry to count as a change; empty = all. */
  readonly annotationTags: readonly string[];
  /** Labels that say who watches, not what is watched: copies of an alert that differ in them alone are one. */
  readonly ignoredAlertLabels?: readonly string[];
  /** What an annotation of this tag is; absent or none = read off its words. */
  readonly annotationKinds?: Readonly<Record<string, ChangeKind>>;
  readonly links: readonly LinkSetting[];
  /** Decoded bytes Loki may be asked to read: by one slice, by one investigation. */
  readonly lokiBudget: { readonly sliceBytes: number; readonly totalBytes: number };
  /** Base URL of the Grafana a browser may open for Explore links, or null. */
  readonly grafanaUrl: string | null;
};

export type Setting = { readonly environments: readonly EnvironmentSetting[] };
