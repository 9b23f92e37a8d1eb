/** Questions, and the evidence that answers them: the union everything downstream is built from. */

import type { ChangeStreamSetting, UpstreamKind } from "@/lib/setting";
import type { Alert, AlertRule } from "@/lib/signal/alert";
import type { Change, ChangeKind } from "@/lib/signal/change";
import type { NeighbourPart } from "@/lib/signal/edge";
import type { Labels } from "@/lib/signal/labels";
import type { LogLines } from "@/lib/signal/lines";
import type { RefusalsCounted, RefusedBy } from "@/lib/signal/refusals";
import type { Exemplar, Series, Unit } from "@/lib/signal/series";
import type { Service } from "@/lib/signal/service";
import type { Instant, Window } from "@/lib/signal/time";
import type { Trace, TraceDetails } from "@/lib/signal/trace";
import type { TraceHit } from "@/lib/signal/trace-hit";

export const slots = ["spike", "lines", "trace", "changes", "events", "alerts"] as const;
export type Slot = (typeof slots)[number];

export type QuestionId = string;

/** What is put to the upstream's API. `query` is exactly what the receipt shows. */
export type Call =
  | { readonly api: "prometheus-range"; readonly query: string; readonly step: number }
  /** `limit`: series at most; a server that cuts says so. */
  | { readonly api: "prometheus-instant"; readonly query: string; readonly at: Instant; readonly limit?: number }
  | { readonly api: "prometheus-exemplars"; readonly query: string }
  | { readonly api: "prometheus-series"; readonly matches: readonly string[]; readonly limit: number }
  | {
      readonly api: "loki-lines";
      readonly query: string;
      readonly limit: number;
      readonly direction: "forward" | "backward";
    }
  /** Lines of a stream that tells changes, read as such. */
  | {
      readonly api: "loki-changes";
      readonly query: string;
      readonly limit: number;
      readonly stream: ChangeStreamSetting;
    }
  | { readonly api: "loki-range"; readonly query: string; readonly step: number }
  | { readonly api: "loki-volume"; readonly query: string }
  | { readonly api: "loki-labels" }
  | { readonly api: "loki-series"; readonly matches: readonly string[] }
  | { readonly api: "tempo-trace"; readonly traceId: string }
  | { readonly api: "tempo-search"; readonly query: string; readonly limit: number; readonly spansPerTrace: number }
  | { readonly api: "jaeger-trace"; readonly traceId: string }
  /** One service's traces, which arrive whole; kept are those that link to `linkingTo`. `longerThan` in ms; null = any. */
  | {
      readonly api: "jaeger-search";
      readonly service: string;
      readonly tags: Labels;
      readonly longerThan: number | null;
      readonly limit: number;
      readonly linkingTo?: string;
    }
  | {
      readonly api: "grafana-annotations";
      readonly tags: readonly string[];
      readonly limit: number;
      /** By tag, as configured. */
      readonly kinds?: Readonly<Record<string, ChangeKind>>;
    }
  | { readonly api: "alertmanager-alerts" }
  /** Alert rules with what is active of them; `name` null = all. */
  | { readonly api: "prometheus-rules"; readonly name: string | null }
  | { readonly api: "loki-rules"; readonly name: string | null }
  | { readonly api: "grafana-rules"; readonly name: string | null }
  /** One rule as it is provisioned: the only place where Grafana tells a threshold. */
  | { readonly api: "grafana-rule"; readonly uid: string };

/** What a series means to a reader. */
export type SeriesRole =
  | "rate"
  | "errors"
  | "error-ratio"
  | "latency-p50"
  | "latency-p99"
  | "latency-mean"
  | "saturation"
  | "other";

/** In one answer `value` of `label` (of the purpose's own, unless told) names the service. */
export type NamedBy = { readonly service: Service; readonly value: string; readonly label?: string };

/** `title`: what this one's numbers are, where a question's services are not counted alike. */
export type RedSubject = { readonly service: Service; readonly value: string; readonly title?: string };

/** A service as Kubernetes runs it; `namespace` null = not known: then the answer must show it in one namespace only. */
export type NamedWorkload = {
  readonly service: Service;
  readonly workload: string;
  /** RE2, anchored: the names of its pods. */
  readonly pods: string;
  readonly namespace: string | null;
  /** Where it runs, as it was told; empty = not known: then the answer must show it in one cluster only. */
  readonly clusters: readonly string[];
};

/** The series that carry all of these labels are the service's, unless they name a cluster that is none of `clusters`. */
export type NamedByAll = { readonly service: Service; readonly where: Labels; readonly clusters?: readonly string[] };

/** By what requests of one service differ: where they were served, what was asked, who asked. */
export type Dimension = "version" | "zone" | "node" | "pod" | "route" | "caller";

/** What one `signal` of a saturation answer is. */
export type SaturationPart = {
  readonly title: string;
  readonly unit: Unit;
  /** Range selector used for rates, ms; 0 for gauges. */
  readonly rateWindow: number;
  /** It is 1 or 0, and this is how either is called: "open", "closed". */
  readonly state?: { readonly on: string; readonly off: string };
  /** The label whose value stands behind the title, where one signal has several series of a service. */
  readonly named?: string;
};

/** Why the planner asked: how it recognises the answer. The page reads it for titles, never for logic of its own. */
export type Purpose =
  | { readonly kind: "trace-by-id" }
  /** `rung` counts the slices back from now; -1 = bounded by what is known already. */
  | { readonly kind: "lines-of-id"; readonly rung: number }
  | {
      readonly kind: "lines-volume";
      readonly of: "lines-of-id" | "lines-around" | "lines-by-level" | "cluster-events" | "refusals" | "database-lines";
      readonly rung: number;
    }
  | { readonly kind: "lines-around"; readonly services: readonly Service[] }
  | { readonly kind: "lines-by-level"; readonly services: readonly Service[] }
  | { readonly kind: "line-labels" }
  | { readonly kind: "identity"; readonly signal: "metrics" | "lines" | "alerts"; readonly label: string }
  | { readonly kind: "interval"; readonly recipe: string; readonly label: string }
  | {
      readonly kind: "red";
      readonly recipe: string;
      readonly role: SeriesRole;
      readonly unit: Unit;
      readonly title: string;
      /**
       * Which series of the answer is which service: `value` of `label` names it. `subject` where one question unites
       * several families or labels; then the values are made by the query and each means one service in one family.
       */
      readonly label: string;
      /** What else narrows all of them (`namespace="shop"`); absent or "" = nothing: one value may be two services in two scopes. */
      readonly scope?: string;
      readonly services: readonly RedSubject[];
      /** Sample interval as measured, ms. */
      readonly interval: number;
      /** Range selector used for rates, ms; 0 for gauges. */
      readonly rateWindow: number;
      /** Of services beside the path, which call it or are called by it: they are no part of what is investigated. */
      readonly beside?: true;
    }
  /** Who calls the services of the path, and whom they call, counted over the question's window. */
  | { readonly kind: "neighbours"; readonly parts: Readonly<Record<string, NeighbourPart>> }
  /** Beside the answer to one such question: its numbers a day earlier; the median of a p99; a counter's raw samples. */
  | { readonly kind: "red-yesterday" | "red-median"; readonly of: QuestionId }
  | { readonly kind: "red-samples"; readonly of: QuestionId; readonly labels: Labels }
  | {
      readonly kind: "saturation";
      /** By the label `signal` of each series. */
      readonly parts: Readonly<Record<string, SaturationPart>>;
      readonly services: readonly NamedByAll[];
      /** Sample interval taken for granted, ms: exporters are sampled at intervals of their own. */
      readonly interval: number;
      readonly beside?: true;
    }
  /** How many requests failed and how many there were in the question's window, by every label that tells them apart. */
  | {
      readonly kind: "breakdown";
      readonly services: readonly NamedByAll[];
      /** Of several labels of one dimension the first that a series carries speaks. */
      readonly dimensions: readonly { readonly name: Dimension; readonly labels: readonly string[] }[];
    }
  /**
   * What the telemetry itself lost in the question's window. By the label `told` of each series: "lost" (rise of the counter
   * `metric`), "scrapes" and "failed" (scrapes of a service), "queue" (fullest state of `exporter`'s queue, 0..1), "traces"
   * (decided on by a sampler; `kept` "true" or "false").
   */
  | { readonly kind: "telemetry-loss"; readonly services: readonly NamedByAll[] }
  /** Which counters of their own these services have: one row a counter (label `metric`) and label set. */
  | { readonly kind: "own-counters"; readonly services: readonly NamedByAll[] }
  | {
      readonly kind: "exemplars";
      readonly recipe: string;
      readonly label: string;
      readonly services: readonly NamedBy[];
    }
  | {
      readonly kind: "versions-of-metrics";
      readonly label: string;
      readonly versionLabel: string;
      readonly services: readonly NamedBy[];
    }
  | { readonly kind: "versions-of-spans"; readonly services: readonly Service[] }
  /** Rollouts, scaling, restarts: read into changes where the answer comes in. */
  | {
      readonly kind: "changes-of-cluster";
      readonly workloads: readonly NamedWorkload[];
      readonly services: readonly NamedByAll[];
    }
  /** Kubernetes' events of these workloads, from a stream that was recognised. */
  | { readonly kind: "known-streams" }
  | { readonly kind: "cluster-events"; readonly workloads: readonly NamedWorkload[] }
  /** A few lines of an access log, to see where status and client stand. */
  | { readonly kind: "access-sample" }
  /** How many answers of each refusing status (label `status`) these access logs hold, by whom they served where that is told. */
  | ({ readonly kind: "refusals" } & RefusalsCounted)
  /** Whom the refusals with one status went to, of `total` in the time that was counted, those with most first. */
  | ({ readonly kind: "refusals-by-client" } & RefusedBy)
  /** Lines of a database that the path calls. */
  | { readonly kind: "database-lines"; readonly database: string }
  | { readonly kind: "annotations" }
  | { readonly kind: "change-stream"; readonly name: string }
  | { readonly kind: "alerts" }
  /** Rules and what is active of them, by the lead's name. */
  | { readonly kind: "alert-rules" }
  /** When the lead's alert was pending and firing, from the record of its rule server. */
  | { readonly kind: "alert-record" }
  /** A part of the lead's own expression, to be drawn against its bounds. */
  | {
      readonly kind: "alert-expression";
      /** The alert's name. */
      readonly title: string;
      /** "alert above 5 %": what a line at the bound is called. */
      readonly words: string;
      readonly unit: Unit;
      /** 0 = what the alert itself looks at; then its other conditions. */
      readonly part: number;
      /** The series itself, or the second series it is compared with. */
      readonly of: "value" | "bound";
      /** Numbers alone; a bound that is a query is asked beside this one. */
      readonly limits: readonly { readonly op: string; readonly value: number }[];
      /** The alert holds where there is no sample. */
      readonly isAbsence: boolean;
      /** How far back each value looks, ms: what happens at once is smeared over this. */
      readonly reach: number;
      /** No finer is it drawn, ms: as often as its rule is evaluated. Absent = never finer than at first. */
      readonly interval?: number;
      /** Since when the condition holds, and when it was over. */
      readonly activeAt: Instant | null;
      readonly endsAt: Instant | null;
    }
  /** Traces of these services around the onset: failing ones, or slow ones. */
  | { readonly kind: "trace-search"; readonly of: "errors" | "slow"; readonly services: readonly Service[] }
  /** Traces that link to the one with this id. */
  | { readonly kind: "trace-links"; readonly of: string }
  | { readonly kind: "alert-history" };

export type Question = {
  /** Hash of upstream, call and window: the same question has the same id in every run. */
  readonly id: QuestionId;
  readonly upstream: string;
  readonly slot: Slot;
  readonly purpose: Purpose;
  readonly call: Call;
  /** The query as a reader would type it: PromQL, LogQL, TraceQL, or method and path. */
  readonly text: string;
  /** null = no range is asked (trace by id). */
  readonly window: Window | null;
  /** One sentence: "every service on the path, by job". */
  readonly why: string;
  /** The questions whose answers this one waited for. */
  readonly after: readonly QuestionId[];
};

export const gapReasons = [
  "none-in-window",
  "not-found",
  "not-linked",
  "not-configured",
  "too-new",
  "past-retention",
  "sampled-out",
  "unauthorized",
  "refused",
  "rate-limited",
  "spared",
  "query-rejected",
  "timeout",
  "unreachable",
  "server-error",
  "unreadable",
  "too-large",
  "over-budget",
  "cancelled",
] as const;
export type GapReason = (typeof gapReasons)[number];

/** Why there is nothing, in words, and what the reader can do next. */
export type Gap = { readonly kind: "gap"; readonly reason: GapReason; readonly text: string; readonly next: string };

/** What the planner could not or would not ask, said in place of an answer. */
export type Unasked = Gap & { readonly slot: Slot };

export type Answer =
  | { readonly kind: "series"; readonly series: readonly Series[] }
  | { readonly kind: "exemplars"; readonly exemplars: readonly Exemplar[] }
  | { readonly kind: "label-sets"; readonly sets: readonly Labels[] }
  | { readonly kind: "names"; readonly names: readonly string[] }
  | { readonly kind: "volume"; readonly bytes: number }
  | { readonly kind: "lines"; readonly lines: LogLines; readonly limited: boolean }
  | { readonly kind: "trace"; readonly trace: Trace; readonly details: TraceDetails }
  | { readonly kind: "trace-hits"; readonly hits: readonly TraceHit[] }
  | { readonly kind: "changes"; readonly changes: readonly Change[] }
  | { readonly kind: "alerts"; readonly alerts: readonly Alert[] }
  | { readonly kind: "rules"; readonly rules: readonly AlertRule[] }
  | Gap;

export type AnswerOf<Kind extends Answer["kind"]> = Extract<Answer, { kind: Kind }>;

/** What a question cost and said. Times are epoch ms with fraction; null = never came. */
export type Receipt = {
  readonly upstream: string;
  readonly kind: UpstreamKind;
  /** Method and path with query string as sent, without host and without credentials. */
  readonly request: string;
  readonly sent: number;
  readonly firstByte: number | null;
  readonly lastByte: number;
  /** Decoded bytes of the body. */
  readonly bytes: number;
  /** Series, lines, spans … whatever the answer counts. */
  readonly rows: number;
  readonly status: number | null;
  readonly attempts: number;
};

export type Evidence = {
  readonly question: Question;
  readonly receipt: Receipt;
  /** Warnings of a successful answer: "first 1,000 of 48,210 lines", Prometheus' `warnings`, Tempo's PARTIAL message. */
  readonly notes: readonly string[];
  /** The upstream said, or we cut: what is here is not all. */
  readonly partial: boolean;
  readonly answer: Answer;
};

export type Found<Kind extends Answer["kind"]> = Evidence & { readonly answer: AnswerOf<Kind> };

/** The evidence of one kind of answer, in the order it came. */
export function answersOf<Kind extends Answer["kind"]>(known: readonly Evidence[], kind: Kind): Found<Kind>[] {
  return known.filter((evidence): evidence is Found<Kind> => evidence.answer.kind === kind);
}

/** The evidence asked for one purpose, in the order it came. */
export const askedFor = (known: readonly Evidence[], kind: Purpose["kind"]): Evidence[] =>
  known.filter(({ question }) => question.purpose.kind === kind);

/** How many things an answer holds, as its receipt counts them. */
export function rowsOf(answer: Answer): number {
  switch (answer.kind) {
    case "series":
      return answer.series.length;
    case "exemplars":
      return answer.exemplars.length;
    case "label-sets":
      return answer.sets.length;
    case "names":
      return answer.names.length;
    case "volume":
      return 1;
    case "lines":
      return answer.lines.text.length;
    case "trace":
      return answer.trace.spanId.length;
    case "trace-hits":
      return answer.hits.length;
    case "changes":
      return answer.changes.length;
    case "alerts":
      return answer.alerts.length;
    case "rules":
      // A rule that raises nothing fills no slot.
      return answer.rules.reduce((sum, { alerts }) => sum + alerts.length, 0);
    case "gap":
      return 0;
  }
}

const failures: ReadonlySet<GapReason> = new Set([
  "unauthorized",
  "refused",
  "rate-limited",
  "spared",
  "query-rejected",
  "timeout",
  "unreachable",
  "server-error",
  "unreadable",
  "too-large",
  "cancelled",
]);
/** Something went wrong, as against: it was looked at and there is nothing. */
export const isFailure = (gap: Gap): boolean => failures.has(gap.reason);
