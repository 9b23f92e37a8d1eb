/** Which pod, node, version, route or caller fails: failures and requests of the failing services, one question a Prometheus. */
import type { Dimension, NamedByAll, Question, QuestionId, Unasked } from "@/lib/evidence";
import { printLabel, selector } from "@/lib/query/promql";
import { ofExporter } from "@/lib/recipes/exporter";
import { type Facts, upstreamsOf } from "@/lib/recipes/facts";
import { printRange } from "@/lib/recipes/grid";
import { question } from "@/lib/recipes/question";
import { listed, measuredIn } from "@/lib/recipes/red";
import { groupOf } from "@/lib/recipes/red-groups";
import type { Measured } from "@/lib/recipes/red-interval";
import { failing } from "@/lib/recipes/red-questions";
import { marked } from "@/lib/recipes/red-united";
import { namespaceMatchers, podNames, workloadsOf } from "@/lib/recipes/workload";
import type { UpstreamSetting } from "@/lib/setting";
import type { Matcher } from "@/lib/signal/labels";
import { type Service, serviceKey } from "@/lib/signal/service";
import { toInstant, type Window } from "@/lib/signal/time";

/** `instance` is the last resort: an address behind which a pod stands. `endpoint` is a port's name, `host` a site's. */
const dimensions: readonly { readonly name: Dimension; readonly labels: readonly string[] }[] = [
  { name: "version", labels: ["service_version", "app_version", "version", "destination_version"] },
  { name: "zone", labels: ["zone", "availability_zone", "cloud_availability_zone", "topology_kubernetes_io_zone"] },
  { name: "node", labels: ["node", "k8s_node_name", "kubernetes_node", "node_name"] },
  { name: "pod", labels: ["pod", "k8s_pod_name", "pod_name", "instance"] },
  {
    name: "route",
    labels: ["http_route", "route", "handler", "uri", "path", "rpc_method", "grpc_method", "span_name"],
  },
  { name: "caller", labels: ["source_workload", "source_app", "client_name", "client", "caller"] },
];
/** Older servers refuse a name with dots, so they are named only where others of the same family have them. */
const dotted: Partial<Record<Dimension, readonly string[]>> = {
  version: ["service.version"],
  node: ["k8s.node.name"],
  pod: ["k8s.pod.name", "service.instance.id"],
  route: ["http.route", "rpc.method"],
};
const hasDots = ({ group: { recipe, label } }: Measured): boolean =>
  label.includes(".") || recipe.errors.some((error) => error.label.includes("."));

/** Series of one counter whose increase over the window is worked out; two numbers a pod, route and caller come back. */
const mostSeries = 4_000;
const mostRows = 2_000;

export type Failing = {
  /** Those whose errors rose, the worst first. */
  readonly services: readonly Service[];
  /** From the onset to when it was over, or as far as there are numbers. */
  readonly window: Window;
  readonly cites: readonly QuestionId[];
};

const isEqual = ({ op }: Matcher): boolean => op === "=";

/** The part of what was measured that is about `services` and tells failures. A gauge of a period cannot be summed here. */
const partsOf = (all: readonly Measured[], services: readonly Service[]): Measured[] =>
  all.flatMap((part) => {
    const { recipe, subjects } = part.group;
    if (part.error === null || recipe.kind === "gauge") return [];
    const keys = new Set(services.map(serviceKey));
    const group = groupOf(
      recipe,
      subjects.filter(({ service }) => keys.has(serviceKey(service))),
    );
    return group ? [{ ...part, group }] : [];
  });

const labelsOf = (part: Measured): string[] => {
  const own = [part.group.label, ...part.group.extra.filter(isEqual).map(({ label }) => label)];
  const told = dimensions.flatMap(({ name, labels }) => [...labels, ...(hasDots(part) ? (dotted[name] ?? []) : [])]);
  return [...new Set([...own, ...told])];
};

function operandsOf(part: Measured, range: string): string[] {
  const { recipe, isNative, matchers } = part.group;
  const by = labelsOf(part).map(printLabel).join(", ");
  const counter = isNative && recipe.native ? recipe.native : recipe.counter;
  const increase = (more: readonly Matcher[]): string => {
    const name = more.some(({ label }) => label === "__name__") ? null : counter;
    return `increase(${selector(name, [...matchers, ...more])}[${range}])`;
  };
  const sum = (text: string): string =>
    isNative ? `histogram_count(sum by (${by}) (${text}))` : `sum by (${by}) (${text})`;
  const failed = part.error ? failing(increase, part.error) : "";
  return [marked(sum(increase([])), "counted", "requests"), marked(`${sum(failed)} > 0`, "counted", "failures")];
}

/** On which node each pod runs, where Kubernetes tells it. */
function placesOf(facts: Facts, services: readonly Service[]): string[] {
  const keys = new Set(services.map(serviceKey));
  const workloads = workloadsOf(facts.subjects.filter(({ service }) => keys.has(serviceKey(service))));
  if (workloads.length === 0) return [];
  const pods: Matcher[] = [
    ...namespaceMatchers(workloads),
    { label: "pod", op: "=~", value: podNames(workloads) },
    { label: "node", op: "!=", value: "" },
  ];
  const told = ofExporter(
    "kube_pod_info{m}",
    pods,
    { by: ["namespace", "pod", "node"], clashing: ["namespace", "pod"] },
    "",
  );
  return [marked(told, "counted", "places")];
}

function breakdownOf(
  facts: Facts,
  upstream: UpstreamSetting,
  parts: readonly Measured[],
  { services, window, cites }: Failing,
): Question {
  const range = printRange(window.to - window.from);
  const named = parts.flatMap(({ group }) =>
    group.subjects.map(
      ({ service, label, value, extra }): NamedByAll => ({
        service,
        where: { ...Object.fromEntries(extra.filter(isEqual).map((each) => [each.label, each.value])), [label]: value },
      }),
    ),
  );
  const names = [...new Set(named.map(({ service }) => service.name))];
  const places = placesOf(facts, services);
  return question({
    upstream,
    slot: "spike",
    purpose: {
      kind: "breakdown",
      services: named,
      dimensions: dimensions.map(({ name, labels }) => ({ name, labels: [...labels, ...(dotted[name] ?? [])] })),
    },
    call: {
      api: "prometheus-instant",
      query: [...parts.flatMap((part) => operandsOf(part, range)), ...places].join("\nor "),
      at: toInstant(window.to),
      limit: mostRows,
    },
    window,
    why: `which pod, node, version, route or caller of ${listed(names)} the failures are of`,
    after: [...cites, ...parts.flatMap((part) => part.cites)],
  });
}

/** Asked once it is known whose errors rose, and since when. */
export function planBreakdown(
  facts: Facts,
  failed: Failing,
): { readonly questions: Question[]; readonly unasked: Unasked[] } {
  const questions: Question[] = [];
  const unasked: Unasked[] = [];
  for (const upstream of upstreamsOf(facts.environment, "prometheus")) {
    let sum = 0;
    const affordable: Service[] = [];
    const tooMany: string[] = [];
    for (const service of failed.services) {
      const own = partsOf(measuredIn(facts, upstream), [service]);
      const series = own.reduce((all, { group }) => group.subjects.reduce((more, each) => more + each.series, all), 0);
      if (own.length === 0) continue;
      if (sum + series > mostSeries) tooMany.push(service.name);
      else {
        sum += series;
        affordable.push(service);
      }
    }
    const parts = partsOf(measuredIn(facts, upstream), affordable);
    if (parts.length > 0) questions.push(breakdownOf(facts, upstream, parts, failed));
    if (tooMany.length > 0) unasked.push(overMany(upstream, tooMany));
  }
  return { questions, unasked };
}

const overMany = ({ name }: UpstreamSetting, services: readonly string[]): Unasked => ({
  kind: "gap",
  slot: "spike",
  reason: "over-budget",
  text: `Which pods and routes of ${listed(services)} fail was not asked of ${name}: more than ${mostSeries.toLocaleString("en-US")} series.`,
  next: "Record the sums by pod and by route in a rule, or drop a label of many values.",
});
