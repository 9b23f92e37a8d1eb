/** Rate, errors and latency of every service on the path: identity -> sample interval -> one question a role and family. */
import type { Evidence, Question, Unasked } from "@/lib/evidence";
import { type MetricSubject, metricProbe, metricSubjects } from "@/lib/identity/metrics";
import { regexAlternatives, selector } from "@/lib/query/promql";
import { evidenceOf, type Facts, upstreamsOf } from "@/lib/recipes/facts";
import { alignWithin, intervalFrom, printRange, rateWindowFor, stepFor } from "@/lib/recipes/grid";
import { question } from "@/lib/recipes/question";
import type { Recipe } from "@/lib/recipes/recipe";
import { redHttp } from "@/lib/recipes/red-http";
import { redRpc } from "@/lib/recipes/red-rpc";
import { spanMetrics } from "@/lib/recipes/span-metrics";
import type { UpstreamSetting } from "@/lib/setting";
import type { Labels, Matcher } from "@/lib/signal/labels";
import { serviceKey } from "@/lib/signal/service";
import { type Instant, minute, shift } from "@/lib/signal/time";

/** In order of trust: what a service counts itself comes before what is made from kept spans. */
export const recipes: readonly Recipe[] = [...redHttp, ...redRpc, ...spanMetrics];
const families = [...recipes.map(({ counter }) => counter), "target_info"];

const probeRange = 5 * minute;

/** The services one question asks for: one recipe, one label. */
export type Group = {
  readonly recipe: Recipe;
  readonly label: string;
  readonly subjects: readonly MetricSubject[];
  readonly matchers: readonly Matcher[];
};

/** When series of the lead's moment surely exist: a minute after its end, clipped to now; whole minutes, so that probes cache. */
const momentOf = ({ focus, now }: Facts): Instant => {
  const at = Math.min(focus.to + minute, now);
  return shift(at as Instant, -(at % minute));
};

export const identityQuestion = (facts: Facts, upstream: UpstreamSetting): Question => {
  const query = metricProbe(families, facts.subjects);
  return question({
    upstream,
    slot: "spike",
    purpose: { kind: "identity", signal: "metrics", label: "any" },
    call: { api: "prometheus-instant", query, at: momentOf(facts) },
    window: null,
    why: "which label of which known metric family names the services on the path",
    after: facts.cites,
  });
};

const rowsOfProbe = (evidence: readonly Evidence[]): Labels[] =>
  evidence.flatMap(({ answer }) => (answer.kind === "series" ? answer.series.map(({ labels }) => labels) : []));

export const subjectsIn = (facts: Facts, upstream: UpstreamSetting): MetricSubject[] =>
  metricSubjects(
    facts.subjects,
    rowsOfProbe(
      evidenceOf(facts, upstream.id, "identity").filter(
        ({ question: { purpose } }) => purpose.kind === "identity" && purpose.signal === "metrics",
      ),
    ),
    facts.environment.mappings,
  );

/** Services of one recipe and label are asked together; an ambiguous name travels with its namespace, alone. */
export function groupsOf(subjects: readonly MetricSubject[]): Group[] {
  return recipes.flatMap((recipe) => {
    const own = subjects.filter(({ family }) => family === recipe.counter);
    const byLabel = Map.groupBy(own, ({ label, extra }) => JSON.stringify([label, extra]));
    return [...byLabel.values()].flatMap((group) => {
      const head = group[0];
      if (!head) return [];
      const values = [...new Set(group.map(({ value }) => value))].sort();
      const matcher: Matcher =
        values.length === 1
          ? { label: head.label, op: "=", value: values[0] ?? "" }
          : { label: head.label, op: "=~", value: regexAlternatives(values) };
      return [{ recipe, label: head.label, subjects: group, matchers: [matcher, ...head.extra, ...recipe.only] }];
    });
  });
}

/** Measures the sample interval, and by the way tells which of the possible error labels exist. */
function intervalQuestion(facts: Facts, upstream: UpstreamSetting, group: Group, after: readonly string[]): Question {
  const { recipe, label, matchers } = group;
  const samples = (more: readonly Matcher[]): string =>
    `max by (${label}) (count_over_time(${selector(recipe.counter, [...matchers, ...more])}[${printRange(probeRange)}]))`;
  const marked = recipe.errors.map(
    (error) =>
      `label_replace(${samples([{ label: error.label, op: "!=", value: "" }])}, "error_label", "${error.label}", "", "")`,
  );
  const query = recipe.errorsCertain ? samples([]) : [...marked, samples([])].join("\n  or ");
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

type Measured = {
  readonly group: Group;
  readonly interval: number;
  readonly errorLabel: string | null;
  readonly cites: readonly string[];
};

function measured(group: Group, evidence: Evidence): Measured | undefined {
  if (evidence.answer.kind !== "series") return undefined;
  const { series } = evidence.answer;
  const samples = series.reduce((most, { values }) => Math.max(most, values[0] ?? 0), 0);
  if (samples === 0) return undefined;
  const labels = new Set(series.map(({ labels: { error_label } }) => error_label));
  const found = group.recipe.errors.find(({ label }) => group.recipe.errorsCertain || labels.has(label));
  return {
    group,
    interval: intervalFrom(samples, probeRange),
    errorLabel: found?.label ?? null,
    cites: [evidence.question.id],
  };
}

/** A service's numbers come from one family: the first that tells failures, else the first at all. */
function chosen(all: readonly Measured[]): Measured[] {
  const owner = new Map<string, Measured>();
  for (const candidate of [...all].sort((a, b) => rank(a) - rank(b))) {
    for (const { service } of candidate.group.subjects) {
      if (!owner.has(serviceKey(service))) owner.set(serviceKey(service), candidate);
    }
  }
  return all.flatMap((candidate) => {
    const subjects = candidate.group.subjects.filter(({ service }) => owner.get(serviceKey(service)) === candidate);
    const [again] = groupsOf(subjects).filter(({ recipe }) => recipe === candidate.group.recipe);
    return again ? [{ ...candidate, group: again }] : [];
  });
}
const rank = ({ group, errorLabel }: Measured): number =>
  recipes.indexOf(group.recipe) + (errorLabel === null ? recipes.length : 0);

function redQuestions(
  facts: Facts,
  upstream: UpstreamSetting,
  { group, interval, errorLabel, cites }: Measured,
): Question[] {
  const { recipe, label, matchers, subjects } = group;
  const step = stepFor(facts.window, interval);
  const window = alignWithin(facts.window, step, facts.now);
  const rateWindow = rateWindowFor(interval);
  const range = printRange(rateWindow);
  const services = subjects.map(({ service, value }) => ({ service, value }));
  const rate = (metric: string, more: readonly Matcher[] = []): string =>
    `rate(${selector(metric, [...matchers, ...more])}[${range}])`;
  const common = { upstream, slot: "spike" as const, window, after: cites };
  const purpose = { kind: "red" as const, recipe: recipe.name, label, services, interval, rateWindow };
  const series = (
    role: "rate" | "errors" | "latency-p99",
    query: string,
    title: string,
    unit: "per-second" | "seconds",
  ): Question =>
    question({
      ...common,
      purpose: { ...purpose, role, unit, title },
      call: { api: "prometheus-range", query, step },
      why: `${title} of ${services.length === 1 ? services[0]?.service.name : `${services.length} services`}, by ${label}`,
    });
  const quantile = (bucket: string, perSecond: number, at: number): string => {
    const query = `histogram_quantile(${at}, sum by (le, ${label}) (${rate(bucket)}))`;
    return perSecond === 1 ? query : `${query} / ${perSecond}`;
  };
  const error = recipe.errors.find((candidate) => candidate.label === errorLabel);
  return [
    series("rate", `sum by (${label}) (${rate(recipe.counter)})`, recipe.title, "per-second"),
    ...(error
      ? [
          series(
            "errors",
            `sum by (${label}) (${rate(recipe.counter, [{ label: error.label, op: "=~", value: error.failed }])})`,
            `failed ${recipe.title}`,
            "per-second",
          ),
        ]
      : []),
    ...(recipe.latency
      ? [
          series(
            "latency-p99",
            quantile(recipe.latency.bucket, recipe.latency.perSecond, 0.99),
            "p99 latency",
            "seconds",
          ),
        ]
      : []),
    ...(recipe.latency ? [exemplarQuestion(facts, upstream, group, recipe.latency.bucket, cites)] : []),
  ];
}

/** Ten minutes at the most: one histogram's exemplars of an hour weigh half a megabyte (measured). */
function exemplarQuestion(
  facts: Facts,
  upstream: UpstreamSetting,
  { recipe, label, matchers, subjects }: Group,
  bucket: string,
  after: readonly string[],
): Question {
  const half = 5 * minute;
  const from = Math.max(facts.window.from, facts.focus.from - half);
  const window = {
    from: shift(from as Instant, 0),
    to: shift(Math.min(from + 2 * half, facts.window.to) as Instant, 0),
  };
  return question({
    upstream,
    slot: "spike",
    purpose: {
      kind: "exemplars",
      recipe: recipe.name,
      label,
      services: subjects.map(({ service, value }) => ({ service, value })),
    },
    call: { api: "prometheus-exemplars", query: selector(bucket, matchers) },
    window,
    why: "single requests behind the latency, with their trace ids",
    after,
  });
}

/** What can be asked of one Prometheus now, and what cannot be asked at all. */
export function planRed(facts: Facts): { readonly questions: Question[]; readonly unasked: Unasked[] } {
  const questions: Question[] = [];
  const unasked: Unasked[] = [];
  for (const upstream of upstreamsOf(facts.environment, "prometheus")) {
    if (facts.subjects.length === 0) continue;
    const identity = identityQuestion(facts, upstream);
    questions.push(identity);
    const answered = facts.evidence.find(({ question: { id } }) => id === identity.id);
    if (!answered) continue;
    const subjects = subjectsIn(facts, upstream);
    const missing = facts.subjects.filter(
      ({ service }) => !subjects.some((subject) => serviceKey(subject.service) === serviceKey(service)),
    );
    if (missing.length > 0 && answered.answer.kind !== "gap")
      unasked.push(
        notFound(
          missing.map(({ service }) => service.name),
          upstream,
        ),
      );
    const groups = groupsOf(subjects);
    const intervals = groups.map((group) => ({
      group,
      question: intervalQuestion(facts, upstream, group, [identity.id]),
    }));
    questions.push(...intervals.map((item) => item.question));
    const answers = intervals.map(({ group, question: { id } }) => ({
      group,
      evidence: facts.evidence.find((item) => item.question.id === id),
    }));
    if (answers.some(({ evidence }) => evidence === undefined)) continue;
    const known = answers.flatMap(({ group, evidence }) => (evidence ? (measured(group, evidence) ?? []) : []));
    for (const item of chosen(known)) {
      questions.push(...redQuestions(facts, upstream, item));
      if (item.errorLabel === null) unasked.push(noErrors(item.group));
    }
  }
  return { questions, unasked };
}

const notFound = (names: readonly string[], upstream: UpstreamSetting): Unasked => ({
  kind: "gap",
  slot: "spike",
  reason: "not-linked",
  text: `No known metric family in ${upstream.name} names ${listed(names)}.`,
  next: "If it has metrics, name its label in a mapping of this environment.",
});
const noErrors = ({ recipe, subjects }: Group): Unasked => ({
  kind: "gap",
  slot: "spike",
  reason: "not-linked",
  text: `${recipe.counter} of ${listed(subjects.map(({ service }) => service.name))} carries no status label, so failures cannot be counted.`,
  next: `Looked for ${recipe.errors.map(({ label }) => label).join(", ")}.`,
});

export const listed = (names: readonly string[], most = 4): string =>
  names.length <= most ? names.join(", ") : `${names.slice(0, most).join(", ")} and ${names.length - most} others`;
