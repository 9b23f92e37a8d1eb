/** What runs full or stands still: one range question a Prometheus, all signals of all services united by `or`. */
import type { Evidence, NamedByAll, Question, SaturationPart, Unasked } from "@/lib/evidence";
import type { MetricSubject } from "@/lib/identity/metric-subject";
import { escapedRegex, printLabel, regexAlternatives } from "@/lib/query/promql";
import { quoted } from "@/lib/query/quoted";
import { type Exported, filled, ofExporter } from "@/lib/recipes/exporter";
import { type Facts, upstreamsOf } from "@/lib/recipes/facts";
import { gridOf, printRange, rateWindowFor, stepFor } from "@/lib/recipes/grid";
import { question } from "@/lib/recipes/question";
import { identityQuestion, listed, subjectsIn } from "@/lib/recipes/red";
import { ofNames } from "@/lib/recipes/saturation-named";
import {
  appRows,
  connectionsPart,
  differenceRows,
  groupLabels,
  groupPart,
  podRows,
  type Row,
  statementPart,
  statementRows,
  unavailablePart,
  volumePart,
} from "@/lib/recipes/saturation-table";
import { namespaceMatchers, podNames, workloadNames, workloadsOf } from "@/lib/recipes/workload";
import type { UpstreamSetting } from "@/lib/setting";
import type { Matcher } from "@/lib/signal/labels";
import { serviceKey } from "@/lib/signal/service";
import { durationOf, minute, second } from "@/lib/signal/time";

/** Kubelets and exporters are sampled at intervals of their own, unmeasured here: the longest usual one is taken. */
const interval = minute;
const finestStep = 30 * second;

const marked = (signal: string, query: string): string => `label_replace(${query}, "signal", "${signal}", "", "")`;

const containers: Exported = {
  by: ["cluster", "namespace", "pod", "container"],
  clashing: ["container", "namespace", "pod"],
};
const deployments: Exported = { by: ["cluster", "namespace", "deployment"], clashing: ["namespace"] };

/** Series by namespace and workload. */
function ofWorkloads(facts: Facts, range: string): { operands: string[]; services: NamedByAll[] } {
  const workloads = workloadsOf(facts.subjects);
  if (workloads.length === 0) return { operands: [], services: [] };
  const spaces = namespaceMatchers(workloads);
  const pods: Matcher[] = [...spaces, { label: "pod", op: "=~", value: podNames(workloads) }];
  const names = workloadNames(workloads);
  const owned = (query: string, label: string, pattern: string): string =>
    `label_replace(${query}, "workload", "$1", "${label}", ${quoted(pattern)})`;
  const byPod = podRows.map(({ signal, query, kube }) => {
    const own = query === undefined ? "" : filled(query, pods, range);
    const told = kube === undefined ? "" : ofExporter(kube, pods, containers, range);
    return marked(signal, [own, told].filter((part) => part !== "").join(" / "));
  });
  const unavailable = ofExporter(
    "kube_deployment_status_replicas_unavailable{m}",
    [...spaces, { label: "deployment", op: "=~", value: names }],
    deployments,
    range,
  );
  const claims: Matcher[] = [
    ...spaces,
    { label: "persistentvolumeclaim", op: "=~", value: `(?:[^-]+-)?(?:${names})(?:-[0-9]+)?` },
  ];
  const volume = filled(
    `max by (cluster, namespace, persistentvolumeclaim) (kubelet_volume_stats_used_bytes{m})
      / max by (cluster, namespace, persistentvolumeclaim) (kubelet_volume_stats_capacity_bytes{m})`,
    claims,
    range,
  );
  return {
    operands: [
      owned(`(\n  ${byPod.join("\n  or ")}\n  )`, "pod", `(${names})-.+`),
      owned(marked(unavailablePart.signal, unavailable), "deployment", `(${names})`),
      owned(marked(volumePart.signal, volume), "persistentvolumeclaim", `(?:[^-]+-)?(${names})(?:-[0-9]+)?`),
    ].map((operand) => `max by (signal, cluster, namespace, workload) (${operand})`),
    services: workloads.map(({ service, workload, namespace, clusters }) => ({
      ...{ service, clusters },
      where: { workload, ...(namespace === null ? {} : { namespace }) },
    })),
  };
}

/** Consumer groups that bear the service's name, alone or followed by what groups are called. */
function ofGroups(facts: Facts): { operands: string[]; services: NamedByAll[] } {
  const names = [...new Set(facts.subjects.map(({ service }) => service.name))].sort();
  const pattern = `(${names.map(escapedRegex).join("|")})(?:[-_.](?:consumers?|group|cg|consumer[-_.]group))?`;
  const operands = groupLabels.map(({ label, metrics }) => {
    const series = filled(
      "{m}",
      [
        { label: "__name__", op: "=~", value: metrics },
        { label, op: "=~", value: pattern.replace("(", "(?:") },
      ],
      "",
    );
    const sum = `sum by (${label}) (${series})`;
    return marked(
      groupPart.signal,
      `max by (consumer) (label_replace(${sum}, "consumer", "$1", "${label}", ${quoted(pattern)}))`,
    );
  });
  const services = facts.subjects.map(({ service }) => ({ service, where: { consumer: service.name } }));
  return names.length === 0 ? { operands: [], services: [] } : { operands, services };
}

/** Connections that bear the service's name, and the slow statements of a database that does, as `order` owns `orderdb`. */
function ofDatabases(facts: Facts, range: string, window: string): { operands: string[]; services: NamedByAll[] } {
  const names = [...new Set(facts.subjects.map(({ service }) => service.name))].sort();
  if (names.length === 0) return { operands: [], services: [] };
  const named = (behind: string): string => `(${names.map(escapedRegex).join("|")})(?:${behind})?`;
  const [applications, databases] = [named("[-_](?:service|svc|api)"), named("[-_]?db")];
  const owned = (query: string, label: string, pattern: string): string =>
    `label_replace(${query}, "owner", "$1", "${label}", ${quoted(pattern)})`;
  const matching = (label: string, pattern: string): Matcher[] => [
    { label, op: "=~", value: pattern.replace("(", "(?:") },
  ];
  const connections = filled(
    "sum by (application_name) (pg_stat_activity_count{m})",
    matching("application_name", applications),
    range,
  );
  const statements = statementRows.map(
    (row) =>
      `max by (datname, queryid) (${filled(row, matching("datname", databases), range).replaceAll("{w}", window)})`,
  );
  return {
    operands: [
      marked(connectionsPart.signal, `sum by (owner) (${owned(connections, "application_name", applications)})`),
      marked(
        statementPart.signal,
        `max by (owner, queryid) (${owned(`(${statements.join("\n  or ")})`, "datname", databases)})`,
      ),
    ],
    services: facts.subjects.map(({ service }) => ({ service, where: { owner: service.name } })),
  };
}

/** What a service says of itself is scraped with the labels of its other metrics; those made from spans carry others. */
const isScraped = ({ family }: MetricSubject): boolean =>
  !/^(?:traces_|calls_total$|istio_|response_|nginx_|traefik_|aws_)/.test(family);
const isEqual = ({ op }: Matcher): boolean => op === "=";

/** By the labels that name the service elsewhere: those of one label and of alike narrowing are asked for together. */
export function scrapedGroups(subjects: readonly MetricSubject[]): {
  readonly matchers: readonly Matcher[];
  readonly by: readonly string[];
  readonly services: readonly NamedByAll[];
}[] {
  const own = subjects.filter(isScraped);
  const once = new Map(own.map((each) => [JSON.stringify([serviceKey(each.service), each.label, each.value]), each]));
  // What a mapping narrows by a pattern cannot be read off the answer, so it is asked for apart.
  const alike = Map.groupBy([...once.values()], ({ label, extra }) =>
    JSON.stringify([label, extra.map((each) => (isEqual(each) ? each.label : each))]),
  );
  return [...alike.values()].flatMap((group) => {
    const [head] = group;
    if (!head) return [];
    const narrowing = head.extra.map((each): Matcher => {
      if (!isEqual(each)) return each;
      const values = group.flatMap(({ extra }) => extra.filter(({ label }) => label === each.label));
      return { label: each.label, op: "=~", value: alternatives(values.map(({ value }) => value)) };
    });
    return [
      {
        matchers: [
          { label: head.label, op: "=~" as const, value: alternatives(group.map(({ value }) => value)) },
          ...narrowing,
        ],
        by: [...new Set([head.label, ...head.extra.filter(isEqual).map(({ label }) => label)])],
        services: group.map(({ service, label, value, extra }) => ({
          service,
          where: {
            ...Object.fromEntries(extra.filter(isEqual).map((each) => [each.label, each.value])),
            [label]: value,
          },
        })),
      },
    ];
  });
}
const alternatives = (values: readonly string[]): string => regexAlternatives([...new Set(values)].sort());

function ofApps(subjects: readonly MetricSubject[], range: string): { operands: string[]; services: NamedByAll[] } {
  const groups = scrapedGroups(subjects);
  const operands = groups.flatMap(({ matchers, by }) => {
    const labels = by.map(printLabel).join(", ");
    return [
      ...appRows.map(({ signal, query }) => marked(signal, `max by (${labels}) (${filled(query, matchers, range)})`)),
      ...differenceRows.map(({ signal, begun, ended }) =>
        marked(
          signal,
          `sum by (${labels}) (${filled(begun, matchers, range)}) - sum by (${labels}) (${filled(ended, matchers, range)})`,
        ),
      ),
    ];
  });
  return { operands, services: groups.flatMap(({ services }) => services) };
}

const isRated = (row: { readonly query?: string; readonly kube?: string; readonly ended?: string }): boolean =>
  /\[\{r\}\]|offset \{r\}/.test(`${row.query ?? ""}${row.kube ?? ""}${row.ended ?? ""}`);

function partsOf(rateWindow: number): Record<string, SaturationPart> {
  const rows: readonly (Omit<Row, "query" | "source" | "notToConfuse"> & {
    query?: string;
    kube?: string;
    ended?: string;
  })[] = [
    ...podRows,
    ...appRows,
    ...differenceRows,
    groupPart,
    connectionsPart,
    statementPart,
    unavailablePart,
    volumePart,
  ];
  return Object.fromEntries(
    rows.map((row) => [
      row.signal,
      {
        title: row.title,
        unit: row.unit,
        rateWindow: isRated(row) ? rateWindow : 0,
        ...(row.state ? { state: row.state } : {}),
        ...(row.named ? { named: row.named } : {}),
      },
    ]),
  );
}

function saturationQuestion(facts: Facts, upstream: UpstreamSetting, after: readonly string[]): Question {
  const step = stepFor(facts.window, finestStep);
  const rateWindow = rateWindowFor(interval, step);
  const range = printRange(rateWindow);
  const apps = ofApps(subjectsIn(facts, upstream), range);
  const labelled = new Set(apps.services.map(({ service }) => serviceKey(service)));
  const others = facts.subjects.filter(({ service }) => !labelled.has(serviceKey(service)));
  const all = [
    ...[ofWorkloads(facts, range), ofGroups(facts)],
    ...[ofDatabases(facts, range, printRange(durationOf(facts.window))), apps, ofNames(others, range)],
  ];
  const names = new Set(facts.subjects.map(({ service }) => serviceKey(service)));
  return question({
    upstream,
    slot: "spike",
    purpose: {
      kind: "saturation",
      parts: partsOf(rateWindow),
      services: all.flatMap(({ services }) => services),
      interval,
    },
    call: { api: "prometheus-range", query: all.flatMap(({ operands }) => operands).join("\nor\n"), step },
    window: gridOf(facts.window, step, facts.now),
    why: `what runs full or stands still in ${names.size === 1 ? [...names][0] : `${names.size} services`}: CPU, memory, pools, queues, threads`,
    after,
  });
}

/** One question a Prometheus, once it is known how its series name the services. */
export function planSaturation(facts: Facts): { readonly questions: Question[]; readonly unasked: Unasked[] } {
  const questions: Question[] = [];
  const unasked: Unasked[] = [];
  for (const upstream of upstreamsOf(facts.environment, "prometheus")) {
    if (facts.subjects.length === 0) continue;
    const identity = identityQuestion(facts, upstream);
    if (!facts.evidence.some(({ question: { id } }) => id === identity.id)) continue;
    const asked = saturationQuestion(facts, upstream, [identity.id]);
    questions.push(asked);
    const told = facts.evidence.find(({ question: { id } }) => id === asked.id);
    const silent = told ? untold(told) : [];
    if (silent.length > 0) unasked.push(none(upstream, silent));
  }
  return { questions, unasked };
}

/** The services of which no series tells. A sick upstream denies nothing. */
function untold({ question: { purpose }, answer }: Evidence): string[] {
  if (purpose.kind !== "saturation" || (answer.kind === "gap" && answer.reason !== "none-in-window")) return [];
  const series = answer.kind === "series" ? answer.series : [];
  const isTold = ({ where }: NamedByAll): boolean =>
    series.some(({ labels }) => Object.entries(where).every(([label, value]) => labels[label] === value));
  const told = new Set(purpose.services.filter(isTold).map(({ service }) => serviceKey(service)));
  const missing = purpose.services.filter(({ service }) => !told.has(serviceKey(service)));
  return [...new Set(missing.map(({ service }) => service.name))];
}

const none = ({ name }: UpstreamSetting, services: readonly string[]): Unasked => ({
  kind: "gap",
  slot: "spike",
  reason: "none-in-window",
  text: `No known metric in ${name} tells how full ${listed(services)} ${services.length === 1 ? "runs" : "run"}: CPU, memory, pools, queues, threads.`,
  next: "Containers are looked for by namespace and pod name, all else by the labels of the services' other metrics.",
});
