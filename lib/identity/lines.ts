/** Which stream label means a service in Loki. One /series request asks for all candidate labels at once. */
import type { QuestionId } from "@/lib/evidence";
import type { Identity } from "@/lib/identity/identity";
import { matchName, nameRegex, type Subject } from "@/lib/identity/names";
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
  const value = nameRegex(subjects.map(({ service }) => service.name));
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
    const found = lineLabels.flatMap((label) => {
      const own = streams.filter((stream) => {
        const value = stream[label];
        const namespace = namespaceLabels.map((name) => stream[name]).find((name) => name !== undefined);
        const expected = [subject.kubernetesNamespace, subject.service.namespace].filter((name) => name !== null);
        const elsewhere = namespace !== undefined && expected.length > 0 && !expected.includes(namespace);
        return value !== undefined && !elsewhere && matchName(subject, value) !== undefined;
      });
      const value = own[0]?.[label];
      if (value === undefined) return [];
      const because = `${label} is its name in ${own.length} ${own.length === 1 ? "stream" : "streams"}`;
      return [{ matchers: [{ label, op: "=" as const, value }], because }];
    });
    const [first, second] = found;
    return first ? [{ ...common, ...first, basis: "inferred" as const, runnerUp: second ?? null }] : [];
  });
}

/** As few selectors as cover all services: those of one label are asked together. */
export function lineSelectors(
  identities: readonly Identity[],
): { readonly selector: string; readonly services: readonly string[] }[] {
  const groups = Map.groupBy(identities, ({ matchers }) =>
    matchers.length === 1 && matchers[0]?.op === "=" ? matchers[0].label : JSON.stringify(matchers),
  );
  return [...groups.values()].flatMap((group) => {
    const first = group[0];
    if (!first) return [];
    const services = group.map(({ service }) => serviceKey(service));
    const values = [...new Set(group.flatMap(({ matchers }) => matchers[0]?.value ?? []))].sort();
    const label = first.matchers[0]?.label ?? "";
    if (first.matchers.length > 1 || values.length < 2) return [{ selector: streamSelector(first.matchers), services }];
    return [{ selector: streamSelector([{ label, op: "=~", value: regexAlternatives(values) }]), services }];
  });
}
