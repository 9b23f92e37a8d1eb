/**
 * How a service ships what it has to say, as a value: what its metrics are called, which labels its pods' series carry,
 * how its lines look and where an id stands in them. Data and small pure functions; a world reuses one or writes its own.
 */
import type { Labels } from "@/lib/signal/labels";
import type { Level } from "@/lib/signal/lines";
import type { SpanKind } from "@/lib/signal/trace";

/** What the service's own metrics count of a span. `target` is the route of a server, the peer of a client; a consumer
 * has its topic there, and its group for a method; an RPC its service there, and its method. */
export type Measure = {
  readonly kind: "server" | "client" | "consumer";
  readonly method: string;
  readonly target: string;
  readonly protocol: "http" | "grpc" | "messaging";
};

/** `code`: the word by which an RPC tells of it, where it does. `swallowed`: its span holds the status and no exception. */
export type Failure = {
  readonly type: string;
  readonly message: string;
  readonly status: number;
  readonly code?: string;
  readonly swallowed?: boolean;
};

/** One span, as its service measures it. */
export type Measured = {
  readonly service: string;
  /** Of the service whose span stands above; null at the root. */
  readonly caller: string | null;
  readonly span: string;
  readonly spanKind: SpanKind;
  readonly measure: Measure | null;
  readonly status: number;
  readonly failure: Failure | null;
};

/** One pod of a service, as it tells of itself. */
export type Teller = {
  readonly service: string;
  readonly namespace: string;
  readonly pod: string;
  /** Its place among the pods that started with it. */
  readonly number: number;
  /** `ip:port` */
  readonly address: string;
  readonly version: string;
  readonly revision: string;
  readonly language: string;
  /** Name of the metric that carries its version, where it has one. */
  readonly buildInfo: string | null;
  /** ms */
  readonly from: number;
};

/** A counter, a histogram, or both of one label set. */
export type Instrument = {
  /** The histogram's, without suffix; null: only counted. */
  readonly family: string | null;
  readonly counter: string | null;
  /** Beside those of the pod. */
  readonly labels: Labels;
  /** Upper bounds in seconds, +Inf not among them; empty where there is no histogram. */
  readonly bounds: readonly number[];
  /** Prometheus writes scraped bounds as floats (`1.0`), the OpenTelemetry translation as they are. */
  readonly printsBounds: "float" | "plain";
  /** `service`: made elsewhere of what all its pods do, `labels` are all it carries. */
  readonly per: "pod" | "service";
  /** Whether what it has begun and not ended is what the pod has in hand (`Telemetry.running`). */
  readonly isInHand: boolean;
  /** A gauge of the same, with `__name__`, beside the pod's labels; null: none. */
  readonly backlog: Labels | null;
  /** What an exemplar carries; null: it has none. */
  readonly exemplar: ((traceId: string, spanId: string) => Labels) | null;
};

/** A series that is known at any instant; `labels` hold `__name__`. */
export type Told = { readonly labels: Labels; readonly value: (at: number) => number };

export type Said = {
  /** Epoch microseconds. */
  readonly micros: number;
  /** The same as RFC 3339. */
  readonly clock: string;
  readonly level: Level;
  readonly text: string;
  /** Said beside the text, by name. */
  readonly fields: Readonly<Record<string, string | number>>;
  readonly teller: Teller;
  /** Of the request it belongs to; null for what a pod says on its own. */
  readonly traceId: string | null;
  readonly spanId: string | null;
};

/** As it reaches Loki: a stream depends on pod and level alone. */
export type ShippedLine = { readonly labels: Labels; readonly text: string; readonly metadata: Labels };

export type Telemetry = {
  /** Empty: it is not measured. */
  readonly instruments: (measured: Measured) => readonly Instrument[];
  /** The labels that say where its series come from. */
  readonly podLabels: (teller: Teller) => Labels;
  /** What a pod tells of the requests it has in hand; null: nothing. */
  readonly running: {
    readonly name: string;
    readonly value: (inHand: number, teller: Teller, at: number) => number;
  } | null;
  /** What a pod tells beside, whoever asks for what. */
  readonly told: (teller: Teller) => readonly Told[];
  /** null: it ships no lines. */
  readonly line: ((said: Said) => ShippedLine) | null;
  /** Whether it sends spans. */
  readonly spans: boolean;
};

/** An instrument of the usual kind; `more` overrules. */
export const instrument = (more: Partial<Instrument>): Instrument => ({
  family: null,
  counter: null,
  labels: {},
  bounds: [],
  printsBounds: "float",
  per: "pod",
  isInHand: false,
  backlog: null,
  exemplar: null,
  ...more,
});

export const constant = (name: string, labels: Labels, value = 1): Told => ({
  labels: { __name__: name, ...labels },
  value: () => value,
});
