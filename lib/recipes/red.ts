/** Rate, errors and latency of every service on the path: identity -> sample interval -> one question a role and family. */
import type { Evidence, Question, Unasked } from "@/lib/evidence";
import { mappingsOf } from "@/lib/identity/mapped";
import type { MetricSubject } from "@/lib/identity/metric-subject";
import { type Ambiguous, metricProbe, readMetricRows } from "@/lib/identity/metrics";
import { printLabel, printMatcher, selector } from "@/lib/query/promql";
import { evidenceOf, type Facts, momentOf, upstreamsOf } from "@/lib/recipes/facts";
import { gridOf, printRange, rateWindowFor, stepFor } from "@/lib/recipes/grid";
import { question } from "@/lib/recipes/question";
import { type Group, groupsOf, recipes } from "@/lib/recipes/red-groups";
import { chosen, intervalQuestion, type Measured, measured } from "@/lib/recipes/red-interval";
import type { UpstreamSetting } from "@/lib/setting";
import type { Labels, Matcher } from "@/lib/signal/labels";
import { type Service, serviceKey } from "@/lib/signal/service";
import { minute, toInstant, type Window } from "@/lib/signal/time";

const families = [...recipes.map(({ counter }) => counter), "target_info"];

export const identityQuestion = (facts: Facts, upstream: UpstreamSetting): Question => {
  const query = metricProbe(families, facts.subjects, facts.environment.mappings);
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

const readingsIn = (facts: Facts, upstream: UpstreamSetting): ReturnType<typeof readMetricRows> =>
  readMetricRows(
    facts.subjects,
    rowsOfProbe(
      evidenceOf(facts, upstream.id, "identity").filter(
        ({ question: { purpose } }) => purpose.kind === "identity" && purpose.signal === "metrics",
      ),
    ),
    facts.environment.mappings,
  );

export const subjectsIn = (facts: Facts, upstream: UpstreamSetting): readonly MetricSubject[] =>
  readingsIn(facts, upstream).found;

function redQuestions(
  facts: Facts,
  upstream: UpstreamSetting,
  { group, interval, errorLabel, cites }: Measured,
): Question[] {
  const { recipe, label, extra, matchers, subjects } = group;
  const step = stepFor(facts.window, interval);
  const window = gridOf(facts.window, step, facts.now);
  const rateWindow = rateWindowFor(interval, step);
  const range = printRange(rateWindow);
  const services = subjects.map(({ service, value }) => ({ service, value }));
  const asked = distinct(subjects);
  const by = printLabel(label);
  const rate = (metric: string, more: readonly Matcher[] = []): string =>
    `rate(${selector(metric, [...matchers, ...more])}[${range}])`;
  const common = { upstream, slot: "spike" as const, window, after: cites };
  const scope = extra.map(printMatcher).join(",");
  const purpose = { kind: "red" as const, recipe: recipe.name, label, scope, services, interval, rateWindow };
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
      why: `${title} of ${asked.length === 1 ? asked[0]?.name : `${asked.length} services`}, by ${label}`,
    });
  const quantile = (bucket: string, perSecond: number, at: number): string => {
    const query = `histogram_quantile(${at}, sum by (le, ${by}) (${rate(bucket)}))`;
    return perSecond === 1 ? query : `${query} / ${perSecond}`;
  };
  const error = recipe.errors.find((candidate) => candidate.label === errorLabel);
  return [
    series("rate", `sum by (${by}) (${rate(recipe.counter)})`, recipe.title, "per-second"),
    ...(error
      ? [
          series(
            "errors",
            `sum by (${by}) (${rate(recipe.counter, [{ label: error.label, op: "=~", value: error.failed }])})`,
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
  ];
}

/** Weight of exemplars: one histogram's of an hour are half a megabyte (measured). */
const exemplarsAtMost = 30 * minute;
const exemplarsBefore = 5 * minute;
const exemplarsOtherwise = 10 * minute;

/**
 * All of a window of half an hour, else half an hour that begins five minutes before the lead. Where a link's window or a
 * skewed clock leaves nothing of that, the window's last ten minutes: never an empty or a reversed one.
 */
export function exemplarWindow(window: Window, focus: Window): Window {
  if (window.to > window.from && window.to - window.from <= exemplarsAtMost) return window;
  const start = focus.from - exemplarsBefore;
  const from = Math.max(window.from, start);
  const to = Math.min(window.to, start + exemplarsAtMost);
  if (from < to) return { from: toInstant(from), to: toInstant(to) };
  const last = window.to - exemplarsOtherwise;
  return { from: toInstant(window.from < window.to ? Math.max(window.from, last) : last), to: window.to };
}

/** All groups in one question: only the selectors of its expression matter to this API (measured). */
function exemplarQuestions(
  facts: Facts,
  upstream: UpstreamSetting,
  groups: readonly Group[],
  after: readonly string[],
): Question[] {
  const told = groups.flatMap(({ recipe, ...group }) =>
    recipe.latency ? [{ ...group, recipe, bucket: recipe.latency.bucket }] : [],
  );
  const [first] = told;
  if (!first) return [];
  const services = told.flatMap(({ subjects, label }) =>
    subjects.map(({ service, value }) => ({ service, value, label })),
  );
  const query = told.map(({ bucket, matchers }) => selector(bucket, matchers)).join("\n  or ");
  return [
    question({
      upstream,
      slot: "spike",
      purpose: { kind: "exemplars", recipe: first.recipe.name, label: first.label, services },
      call: { api: "prometheus-exemplars", query },
      window: exemplarWindow(facts.window, facts.focus),
      why: "single requests behind the latency, with their trace ids",
      after,
    }),
  ];
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
    const { found: subjects, ambiguous } = readingsIn(facts, upstream);
    unasked.push(...ambiguous.map(inSeveral), ...missingIn(facts, upstream, answered, subjects, ambiguous));
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
    const known = chosen(answers.flatMap(({ group, evidence }) => (evidence ? measured(group, evidence) : [])));
    for (const item of known) {
      questions.push(...redQuestions(facts, upstream, item));
      if (item.errorLabel === null) unasked.push(noErrors(item.group));
    }
    // Neither the interval nor the failures' label matters to exemplars: asked together again.
    const cites = [...new Set(known.flatMap((item) => item.cites))];
    const groupsAgain = groupsOf(known.flatMap(({ group: { subjects: own } }) => own));
    questions.push(...exemplarQuestions(facts, upstream, groupsAgain, cites));
  }
  return { questions, unasked };
}

const gap = (text: string, next: string): Unasked => ({ kind: "gap", slot: "spike", reason: "not-linked", text, next });

/** Services without series here. Of those with a mapping it is the mapping that matches nothing. */
function missingIn(
  facts: Facts,
  upstream: UpstreamSetting,
  { answer }: Evidence,
  subjects: readonly MetricSubject[],
  ambiguous: readonly Ambiguous[],
): Unasked[] {
  // An upstream without series says so in a gap as well, but a sick one denies nothing.
  if (answer.kind === "gap" && answer.reason !== "none-in-window") return [];
  const seen = new Set([...subjects, ...ambiguous].map(({ service }) => serviceKey(service)));
  const missing = facts.subjects.filter(({ service }) => !seen.has(serviceKey(service)));
  const isMapped = (subject: (typeof missing)[number]): boolean =>
    mappingsOf(subject, facts.environment.mappings).length > 0;
  const unnamed = missing.filter((subject) => !isMapped(subject)).map(({ service }) => service.name);
  return [
    ...(unnamed.length > 0
      ? [
          gap(
            `No known metric family in ${upstream.name} names ${listed(unnamed)}.`,
            "If it has metrics, name its label in a mapping of this environment.",
          ),
        ]
      : []),
    ...missing.filter(isMapped).map((subject) => {
      const mappings = mappingsOf(subject, facts.environment.mappings).map((all) => selector(null, all));
      return gap(
        `No series of a known metric family in ${upstream.name} matches the mapping ${mappings.join(" or ")} of ${subject.service.name}.`,
        "Correct the mapping, or remove it to have the label inferred.",
      );
    }),
  ];
}

const joined = (names: readonly string[]): string =>
  [names.slice(0, -1).join(", "), ...names.slice(-1)].filter((part) => part !== "").join(" and ");

const inSeveral = ({ service, namespaces }: Ambiguous): Unasked =>
  gap(
    `${service.name} exists in namespaces ${joined(namespaces)}; the trace does not tell which.`,
    "Name its labels in a mapping of this environment, or let the spans carry service.namespace or k8s.namespace.name.",
  );

const noErrors = ({ recipe, subjects }: Group): Unasked =>
  gap(
    `${recipe.counter} of ${listed(distinct(subjects).map(({ name }) => name))} carries no status label, so failures cannot be counted.`,
    `Looked for ${recipe.errors.map(({ label }) => label).join(", ")}.`,
  );

/** A mapping may give one service several values. */
const distinct = (subjects: readonly MetricSubject[]): Service[] => [
  ...new Map(subjects.map(({ service }) => [serviceKey(service), service])).values(),
];

export const listed = (names: readonly string[], most = 4): string =>
  names.length <= most ? names.join(", ") : `${names.slice(0, most).join(", ")} and ${names.length - most} others`;
