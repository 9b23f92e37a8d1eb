/**
 * What services count of their own business: events by type, tasks by outcome, calls by the word of their code. Which
 * counters there are is asked first, by the labels of the services' other metrics; then the rates of a few, by the one
 * label that tells their kinds apart.
 *
 *   events_total{job="core", type="sold"}    ─┐ by type    ─▶ a lane each: events_total{type="sold"} …
 *   events_total{job="core", type="returned"} ─┘
 */
import type { NamedByAll, Question, RedSubject } from "@/lib/evidence";
import { printLabel, printMatcher, regexAlternatives, selector } from "@/lib/query/promql";
import { quoted } from "@/lib/query/quoted";
import { type Facts, momentOf, upstreamsOf } from "@/lib/recipes/facts";
import { gridOf, printRange, rateWindowFor, stepFor } from "@/lib/recipes/grid";
import { question } from "@/lib/recipes/question";
import { identityQuestion, measuredIn, subjectsIn } from "@/lib/recipes/red";
import type { Measured } from "@/lib/recipes/red-interval";
import { marked } from "@/lib/recipes/red-united";
import { scrapedGroups } from "@/lib/recipes/saturation";
import { lostOfServices } from "@/lib/recipes/telemetry-loss";
import type { UpstreamSetting } from "@/lib/setting";
import type { Labels, Matcher } from "@/lib/signal/labels";
import { serviceKey } from "@/lib/signal/service";

/** Runtimes, frameworks, exporters: their counters are known to others, or say nothing of what the service is for. */
const foreign = [
  "go|process|promhttp|python|nodejs|jvm|tomcat|jetty|hikaricp|jdbc|logback|log4j2?|system|spring|executor|disk|dotnet",
  "http|https|grpc|rpc|net|otel|otelcol|otlp|target|traces|calls|spanmetrics|kube|container|machine|node|cadvisor|kubelet",
  "prometheus|scrape|alertmanager|cortex|loki|tempo|promtail|fluentbit|jaeger|istio|envoy|linkerd|request|response|nginx",
  "traefik|aws|blackbox|probe|pg|postgres|mysql|redis|mongodb|kafka|rabbitmq|nats|etcd|apiserver|rest_client|workqueue",
  "controller_runtime|certwatcher|catalina|gin|fastapi|starlette|uvicorn|gunicorn|hystrix|resilience4j",
].join("|");
const named: readonly Matcher[] = [
  { label: "__name__", op: "=~", value: ".+_total" },
  { label: "__name__", op: "!~", value: `(?:${foreign})_.+` },
  // What telemetry lost of itself is no business of the service.
  { label: "__name__", op: "!~", value: lostOfServices },
];
/** Who counted, not what. */
const ofTarget = ["instance", "pod", "container", "endpoint", "node", "host", "hostname", "replica", "task_id"];

const mostRows = 400;
/** Values of a label that tells kinds apart; more are ids. */
const mostKinds = 8;
const mostCounters = 5;
const mostSeries = 20;
/** gRPC's word for no failure, in three spellings. */
const isFine = /^(?:|OK|Ok|0)$/;

/** Labels by which people tell kinds apart, the usual ones first. */
const kindLabels = ["outcome", "result", "status", "type", "event", "reason", "error", "code", "state", "operation"];
const tellsFailures = /(?:error|fail|reject|retr|timeout|abort|dead|expire|skip|declin|refus|lost|drop)/i;

/** Counters of RPCs whose failures may be a client's own: which code it was says what went wrong. */
const codedOf = (parts: readonly Measured[]): Measured[] =>
  parts.filter(({ group: { recipe, isNative }, error }) => recipe.mistakes !== null && error !== null && !isNative);

function probeOf(facts: Facts, upstream: UpstreamSetting, after: readonly string[]): Question | null {
  const groups = scrapedGroups(subjectsIn(facts, upstream));
  const coded = codedOf(measuredIn(facts, upstream));
  if (groups.length === 0) return null;
  const metric = (text: string): string => `label_replace(${text}, "metric", "$1", "__name__", "(.+)")`;
  const operands = [
    ...groups.map(
      ({ matchers }) =>
        `count without (${ofTarget.join(", ")}) (${metric(`{${[...named, ...matchers].map(printMatcher).join(",")}}`)})`,
    ),
    ...coded.map(({ group, error }) => {
      const label = error?.label ?? "";
      const by = ["metric", ...byOf(group.label, group.extra), label].map(printLabel);
      return `count by (${by.join(", ")}) (${metric(selector(group.recipe.counter, group.matchers))})`;
    }),
  ];
  return question({
    upstream,
    slot: "spike",
    purpose: { kind: "own-counters", services: groups.flatMap(({ services }) => services) },
    call: { api: "prometheus-instant", query: operands.join("\nor "), at: momentOf(facts), limit: mostRows },
    window: null,
    why: "what else these services count: events, tasks, codes, and by which label",
    after,
  });
}

const byOf = (label: string, extra: readonly Matcher[]): string[] => [
  ...new Set([label, ...extra.filter(({ op }) => op === "=").map((each) => each.label)]),
];

/** One counter of one service, by one label. */
type Counter = {
  readonly metric: string;
  readonly of: NamedByAll;
  readonly label: string;
  readonly kinds: readonly string[];
};

function countersIn(rows: readonly Labels[], services: readonly NamedByAll[], coded: readonly Measured[]): Counter[] {
  const codeOf = new Map(coded.map(({ group, error }) => [group.recipe.counter, error?.label ?? ""]));
  const found = services.flatMap((of) => {
    const own = rows.filter((row) => Object.entries(of.where).every(([label, value]) => row[label] === value));
    return [...Map.groupBy(own, ({ metric = "" }) => metric)].flatMap(([metric, sets]): Counter[] => {
      const valuesOf = (label: string): string[] =>
        [...new Set(sets.flatMap((set) => set[label] ?? []))].filter((value) => value !== "").sort();
      const code = codeOf.get(metric);
      if (code !== undefined) {
        const kinds = valuesOf(code).filter((value) => !isFine.test(value));
        return kinds.length > 0 ? [{ metric, of, label: code, kinds: kinds.slice(0, mostKinds) }] : [];
      }
      const labels = [...new Set(sets.flatMap(Object.keys))].filter(
        (label) => label !== "metric" && of.where[label] === undefined,
      );
      const known = kindLabels.filter((label) => labels.includes(label));
      const label = [...known, ...labels.filter((each) => !known.includes(each)).sort()].find((each) => {
        const { length } = valuesOf(each);
        return length >= 2 && length <= mostKinds;
      });
      if (label !== undefined) return [{ metric, of, label, kinds: valuesOf(label) }];
      return tellsFailures.test(metric) ? [{ metric, of, label: "", kinds: [""] }] : [];
    });
  });
  const once = new Map(found.map((each) => [`${serviceKey(each.of.service)} ${each.metric}`, each]));
  const weight = ({ metric, kinds }: Counter): number =>
    codeOf.has(metric) ? 0 : tellsFailures.test([metric, ...kinds].join(" ")) ? 1 : 2;
  let series = 0;
  return [...once.values()]
    .toSorted((a, b) => weight(a) - weight(b) || (a.metric < b.metric ? -1 : 1))
    .slice(0, mostCounters)
    .filter(({ kinds }) => {
      series += kinds.length;
      return series <= mostSeries;
    });
}

const titleOf = ({ metric, label }: Counter, kind: string): string =>
  label === "" ? metric : `${metric}{${label}=${quoted(kind)}}`;

function rateQuestion(
  facts: Facts,
  upstream: UpstreamSetting,
  counters: readonly Counter[],
  interval: number,
  after: readonly string[],
): Question {
  const step = stepFor(facts.window, interval);
  const rateWindow = rateWindowFor(interval, step);
  const operands = counters.map(({ metric, of: { where }, label, kinds }) => {
    const matchers: readonly Matcher[] = [
      ...Object.entries(where).map(([name, value]): Matcher => ({ label: name, op: "=", value })),
      ...(label === "" ? [] : [{ label, op: "=~" as const, value: regexAlternatives(kinds) }]),
    ];
    const by = [...Object.keys(where), ...(label === "" ? [] : [label])];
    const sumBy = (names: readonly string[], wanted: readonly Matcher[]): string =>
      `sum by (${names.map(printLabel).join(", ")}) (rate(${selector(metric, wanted)}[${printRange(rateWindow)}]))`;
    // A failure's series is born with the first of its kind: until then, as long as others of the counter count, it is zero.
    const unborn = kinds
      .filter((kind) => label !== "" && tellsFailures.test(kind))
      .map((kind) => {
        const others = sumBy(Object.keys(where), matchers.slice(0, Object.keys(where).length));
        return `label_replace(0 * ${others}, ${quoted(label)}, ${quoted(kind)}, "", "")`;
      });
    const sum = [sumBy(by, matchers), ...unborn].join(" or ");
    const parts = ["metric", ...by].map(quoted).join(", ");
    return `label_join(${marked(`(${sum})`, "metric", metric)}, "subject", " ", ${parts})`;
  });
  const services = counters.flatMap((counter) =>
    counter.kinds.map(
      (kind): RedSubject => ({
        service: counter.of.service,
        value: [counter.metric, ...Object.values(counter.of.where), ...(counter.label === "" ? [] : [kind])].join(" "),
        title: titleOf(counter, kind),
      }),
    ),
  );
  return question({
    upstream,
    slot: "spike",
    purpose: {
      ...{ kind: "red", recipe: "own-counters", role: "other", unit: "per-second", label: "subject", scope: "" },
      ...{ title: "counters of their own", services, interval, rateWindow },
    },
    call: { api: "prometheus-range", query: operands.join("\nor "), step },
    window: gridOf(facts.window, step, facts.now),
    why: `how often ${counters.map(({ metric }) => metric).join(", ")} counted, by ${[...new Set(counters.map(({ label }) => label || "name"))].join(", ")}`,
    after,
  });
}

/** A probe and a range question a Prometheus, once both probes of the services' requests have told. */
export function planOwnCounters(facts: Facts): Question[] {
  if (facts.subjects.length === 0) return [];
  return upstreamsOf(facts.environment, "prometheus").flatMap((upstream) => {
    const identity = identityQuestion(facts, upstream);
    const measured = measuredIn(facts, upstream);
    if (measured.length === 0) return [];
    const probe = probeOf(facts, upstream, [identity.id]);
    if (probe?.purpose.kind !== "own-counters") return [];
    const told = facts.evidence.find(({ question: { id } }) => id === probe.id)?.answer;
    if (told?.kind !== "series") return [probe];
    const rows = told.series.map(({ labels }) => labels);
    const counters = countersIn(rows, probe.purpose.services, codedOf(measured));
    const interval = Math.max(...measured.map((part) => part.interval));
    return counters.length === 0 ? [probe] : [probe, rateQuestion(facts, upstream, counters, interval, [probe.id])];
  });
}
