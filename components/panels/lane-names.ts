/** Lanes that are called alike and are of one service -> names that tell what differs. Pure. */
import type { Evidence } from "@/lib/evidence";

type Lane = {
  readonly name: string;
  readonly about: string;
  readonly evidence: readonly Evidence[];
  readonly place: { readonly index: number };
};

const nameOfUpstream = (id: string): string => id.split("/").at(-1) ?? id;

/** What may tell a lane from its namesake: what it counts, by which label's value, where it is stored. */
function details({ evidence, place, about }: Lane): readonly string[] {
  const [found] = evidence;
  if (found?.answer.kind !== "series") return [];
  const { purpose, upstream } = found.question;
  const labels = found.answer.series[place.index]?.labels ?? {};
  const told = purpose.kind === "red" ? purpose.services.find(({ value }) => value === labels[purpose.label]) : null;
  const counts = purpose.kind === "red" ? (told?.title ?? purpose.title) : "";
  const value = told && told.value !== about ? told.value : (labels.pod ?? labels.instance ?? "");
  return [counts, value, nameOfUpstream(upstream)];
}

/** A gutter shows some twenty letters: of `orders_total{outcome="dead"}` the kind comes first, which is what differs. */
const kindFirst = <L extends Lane>(lane: L): L => {
  const [, metric, kind] = /^([\w:.]{12,})\{(\w+="[^"]*")\}$/.exec(lane.name) ?? [];
  return metric && kind ? { ...lane, name: `${kind} of ${metric}` } : lane;
};

/** The first detail that all of them have and no two share; "p99 latency" twice stays so where nothing differs. */
export function withDistinctNames<L extends Lane>(lanes: readonly L[]): readonly L[] {
  const named = lanes.map(kindFirst);
  const alike = Map.groupBy(named, ({ name, about }) => JSON.stringify([name, about]));
  return named.map((lane) => {
    const group = alike.get(JSON.stringify([lane.name, lane.about])) ?? [];
    if (group.length < 2) return lane;
    const all = group.map(details);
    const which = [0, 1, 2].find((at) => {
      const told = all.map((each) => each[at] ?? "");
      return told.every((each) => each !== "") && new Set(told).size === told.length;
    });
    const detail = which === undefined ? undefined : details(lane)[which];
    return detail === undefined ? lane : { ...lane, name: joined(lane.name, detail) };
  });
}

/** "p99 latency" and "p99 latency, RPCs" share their beginning. */
const joined = (name: string, detail: string): string =>
  detail.toLowerCase().startsWith(name.toLowerCase())
    ? `${name}${detail.slice(name.length)}`
    : `${name}: ${detail.slice(0, 60)}`;
