/**
 * An alert that names no service -> how every service of the environment fared around its onset: who there is, then the
 * requests, failures and where the alert is about time, the mean latency of all of them, a question each.
 */
import type { Evidence, Question } from "@/lib/evidence";
import { metricCensus, subjectsOfCensus } from "@/lib/identity/census";
import { matches } from "@/lib/identity/mapped";
import { rowOfProbe } from "@/lib/identity/metric-probe";
import type { MetricSubject } from "@/lib/identity/metric-subject";
import { type Facts, momentOf, upstreamsOf } from "@/lib/recipes/facts";
import { holding } from "@/lib/recipes/held";
import { question } from "@/lib/recipes/question";
import type { Failure, Recipe } from "@/lib/recipes/recipe";
import { groupsOf, recipes } from "@/lib/recipes/red-groups";
import { chosen, type Measured, type TimeTold } from "@/lib/recipes/red-interval";
import { affordable, redQuestions } from "@/lib/recipes/red-questions";
import type { MappingSetting, UpstreamSetting } from "@/lib/setting";
import { serviceKey } from "@/lib/signal/service";
import { second } from "@/lib/signal/time";

/** A counter's rates can be compared; CloudWatch's sums come a quarter of an hour late. */
const counted: readonly Recipe[] = recipes.filter(({ kind }) => kind === "counter");
const families = counted.map(({ counter, native, naming }) => ({
  names: native ? [counter, native] : [counter],
  naming,
}));
/** Label sets told at most: a hundred services in three families of ten namespaces. */
const mostRows = 3_000;
/** Services compared; each is two series more to be fooled by. */
const mostServices = 100;
/** Between samples, taken for granted: a rate over four of them still holds two where a minute lies between. ms */
const interval = 30 * second;

/** What is put, and what it would be on a page of those services: the purpose by which its answer is judged. */
type Comparison = { readonly put: Question; readonly as: Question };

export type Movers = {
  readonly questions: readonly Question[];
  readonly comparisons: readonly Comparison[];
  /** Everyone who counts requests, and those of them who were not looked at, since their series are too many. */
  readonly services: number;
  readonly left: number;
  /** Every answer that tells who there is has come. */
  readonly isCounted: boolean;
};

/** `facts`: without subjects; its focus is the onset, its window what is compared. `isTime`: the alert is about seconds. */
export function moverQuestions(facts: Facts, isTime: boolean): Movers {
  const stores = upstreamsOf(facts.environment, "prometheus");
  const each = stores.map((upstream) => {
    const census = censusQuestion(facts, upstream);
    const told = facts.evidence.find(({ question: { id } }) => id === census.id);
    return { census, told, of: told ? comparedIn(facts, upstream, told, isTime) : null };
  });
  const comparisons = each.flatMap(({ of }) => of?.comparisons ?? []);
  const names = new Set(each.flatMap(({ of }) => of?.names ?? []));
  const asked = new Set(each.flatMap(({ of }) => of?.asked ?? []));
  return {
    questions: [...each.map(({ census }) => census), ...comparisons.map(({ put }) => put)],
    comparisons,
    services: names.size,
    left: [...names].filter((name) => !asked.has(name)).length,
    isCounted: each.every(({ told }) => told !== undefined),
  };
}

const censusQuestion = (facts: Facts, upstream: UpstreamSetting): Question =>
  question({
    ...{ upstream, slot: "spike", purpose: { kind: "identity", signal: "alerts", label: "any" } },
    call: { api: "prometheus-instant", query: metricCensus(families), at: momentOf(facts), limit: mostRows },
    ...{ window: null, after: facts.cites },
    why: "which services count requests here, as neither labels nor expression of the alert name one",
  });

/** In brackets: the same asked for a lane of the page is another question, with a purpose of its own. */
const comparison = (upstream: UpstreamSetting, as: Question): Comparison => ({
  as,
  put: question({
    ...{ upstream, slot: "spike", purpose: { kind: "identity", signal: "alerts", label: "any" } },
    call: as.call.api === "prometheus-range" ? { ...as.call, query: `(${as.call.query})` } : as.call,
    ...{ window: as.window, after: as.after },
    why: `whose ${as.purpose.kind === "red" ? as.purpose.title : "series"} moved when the alert's value did`,
  }),
});

type Compared = {
  readonly comparisons: readonly Comparison[];
  readonly names: readonly string[];
  readonly asked: readonly string[];
};
const held = holding<Compared>();

function comparedIn(facts: Facts, upstream: UpstreamSetting, told: Evidence, isTime: boolean): Compared {
  const { answer, question: census } = told;
  if (answer.kind !== "series") return { comparisons: [], names: [], asked: [] };
  return held(told, JSON.stringify([facts.window, facts.now, isTime]), () => {
    const rows = answer.series.map(({ labels, values }) => rowOfProbe(labels, values[0] ?? 0));
    const all = subjectsOfCensus(rows, families).map((subject) => renamed(subject, facts.environment.mappings));
    const best = chosen(measuredAs(all, isTime, census.id)).flatMap(({ group }) => group.subjects);
    const names = [...new Set(best.map(({ service }) => serviceKey(service)))];
    const near = new Set(names.slice(0, mostServices));
    const { asked } = affordable(groupsOf(best.filter(({ service }) => near.has(serviceKey(service)))));
    const red = redQuestions(facts, upstream, measuredAs(asked, isTime, census.id)).filter(
      ({ purpose }) => purpose.kind === "red" && purpose.role !== "other",
    );
    const comparisons = red.map((as) => comparison(upstream, as));
    return { comparisons, names, asked: [...new Set(asked.map(({ service }) => serviceKey(service)))] };
  });
}

/** What a mapping of the metrics gives to a service is that service's. */
function renamed(subject: MetricSubject, mappings: readonly MappingSetting[]): MetricSubject {
  const own = { [subject.label]: subject.value, __name__: subject.family };
  const mapping = mappings.find(
    ({ signal, matchers }) => signal === "metrics" && matchers.every((matcher) => matches(own, matcher)),
  );
  if (!mapping) return subject;
  const slash = mapping.service.lastIndexOf("/");
  const namespace = slash > 0 ? mapping.service.slice(0, slash) : null;
  return { ...subject, service: { name: mapping.service.slice(slash + 1), namespace } };
}

const measuredAs = (subjects: readonly MetricSubject[], isTime: boolean, census: string): Measured[] =>
  groupsOf(subjects).map((group) => {
    const series = group.subjects.reduce((sum, each) => sum + each.series, 0);
    return {
      group,
      interval,
      error: anyOf(group.recipe.errors),
      time: isTime ? meanOf(group.recipe, series) : null,
      cites: [census],
    };
  });

/** Under whichever label failures are told: those that do not exist match nothing. */
const anyOf = (failures: readonly Failure[]): Failure | null =>
  failures
    .flatMap(flat)
    .reduceRight<Failure | null>((also, { label, failed }) => ({ label, failed, ...(also ? { also } : {}) }), null);
const flat = ({ label, failed, also }: Failure): Failure[] => [{ label, failed }, ...(also ? flat(also) : [])];

const meanOf = ({ latency }: Recipe, series: number): TimeTold | null =>
  latency.flatMap((each): TimeTold[] => ("histogram" in each ? [{ latency: each, form: "mean", series }] : []))[0] ??
  null;
