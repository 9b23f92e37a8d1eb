/**
 * The words in which a world and what goes wrong in it are written: services, routes as trees of steps, and happenings
 * at offsets (ms) from the incident's zero. Types and the few builders that make the scripts read like scripts.
 */
import type { Ids } from "@/lib/demo/ids";
import type { Jump, Move, Raise, SeriesScript, StreamScript } from "@/lib/demo/own-script";
import type { Failure, Measure, Telemetry } from "@/lib/demo/telemetry";
import type { Labels } from "@/lib/signal/labels";
import type { Level } from "@/lib/signal/lines";
import type { SpanKind } from "@/lib/signal/trace";

export type ServiceScript = {
  readonly name: string;
  readonly version: string;
  readonly revision: string;
  readonly pods: number;
  readonly telemetry: Telemetry;
  readonly language: "go" | "java" | "nodejs" | "python";
  /** Name of the metric that carries its version, where it has one. */
  readonly buildInfo: string | null;
  /** What each pod says when nobody asks anything, every so many ms. */
  readonly idle: { readonly text: string; readonly level: Level; readonly every: number };
};

/** A line; `{user}`-like places are filled per request (`places.ts`), `{ms}`, `{seconds}`, `{status}` from the span. */
export type Says = {
  readonly kind: "says";
  readonly level: Level;
  readonly text: string;
  readonly at: "start" | "end";
  readonly when: "ok" | "failed" | "always";
  /** Of all times, how often it is said (0..1). */
  readonly share: number;
  /** Said beside the text, by name; filled in as the text is. */
  readonly fields: Readonly<Record<string, string | number>>;
};

/** A counter of the service's own, counted once a step at its end; `{error}` in a label is the failure's type. */
export type Count = {
  readonly kind: "counts";
  readonly name: string;
  readonly labels: Labels;
  readonly when: Says["when"];
  /** Of all times, how often it is counted (0..1). */
  readonly share: number;
  /** By how much, a whole number. */
  readonly by: number;
};

export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

export type Step = {
  readonly kind: "step";
  readonly service: string;
  readonly name: string;
  readonly spanKind: SpanKind;
  /** Median of its own time, steps beneath not counted. */
  readonly ms: number;
  readonly attributes: SpanAttributes;
  readonly says: readonly Says[];
  readonly counts: readonly Count[];
  readonly steps: readonly Step[];
  readonly measure: Measure | null;
  readonly times: number;
  /** Runs only once something before it has failed, and then not for the others behind. */
  readonly afterFailure: boolean;
  /** null: the step above waits for it. Else it begins this long (ms, median) after that one's end, and nobody waits. */
  readonly lag: number | null;
};

export type RouteScript = {
  readonly name: string;
  readonly perSecond: number;
  readonly root: Step;
  /** Begun by the clock, a trace of its own: its root links to whoever published what it takes. Then `perSecond` is 0. */
  readonly batch?: Batch;
};
/** All that was published to `topic` in the last `every` ms (whole seconds). */
export type Batch = { readonly topic: string; readonly every: number };

/** What goes wrong in one step of some routes, for a share (0..1) of the requests. */
export type Fault = {
  readonly kind: "fault";
  readonly routes: readonly string[];
  readonly service: string;
  readonly step: string;
  readonly share: number;
  /** How long the step takes instead (ms); null = as long as ever. */
  readonly takes: number | null;
  /** null = it is only slow. */
  readonly fails: Failure | null;
  readonly says: readonly {
    readonly after: number;
    readonly level: Level;
    readonly text: string;
    readonly fields?: Says["fields"];
  }[];
  /** Counted where it strikes. */
  readonly counts?: readonly Count[];
  /** How long it goes on (ms); null = it does not end. */
  readonly lasts: number | null;
};

export type Deploy = {
  readonly kind: "deploy" | "rollback";
  readonly service: string;
  readonly version: string;
  readonly revision: string;
};

/** A rule of the file that Prometheus loads. */
export type RuleScript = {
  readonly name: string;
  readonly expression: string;
  /** Pending this long (ms) before it fires. */
  readonly pendingFor: number;
  readonly labels: Labels;
  readonly annotations: Labels;
};
/** A rule that fires: when is written down, not evaluated. `labels` are the alert's, with those of its series. */
export type AlertScript = RuleScript & {
  readonly kind: "alert";
  /** Those of its labels that the rule writes; absent = all. */
  readonly ruleLabels?: Labels;
  /** Fires this long (ms); null = it does not resolve. */
  readonly lasts: number | null;
};

export type Happening = { readonly at: number; readonly what: Deploy | Fault | AlertScript | Move | Jump | Raise };

export type Incident = { readonly name: string; readonly story: string; readonly script: readonly Happening[] };

export type Scenario = {
  readonly name: string;
  readonly namespace: string;
  /** `hosts`: what is deployed takes the place and name of what it replaces, and nobody tells of pods. */
  readonly platform: "kubernetes" | "hosts";
  /** How its requests' ids are written. */
  readonly ids: Ids;
  readonly services: readonly ServiceScript[];
  readonly routes: readonly RouteScript[];
  /** Ordinary life: deploys of the last days, the few failures there always are. */
  readonly ordinary: readonly Happening[];
  /** Beside what requests make. */
  readonly series: readonly SeriesScript[];
  readonly streams: readonly StreamScript[];
  readonly rules: readonly RuleScript[];
};

type Part = Step | Says | Count;

const step = (
  service: string,
  name: string,
  spanKind: SpanKind,
  ms: number,
  attributes: SpanAttributes,
  measure: Measure | null,
  parts: readonly Part[],
): Step => ({
  kind: "step",
  service,
  name,
  spanKind,
  ms,
  attributes,
  measure,
  says: parts.filter((part) => part.kind === "says"),
  counts: parts.filter((part) => part.kind === "counts"),
  steps: parts.filter((part) => part.kind === "step"),
  times: 1,
  afterFailure: false,
  lag: null,
});

const messaging = (topic: string, operation: "send" | "process"): SpanAttributes => ({
  "messaging.system": "kafka",
  "messaging.destination.name": topic,
  "messaging.operation.type": operation,
});

const measureOf = (kind: Measure["kind"], methodAndTarget: string): Measure => {
  const [method = "", target = ""] = methodAndTarget.split(" ");
  return { kind, method, target, protocol: "http" };
};

/** A server span: `service` answers `"POST /checkout"`. */
export const serves = (service: string, name: string, route: string, ms: number, ...parts: readonly Part[]): Step => {
  const measure = measureOf("server", route);
  const attributes = {
    "http.request.method": measure.method,
    "http.route": measure.target,
    "url.scheme": "http",
    "server.address": service,
  };
  return step(service, name, "server", ms, attributes, measure, parts);
};

/** A client span: `service` calls `"POST payment"`; what the other side does with it stands beneath. */
export const calls = (service: string, name: string, peer: string, ms: number, ...parts: readonly Part[]): Step => {
  const measure = measureOf("client", peer);
  const attributes = { "http.request.method": measure.method, "server.address": measure.target };
  return step(service, name, "client", ms, attributes, measure, parts);
};

const rpc = (
  kind: "server" | "client",
  name: string,
): { readonly measure: Measure; readonly attributes: SpanAttributes } => {
  const [target = "", method = ""] = name.split("/");
  return {
    measure: { kind, method, target, protocol: "grpc" },
    attributes: { "rpc.system": "grpc", "rpc.service": target, "rpc.method": method },
  };
};
/** A gRPC server span: `service` answers `"shop.v1.Stock/Reserve"`. */
export const servesRpc = (service: string, name: string, ms: number, ...parts: readonly Part[]): Step => {
  const { measure, attributes } = rpc("server", name);
  return step(service, name, "server", ms, attributes, measure, parts);
};
/** A gRPC client span. */
export const callsRpc = (service: string, name: string, ms: number, ...parts: readonly Part[]): Step => {
  const { measure, attributes } = rpc("client", name);
  return step(service, name, "client", ms, attributes, measure, parts);
};

/** A client span towards something that is not HTTP: a database, a queue, a socket. */
export const uses = (
  service: string,
  name: string,
  ms: number,
  attributes: SpanAttributes,
  ...parts: readonly Part[]
): Step => step(service, name, "client", ms, attributes, null, parts);

/** A producer span: `service` hands a message to `topic`; whoever consumes it stands beneath. */
export const publishes = (service: string, topic: string, ms: number, ...parts: readonly Part[]): Step =>
  step(service, `${topic} publish`, "producer", ms, messaging(topic, "send"), null, parts);

/** A consumer span, `lag` ms after the message was published: it may outlast the request that caused it. */
export const consumes = (service: string, topic: string, lag: number, ms: number, ...parts: readonly Part[]): Step => {
  const attributes = { ...messaging(topic, "process"), "messaging.consumer.group.name": service };
  const measure: Measure = { kind: "consumer", method: service, target: topic, protocol: "messaging" };
  return { ...step(service, `${topic} process`, "consumer", ms, attributes, measure, parts), lag };
};

/** The consumer span of a whole batch: the root of a route that has one. */
export const takesBatch = (service: string, topic: string, ms: number, ...parts: readonly Part[]): Step => ({
  ...consumes(service, topic, 0, ms, ...parts),
  lag: null,
});

/** An internal span. */
export const works = (service: string, name: string, ms: number, ...parts: readonly Part[]): Step =>
  step(service, name, "internal", ms, {}, null, parts);

export const times = (count: number, repeated: Step): Step => ({ ...repeated, times: count });
export const afterFailure = (only: Step): Step => ({ ...only, afterFailure: true });

export const says = (level: Level, text: string, share = 1, fields: Says["fields"] = {}): Says => ({
  kind: "says",
  level,
  text,
  at: "start",
  when: "always",
  share,
  fields,
});
/** Said at the end, if all went well. */
export const concludes = (level: Level, text: string, fields: Says["fields"] = {}): Says => ({
  ...says(level, text, 1, fields),
  at: "end",
  when: "ok",
});
/** Said at the end, if it failed. */
export const laments = (level: Level, text: string, fields: Says["fields"] = {}): Says => ({
  ...says(level, text, 1, fields),
  at: "end",
  when: "failed",
});

/** Counted at the step's end. */
export const counts = (name: string, labels: Labels = {}, when: Count["when"] = "ok", share = 1, by = 1): Count => ({
  kind: "counts",
  name,
  labels,
  when,
  share,
  by,
});

export const at = (offsetMs: number, what: Happening["what"]): Happening => ({ at: offsetMs, what });
export const deploys = (service: string, version: string, revision: string): Deploy => ({
  kind: "deploy",
  service,
  version,
  revision,
});
/** The way back to what ran before. */
export const rollsBack = (service: string, version: string, revision: string): Deploy => ({
  ...deploys(service, version, revision),
  kind: "rollback",
});

/** A rule as most are written: how bad, pending how long (ms), when, and what a reader is told. */
export const ruleOf = (
  name: string,
  severity: "critical" | "warning",
  pendingFor: number,
  expression: string,
  summary: string,
): RuleScript => ({ name, expression, pendingFor, labels: { severity }, annotations: { summary } });
/** `rule` fires; `labels`, of the series it found, stand beside its own. */
export const fires = (rule: RuleScript, lasts: number | null, labels: Labels = {}): AlertScript => ({
  ...rule,
  kind: "alert",
  lasts,
  labels: { ...labels, ...rule.labels },
  ruleLabels: rule.labels,
});
