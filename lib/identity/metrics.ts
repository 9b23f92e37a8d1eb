/**
 * Which label of which metric family means a service. One instant query asks for all families, labels and services at once;
 * its rows are weighed here. Exporters' own labels never count: their families are not asked for.
 */
import type { QuestionId } from "@/lib/evidence";
import type { Identity } from "@/lib/identity/identity";
import { matchName, nameRegex, type Subject } from "@/lib/identity/names";
import { selector } from "@/lib/query/promql";
import type { MappingSetting } from "@/lib/setting";
import type { Labels, Matcher } from "@/lib/signal/labels";
import type { Service } from "@/lib/signal/service";

/** Strongest first. `exported_*` wins over its twin: that one names the exporter (label-worlds: traps). */
export const metricLabels = ["exported_service", "exported_job", "service_name", "service", "job", "app"] as const;
const namespaceLabels = ["exported_namespace", "namespace", "k8s_namespace_name", "service_namespace"] as const;

/** One service in one family: `value` of `label`, narrowed by `extra` where that alone is ambiguous. */
export type MetricSubject = {
  readonly service: Service;
  readonly family: string;
  readonly label: string;
  readonly value: string;
  readonly extra: readonly Matcher[];
  readonly because: string;
};

/** One row a family and label set, of all families that carry any of the services' names. */
export function metricProbe(families: readonly string[], subjects: readonly Subject[]): string {
  const names = nameRegex(subjects.map(({ service }) => service.name));
  const family: Matcher = { label: "__name__", op: "=~", value: families.join("|") };
  const any = metricLabels.map((label) => selector(null, [family, { label, op: "=~", value: names }]));
  return `group by (__name__, ${[...metricLabels, ...namespaceLabels].join(", ")}) (\n  ${any.join("\n  or ")}\n)`;
}

type Candidate = MetricSubject & { readonly score: number };

const qualityScore = { namespaced: 3, exact: 2, respelt: 1 } as const;
const qualityWords = {
  namespaced: "is its namespace and name",
  exact: "is its name",
  respelt: "is its name in another spelling",
} as const;

function candidatesOf(subject: Subject, row: Labels): Candidate[] {
  const family = row.__name__ ?? "";
  const namespace = namespaceLabels.find((label) => row[label] !== undefined);
  const seen = namespace ? row[namespace] : undefined;
  const expected = [subject.kubernetesNamespace, subject.service.namespace].filter((value) => value !== null);
  // Two namespaces may hold one service name: where both sides tell a namespace, they must agree.
  if (seen !== undefined && expected.length > 0 && !expected.includes(seen)) return [];
  return metricLabels.flatMap((label, rank) => {
    const value = row[label];
    const match = value === undefined ? undefined : matchName(subject, value);
    if (value === undefined || match === undefined) return [];
    const agrees = seen !== undefined && expected.length > 0;
    return [
      {
        service: subject.service,
        family,
        label,
        value,
        extra: [],
        because: `${label} ${qualityWords[match]}${agrees ? `, and ${namespace} agrees` : ""}`,
        score: qualityScore[match] * 10 + (agrees ? 5 : 0) - rank,
      },
    ];
  });
}

/** The best label for each service and family; ties fall to the stronger label. */
export function metricSubjects(
  subjects: readonly Subject[],
  rows: readonly Labels[],
  mappings: readonly MappingSetting[],
): MetricSubject[] {
  return subjects.flatMap((subject) => {
    const configured = mappings.find(({ signal, service }) => signal === "metrics" && service === subject.service.name);
    const best = new Map<string, Candidate>();
    for (const row of rows) {
      const found = configured ? configuredCandidate(subject, row, configured.matchers) : candidatesOf(subject, row);
      for (const candidate of found) {
        const current = best.get(candidate.family);
        if (!current || candidate.score > current.score) best.set(candidate.family, candidate);
      }
    }
    return [...best.values()].map(({ score: _, ...found }) => ({
      ...found,
      extra: [...found.extra, ...disambiguate(found, subject, rows)],
    }));
  });
}

function configuredCandidate(subject: Subject, row: Labels, matchers: readonly Matcher[]): Candidate[] {
  const [first, ...extra] = matchers.filter(({ op }) => op === "=");
  if (!first || ![first, ...extra].every(({ label, value }) => row[label] === value)) return [];
  const { label, value } = first;
  return [
    { service: subject.service, family: row.__name__ ?? "", label, value, extra, because: "configured", score: 100 },
  ];
}

/** Where other rows of the family carry the same value in another namespace, the namespace is asked for too. */
function disambiguate(found: MetricSubject, subject: Subject, rows: readonly Labels[]): Matcher[] {
  for (const label of namespaceLabels) {
    const same = rows.filter((row) => row.__name__ === found.family && row[found.label] === found.value);
    const values = [...new Set(same.flatMap((row) => row[label] ?? []))];
    const own = values.find((value) => value === subject.kubernetesNamespace || value === subject.service.namespace);
    if (values.length > 1 && own !== undefined) return [{ label, op: "=", value: own }];
  }
  return [];
}

/** What the page shows: one line a service, its families counted. */
export function metricIdentities(
  found: readonly MetricSubject[],
  upstream: string,
  cites: readonly QuestionId[],
): Identity[] {
  const byService = Map.groupBy(found, ({ service }) => `${service.namespace ?? ""}/${service.name}`);
  return [...byService.values()].flatMap((all) => {
    const byLabel = [...Map.groupBy(all, ({ label, value }) => `${label}=${value}`).values()].sort(
      (a, b) => b.length - a.length,
    );
    const [first, second] = byLabel;
    const head = first?.[0];
    if (!first || !head) return [];
    const told = (group: readonly MetricSubject[]): string =>
      `${group[0]?.because ?? ""} in ${group.map(({ family }) => family).join(", ")}`;
    const other = second?.[0];
    return [
      {
        service: head.service,
        signal: "metrics" as const,
        upstream,
        matchers: [{ label: head.label, op: "=" as const, value: head.value }, ...head.extra],
        basis: head.because === "configured" ? ("configured" as const) : ("inferred" as const),
        because: told(first),
        runnerUp:
          second && other
            ? { matchers: [{ label: other.label, op: "=" as const, value: other.value }], because: told(second) }
            : null,
        cites,
      },
    ];
  });
}
