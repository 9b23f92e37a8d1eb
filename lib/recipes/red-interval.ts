/**
 * How often each service's counter is sampled, under which label it tells failures, and in which form time: one instant
 * question an upstream, read service by service. What differs in any of them is asked for apart.
 */
import type { Evidence, Question } from "@/lib/evidence";
import { printLabel, selector } from "@/lib/query/promql";
import { type Facts, momentOf } from "@/lib/recipes/facts";
import { printRange, usualInterval } from "@/lib/recipes/grid";
import { onceFor } from "@/lib/recipes/held";
import { question } from "@/lib/recipes/question";
import type { Failure, Latency } from "@/lib/recipes/recipe";
import { type Group, groupOf, recipes } from "@/lib/recipes/red-groups";
import { marked, markOf } from "@/lib/recipes/red-united";
import type { UpstreamSetting } from "@/lib/setting";
import type { Matcher } from "@/lib/signal/labels";
import type { Series } from "@/lib/signal/series";
import { serviceKey } from "@/lib/signal/service";
import { minute, second } from "@/lib/signal/time";

const probeRange = 5 * minute;
/** As fine as the finest usual scrape of a pod that is minutes old; 20 looks at each series. */
const look = 15 * second;
/** CloudWatch's periods are a minute or five, and late by up to fifteen. */
const gaugeRange = 30 * minute;

const forms = ["buckets", "native", "quantiles", "mean"] as const;
type Form = (typeof forms)[number] | "gauge";
/** Where time is told for one service, in how many series. */
export type TimeTold = { readonly latency: Latency; readonly form: Form; readonly series: number };

const formSelector = (histogram: string, form: (typeof forms)[number], matchers: readonly Matcher[]): string => {
  switch (form) {
    case "buckets":
      return selector(`${histogram}_bucket`, matchers);
    case "native":
      return selector(histogram, [...matchers, { label: "quantile", op: "=", value: "" }]);
    case "quantiles":
      return selector(histogram, [...matchers, { label: "quantile", op: "=", value: "0.99" }]);
    case "mean":
      return selector(`${histogram}_count`, matchers);
  }
};

/** What is asked of one group, each answer under a mark of its own. */
function operandsOf(group: Group, index: number): string[] {
  const { recipe, isNative, label, matchers } = group;
  const by = printLabel(label);
  const counter = isNative && recipe.native ? recipe.native : recipe.counter;
  const mark = (expression: string, about: string): string => marked(expression, "probe", markOf(recipe, index, about));
  const range = printRange(probeRange);
  const samples = (more: readonly Matcher[]): string =>
    `max by (${by}) (count_over_time(${selector(counter, [...matchers, ...more])}[${range}]))`;
  const times = `timestamp(${selector(counter, matchers)})[${range}:${printRange(look)}]`;
  const sampled =
    recipe.kind === "gauge"
      ? [mark(`max by (${by}) (changes(${selector(counter, matchers)}[${printRange(gaugeRange)}]))`, "changes")]
      : [
          mark(samples([]), "samples"),
          mark(`max by (${by}) (max_over_time(${times}) - min_over_time(${times}))`, "span"),
        ];
  const failures = recipe.errorsCertain
    ? []
    : recipe.errors.map((error) =>
        mark(samples([{ label: error.label, op: "!=", value: "" }]), `failures in ${error.label}`),
      );
  // As the probe for names: what fell silent a moment ago still tells.
  const count = (series: string): string => `max_over_time(count by (${by}) (${series})[2m:1m])`;
  const times_ = recipe.latency.flatMap((latency) =>
    "gauge" in latency
      ? [mark(count(selector(latency.gauge, matchers)), `gauge ${latency.gauge}`)]
      : forms.map((form) =>
          mark(count(formSelector(latency.histogram, form, matchers)), `${form} of ${latency.histogram}`),
        ),
  );
  return [...sampled, ...failures, ...times_];
}

const queryOf = onceFor((groups: readonly Group[]) => groups.flatMap(operandsOf).join("\nor "));

/** By each group's label: samples in five minutes, the seconds between first and last, and which labels and forms exist. */
export function intervalQuestion(
  facts: Facts,
  upstream: UpstreamSetting,
  groups: readonly Group[],
  after: readonly string[],
): Question {
  const names = [...new Set(groups.map(({ recipe }) => recipe.counter))];
  return question({
    upstream,
    slot: "spike",
    purpose: {
      kind: "interval",
      recipe: [...new Set(groups.map(({ recipe }) => recipe.name))].join(", "),
      label: groups[0]?.label ?? "",
    },
    call: { api: "prometheus-instant", query: queryOf(groups), at: momentOf(facts) },
    window: null,
    why: `how often ${names.join(", ")} ${names.length === 1 ? "is" : "are"} sampled, under which label failures are told, and in which form time`,
    after,
  });
}

/** The services of one group that are alike in all of it. */
export type Measured = {
  readonly group: Group;
  /** ms between samples; of a gauge ms of a period. */
  readonly interval: number;
  readonly error: Failure | null;
  readonly time: TimeTold | null;
  readonly cites: readonly string[];
};

/** Fewer samples than that tell no distance. */
const leastSamples = 3;
/** A span below this share of the range: its series began, or ended, within it. */
const wholeSpan = 0.8;
/** Intervals this near to each other are one: a scrape that failed is no other interval. */
const nearEnough = 0.7;

/**
 * ms between samples; undefined where they are too young to tell. A series that fills the range tells by its number; one
 * that is minutes old by the distance of its first from its last: after a rollout 12 samples in five minutes are 15 s apart.
 */
function spacingOf(samples: number, spanMs: number | undefined): number | undefined {
  if (spanMs === undefined || spanMs >= wholeSpan * probeRange) return probeRange / samples;
  if (samples < leastSamples && spanMs >= probeRange / 2) return probeRange / samples;
  return samples >= leastSamples && spanMs > 0 ? spanMs / (samples - 1) : undefined;
}

/** Each distance -> the usual interval of those near to it, the most frequent of them deciding. */
function intervalsOf(spacings: readonly number[]): (spacing: number) => number {
  const heads: number[] = [];
  for (const spacing of spacings.toSorted((a, b) => a - b))
    if (!heads.some((head) => head / spacing >= nearEnough)) heads.push(spacing);
  return (spacing) => usualInterval(heads.find((head) => head / spacing >= nearEnough) ?? spacing);
}

/** The first histogram whose distribution is told; else a quantile ready made; else the mean. */
function timeOf({ recipe }: Group, of: (about: string) => number | undefined): TimeTold | null {
  const told = recipe.latency.flatMap((latency): TimeTold[] => {
    const seen = (form: Form, about: string): TimeTold[] => {
      const series = of(about) ?? 0;
      return series > 0 ? [{ latency, form, series }] : [];
    };
    return "gauge" in latency
      ? seen("gauge", `gauge ${latency.gauge}`)
      : forms.flatMap((form) => seen(form, `${form} of ${latency.histogram}`));
  });
  const order: readonly Form[] = ["buckets", "native", "quantiles", "gauge", "mean"];
  return order.flatMap((form) => told.find((each) => each.form === form) ?? [])[0] ?? null;
}

/** The groups, split where interval, error label or form of time differ. A service without samples falls away. */
export function measured(groups: readonly Group[], evidence: Evidence): Measured[] {
  return groups.flatMap((group, index) => measuredGroup(group, index, evidence));
}

function measuredGroup(group: Group, index: number, evidence: Evidence): Measured[] {
  if (evidence.answer.kind !== "series") return [];
  const { recipe } = group;
  const rows = Map.groupBy(evidence.answer.series, ({ labels }) => labels[group.label]);
  const read = group.subjects.flatMap((subject) => {
    const own = rows.get(subject.value) ?? [];
    const of = (about: string): number | undefined =>
      highest(own.filter(({ labels }) => labels.probe === markOf(recipe, index, about)));
    const isGauge = recipe.kind === "gauge";
    const samples = of(isGauge ? "changes" : "samples");
    if (samples === undefined || samples === 0) return [];
    const span = of("span");
    const spacing = isGauge ? gaugeRange / samples : spacingOf(samples, span === undefined ? undefined : span * second);
    const error =
      recipe.errors.find(({ label }) => recipe.errorsCertain || (of(`failures in ${label}`) ?? 0) > 0) ?? null;
    return [{ subject, error, samples, spacing, time: timeOf(group, of) }];
  });
  const spacings = read.flatMap(({ spacing }) => spacing ?? []);
  const intervalOf = intervalsOf(spacings);
  // Too young to tell: as often as its neighbours of the same family; alone, as often as its samples allow.
  const neighbours = Math.min(...spacings);
  const known = read.map(({ spacing, samples, ...each }) => ({
    ...each,
    interval: intervalOf(spacing ?? (Number.isFinite(neighbours) ? neighbours : probeRange / samples)),
  }));
  const alike = Map.groupBy(known, ({ error, interval, time }) =>
    JSON.stringify([error, interval, time?.form ?? null, time?.latency ?? null]),
  );
  return [...alike.values()].flatMap((same): Measured[] => {
    const again = groupOf(
      recipe,
      same.map(({ subject }) => subject),
    );
    const [head] = same;
    if (!again || !head) return [];
    const series = same.reduce((sum, { time }) => sum + (time?.series ?? 0), 0);
    const { interval, error, time } = head;
    return [{ group: again, interval, error, time: time && { ...time, series }, cites: [evidence.question.id] }];
  });
}

const highest = (series: readonly Series[]): number | undefined =>
  series.reduce<number | undefined>((most, { values }) => {
    const value = values[0] ?? undefined;
    return value === undefined || (most !== undefined && most >= value) ? most : value;
  }, undefined);

const rank = ({ group, error }: Measured): number =>
  recipes.indexOf(group.recipe) + (error === null ? recipes.length : 0);

/**
 * Where a service's numbers come from. HTTP and RPC counters of its own count different requests: of each kind the first
 * that tells failures. Without any that does, one family alone, again the first that tells failures, else the first at all.
 * Messages are shown beside, whether or not any has failed yet: their label for failures is born with the first.
 */
export function chosen(all: readonly Measured[]): Measured[] {
  const taken = new Map<string, Set<Group["recipe"]>>();
  const services = new Set(all.flatMap(({ group }) => group.subjects.map(({ service }) => serviceKey(service))));
  for (const key of services) {
    const own = all
      .filter(({ group }) => group.subjects.some(({ service }) => serviceKey(service) === key))
      .toSorted((a, b) => rank(a) - rank(b));
    const telling = own.filter(({ error }) => error !== null);
    const kinds = (["http", "rpc"] as const).flatMap(
      (layer) => telling.find(({ group }) => group.recipe.layer === layer) ?? [],
    );
    const messages = own.filter(({ group }) => group.recipe.layer === "messaging").slice(0, 1);
    const served = own.filter(({ group }) => group.recipe.layer !== "messaging");
    const best = kinds.length > 0 ? kinds : served.slice(0, 1);
    taken.set(key, new Set([...best, ...messages].map(({ group }) => group.recipe)));
  }
  return all.flatMap((candidate) => {
    const { recipe, subjects } = candidate.group;
    const again = groupOf(
      recipe,
      subjects.filter(({ service }) => taken.get(serviceKey(service))?.has(recipe)),
    );
    return again ? [{ ...candidate, group: again }] : [];
  });
}
