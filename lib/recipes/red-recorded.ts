/**
 * What a rule records already: where a service has too many series to be summed here, the sum that stands there ready made.
 * Known by the convention of names, `level:metric:operations`, and by the labels that name the service.
 * Source: Prometheus, "Recording rules", naming.
 */
import type { Evidence, Question, RedSubject, Unasked } from "@/lib/evidence";
import type { MetricSubject } from "@/lib/identity/metric-subject";
import { escapedRegex, printLabel, selector } from "@/lib/query/promql";
import { type Facts, momentOf } from "@/lib/recipes/facts";
import { gridOf, printRange, stepFor } from "@/lib/recipes/grid";
import { question } from "@/lib/recipes/question";
import type { Failure } from "@/lib/recipes/recipe";
import { type Group, groupOf, groupsOf } from "@/lib/recipes/red-groups";
import type { UpstreamSetting } from "@/lib/setting";
import { serviceKey } from "@/lib/signal/service";
import { hour, minute, second } from "@/lib/signal/time";

/** Prometheus' default between two evaluations; rules that are asked for less often would only repeat themselves. */
const evaluation = minute;
/** A rule that records more than this for the services saves nothing. */
const mostRecorded = 4_000;

/** RE2, anchored: `job_code:http_requests:rate5m`, also with `_total` kept, also `sum_rate5m`, `irate1m`. */
const ruleName = (counter: string): string =>
  `[a-zA-Z0-9_]+:${escapedRegex(counter.replace(/_total$/, ""))}(?:_total)?:(?:sum_)?i?rate[0-9]+[smh]`;

const units: Readonly<Record<string, number>> = { s: second, m: minute, h: hour };
/** ms that a rule's rate looks back, as its name says. */
function reachOf(rule: string): number {
  const [, number = "", unit = ""] = /rate(\d+)([smh])$/.exec(rule) ?? [];
  return Number(number) * (units[unit] ?? 0);
}

/** Failures told by a label that a sum may have kept. */
const failuresOf = ({ recipe }: Group): Failure[] =>
  recipe.errors.filter(({ label, also }) => label !== "__name__" && also === undefined);

/** Of native histograms and gauges no rule is known. */
const countedIn = (subjects: readonly MetricSubject[]): Group[] =>
  groupsOf(subjects).filter(({ recipe, isNative }) => !isNative && recipe.kind === "counter");

function ruleQuestion(
  facts: Facts,
  upstream: UpstreamSetting,
  groups: readonly Group[],
  after: readonly string[],
): Question {
  const operands = groups.map((group, index) => {
    const { recipe, label, matchers } = group;
    const series = selector(null, [{ label: "__name__", op: "=~", value: ruleName(recipe.counter) }, ...matchers]);
    const by = ["rule", ...new Set([label, ...failuresOf(group).map((each) => each.label)])].map(printLabel).join(", ");
    const counted = `count by (${by}) (label_replace(${series}, "rule", "$1", "__name__", "(.+)"))`;
    return `label_replace(${counted}, "group", "${index}", "", "")`;
  });
  return question({
    upstream,
    slot: "spike",
    purpose: { kind: "interval", recipe: "recorded", label: groups[0]?.label ?? "" },
    call: { api: "prometheus-instant", query: operands.join("\nor "), at: momentOf(facts) },
    window: null,
    why: "whether a rule records the sum of what has too many series to be summed here",
    after,
  });
}

/** `failure` null = the rule's sum has lost the label that tells failures. */
type Recorded = { readonly subject: MetricSubject; readonly rule: string; readonly failure: Failure | null };

/** One rule a service: one that tells failures before one that does not, then the one of fewer series. */
function recordedIn(group: Group, index: number, { answer }: Evidence): Recorded[] {
  const rows = answer.kind === "series" ? answer.series.filter(({ labels }) => labels.group === String(index)) : [];
  return group.subjects.flatMap((subject): Recorded[] => {
    const own = rows.filter(({ labels }) => labels[group.label] === subject.value);
    const rules = [...Map.groupBy(own, ({ labels }) => labels.rule ?? "")].flatMap(([rule, all]) => {
      const series = all.reduce((sum, { values }) => sum + (values[0] ?? 0), 0);
      const failure = failuresOf(group).find(({ label }) => all.some(({ labels }) => (labels[label] ?? "") !== ""));
      return rule === "" || reachOf(rule) === 0 || series > mostRecorded
        ? []
        : [{ subject, rule, failure: failure ?? null, series }];
    });
    const [best] = rules.toSorted(
      (a, b) =>
        Number(a.failure === null) - Number(b.failure === null) || a.series - b.series || (a.rule < b.rule ? -1 : 1),
    );
    return best ? [{ subject: best.subject, rule: best.rule, failure: best.failure }] : [];
  });
}

function rateQuestions(
  facts: Facts,
  upstream: UpstreamSetting,
  group: Group,
  { rule, failure }: Pick<Recorded, "rule" | "failure">,
  after: readonly string[],
): Question[] {
  const { recipe, label, matchers, extra, subjects } = group;
  const step = stepFor(facts.window, evaluation);
  const services = subjects.map(({ service, value }): RedSubject => ({ service, value }));
  const names = [...new Set(subjects.map(({ service }) => service.name))].join(", ");
  return (["rate", "errors"] as const).flatMap((role) => {
    if (role === "errors" && failure === null) return [];
    const failed =
      role === "errors" && failure ? [{ label: failure.label, op: "=~" as const, value: failure.failed }] : [];
    const title = `${role === "errors" ? "failed " : ""}${recipe.title}, as ${rule} records them`;
    return [
      question({
        upstream,
        slot: "spike",
        purpose: {
          ...{ kind: "red", recipe: `${recipe.name}, recorded`, role, unit: "per-second", title, label, services },
          scope: [rule, ...extra.map(({ label: each, value }) => `${each}=${value}`)].join(" "),
          ...{ interval: evaluation, rateWindow: reachOf(rule) },
        },
        call: {
          api: "prometheus-range",
          query: `sum by (${printLabel(label)}) (${selector(rule, [...matchers, ...failed])})`,
          step,
        },
        window: gridOf(facts.window, step, facts.now),
        why: `${title}, of ${names}: rates over ${printRange(reachOf(rule))}, instead of more series than are looked at`,
        after,
      }),
    ];
  });
}

export type ByRule = {
  readonly questions: readonly Question[];
  readonly unasked: readonly Unasked[];
  /** For which no rule is known; none as long as that is asked. */
  readonly left: readonly MetricSubject[];
};

/** What has too many series, from the rules that sum it; what those leave out is said. */
export function planByRule(
  facts: Facts,
  upstream: UpstreamSetting,
  tooMany: readonly MetricSubject[],
  after: readonly string[],
): ByRule {
  const groups = countedIn(tooMany);
  if (groups.length === 0) return { questions: [], unasked: [], left: tooMany };
  const probe = ruleQuestion(facts, upstream, groups, after);
  const answered = facts.evidence.find(({ question: { id } }) => id === probe.id);
  if (!answered) return { questions: [probe], unasked: [], left: [] };
  const found = groups.flatMap((group, index) => recordedIn(group, index, answered));
  const alike = Map.groupBy(found, ({ subject: { family, label, extra }, rule, failure }) =>
    JSON.stringify([family, label, extra, rule, failure]),
  );
  const questions = [...alike.values()].flatMap((same) => {
    const [head] = same;
    const group = groups.find(({ subjects }) => head && subjects.includes(head.subject));
    const own =
      group &&
      groupOf(
        group.recipe,
        same.map(({ subject }) => subject),
      );
    return head && own ? rateQuestions(facts, upstream, own, head, [probe.id]) : [];
  });
  const isFound = new Set(found.map(({ subject }) => serviceKey(subject.service)));
  return {
    questions: [probe, ...questions],
    unasked: found.map(({ subject, rule, failure }) => ({
      kind: "gap",
      slot: "spike",
      reason: "over-budget",
      text: `${subject.family} of ${subject.service.name} has ${subject.series.toLocaleString("en-US")} series, so only what the rule ${rule} records of it was read: ${failure === null ? "no failures and " : ""}no latency.`,
      next: "Record its latency by a rule, drop a label of many values, or map the service to fewer series.",
    })),
    left: tooMany.filter(({ service }) => !isFound.has(serviceKey(service))),
  };
}
