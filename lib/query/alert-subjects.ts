import "server-only";
/**
 * An alert's labels and expression -> names its service may have, the surest first, each with its why. Never the
 * exporter's: of `kube_…`, `node_…`, `probe_…` and their like, `job`, `service` and `instance` name who measured.
 */
import { parser } from "@prometheus-io/lezer-promql";
import { namesIn } from "@/lib/query/alert-narrow";
import { splitComparison } from "@/lib/query/comparison";
import { selectorsOf } from "@/lib/query/promql";
import type { Labels } from "@/lib/signal/labels";
import type { Service } from "@/lib/signal/service";

export type AlertSubject = {
  readonly service: Service;
  readonly label: string;
  /** Where the label stood: on the alert, in a selector of its expression. */
  readonly from: "labels" | "expression";
};

/** Own names first, then what runs it, then whom it serves. `grpc_service` is an API, `instance` an address: neither is here. */
const own = [
  "service_name",
  "service.name",
  "exported_service",
  "service",
  "destination_canonical_service",
  "destination_service_name",
  "destination_workload",
  "destination_app",
  "app",
  "application",
  "app_name",
  "app_kubernetes_io_name",
  "label_app",
  "label_app_kubernetes_io_name",
  "workload",
  "deployment",
  "exported_deployment",
  "statefulset",
  "daemonset",
  "k8s.deployment.name",
  "horizontalpodautoscaler",
  "exported_job",
  "compose_service",
  "ecs_service",
  "exported_container",
  "container",
  "container_name",
  "cronjob",
  "job_name",
  "exported_pod",
  "pod",
  "job",
  // A queue's consumer, a call's target, a connection's owner: the names people give them are those of services.
  "consumergroup",
  "consumer_group",
  "group",
  "target",
  "application_name",
  "server",
  "client",
] as const;
/** Labels the scrape adds: on an exporter's series they name the exporter. */
const ofScrape = new Set(["service", "job", "instance", "endpoint", "app", "application", "app_kubernetes_io_name"]);
/** Only here does `group` or `target` mean someone: elsewhere it is a rule's or an API's group. */
const ofQueues = /lag|consumer|kafka|queue|msk/i;
const ofCalls = /client|grpc|request|rpc/i;

const exporters =
  /^(?:kube|container|node|probe|aws|machine|kubelet|windows|pg|mysql|redis|mongodb|memcached|snmp|ipmi|DCGM|cadvisor|nginx_ingress)_|^kafka_(?:consumergroup|topic|broker)|^namespace_workload_pod:|^kube_/;
export const isExporters = (metric: string): boolean => exporters.test(metric);

const namespaces = [
  "service_namespace",
  "service.namespace",
  "exported_namespace",
  "destination_workload_namespace",
  "destination_service_namespace",
  "namespace",
  "kubernetes_namespace",
  "k8s_namespace_name",
];
/** Of few values a service: a pod or a caller makes many rows of one. */
const ofMany = new Set(["exported_pod", "pod", "group", "target", "server", "client", "job_name", "application_name"]);
/** Labels by which the series of an alert are told apart, service by service. */
export const subjectLabels: readonly string[] = [...own.filter((label) => !ofMany.has(label)), ...namespaces];

const sidecars = /^(?:POD|istio-proxy|linkerd-proxy|envoy|cloud-sql-proxy|)$/;

/** What an expression tells of whose it is, whatever the alert's labels: parsed once for all alerts of a rule. */
export type ExpressionNames = {
  /** What the alert itself looks at first. */
  readonly metric: string;
  readonly written: Labels;
  /** Labels that `label_replace` and `label_join` make. */
  readonly renamed: readonly string[];
};

export function expressionNames(expression: string | null): ExpressionNames {
  const selectors = expression === null ? [] : selectorsOf(expression);
  const [main] = expression === null ? [] : splitComparison(expression);
  const [first] = main ? selectorsOf(main.query) : selectors;
  const metric = first?.name ?? first?.matchers.find(({ label }) => label === "__name__")?.value ?? "";
  const written = equalities(selectors.flatMap(({ matchers }) => matchers));
  return { metric, written, renamed: expression === null ? [] : labelsMade(expression) };
}

/** At most six, no name twice. `labels` without the rule's own where those are known. */
export function alertSubjects({ metric, written, renamed }: ExpressionNames, labels: Labels): AlertSubject[] {
  const found: AlertSubject[] = [];
  const add = (from: AlertSubject["from"], all: Labels): void => {
    const namespace = namespaces.map((label) => all[label]).find((value) => value) ?? null;
    for (const label of own) {
      const value = all[label];
      if (!value || !isMeant(label, metric, renamed)) continue;
      const service = serviceOf(label, value, namespace);
      if (service && !found.some((each) => each.service.name === service.name)) found.push({ service, label, from });
    }
  };
  add("labels", labels);
  add("expression", { ...written, ...only(labels, namespaces) });
  return found.slice(0, 6);
}

const only = (labels: Labels, names: readonly string[]): Labels =>
  Object.fromEntries(Object.entries(labels).filter(([name]) => names.includes(name)));

function isMeant(label: string, metric: string, renamed: readonly string[]): boolean {
  if (renamed.includes(label)) return true;
  if (label === "consumergroup" || label === "consumer_group") return true;
  if (label === "group") return ofQueues.test(metric);
  if (label === "target") return ofCalls.test(metric);
  if (label === "server" || label === "client") return /^traces_service_graph/.test(metric);
  return !(ofScrape.has(label) && isExporters(metric));
}

/** What `label_replace` and `label_join` make is meant as it is, whoever measured. */
function labelsMade(expression: string): string[] {
  return Array.from(
    expression.matchAll(/\blabel_(?:replace|join)\s*\([\s\S]*?,\s*["'`]([a-zA-Z_]\w*)["'`]/g),
    ([, name = ""]) => name,
  );
}

/** What the expression itself asks for: `job="x"`, and `=~"x"` where that is plain text. */
const equalities = (
  matchers: readonly { readonly label: string; readonly op: string; readonly value: string }[],
): Labels =>
  Object.fromEntries(
    matchers.flatMap(({ label, op, value }) =>
      op === "=" || (op === "=~" && /^[\w./-]+$/.test(value)) ? [[label, value]] : [],
    ),
  );

function serviceOf(label: string, value: string, namespace: string | null): Service | null {
  if (/container/.test(label)) return sidecars.test(value) ? null : { name: value, namespace };
  if (label === "pod" || label === "exported_pod") return { name: ownerOfPod(value), namespace };
  if (label === "job_name" || label === "cronjob") return { name: value.replace(/-\d{8,10}$/, ""), namespace };
  const slash = value.lastIndexOf("/");
  if (slash > 0 && /job$/.test(label)) return { name: value.slice(slash + 1), namespace: value.slice(0, slash) };
  // Traefik writes namespace, service and port in one: shop-gateway-80@kubernetes
  const [, traefikSpace, traefikName] = /^([^-@]+)-([^@]+)-[^-@]+@kubernetes(?:crd)?$/.exec(value) ?? [];
  if (traefikSpace && traefikName) return { name: traefikName, namespace: traefikSpace };
  // Envoy writes the address of the cluster: payment.shop.svc.cluster.local:8080
  const [, name, space] = /^([\w-]+)\.([\w-]+)\.svc(?:\.[\w.-]+)?(?::\d+)?$/.exec(value) ?? [];
  return name && space ? { name, namespace: space } : { name: value.replace(/:\d+$/, ""), namespace };
}

/** Deployment, StatefulSet and DaemonSet by what Kubernetes appends. Its alphabet has no vowels, so that words stay. */
export function ownerOfPod(pod: string): string {
  const tail = "[bcdfghjklmnpqrstvwxz2456789]";
  const [, owner] =
    new RegExp(`^(.+?)-${tail}{6,10}-${tail}{5}$`).exec(pod) ??
    /^(.+?)-[0-9a-f]{8,10}-[a-z0-9]{5}$/.exec(pod) ??
    new RegExp(`^(.+?)-(?:\\d{1,3}|${tail}{5})$`).exec(pod) ??
    [];
  return owner ?? pod;
}

/** Labels an expression groups or matches by: those of an alert that surely are its series' own. */
export function labelsNamed(expression: string): string[] {
  const names = new Set(selectorsOf(expression).flatMap(({ matchers }) => matchers.map(({ label }) => label)));
  parser.parse(expression).iterate({
    enter(node) {
      if (node.name === "GroupingLabels") for (const name of namesIn(expression, node.node)) names.add(name);
    },
  });
  return [...names].sort();
}
