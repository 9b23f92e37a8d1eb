/**
 * The words in which a world and what goes wrong in it are written: services, routes as trees of steps, and happenings
 * at offsets (ms) from the incident's zero. Types and the few builders that make the scripts read like scripts.
 */
import type { Labels } from "@/lib/signal/labels";
import type { Level } from "@/lib/signal/lines";
import type { SpanKind } from "@/lib/signal/trace";

/**
 * How a service ships what it has to say; each is a common installation.
 * - opentelemetry: SDK -> Collector -> OTLP into Prometheus and Loki
 * - go-kubernetes: scraped client library, JSON lines through Promtail
 * - span-metrics: nothing of its own but traces; metrics made of its spans, logfmt lines
 */
export type Telemetry = "opentelemetry" | "go-kubernetes" | "span-metrics";

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

/** A line; `{user}`-like places are filled per request, `{ms}`, `{seconds}`, `{status}` from the span. */
export type Says = {
  readonly kind: "says";
  readonly level: Level;
  readonly text: string;
  readonly at: "start" | "end";
  readonly when: "ok" | "failed" | "always";
  /** Of all times, how often it is said (0..1). */
  readonly share: number;
};

/** What the service's own metrics count of a span. `target` is the route of a server, the peer of a client; a consumer
 * has its topic there, and its group for a method. */
export type Measure = {
  readonly kind: "server" | "client" | "consumer";
  readonly method: string;
  readonly target: string;
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
  readonly steps: readonly Step[];
  readonly measure: Measure | null;
  readonly times: number;
  /** Runs only once something before it has failed, and then not for the others behind. */
  readonly afterFailure: boolean;
  /** null: the step above waits for it. Else it begins this long (ms, median) after that one's end, and nobody waits. */
  readonly lag: number | null;
};

export type RouteScript = { readonly name: string; readonly perSecond: number; readonly root: Step };

export type Failure = { readonly type: string; readonly message: string; readonly status: number };
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
  readonly says: readonly { readonly after: number; readonly level: Level; readonly text: string }[];
  /** How long it goes on (ms); null = it does not end. */
  readonly lasts: number | null;
};

export type Deploy = {
  readonly kind: "deploy" | "rollback";
  readonly service: string;
  readonly version: string;
  readonly revision: string;
};

export type AlertScript = {
  readonly kind: "alert";
  readonly name: string;
  readonly expression: string;
  /** Pending this long (ms) before it fires. */
  readonly pendingFor: number;
  /** Fires this long (ms); null = it does not resolve. */
  readonly lasts: number | null;
  readonly labels: Labels;
  readonly annotations: Labels;
};

export type Happening = { readonly at: number; readonly what: Deploy | Fault | AlertScript };

export type Incident = { readonly name: string; readonly story: string; readonly script: readonly Happening[] };

export type Scenario = {
  readonly name: string;
  readonly namespace: string;
  readonly services: readonly ServiceScript[];
  readonly routes: readonly RouteScript[];
  /** Ordinary life: deploys of the last days, the few failures there always are. */
  readonly ordinary: readonly Happening[];
};

type Part = Step | Says;

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
  return { kind, method, target };
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
  const measure: Measure = { kind: "consumer", method: service, target: topic };
  return { ...step(service, `${topic} process`, "consumer", ms, attributes, measure, parts), lag };
};

/** An internal span. */
export const works = (service: string, name: string, ms: number, ...parts: readonly Part[]): Step =>
  step(service, name, "internal", ms, {}, null, parts);

export const times = (count: number, repeated: Step): Step => ({ ...repeated, times: count });
export const afterFailure = (only: Step): Step => ({ ...only, afterFailure: true });

export const says = (level: Level, text: string, share = 1): Says => ({
  kind: "says",
  level,
  text,
  at: "start",
  when: "always",
  share,
});
/** Said at the end, if all went well. */
export const concludes = (level: Level, text: string): Says => ({ ...says(level, text), at: "end", when: "ok" });
/** Said at the end, if it failed. */
export const laments = (level: Level, text: string): Says => ({ ...says(level, text), at: "end", when: "failed" });

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
