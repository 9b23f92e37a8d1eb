/** Evidence -> who calls the services of the path, who is on it, whom it calls; and how far it reaches. Pure. */
import { addressOfLead, printAddress } from "@/lib/address";
import { answersOf, type Dimension, type Evidence } from "@/lib/evidence";
import type { Onset } from "@/lib/explanation";
import { fullestTrace } from "@/lib/fullest-trace";
import { neighboursOf } from "@/lib/neighbours";
import type { EnvironmentSetting } from "@/lib/setting";
import { type Edge, isCalledLike } from "@/lib/signal/edge";
import { instantOf } from "@/lib/signal/series";
import { type Service, serviceKey } from "@/lib/signal/service";
import { second, type Window } from "@/lib/signal/time";
import { servicesOf } from "@/lib/signal/trace";

export type PathGroup = { readonly title: string; readonly edges: readonly Edge[] };
export type Reach = {
  readonly service: string;
  /** Failed requests since the onset. */
  readonly failed: number;
  readonly routes: readonly string[];
  readonly callers: readonly string[];
};
export type PathView = {
  readonly services: readonly Service[];
  readonly groups: readonly PathGroup[];
  readonly reach: Reach | null;
};

const isBeside = ({ question: { purpose } }: Evidence): boolean => "beside" in purpose && purpose.beside === true;

function servicesOn(evidence: readonly Evidence[]): readonly Service[] {
  const found = fullestTrace(evidence);
  if (found) return servicesOf(found.answer.trace);
  const asked = evidence.flatMap((each) => {
    const { purpose } = each.question;
    if ((purpose.kind !== "red" && purpose.kind !== "saturation") || isBeside(each)) return [];
    return purpose.services.map(({ service }) => service);
  });
  return [...new Map(asked.map((service) => [serviceKey(service), service])).values()];
}

/** Requests of one service that failed since the onset: each value of a rate stands for one step. */
function failedSince(evidence: readonly Evidence[], service: Service, onset: Onset): number {
  const sums = answersOf(evidence, "series").map(({ question: { purpose }, answer }) => {
    if (purpose.kind !== "red" || purpose.role !== "errors" || purpose.unit !== "per-second") return 0;
    const values = purpose.services.filter((each) => isCalledLike(each.service, service)).map(({ value }) => value);
    const own = answer.series.filter(({ labels }) => values.includes(labels[purpose.label] ?? ""));
    return own.reduce((sum, series) => {
      let all = 0;
      for (let at = 0; at < series.values.length; at += 1)
        if (instantOf(series, at) > onset.from) all += ((series.values[at] ?? 0) * series.step) / second;
      return sum + all;
    }, 0);
  });
  return Math.round(Math.max(0, ...sums));
}

/** The values of one dimension that hold failures of the service, most first. */
function failingBy(evidence: readonly Evidence[], service: Service, name: Dimension): string[] {
  const counts = new Map<string, number>();
  for (const { question, answer } of answersOf(evidence, "series")) {
    const { purpose } = question;
    if (purpose.kind !== "breakdown") continue;
    const labels = purpose.dimensions.find((each) => each.name === name)?.labels ?? [];
    const own = purpose.services.filter((each) => isCalledLike(each.service, service));
    for (const series of answer.series) {
      const isOwn = own.some(({ where }) =>
        Object.entries(where).every(([key, value]) => series.labels[key] === value),
      );
      const value = labels.map((label) => series.labels[label] ?? "").find((each) => each !== "");
      if (!isOwn || series.labels.counted !== "failures" || value === undefined) continue;
      counts.set(value, (counts.get(value) ?? 0) + (series.values[0] ?? 0));
    }
  }
  return [...counts]
    .filter(([, count]) => count >= 0.5)
    .toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
    .map(([value]) => value);
}

export function pathView(
  evidence: readonly Evidence[],
  environment: EnvironmentSetting | null,
  onset: Onset | null,
): PathView {
  const services = servicesOn(evidence);
  const edges = neighboursOf(evidence, environment?.neighbours ?? [], services);
  const isOn = (service: Service): boolean => services.some((each) => isCalledLike(each, service));
  const of = (from: boolean, to: boolean): Edge[] =>
    edges.filter((edge) => isOn(edge.from) === from && isOn(edge.to) === to);
  const [up, within, down] = [of(false, true), of(true, true), of(true, false)];
  const [entry] = services;
  const failed = entry && onset ? failedSince(evidence, entry, onset) : 0;
  return {
    services,
    groups: [
      { title: "Who calls it", edges: up },
      { title: "On the path", edges: within },
      { title: "Whom it calls", edges: down },
    ].filter((group) => group.edges.length > 0),
    reach:
      entry && failed > 0
        ? {
            ...{ service: entry.name, failed, routes: failingBy(evidence, entry, "route") },
            callers: [
              ...new Set([
                ...up.filter(({ to }) => isCalledLike(to, entry)).map(({ from }) => from.name),
                ...failingBy(evidence, entry, "caller"),
              ]),
            ],
          }
        : null,
  };
}

/** `1,204 requests to gateway failed since the onset: on POST /checkout and GET /cart; called by web.` */
export function reachWords({ service, failed, routes, callers }: Reach): string {
  const few = (all: readonly string[]): string =>
    all.length > 3 ? `${all.slice(0, 3).join(", ")} and ${all.length - 3} more` : all.join(", ");
  const more = [
    ...(routes.length > 0 ? [`on ${few(routes)}`] : []),
    ...(callers.length > 0 ? [`${routes.length > 0 ? "it is " : ""}called by ${few(callers)}`] : []),
  ];
  const count = `${failed.toLocaleString("en-US")} ${failed === 1 ? "request" : "requests"} to ${service} failed since the onset`;
  return `${count}${more.length > 0 ? `: ${more.join("; ")}` : ""}.`;
}

/** Where a click on a neighbour leads; null = its name is none that could be looked up. */
export function linkOf(service: Service, environment: string | null, window: Window | null): string | null {
  const key = serviceKey(service);
  const isName = /^(?:[A-Za-z][A-Za-z0-9._-]*\/)?[A-Za-z][A-Za-z0-9]*(?:[._-][A-Za-z0-9]+)*$/.test(key);
  return isName ? printAddress({ ...addressOfLead(`service:${key}`), environment, window }) : null;
}

const sourceWords = { trace: "spans", metrics: "metrics", configuration: "configuration" } as const;
export const toldWords = ({ told }: Edge): string => told.map((source) => sourceWords[source]).join(", ");
export const wayWords = ({ via, through }: Edge): string =>
  via === "call" ? "calls" : through === null ? "through a queue" : `through ${through}`;
