/** One instant question that tells which labels of which known families name the services, and how many series they have. */
import { mappingsOf } from "@/lib/identity/mapped";
import { commonNaming, type Family, labelRegex, type Naming } from "@/lib/identity/naming";
import { type Subject, seenOf } from "@/lib/identity/subject";
import { printLabel, regexAlternatives, selector } from "@/lib/query/promql";
import type { MappingSetting } from "@/lib/setting";
import type { Matcher } from "@/lib/signal/labels";

/** Beside the namespace: where two services of one name may differ. */
export const clusterLabels = ["cluster", "k8s_cluster_name"] as const;
export const environmentLabels = [
  "deployment_environment_name",
  "deployment_environment",
  "environment",
  "env",
] as const;
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
  ...(reporter ? [reporter.label] : []),
];

/**
 * One row a family and label set of all families that carry any of the services' names, one of their pods or instances, or
 * match one of their mappings; its value is the number of series. Only what is narrowed by such a label is touched.
 */
export function metricProbe(
  families: readonly Family[],
  subjects: readonly Subject[],
  mappings: readonly MappingSetting[] = [],
): string {
  const mapped = subjects.flatMap((subject) => mappingsOf(subject, mappings));
  const mappedLabels = mapped.flat().map(({ label }) => label);
  const named = (names: readonly string[]): Matcher => ({
    label: "__name__",
    op: "=~",
    value: regexAlternatives(names),
  });
  const counted = (labels: readonly string[], matchers: readonly Matcher[]): string => {
    const by = ["__name__", ...labels.filter((label) => label !== "__name__")];
    return `count by (${[...new Set(by)].map(printLabel).join(", ")}) (${selector(null, matchers)})`;
  };
  const common: string[] = [];
  const operands = [...Map.groupBy(families, ({ naming }) => naming)].flatMap(([naming, group]) => {
    const names = group.flatMap((family) => family.names);
    const labels = labelsOf(naming);
    if (naming === commonNaming) common.push(...names);
    return naming.services.map((each) =>
      counted(naming === commonNaming ? [...labels, ...mappedLabels] : labels, [
        named(names),
        { label: each.label, op: "=~", value: labelRegex(each, subjects) },
        ...(each.unless === undefined ? [] : [{ label: each.unless, op: "=" as const, value: "" }]),
      ]),
    );
  });
  const seen = subjects.map(seenOf);
  const witnesses = (labels: readonly string[], values: readonly string[]): string[] =>
    values.length === 0 || common.length === 0
      ? []
      : labels.map((label) =>
          counted(
            [...labelsOf(commonNaming), label],
            [
              named(common),
              { label, op: "=~", value: regexAlternatives([...new Set(values)].sort().slice(0, mostPods)) },
            ],
          ),
        );
  const all = families.flatMap(({ names }) => names);
  const everyLabel = [...new Set(families.flatMap(({ naming }) => labelsOf(naming)))];
  return [
    ...new Set([
      ...operands,
      ...mapped.map((matchers) => counted([...everyLabel, ...mappedLabels], [named(all), ...matchers])),
      ...witnesses(
        podLabels,
        seen.flatMap(({ pods }) => pods),
      ),
      ...witnesses(
        instanceLabels,
        seen.flatMap(({ instances }) => instances),
      ),
    ]),
  ].join("\nor ");
}
