/** Which stream label means a service in Loki. One /series request asks for all candidate labels at once. */
import type { QuestionId } from "@/lib/evidence";
import type { Identity } from "@/lib/identity/identity";
import { matchName, nameRegex } from "@/lib/identity/names";
import type { Subject } from "@/lib/identity/subject";
import { streamSelector } from "@/lib/query/logql";
import { regexAlternatives } from "@/lib/query/promql";
import type { MappingSetting } from "@/lib/setting";
import type { Labels, Matcher } from "@/lib/signal/labels";
import { serviceKey } from "@/lib/signal/service";

/** Strongest first. `service_name` is what Loki ≥ 3 derives itself; `job` often names the shipper. */
export const lineLabels = [
  "service_name",
  "service",
  "app",
  "application",
  "app_kubernetes_io_name",
  "k8s_deployment_name",
  "k8s_container_name",
  "container",
  "container_name",
  "compose_service",
  "component",
  "job",
] as const;
const namespaceLabels = ["namespace", "k8s_namespace_name", "service_namespace"] as const;
/** Labels wide enough to start a search for an id with, where nothing is known of services: the first that exists. */
const wideLabels = [
  "service_name",
  "namespace",
  "k8s_namespace_name",
  "job",
  "app",
  "container",
  "host",
  "hostname",
  "instance",
] as const;

/** One selector a candidate label that this Loki has: streams that carry any of the names. */
export function lineProbes(existing: readonly string[], subjects: readonly Subject[]): string[] {
  const value = nameRegex(subjects);
  return lineLabels
    .filter((label) => existing.includes(label))
    .map((label) => streamSelector([{ label, op: "=~", value }]));
}

/** The widest selector Loki accepts: one label that exists, with any value. `required` is what a 400 asked for. */
export function widestSelector(existing: readonly string[], required: readonly string[]): Matcher[] | undefined {
  const labels = required.length > 0 ? required : [wideLabels.find((label) => existing.includes(label)) ?? existing[0]];
  return labels
    .flatMap((label) => (label === undefined ? [] : [{ label, op: "=~" as const, value: ".+" }]))
    .slice(0, labels.length || undefined);
}

const namespaceOf = (stream: Labels): { readonly label: string; readonly value: string } | undefined => {
  for (const label of namespaceLabels) {
    const value = stream[label];
    if (value !== undefined) return { label, value };
  }
  return undefined;
};

type Candidate = { readonly matchers: readonly Matcher[]; readonly because: string };

/** One label as the service's name. The namespace comes along only where another one has streams of the same name. */
function candidateOf(subject: Subject, label: string, streams: readonly Labels[]): Candidate | undefined {
  const expected = [subject.kubernetesNamespace, subject.service.namespace].filter((name) => name !== null);
  const own = streams.filter((stream) => {
    const value = stream[label];
    const namespace = namespaceOf(stream);
    const elsewhere = namespace !== undefined && expected.length > 0 && !expected.includes(namespace.value);
    return value !== undefined && !elsewhere && matchName(subject, value) !== undefined;
  });
  // The trace's own spelling first; one and the same in any order of the streams.
  const spelt = [...new Set(own.flatMap((stream) => stream[label] ?? []))].toSorted();
  const value = spelt.find((each) => each === subject.service.name) ?? spelt[0];
  if (value === undefined) return undefined;
  const of = own.filter((stream) => stream[label] === value);
  const spaces = new Set(
    streams.flatMap((stream) => (stream[label] === value ? (namespaceOf(stream)?.value ?? []) : [])),
  );
  const [space] = of
    .flatMap((stream) => namespaceOf(stream) ?? [])
    .toSorted((a, b) => expected.indexOf(a.value) - expected.indexOf(b.value));
  const several = spaces.size > 1;
  const narrowed = several && expected.length > 0 && space !== undefined;
  const because = `${label} is its name in ${own.length} ${own.length === 1 ? "stream" : "streams"}`;
  const unsure = `; of namespaces ${[...spaces].toSorted().join(" and ")}, as the trace does not tell which`;
  return {
    matchers: [
      { label, op: "=", value },
      ...(narrowed ? [{ label: space.label, op: "=" as const, value: space.value }] : []),
    ],
    because: `${because}${narrowed ? `, and ${space.label} tells it from another's` : several && expected.length === 0 ? unsure : ""}`,
  };
}

/** For each service its strongest label, else nothing. */
export function lineIdentities(
  subjects: readonly Subject[],
  streams: readonly Labels[],
  mappings: readonly MappingSetting[],
  upstream: string,
  cites: readonly QuestionId[],
): Identity[] {
  return subjects.flatMap((subject): Identity[] => {
    const configured = mappings.find(({ signal, service }) => signal === "lines" && service === subject.service.name);
    const common = { service: subject.service, signal: "lines" as const, upstream, cites };
    if (configured)
      return [
        {
          ...common,
          matchers: configured.matchers,
          basis: "configured" as const,
          because: "configured",
          runnerUp: null,
        },
      ];
    const found = lineLabels.flatMap((label) => candidateOf(subject, label, streams) ?? []);
    const [first, second] = found;
    return first ? [{ ...common, ...first, basis: "inferred" as const, runnerUp: second ?? null }] : [];
  });
}

/** As few selectors as cover all services: those of one label are asked together, within one namespace where it is asked for. */
export function lineSelectors(
  identities: readonly Identity[],
): { readonly selector: string; readonly services: readonly string[] }[] {
  const groups = Map.groupBy(identities, ({ matchers: [first, ...rest] }) =>
    JSON.stringify(first?.op === "=" ? [first.label, rest] : [first, rest]),
  );
  return [...groups.values()].flatMap((group) => {
    const [first, ...rest] = group[0]?.matchers ?? [];
    if (!first) return [];
    const services = group.map(({ service }) => serviceKey(service));
    const values = [...new Set(group.flatMap(({ matchers }) => matchers[0]?.value ?? []))].sort();
    const all: Matcher = { label: first.label, op: "=~", value: regexAlternatives(values) };
    return [{ selector: streamSelector([values.length < 2 ? first : all, ...rest]), services }];
  });
}
