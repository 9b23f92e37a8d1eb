/** What a family of metric conventions looks like: read the tables beside this file as such. */
import type { Naming } from "@/lib/identity/naming";
import type { Matcher } from "@/lib/signal/labels";

/**
 * What counted the requests. A service's own HTTP and RPC counters count different requests and are both shown; else the
 * first of the layers that has any, since all of them count the same requests again. Messages are no requests: they are
 * shown beside.
 */
export type Layer = "http" | "rpc" | "messaging" | "mesh" | "edge" | "spans";

/** A failure is a series where `label` matches; `also`: or where that one does. `__name__` = failures have counters of their own. */
export type Failure = { readonly label: string; readonly failed: string; readonly also?: Failure };

/**
 * Where time is told. `histogram`: classic `_bucket`, native, or a summary's `quantile`; where only `_sum` and `_count`
 * exist, their ratio, the mean. `gauge`: a number ready made.
 */
export type Latency =
  | { readonly histogram: string; readonly perSecond: number }
  | { readonly gauge: string; readonly role: "latency-p99" | "latency-mean"; readonly perSecond: number };

export type Recipe = {
  /** Short and stable: part of questions. */
  readonly name: string;
  /** "HTTP requests" */
  readonly title: string;
  readonly layer: Layer;
  /** The counter whose presence shows the family, and whose rate is the traffic. */
  readonly counter: string;
  /** The same as a native histogram, which has no `_count`; null = counters only. */
  readonly native: string | null;
  /** "gauge": the sum of a period, as CloudWatch tells it, of which no rate may be taken. */
  readonly kind: "counter" | "gauge";
  readonly naming: Naming;
  /** What narrows it to user traffic, counted once. */
  readonly only: readonly Matcher[];
  /** The first whose label exists is used. */
  readonly errors: readonly Failure[];
  /** The errors' label is always there when the family is (span metrics); else its presence is asked for. */
  readonly errorsCertain: boolean;
  /** What clients did wrong, under the errors' label: shown beside, never as a failure. null = nothing tells it apart. */
  readonly mistakes: { readonly title: string; readonly not: string } | null;
  /** The first that exists is used. */
  readonly latency: readonly Latency[];
  /** What looks like it and is not. */
  readonly notToConfuse: string;
  /** Where the names come from. */
  readonly source: string;
};

/** Routes that no user calls; an absent label matches, so naming several is safe. */
const healthRoutes = ".*/(?:health|healthz|livez|readyz|ready|live|ping|metrics|actuator(?:/.*)?)";
export const noHealthRoutes = (...labels: readonly string[]): Matcher[] =>
  labels.map((label) => ({ label, op: "!~", value: healthRoutes }));

/** gRPC's own services, which probes and tools call. Source: grpc/grpc, health and reflection protocols. */
const healthApis = "/?grpc\\.(?:health|reflection)\\..*";
export const noHealthApis = (...labels: readonly string[]): Matcher[] =>
  labels.map((label) => ({ label, op: "!~", value: healthApis }));

/** What most families have: a counter, or a native histogram under the histogram's own name. */
const plain = {
  native: null,
  kind: "counter",
  only: [],
  errorsCertain: false,
  mistakes: null,
} as const;
type Told = Omit<Recipe, keyof typeof plain> & Partial<Pick<Recipe, keyof typeof plain>>;
export const recipe = (told: Told): Recipe => ({ ...plain, ...told });

/**
 * gRPC's codes that are the server's own fault, in every spelling: words of three libraries and numbers.
 * Source: google.rpc.Code; OpenTelemetry, "server span status for gRPC".
 */
export const grpcFaults = [
  "Unknown|DeadlineExceeded|Unimplemented|Internal|Unavailable|DataLoss",
  "UNKNOWN|DEADLINE_EXCEEDED|UNIMPLEMENTED|INTERNAL|UNAVAILABLE|DATA_LOSS",
  "2|4|12|13|14|15",
].join("|");
/** Neither fault nor success: what the client asked for was wrong, not found, not allowed, too much, or taken back. */
export const grpcMistakes = { title: "RPCs a client got wrong", not: `|OK|Ok|0|${grpcFaults}` } as const;
