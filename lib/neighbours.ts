/**
 * Evidence and configuration -> who calls whom around the path. Pure; also runs in the browser.
 *
 *   spans: a parent in another service, a link, a client or producer nobody answered ─┐
 *   metrics: service graph, mesh, clients, who reads which topic                      ├─▶ edges, each once
 *   configuration                                                                     ─┘
 */
import { answersOf, type Evidence } from "@/lib/evidence";
import { fullestTrace } from "@/lib/fullest-trace";
import { hostOf } from "@/lib/neighbours-host";
import { publishedIn, spanEdges, type ToldEdge } from "@/lib/neighbours-spans";
import type { NeighbourSetting } from "@/lib/setting";
import { type Edge, type EdgeSource, isCalledLike, type NeighbourPart } from "@/lib/signal/edge";
import type { Labels } from "@/lib/signal/labels";
import { type Service, serviceKey } from "@/lib/signal/service";
import { servicesOf } from "@/lib/signal/trace";

/** `services`: those of the path; what is spelt like one of them is that one. */
export function neighboursOf(
  evidence: readonly Evidence[],
  configured: readonly NeighbourSetting[],
  services: readonly Service[],
): readonly Edge[] {
  const found = fullestTrace(evidence);
  const known = [...services, ...(found ? servicesOf(found.answer.trace) : [])];
  const settle = settler(known);
  const spans = found ? spanEdges(found.answer, found.question.id) : [];
  const published = found ? publishedIn(found.answer) : [];
  const told = [...spans, ...metricEdges(evidence, published), ...configured.map(configuredEdge)];
  return merged(told.map((each) => ({ ...each, from: settle(each.from), to: settle(each.to) })));
}

/** What spans of the path put messages into. */
export function topicsOf(evidence: readonly Evidence[]): readonly string[] {
  const found = fullestTrace(evidence);
  return found ? [...new Set(publishedIn(found.answer).map(({ topic }) => topic))].sort() : [];
}

/** One service whatever it is spelt like: as the path names it, else as it was first told. */
function settler(known: readonly Service[]): (service: Service) => Service {
  const all = [...known];
  return (service) => {
    const held = all.find((each) => isCalledLike(each, service));
    if (!held) all.push(service);
    return held ?? service;
  };
}

const configuredEdge = ({ service, calls, through }: NeighbourSetting): ToldEdge => ({
  ...{ from: serviceNamed(service), to: serviceNamed(calls), via: through === null ? "call" : "queue", through },
  ...{ told: "configuration", cite: null, counts: null, outside: false },
});

/** `shop/payment` as mappings spell it, and as a job that is namespace and name. */
function serviceNamed(text: string): Service {
  const slash = text.lastIndexOf("/");
  return slash > 0 ? { namespace: text.slice(0, slash), name: text.slice(slash + 1) } : { namespace: null, name: text };
}

const nobody = new Set(["", "unknown", "unknown_service"]);
const firstOf = (labels: Labels, names: readonly string[]): string | null =>
  names.map((name) => labels[name] ?? "").find((value) => !nobody.has(value)) ?? null;

/** `orders-consumer-group` is read by orders. */
const withoutEnding = (group: string): string => group.replace(/[-_.](?:consumer[-_.]group|consumers?|group|cg)$/, "");

function metricEdges(evidence: readonly Evidence[], published: ReturnType<typeof publishedIn>): ToldEdge[] {
  return answersOf(evidence, "series").flatMap(({ question: { id, purpose }, answer }): ToldEdge[] => {
    if (purpose.kind !== "neighbours") return [];
    return answer.series.flatMap(({ labels, values }): ToldEdge[] => {
      const part = purpose.parts[labels.signal ?? ""];
      if (!part) return [];
      const common = { told: "metrics" as const, cite: id };
      const far = firstOf(labels, part.to);
      if (far === null) return [];
      if (part.topic !== null) {
        const topic = labels[part.topic] ?? "";
        const to = serviceNamed(withoutEnding(far));
        return published
          .filter((each) => each.topic === topic)
          .map(({ from }) => ({ ...common, from, to, via: "queue", through: topic, counts: null, outside: false }));
      }
      const near = firstOf(labels, part.from);
      const host = part.isHost ? hostOf(far) : { service: serviceNamed(far), outside: false };
      if (near === null || host === null) return [];
      const isVirtual = labels.connection_type === "virtual_node";
      return [
        {
          ...common,
          ...{ from: serviceNamed(near), to: host.service, through: null, outside: host.outside || isVirtual },
          via: part.queue !== null && labels[part.queue.label] === part.queue.value ? "queue" : "call",
          counts: countsOf(part, `${id} ${(labels.signal ?? "").split(" ")[0]}`, values[0] ?? 0),
        },
      ];
    });
  });
}

const countsOf = ({ counts }: NeighbourPart, by: string, value: number): ToldEdge["counts"] => ({
  by,
  requests: counts === "requests" ? value : 0,
  failed: counts === "failed" ? value : 0,
});

/** Of several that counted the same requests the one that saw most speaks. */
function countedIn(told: readonly ToldEdge[]): Pick<Edge, "requests" | "failed"> {
  const counters = Map.groupBy(
    told.flatMap(({ counts }) => counts ?? []),
    ({ by }) => by,
  );
  const sums = [...counters.values()].map((all) => ({
    requests: Math.round(all.reduce((sum, { requests }) => sum + requests, 0)),
    failed: Math.round(all.reduce((sum, { failed }) => sum + failed, 0)),
  }));
  const [most] = sums.toSorted((a, b) => b.requests - a.requests || b.failed - a.failed);
  return most ?? { requests: null, failed: null };
}

const sources: readonly EdgeSource[] = ["trace", "metrics", "configuration"];
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const keyOf = ({ from, to, via, through }: Omit<ToldEdge, "counts">): string =>
  JSON.stringify([serviceKey(from), serviceKey(to), via, through]);

/** Whoever does not know the queue's name tells the same edge as the one who does. Worst first; no order of arrival. */
function merged(told: readonly ToldEdge[]): Edge[] {
  const between = Map.groupBy(
    told.filter(({ from, to }) => serviceKey(from) !== serviceKey(to)),
    (each) => keyOf({ ...each, through: null }),
  );
  const named = [...between.values()].flatMap((group) => {
    const only = [...new Set(group.flatMap(({ through }) => through ?? []))].sort()[0] ?? null;
    return group.map((each) => ({ ...each, through: each.through ?? only }));
  });
  return [...Map.groupBy(named, keyOf).values()]
    .flatMap((group): Edge[] => {
      const [head] = group;
      if (!head) return [];
      const { from, to, via, through } = head;
      return [
        {
          ...{ from, to, via, through, ...countedIn(group) },
          told: sources.filter((source) => group.some((each) => each.told === source)),
          cites: [...new Set(group.flatMap(({ cite }) => cite ?? []))].sort(),
          outside: group.every((each) => each.outside),
        },
      ];
    })
    .sort(
      (a, b) =>
        (b.failed ?? 0) - (a.failed ?? 0) ||
        (b.requests ?? 0) - (a.requests ?? 0) ||
        compare(serviceKey(a.from), serviceKey(b.from)) ||
        compare(serviceKey(a.to), serviceKey(b.to)) ||
        compare(a.through ?? "", b.through ?? ""),
    );
}
