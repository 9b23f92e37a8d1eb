/** One edge of the graph around what is investigated: who calls whom, or who reads what another has put into a queue. */
import { type Service, serviceKey } from "@/lib/signal/service";

export type EdgeSource = "trace" | "metrics" | "configuration";

export type Edge = {
  readonly from: Service;
  readonly to: Service;
  readonly via: "call" | "queue";
  /** The queue or topic, where it was told. */
  readonly through: string | null;
  readonly told: readonly EdgeSource[];
  /** Ids of the questions whose answers tell it. */
  readonly cites: readonly string[];
  /** In the window; null = nothing counts them. */
  readonly requests: number | null;
  readonly failed: number | null;
  /** One end is known as a public host name alone, or stands for whoever is not instrumented: no service of ours. */
  readonly outside: boolean;
};

/** How one `signal` of an answer about neighbours is read: the labels that name either end, the best first. */
export type NeighbourPart = {
  readonly from: readonly string[];
  readonly to: readonly string[];
  /** The far end is an address. */
  readonly isHost: boolean;
  readonly queue: { readonly label: string; readonly value: string } | null;
  /** The label of the topic that `to` reads. */
  readonly topic: string | null;
  readonly counts: "requests" | "failed" | "lag";
};

/** How one name is spelt in traces, labels and metrics' names: `image.worker`, `image-worker`. */
export const spellingOf = (name: string): string => name.toLowerCase().replace(/[-_.]/g, "-");
/** Spelt alike, and in no two namespaces. */
export const isCalledLike = (a: Service, b: Service): boolean =>
  spellingOf(a.name) === spellingOf(b.name) &&
  (a.namespace === null || b.namespace === null || a.namespace === b.namespace);

/** Those that are not among `path` and are called by one of it (down), or call one of it (up); each once, down first. */
export function besides(
  edges: readonly Edge[],
  path: readonly Service[],
): readonly { readonly service: Service; readonly edge: Edge; readonly is: "down" | "up" }[] {
  const isOn = (service: Service): boolean => path.some((each) => isCalledLike(each, service));
  const found = new Map<string, { readonly service: Service; readonly edge: Edge; readonly is: "down" | "up" }>();
  const add = (service: Service, edge: Edge, is: "down" | "up"): void => {
    if (!isOn(service) && !found.has(serviceKey(service))) found.set(serviceKey(service), { service, edge, is });
  };
  for (const edge of edges) if (isOn(edge.from)) add(edge.to, edge, "down");
  for (const edge of edges) if (isOn(edge.to)) add(edge.from, edge, "up");
  return [...found.values()];
}
