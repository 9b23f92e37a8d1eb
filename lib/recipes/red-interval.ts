/**
 * How often each service's counter is sampled, and under which label it tells failures: one instant question a group, read
 * service by service. What differs in either is asked for apart.
 */
import type { Evidence, Question } from "@/lib/evidence";
import { printLabel, selector } from "@/lib/query/promql";
import { type Facts, momentOf } from "@/lib/recipes/facts";
import { printRange, usualInterval } from "@/lib/recipes/grid";
import { question } from "@/lib/recipes/question";
import { type Group, groupOf, recipes } from "@/lib/recipes/red-groups";
import type { UpstreamSetting } from "@/lib/setting";
import type { Matcher } from "@/lib/signal/labels";
import type { Series } from "@/lib/signal/series";
import { serviceKey } from "@/lib/signal/service";
import { minute, second } from "@/lib/signal/time";

const probeRange = 5 * minute;
/** As fine as the finest usual scrape of a pod that is minutes old; 20 looks at each series. */
const look = 15 * second;

/**
 * Three things by the group's label: samples of the fullest series in the range; the seconds between the first and the
 * last of them (`measured="span"`), which a rollout makes shorter than the range; and for each possible error label
 * (`error_label="code"`) the samples that carry it.
 */
export function intervalQuestion(
  facts: Facts,
  upstream: UpstreamSetting,
  group: Group,
  after: readonly string[],
): Question {
  const { recipe, label, matchers } = group;
  const range = printRange(probeRange);
  const by = printLabel(label);
  const samples = (more: readonly Matcher[]): string =>
    `max by (${by}) (count_over_time(${selector(recipe.counter, [...matchers, ...more])}[${range}]))`;
  const times = `timestamp(${selector(recipe.counter, matchers)})[${range}:${printRange(look)}]`;
  const span = `max by (${by}) (max_over_time(${times}) - min_over_time(${times}))`;
  const marked = recipe.errorsCertain
    ? []
    : recipe.errors.map(
        (error) =>
          `label_replace(${samples([{ label: error.label, op: "!=", value: "" }])}, "error_label", "${error.label}", "", "")`,
      );
  const query = [...marked, `label_replace(${span}, "measured", "span", "", "")`, samples([])].join("\n  or ");
  return question({
    upstream,
    slot: "spike",
    purpose: { kind: "interval", recipe: recipe.name, label },
    call: { api: "prometheus-instant", query, at: momentOf(facts) },
    window: null,
    why: `how often ${recipe.counter} is sampled${recipe.errorsCertain ? "" : ", and under which label it tells failures"}`,
    after,
  });
}

export type Measured = {
  readonly group: Group;
  /** ms between samples. */
  readonly interval: number;
  readonly errorLabel: string | null;
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

/** The group, split where interval or error label differ between services. One without samples falls away. */
export function measured(group: Group, evidence: Evidence): Measured[] {
  if (evidence.answer.kind !== "series") return [];
  const rows = Map.groupBy(evidence.answer.series, ({ labels }) => labels[group.label]);
  const read = group.subjects.flatMap((subject) => {
    const own = rows.get(subject.value) ?? [];
    const samples = highest(own.filter(({ labels }) => !labels.measured && !labels.error_label));
    if (samples === undefined || samples === 0) return [];
    const span = highest(own.filter(({ labels }) => labels.measured === "span"));
    const present = new Set(own.map(({ labels }) => labels.error_label));
    const { errors, errorsCertain } = group.recipe;
    const errorLabel = errors.find(({ label }) => errorsCertain || present.has(label))?.label ?? null;
    const spacing = spacingOf(samples, span === undefined ? undefined : span * second);
    return [{ subject, errorLabel, samples, spacing }];
  });
  const spacings = read.flatMap(({ spacing }) => spacing ?? []);
  const intervalOf = intervalsOf(spacings);
  // Too young to tell: as often as its neighbours of the same family; alone, as often as its samples allow.
  const neighbours = Math.min(...spacings);
  const known = read.map(({ subject, errorLabel, samples, spacing }) => ({
    subject,
    errorLabel,
    interval: intervalOf(spacing ?? (Number.isFinite(neighbours) ? neighbours : probeRange / samples)),
  }));
  const alike = Map.groupBy(known, ({ errorLabel, interval }) => JSON.stringify([errorLabel, interval]));
  return [...alike.values()].flatMap((same): Measured[] => {
    const again = groupOf(
      group.recipe,
      same.map(({ subject }) => subject),
    );
    const [head] = same;
    return again && head
      ? [{ group: again, interval: head.interval, errorLabel: head.errorLabel, cites: [evidence.question.id] }]
      : [];
  });
}

const highest = (series: readonly Series[]): number | undefined =>
  series.reduce<number | undefined>((most, { values }) => {
    const value = values[0] ?? undefined;
    return value === undefined || (most !== undefined && most >= value) ? most : value;
  }, undefined);

/** A service's numbers come from one family: the first that tells failures, else the first at all. */
export function chosen(all: readonly Measured[]): Measured[] {
  const owner = new Map<string, Group["recipe"]>();
  for (const { group } of [...all].sort((a, b) => rank(a) - rank(b))) {
    for (const { service } of group.subjects)
      if (!owner.has(serviceKey(service))) owner.set(serviceKey(service), group.recipe);
  }
  return all.flatMap((candidate) => {
    const { recipe, subjects } = candidate.group;
    const again = groupOf(
      recipe,
      subjects.filter(({ service }) => owner.get(serviceKey(service)) === recipe),
    );
    return again ? [{ ...candidate, group: again }] : [];
  });
}
const rank = ({ group, errorLabel }: Measured): number =>
  recipes.indexOf(group.recipe) + (errorLabel === null ? recipes.length : 0);
