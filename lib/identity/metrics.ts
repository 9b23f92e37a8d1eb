/**
 * Which label of which metric family means a service. One instant query asks for all families, labels, services and
 * mappings at once; its rows are weighed here. Exporters' own labels never count: their families are not asked for.
 */
import type { QuestionId } from "@/lib/evidence";
import type { Identity } from "@/lib/identity/identity";
import { mappingsOf, subjectsOfMappings } from "@/lib/identity/mapped";
import type { MetricSubject } from "@/lib/identity/metric-subject";
import { matchName, nameRegex } from "@/lib/identity/names";
import type { Subject } from "@/lib/identity/subject";
import { printLabel, selector } from "@/lib/query/promql";
import type { MappingSetting } from "@/lib/setting";
import type { Labels, Matcher } from "@/lib/signal/labels";
import { type Service, serviceKey } from "@/lib/signal/service";

/** Strongest first. `exported_*` wins over its twin: that one names the exporter (label-worlds: traps). */
export const metricLabels = ["exported_service", "exported_job", "service_name", "service", "job", "app"] as const;
const namespaceLabels = ["exported_namespace", "namespace", "k8s_namespace_name", "service_namespace"] as const;

/** One name in several namespaces, and nothing that tells which of them the trace passed: none is taken. */
export type Ambiguous = { readonly service: Service; readonly namespaces: readonly string[] };

/** One row a family and label set, of all families that carry any of the services' names or match one of their mappings. */
export function metricProbe(
  families: readonly string[],
  subjects: readonly Subject[],
  mappings: readonly MappingSetting[] = [],
): string {
  const names = nameRegex(subjects.map(({ service }) => service.name));
  const family: Matcher = { label: "__name__", op: "=~", value: families.join("|") };
  const mapped = subjects.flatMap((subject) => mappingsOf(subject, mappings));
  const any = [
    ...metricLabels.map((label) => selector(null, [family, { label, op: "=~", value: names }])),
    ...mapped.map((matchers) => selector(null, [family, ...matchers])),
  ];
  const labels = [...metricLabels, ...namespaceLabels, ...mapped.flat().map(({ label }) => label)];
  const by = [...new Set(labels)].filter((label) => label !== "__name__").map(printLabel);
  return `group by (__name__, ${by.join(", ")}) (\n  ${[...new Set(any)].join("\n  or ")}\n)`;
}

type Candidate = MetricSubject & { readonly score: number; readonly namespace: string | null };

const qualityScore = { namespaced: 3, exact: 2, respelt: 1 } as const;
const qualityWords = {
  namespaced: "is its namespace and name",
  exact: "is its name",
  respelt: "is its name in another spelling",
} as const;

const expectedOf = ({ kubernetesNamespace, service }: Subject): string[] =>
  [kubernetesNamespace, service.namespace].filter((value) => value !== null);

function candidatesOf(subject: Subject, row: Labels): Candidate[] {
  const family = row.__name__ ?? "";
  const namespaceLabel = namespaceLabels.find((label) => row[label] !== undefined);
  const seen = namespaceLabel ? row[namespaceLabel] : undefined;
  const expected = expectedOf(subject);
  // Two namespaces may hold one service name: where both sides tell a namespace, they must agree.
  if (seen !== undefined && expected.length > 0 && !expected.includes(seen)) return [];
  return metricLabels.flatMap((label, rank): Candidate[] => {
    const value = row[label];
    const match = value === undefined ? undefined : matchName(subject, value);
    if (value === undefined || match === undefined) return [];
    const agrees = namespaceLabel !== undefined && seen !== undefined && expected.length > 0;
    const slash = value.lastIndexOf("/");
    return [
      {
        service: subject.service,
        family,
        label,
        value,
        // Whoever shares the name in another namespace, now or in an hour, is never summed in.
        extra: agrees ? [{ label: namespaceLabel, op: "=", value: seen }] : [],
        mapping: null,
        because: `${label} ${qualityWords[match]}${agrees ? `, and ${namespaceLabel} agrees` : ""}`,
        score: qualityScore[match] * 10 + (agrees ? 5 : 0) - rank,
        namespace: seen ?? (slash < 0 ? null : value.slice(0, slash)),
      },
    ];
  });
}

/** Best first; equal ones in an order that does not depend on the rows'. */
const byScore = (a: Candidate, b: Candidate): number =>
  b.score - a.score || (JSON.stringify([a.value, a.extra]) < JSON.stringify([b.value, b.extra]) ? -1 : 1);

/** The best label of a service in each family, and the namespaces between which nothing decides. */
function inferred(
  subject: Subject,
  rows: readonly Labels[],
): { readonly found: MetricSubject[]; readonly namespaces: readonly string[] } {
  const families = Map.groupBy(
    rows.flatMap((row) => candidatesOf(subject, row)),
    ({ family }) => family,
  );
  const namespaces = new Set<string>();
  const found = [...families.values()].flatMap((all): MetricSubject[] => {
    const [best] = all.toSorted(byScore);
    if (!best) return [];
    const spaces = new Set(all.filter(({ label }) => label === best.label).flatMap(({ namespace }) => namespace ?? []));
    if (expectedOf(subject).length === 0 && spaces.size > 1) for (const each of spaces) namespaces.add(each);
    const { score: _, namespace: __, ...rest } = best;
    return [rest];
  });
  return { found, namespaces: [...namespaces].sort() };
}

/**
 * What the rows say of every service. A mapping overrules inference, also where it matches nothing here. A service that
 * exists in several namespaces is in `ambiguous` and in no family at all: a family without the label would sum both.
 */
export function readMetricRows(
  subjects: readonly Subject[],
  rows: readonly Labels[],
  mappings: readonly MappingSetting[],
): { readonly found: readonly MetricSubject[]; readonly ambiguous: readonly Ambiguous[] } {
  const found: MetricSubject[] = [];
  const ambiguous: Ambiguous[] = [];
  for (const subject of subjects) {
    const mapped = mappingsOf(subject, mappings);
    const own = inferred(subject, rows);
    if (mapped.length > 0) found.push(...subjectsOfMappings(subject.service, mapped, rows, metricLabels));
    else if (own.namespaces.length > 0) ambiguous.push({ service: subject.service, namespaces: own.namespaces });
    else found.push(...own.found);
  }
  return { found, ambiguous };
}

/** What the page shows: one line a service, its families counted. */
export function metricIdentities(
  found: readonly MetricSubject[],
  upstream: string,
  cites: readonly QuestionId[],
): Identity[] {
  const byService = Map.groupBy(found, ({ service }) => serviceKey(service));
  return [...byService.values()].flatMap((all) => {
    const byLabel = [
      ...Map.groupBy(all, ({ mapping, label, value }) => JSON.stringify(mapping ?? [label, value])).values(),
    ].sort((a, b) => b.length - a.length);
    const [first, second] = byLabel;
    const head = first?.[0];
    if (!first || !head) return [];
    const other = second?.[0];
    return [
      {
        service: head.service,
        signal: "metrics" as const,
        upstream,
        matchers: shownOf(head),
        basis: head.mapping ? ("configured" as const) : ("inferred" as const),
        because: told(first),
        runnerUp: second && other ? { matchers: shownOf(other), because: told(second) } : null,
        cites,
      },
    ];
  });
}

const shownOf = ({ label, value, extra, mapping }: MetricSubject): readonly Matcher[] =>
  mapping ?? [{ label, op: "=", value }, ...extra];
const told = (group: readonly MetricSubject[]): string =>
  `${group[0]?.because ?? ""} in ${[...new Set(group.map(({ family }) => family))].join(", ")}`;
