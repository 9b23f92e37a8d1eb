/** What altered the system: annotations, configured streams, first sight of versions in metrics and spans. */
import type { Question } from "@/lib/evidence";
import type { MetricSubject } from "@/lib/identity/metric-subject";
import { printLabel, regexAlternatives, selector } from "@/lib/query/promql";
import { attributeIn, withMostRecent } from "@/lib/query/traceql";
import { type Facts, upstreamsOf } from "@/lib/recipes/facts";
import { gridOf, stepFor } from "@/lib/recipes/grid";
import { question } from "@/lib/recipes/question";
import { subjectsIn } from "@/lib/recipes/red";
import type { EnvironmentSetting, UpstreamSetting } from "@/lib/setting";
import type { Matcher } from "@/lib/signal/labels";
import { serviceKey } from "@/lib/signal/service";
import { second, type Window } from "@/lib/signal/time";

const annotationLimit = 200;
const streamLimit = 200;

/** Needs only a window: may be asked before any service is known. */
export function planRecorded(environment: EnvironmentSetting, window: Window, after: readonly string[]): Question[] {
  const annotations = upstreamsOf(environment, "grafana").map((upstream) =>
    question({
      upstream,
      slot: "changes",
      purpose: { kind: "annotations" },
      call: {
        api: "grafana-annotations",
        tags: environment.annotationTags,
        limit: annotationLimit,
        ...(Object.keys(environment.annotationKinds ?? {}).length > 0 ? { kinds: environment.annotationKinds } : {}),
      },
      text: `GET /api/annotations?type=annotation&limit=${annotationLimit}`,
      window,
      why: "deploys and other changes people or pipelines noted",
      after,
    }),
  );
  const streams = environment.changeStreams.flatMap((stream) =>
    upstreamsOf(environment, "loki").map((upstream) =>
      question({
        upstream,
        slot: stream.kind === "event" ? "events" : "changes",
        purpose: { kind: "change-stream", name: stream.name },
        call: { api: "loki-changes", query: stream.query, limit: streamLimit, stream },
        window,
        why: `changes from the configured stream ${stream.name}`,
        after,
      }),
    ),
  );
  return [...annotations, ...streams];
}

export const planVersions = (facts: Facts): Question[] => [
  ...upstreamsOf(facts.environment, "prometheus").flatMap((upstream) => versionsOfMetrics(facts, upstream)),
  ...upstreamsOf(facts.environment, "tempo").flatMap((upstream) => versionsOfSpans(facts, upstream)),
];

/** `target_info` and the `*_build_info` of whatever exposes them: one question a label and narrowing. */
function versionsOfMetrics(facts: Facts, upstream: UpstreamSetting): Question[] {
  const subjects = subjectsIn(facts, upstream);
  // One service may be named by different labels in different families; build_info comes with the scrape's labels.
  const scraped = subjects.filter(({ family }) => !family.startsWith("traces_") && family !== "calls_total");
  // Beside the counters of a service stands its build_info, with the same labels; target_info alone may carry others.
  const order = scraped.toSorted((a, b) => Number(b.family === "target_info") - Number(a.family === "target_info"));
  const once = new Map(order.map((each) => [JSON.stringify([serviceKey(each.service), each.label, each.value]), each]));
  const alike = [...Map.groupBy(once.values(), ({ label, extra }) => JSON.stringify([label, extra])).values()];
  // One value of one label in two namespaces is asked for apart, or the answer could not tell the two from one another.
  const uses = Map.groupBy(alike.flat(), ({ label, value }) => JSON.stringify([label, value]));
  const shared = (group: readonly MetricSubject[]): boolean =>
    group.some(({ label, value }) => (uses.get(JSON.stringify([label, value])) ?? []).length > 1);
  const apart = alike.filter(shared).map((group) => [group]);
  return [alike.filter((group) => !shared(group)), ...apart]
    .filter((groups) => groups.length > 0)
    .map((groups) => versionQuestion(facts, upstream, groups));
}

const versioned = "target_info|(?:.+_)?build_info|app_info";
/** The service's own process tells of its runtime, too: `(devel)`, a runtime's or an agent's version is no deploy. */
const runtimes = "(?:go|dotnet|jvm|java|nodejs|python|rust|jmx_exporter)_build_info";

function versionQuestion(
  facts: Facts,
  upstream: UpstreamSetting,
  groups: readonly (readonly MetricSubject[])[],
): Question {
  const heads = groups.flatMap(([head]) => head ?? []);
  const labels = [...new Set(heads.map(({ label }) => label))];
  const which = (group: readonly MetricSubject[], versionLabel: string): string => {
    const values = [...new Set(group.map(({ value }) => value))].sort();
    const matchers: Matcher[] = [
      { label: "__name__", op: "=~", value: versioned },
      { label: "__name__", op: "!~", value: runtimes },
      { label: group[0]?.label ?? "", op: "=~", value: regexAlternatives(values) },
      ...(group[0]?.extra ?? []),
      { label: versionLabel, op: "!=", value: "" },
    ];
    return selector(null, matchers);
  };
  const operands = groups.flatMap((group) => [
    which(group, "version"),
    `label_replace(${which(group, "service_version")}, "version", "$1", "service_version", "(.+)")`,
  ]);
  const query = `max by (${[...labels.map(printLabel), "version"].join(", ")}) (\n  ${operands.join("\n  or ")}\n)`;
  const step = stepFor(facts.window, 15 * second);
  const services = [
    ...new Map(
      groups
        .flat()
        .map(({ service, value, label }) => [
          JSON.stringify([serviceKey(service), label, value]),
          { service, value, label },
        ]),
    ).values(),
  ];
  return question({
    upstream,
    slot: "changes",
    purpose: { kind: "versions-of-metrics", label: labels[0] ?? "", versionLabel: "version", services },
    call: { api: "prometheus-range", query, step },
    window: gridOf(facts.window, step, facts.now),
    why: "which version of each service ran when",
    after: facts.cites,
  });
}

/** A search gives the newest traces only: before and after the lead are asked apart, so that both versions show. */
function versionsOfSpans(facts: Facts, upstream: UpstreamSetting): Question[] {
  const services = facts.subjects.map(({ service }) => service);
  if (services.length === 0) return [];
  const named = attributeIn(
    "resource",
    "service.name",
    services.map(({ name }) => name),
  );
  const query = withMostRecent(`{ ${named} } | select(resource.service.version)`);
  const { from, to } = facts.window;
  const halves: Window[] = [
    { from, to: facts.focus.from },
    { from: facts.focus.from, to },
  ];
  return halves
    .filter((half) => half.to - half.from >= second)
    .map((window, index) =>
      question({
        upstream,
        slot: "changes",
        purpose: { kind: "versions-of-spans", services },
        call: { api: "tempo-search", query, limit: 50, spansPerTrace: 10 },
        window,
        why: `which versions the spans told ${index === 0 ? "before" : "since"} the lead`,
        after: facts.cites,
      }),
    );
}
