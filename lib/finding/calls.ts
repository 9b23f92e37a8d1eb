/**
 * A trace, and what else tells who calls whom -> how far services are from one another, in calls.
 *
 *   gateway ── order ── payment      payment: 2 calls below gateway
 *                  └─── stock        stock: 2 calls from payment
 */
import type { Edge } from "@/lib/signal/edge";
import { type Service, serviceKey } from "@/lib/signal/service";
import type { Trace } from "@/lib/signal/trace";

export type Calls = {
  /** Calls below the entry service; undefined = not on the trace. */
  readonly below: (service: Service) => number | undefined;
  /** What leads from the trace to a service that is not on it, or back. */
  readonly beside: (service: Service) => Edge | undefined;
  /** Calls between two, whichever way they go. */
  readonly between: (a: Service, b: Service) => number | undefined;
};

export function callsOf({ parent, resource, resources }: Trace, edges: readonly Edge[] = []): Calls {
  const keyOf = (row: number): string => {
    const service = resources[resource[row] ?? -1]?.service;
    return service ? serviceKey(service) : "";
  };
  const depth = new Map<string, number>();
  const beside = new Map<string, Set<string>>();
  const link = (a: string, b: string): void => {
    beside.set(a, (beside.get(a) ?? new Set()).add(b));
  };
  const crossed = new Int32Array(parent.length);
  // Parents stand before their children.
  for (let row = 0; row < parent.length; row += 1) {
    const own = keyOf(row);
    const above = parent[row] ?? -1;
    const caller = above < 0 ? own : keyOf(above);
    crossed[row] = above < 0 ? 0 : (crossed[above] ?? 0) + (caller === own ? 0 : 1);
    depth.set(own, Math.min(depth.get(own) ?? Number.POSITIVE_INFINITY, crossed[row] ?? 0));
    if (caller === own) continue;
    link(own, caller);
    link(caller, own);
  }
  const edgeOf = new Map<string, Edge>();
  for (const edge of edges) {
    const [from, to] = [serviceKey(edge.from), serviceKey(edge.to)];
    // Both on the trace: there it says itself who calls whom.
    if (depth.has(from) === depth.has(to)) continue;
    link(from, to);
    link(to, from);
    const far = depth.has(from) ? to : from;
    if (!edgeOf.has(far)) edgeOf.set(far, edge);
  }
  const between = (a: Service, b: Service): number | undefined => {
    const goal = serviceKey(b);
    const reached = new Map([[serviceKey(a), 0]]);
    // A map is walked in the order of insertion, also over what is added on the way: breadth first.
    for (const [key, calls] of reached) {
      if (key === goal) return calls;
      for (const next of beside.get(key) ?? []) if (!reached.has(next)) reached.set(next, calls + 1);
    }
    return undefined;
  };
  return {
    below: (service) => depth.get(serviceKey(service)),
    beside: (service) => edgeOf.get(serviceKey(service)),
    between,
  };
}
