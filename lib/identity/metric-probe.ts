/** One instant question that tells which labels of which known families name the services, and how many series they have. */
import { alternatives } from "@/lib/identity/alternatives";
import { mappingsOf } from "@/lib/identity/mapped";
import type { ProbeRow } from "@/lib/identity/metric-subject";
import { type Family, labelRegex, type Naming } from "@/lib/identity/naming";
import { prefixProbes } from "@/lib/identity/prefix";
import { type Subject, seenOf } from "@/lib/identity/subject";
import { printLabel, regexAlternatives, selector } from "@/lib/query/promql";
import type { MappingSetting } from "@/lib/setting";
import type { Labels, Matcher } from "@/lib/signal/labels";

/** Beside the namespace: where two services of one name may differ. */
export const clusterLabels = ["cluster", "k8s_cluster_name"] as const;
export const environmentLabels = [
  "deployment_environment_name",
  "deployment_environment",
  "environment",
  "env",
] as const;
/** A pair of servers that scrape the same tell every sample twice, where nothing merges them. Source: Prometheus Operator, Thanos. */
export const replicaLabels = ["prometheus_replica", "__replica__"] as const;
/** Labels that name the very process which the spans named, too. */
export const podLabels = ["pod", "exported_pod", "k8s_pod_name"] as const;
export const instanceLabels = ["instance", "exported_instance", "service_instance_id"] as const;

/** Pods told by one trace; more would only make the question longer. */
const mostPods = 40;

const labelsOf = ({ services, namespaces, scraped, reporter }: Naming): string[] => [
  ...services.flatMap(({ label, unless }) => (unless === undefined ? [label] : [label, unless])),
  ...namespaces,
  ...(scraped ? ["exported_job", "exported_service"] : []),
  ...clusterLabels,
  ...environmentLabels,
  ...replicaLabels,
  ...(reporter ? [reporter.label] : []),
];

/** Series of the very processes that spans named, marked `witness="pod=payment-7d9f8c6b5-x2x4z"`: apart from the sums. */
const witnesses = (named: Matcher, labels: readonly string[], values: readonly string[]): string[] =>
  values.length === 0
    ? []
    : labels.map((label) => {
        const own = regexAlternatives([...new Set(values)].sort().slice(0, mostPods));
        return `label_replace(${selector(null, [named, { label, op: "=~", value: own }])}, "witness", "${label}=$1", "${label}", "(.+)")`;
      });

/** A row as the probe tells it, with the family's name where a series has it. */
export function rowOfProbe({ family, ...labels }: Labels, series: number): ProbeRow {
  return { labels: family === undefined ? labels : { ...labels, __name__: family }, series };
}

/**
 * One row a family and label set of all families that carry any of the services' names, one of their pods or instances, or
 * match one of their mappings; its value is the number of series. Only what is narrowed by such a label is touched. The
 * family stands in a label of its own: `or` does not look at names.
 */
export function metricProbe(
  families: readonly Family[],
  subjects: readonly Subject[],
  mappings: readonly MappingSetting[] = [],
): string {
  const named = (names: readonly string[]): Matcher => ({ label: "__name__", op: "=~", value: alternatives(names) });
  const mapped = subjects.flatMap((subject) =>
    mappingsOf(subject, mappings, "metrics").map(({ matchers }) => matchers),
  );
  const seen = subjects.map(seenOf);
  const asked = (names: readonly string[], { services, scraped }: Naming): string[] => [
    ...services.map((each) =>
      selector(null, [
        named(names),
        { label: each.label, op: "=~", value: labelRegex(each, subjects) },
        ...(each.unless === undefined ? [] : [{ label: each.unless, op: "=" as const, value: "" }]),
      ]),
    ),
    ...mapped.map((matchers) => selector(null, [named(names), ...matchers])),
    ...(scraped
      ? [
          ...witnesses(
            named(names),
            podLabels,
            seen.flatMap(({ pods }) => pods),
          ),
          ...witnesses(
            named(names),
            instanceLabels,
            seen.flatMap(({ instances }) => instances),
          ),
        ]
      : []),
  ];
  const parts = [...Map.groupBy(families, ({ naming }) => naming)].map(([naming, group]) => {
    const selectors = new Set(
      asked(
        group.flatMap(({ names }) => names),
        naming,
      ),
    );
    return `label_replace(\n    ${[...selectors].join("\n    or ")},\n    "family", "$1", "__name__", "(.+)")`;
  });
  const by = [
    "family",
    ...families.flatMap(({ naming }) => labelsOf(naming)),
    ...mapped.flat().map(({ label }) => label),
    "witness",
  ];
  const labels = [...new Set(by)].filter((label) => label !== "__name__").map(printLabel);
  // Twice, a minute apart: a service that fell silent with the lead is no longer there at the second look, a new one not yet
  // at the first.
  const all = [...parts, ...prefixProbes(subjects)];
  return `max_over_time(count by (${labels.join(", ")}) (\n  ${all.join("\n  or ")}\n)[2m:1m])`;
}
