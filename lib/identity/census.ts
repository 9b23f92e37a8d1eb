/** Which services there are at all, by the families that count their requests: one instant question, and its rows read. */
import { alternatives } from "@/lib/identity/alternatives";
import type { MetricSubject, ProbeRow } from "@/lib/identity/metric-subject";
import type { Family, Naming } from "@/lib/identity/naming";
import { printLabel, selector } from "@/lib/query/promql";
import type { Labels, Matcher } from "@/lib/signal/labels";

/** A label in which the name stands among other words cannot be read without knowing the name. */
const isPlain = ({ services }: Naming): boolean => services.every(({ written }) => written === undefined);
export const countable = (families: readonly Family[]): Family[] => families.filter(({ naming }) => isPlain(naming));

/** One row a family, service and namespace; its value is the number of series. Two looks a minute apart, as `metricProbe`. */
export function metricCensus(families: readonly Family[]): string {
  const own = countable(families);
  const by = own.flatMap(({ naming: { services, namespaces } }) => [
    ...services.map(({ label }) => label),
    ...namespaces,
    "exported_job",
    "exported_service",
  ]);
  const names = alternatives(own.flatMap((family) => family.names));
  const all = selector(null, [{ label: "__name__", op: "=~", value: names }]);
  const labels = ["family", ...new Set(by)].map(printLabel).join(", ");
  return `max_over_time(count by (${labels}) (\n  label_replace(${all}, "family", "$1", "__name__", "(.+)")\n)[2m:1m])`;
}

type Counted = {
  readonly family: string;
  readonly label: string;
  readonly value: string;
  readonly name: string;
  readonly namespace: { readonly label: string | null; readonly value: string } | null;
  readonly series: number;
};

/** The strongest label of the row names it; the twin of an `exported_*` label names the exporter. */
function countedIn({ services, namespaces, scraped }: Naming, { labels: row, series }: ProbeRow): Counted | undefined {
  const { label } =
    services.find(
      (each) =>
        row[each.label] &&
        !(scraped && row[`exported_${each.label}`]) &&
        (each.unless === undefined || !row[each.unless]),
    ) ?? {};
  const value = label === undefined ? undefined : row[label];
  if (label === undefined || !value) return undefined;
  const slash = scraped ? value.lastIndexOf("/") : -1;
  const space = namespaceOf(row, namespaces, label);
  return {
    ...{ family: row.__name__ ?? "", label, value, name: value.slice(slash + 1), series },
    namespace: slash > 0 ? { label: null, value: value.slice(0, slash) } : space,
  };
}

function namespaceOf(row: Labels, namespaces: readonly string[], label: string): Counted["namespace"] {
  const isOfOthers = label.startsWith("exported_");
  const own = namespaces.find((each) => row[each] && each !== (isOfOthers ? "namespace" : "exported_namespace"));
  return own === undefined ? null : { label: own, value: row[own] ?? "" };
}

/** Every service of the rows in every family; two of one name in two namespaces are two. Fewest series first. */
export function subjectsOfCensus(rows: readonly ProbeRow[], families: readonly Family[]): MetricSubject[] {
  const namingOf = new Map(
    countable(families).flatMap(({ names, naming }) => names.map((name) => [name, naming] as const)),
  );
  const counted = rows.flatMap((row) => {
    const naming = namingOf.get(row.labels.__name__ ?? "");
    return (naming && countedIn(naming, row)) ?? [];
  });
  const values = Map.groupBy(counted, ({ family, label, value }) => JSON.stringify([family, label, value]));
  const subjects = [...values.values()].flatMap((same): MetricSubject[] => {
    const spaces = Map.groupBy(same, ({ namespace }) => namespace?.value ?? "");
    return [...spaces.values()].flatMap((own): MetricSubject[] => {
      const [head] = own;
      if (!head || head.name === "") return [];
      const { family, label, value, name, namespace } = head;
      const told = namespace?.label ?? null;
      const extra: Matcher[] =
        spaces.size > 1 && told !== null && namespace ? [{ label: told, op: "=", value: namespace.value }] : [];
      return [
        {
          ...{ service: { name, namespace: namespace?.value ?? null }, family, label, value, extra },
          ...{ basis: "inferred", mapping: null, because: `${label} names it`, runnerUp: null },
          series: own.reduce((sum, each) => sum + each.series, 0),
        },
      ];
    });
  });
  return subjects.sort((a, b) => a.series - b.series || (keyOf(a) < keyOf(b) ? -1 : 1));
}
const keyOf = ({ family, label, value, extra }: MetricSubject): string => JSON.stringify([family, label, value, extra]);
