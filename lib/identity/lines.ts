/** Which stream label means a service in Loki. One /series request asks for all candidate labels at once. */
import type { QuestionId } from "@/lib/evidence";
import { type Dimension, dimensions, expectedOf } from "@/lib/identity/claims";
import type { Identity } from "@/lib/identity/identity";
import { basisOf, basisWords, mappingsOf } from "@/lib/identity/mapped";
import { clusterLabels, environmentLabels } from "@/lib/identity/metric-probe";
import type { NameMatch } from "@/lib/identity/names";
import { labelRegex, matchLabel, type ServiceLabel } from "@/lib/identity/naming";
import { alsoOf } from "@/lib/identity/shared";
import { type Subject, seenOf } from "@/lib/identity/subject";
import { streamSelector } from "@/lib/query/logql";
import { regexAlternatives } from "@/lib/query/promql";
import type { MappingSetting } from "@/lib/setting";
import type { Labels, Matcher } from "@/lib/signal/labels";
import { serviceKey } from "@/lib/signal/service";

/** Strongest first. `service_name` is what Loki ≥ 3 derives itself; `job` often names the shipper. */
const naming: readonly ServiceLabel[] = [
  ...[
    "service_name",
    "service",
    "app",
    "application",
    "app_name",
    "app_kubernetes_io_name",
    "k8s_deployment_name",
    "k8s_container_name",
    "container",
    "container_name",
    "compose_service",
    "com_docker_compose_service",
    "component",
    "job",
  ].map((label) => ({ label })),
  // systemd's journal, ECS through FireLens, files of a shipper.
  { label: "unit", written: ["{name}.service"] },
  { label: "ecs_task_definition", written: ["{name}:{revision}"] },
  { label: "filename", written: ["/var/log/{name}/{file}", "/var/log/{name}.log"] },
];
export const lineLabels: readonly string[] = naming.map(({ label }) => label);
const scopeLabels: Readonly<Record<Dimension, readonly string[]>> = {
  namespace: ["namespace", "k8s_namespace_name", "service_namespace"],
  cluster: clusterLabels,
  environment: environmentLabels,
};
const podLabels = ["pod", "k8s_pod_name"] as const;
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
  return naming
    .filter(({ label }) => existing.includes(label))
    .map((each) => streamSelector([{ label: each.label, op: "=~", value: labelRegex(each, subjects) }]));
}

/** The widest selector Loki accepts: one label that exists, with any value. `required` is what a 400 asked for. */
export function widestSelector(existing: readonly string[], required: readonly string[]): Matcher[] | undefined {
  const labels = required.length > 0 ? required : [wideLabels.find((label) => existing.includes(label)) ?? existing[0]];
  return labels
    .flatMap((label) => (label === undefined ? [] : [{ label, op: "=~" as const, value: ".+" }]))
    .slice(0, labels.length || undefined);
}

const scopeOf = (stream: Labels, dimension: Dimension): { label: string; value: string } | undefined =>
  scopeLabels[dimension].flatMap((label) => (stream[label] ? [{ label, value: stream[label] }] : []))[0];
const isOwnPod = (subject: Subject, stream: Labels): boolean =>
  podLabels.some((label) => seenOf(subject).pods.includes(stream[label] ?? ""));

type Candidate = { readonly matchers: readonly Matcher[]; readonly because: string; readonly doubt?: string };
/** A thousand streams have few values of a label: each is looked at once a service. */
type Labelled = { readonly each: ServiceLabel; readonly byValue: ReadonlyMap<string, readonly Labels[]> };
const labelled = (streams: readonly Labels[]): Labelled[] =>
  naming.map((each) => ({
    each,
    byValue: Map.groupBy(
      streams.filter((stream) => stream[each.label] !== undefined),
      (stream) => stream[each.label] ?? "",
    ),
  }));
type Named = { readonly stream: Labels; readonly value: string; readonly match: NameMatch };

/** What the spans told; else what the streams of the very pods tell. */
function expectedIn(subject: Subject, dimension: Dimension, named: readonly Named[]): readonly string[] {
  const told = expectedOf(subject, dimension);
  if (told.length > 0) return told;
  const pods = named.filter(({ stream }) => isOwnPod(subject, stream));
  return [...new Set(pods.flatMap(({ stream }) => scopeOf(stream, dimension)?.value ?? []))];
}

/**
 * One label as the service's name. Namespace, cluster and environment come along only where another one has streams of the
 * same name. A name that is merely akin takes a second witness: a namespace that agrees, or the service's own pod.
 */
function candidateOf(subject: Subject, { each, byValue }: Labelled): Candidate | undefined {
  const { label } = each;
  const all = [...byValue].flatMap(([value, streams]): Named[] => {
    const match = matchLabel(each, subject, value);
    return match === undefined ? [] : streams.map((stream) => ({ stream, value, match }));
  });
  if (all.length === 0) return undefined;
  const told = dimensions.map((dimension) => ({ dimension, expected: expectedIn(subject, dimension, all) }));
  const own = all.filter(({ stream, match }) => {
    const scopes = told.map(({ dimension, expected }) => ({ expected, value: scopeOf(stream, dimension)?.value }));
    const isElsewhere = scopes.some(
      ({ expected, value }) => value !== undefined && expected.length > 0 && !expected.includes(value),
    );
    const isBelieved =
      match !== "akin" ||
      isOwnPod(subject, stream) ||
      scopes.some(({ expected, value }) => expected.includes(value ?? ""));
    return !isElsewhere && isBelieved;
  });
  const sure = own.filter(({ match }) => match !== "akin");
  // The trace's own spelling first; one and the same in any order of the streams. Stable and canary are both its own.
  const spelt = [...new Set((sure.length > 0 ? sure : own).map(({ value }) => value))].toSorted();
  const exact = spelt.find((value) => value === subject.service.name) ?? spelt[0];
  if (exact === undefined) return undefined;
  const values = sure.length > 0 && each.written === undefined ? [exact] : spelt;
  const of = own.filter(({ value }) => values.includes(value));
  const narrowing: Matcher[] = [];
  const doubts: string[] = [];
  for (const { dimension, expected } of told) {
    const spaces = [
      ...new Set(
        all.flatMap(({ stream, value }) => (values.includes(value) ? (scopeOf(stream, dimension)?.value ?? []) : [])),
      ),
    ].toSorted();
    const scope = of
      .flatMap(({ stream }) => scopeOf(stream, dimension) ?? [])
      .toSorted((a, b) => expected.indexOf(a.value) - expected.indexOf(b.value))[0];
    if (spaces.length < 2) continue;
    if (expected.length > 0 && scope) narrowing.push({ label: scope.label, op: "=", value: scope.value });
    else doubts.push(`of ${dimension}s ${spaces.join(" and ")}, as the trace does not tell which`);
  }
  const pod = of.flatMap(({ stream }) =>
    isOwnPod(subject, stream) ? (stream.pod ?? stream.k8s_pod_name ?? []) : [],
  )[0];
  const is = sure.length > 0 ? "is its name" : "is its name but for namespace, version or hash";
  const [first = exact] = values;
  return {
    matchers: [
      values.length === 1 ? { label, op: "=", value: first } : { label, op: "=~", value: regexAlternatives(values) },
      ...narrowing,
    ],
    because: [
      `${label} ${is} in ${of.length} ${of.length === 1 ? "stream" : "streams"}`,
      ...narrowing.map((matcher) => `, and ${matcher.label} tells it from another's`),
      ...(pod === undefined ? [] : [`, and its own pod ${pod} writes there`]),
      ...doubts.map((doubt) => `; ${doubt}`),
    ].join(""),
    ...(doubts.length > 0 ? { doubt: doubts.join("; ") } : {}),
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
  const all = labelled(streams);
  const found = subjects.flatMap((subject): Identity[] => {
    const inferred = all.flatMap((each) => candidateOf(subject, each) ?? []);
    const [first, second] = inferred;
    const [mapping] = mappingsOf(subject, mappings, "lines");
    const common = { service: subject.service, signal: "lines" as const, upstream, cites };
    const other = (each: Candidate | undefined): Identity["runnerUp"] =>
      each ? { matchers: each.matchers, because: each.because } : null;
    if (mapping) {
      const { matchers } = mapping;
      const basis = basisOf(mapping);
      const isSeen = inferred.some((each) => isLike(each, matchers));
      return [
        {
          ...common,
          matchers,
          basis,
          because: first && !isSeen ? `${basisWords[basis]}, against what was seen` : basisWords[basis],
          runnerUp: isLike(first, matchers) ? null : other(first),
        },
      ];
    }
    return first ? [{ ...common, ...first, basis: "inferred" as const, runnerUp: other(second) }] : [];
  });
  return found.map((one) => {
    const alike = found.filter(
      (each) => each !== one && isLike(each, one.matchers) && (each.basis !== "inferred" || one.basis !== "inferred"),
    );
    const names = alike.map(({ service }) => serviceKey(service)).sort();
    return names.length === 0 ? one : { ...one, because: `${one.because}, though ${alsoOf(names)}` };
  });
}

const isLike = (one: Pick<Identity, "matchers"> | undefined, matchers: readonly Matcher[]): boolean =>
  JSON.stringify(one?.matchers) === JSON.stringify(matchers);

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
