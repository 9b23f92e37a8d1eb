/**
 * Rate, errors and latency of all services on the path, in as few range questions as can be: one a role for all families
 * and labels that are sampled alike.
 *
 *   otel-http by job ─┐
 *   grpc-go by app   ─┼─ or ─▶ by subject: "payment", "cart", "payment (istio …)"
 *   istio by …       ─┘
 */
import type { Purpose, Question, RedSubject } from "@/lib/evidence";
import type { MetricSubject } from "@/lib/identity/metric-subject";
import { printLabel, printMatcher, selector } from "@/lib/query/promql";
import type { Facts } from "@/lib/recipes/facts";
import { gridOf, printRange, rateWindowFor, stepFor } from "@/lib/recipes/grid";
import { question } from "@/lib/recipes/question";
import type { Failure } from "@/lib/recipes/recipe";
import { type Group, tagOf } from "@/lib/recipes/red-groups";
import type { Measured } from "@/lib/recipes/red-interval";
import { renamed } from "@/lib/recipes/red-united";
import type { UpstreamSetting } from "@/lib/setting";
import type { Matcher } from "@/lib/signal/labels";
import { type Service, serviceKey } from "@/lib/signal/service";
import { second } from "@/lib/signal/time";

type Red = Extract<Purpose, { kind: "red" }>;
type Role = Red["role"];

/** Of 12 range questions an investigation may put to one Prometheus (two waves of six): the rest asks for versions and saturation. */
const mostQuestions = 7;
/** From here on a rate is looked at once a range, not once a sample: a quarter of the samples touched, and still no gap. */
export const manySeries = 4_000;
/** More series than this are not asked for at all: at a look a range they are 3.6 million samples in 45 minutes of 15 s. */
export const mostSeries = 20_000;

/** What one question may unite: one interval, and all requests or those of kept traces only. */
type Unit = {
  readonly parts: readonly Measured[];
  readonly interval: number;
};

const isKept = ({ group }: Measured): boolean => group.recipe.layer === "spans";

/** By interval and by what is counted. While that makes too many questions, the finest intervals go with the next coarser. */
function unitsOf(parts: readonly Measured[]): Unit[] {
  let units = [...Map.groupBy(parts, (part) => JSON.stringify([isKept(part), part.interval])).values()].map(
    (group): Unit => ({ parts: group, interval: group[0]?.interval ?? 0 }),
  );
  for (;;) {
    const asked = units.reduce((sum, { parts: own }) => sum + rolesOf(own).length, 0);
    const finest = units
      .toSorted((a, b) => a.interval - b.interval)
      .find((unit) => units.some((other) => other.interval > unit.interval && alike(other, unit)));
    if (asked <= mostQuestions || !finest) return units.toSorted((a, b) => a.interval - b.interval);
    const coarser = units
      .filter((other) => other.interval > finest.interval && alike(other, finest))
      .toSorted((a, b) => a.interval - b.interval)[0];
    if (!coarser) return units;
    units = [
      ...units.filter((unit) => unit !== finest && unit !== coarser),
      { parts: [...finest.parts, ...coarser.parts], interval: coarser.interval },
    ];
  }
}
const alike = (a: Unit, b: Unit): boolean => a.parts.some(isKept) === b.parts.some(isKept);

const timeRole = ({ time }: Measured): Role | null => {
  if (time === null) return null;
  if ("gauge" in time.latency) return time.latency.role;
  return time.form === "mean" || time.series > mostSeries ? "latency-mean" : "latency-p99";
};
const hasRole: Readonly<Partial<Record<Role, (part: Measured) => boolean>>> = {
  rate: () => true,
  errors: ({ error }) => error !== null,
  "latency-p99": (part) => timeRole(part) === "latency-p99",
  "latency-mean": (part) => timeRole(part) === "latency-mean",
  other: ({ group, error }) => group.recipe.mistakes !== null && error !== null,
};
const roles = ["rate", "errors", "latency-p99", "latency-mean", "other"] as const;
const rolesOf = (parts: readonly Measured[]): Role[] =>
  roles.filter((role) => parts.some((part) => hasRole[role]?.(part)));

/** What a series of this role is, in words; the role alone says the rest. */
function titleOf(role: Role, { group: { recipe }, time }: Measured): string {
  switch (role) {
    case "rate":
      return recipe.title;
    case "errors":
      return `failed ${recipe.title}`;
    case "other":
      return recipe.mistakes?.title ?? "";
    case "latency-mean":
      return time?.form === "mean"
        ? "mean latency, as no buckets are kept"
        : time?.form === "gauge"
          ? "mean latency"
          : "mean latency, as its buckets are too many series";
    default:
      if (recipe.layer === "messaging") return "p99 time per message";
      return time?.form === "quantiles" ? "p99 latency of the slowest instance" : "p99 latency";
  }
}

/** Where one question unites what is counted differently; each service then has a title of its own. */
const mixedTitles: Readonly<Record<Role, string>> = {
  rate: "requests",
  errors: "failed requests",
  "error-ratio": "failed requests",
  "latency-p50": "median latency",
  "latency-p99": "p99 latency",
  "latency-mean": "mean latency",
  saturation: "saturation",
  other: "requests a client got wrong",
};

/** `rate(a[60s])`, and with a second condition `(rate(a[60s]) or rate(b[60s]))`: series that meet both count once. */
export function failing(rate: (more: readonly Matcher[]) => string, failure: Failure): string {
  const all: string[] = [];
  for (let each: Failure | undefined = failure; each; each = each.also)
    all.push(rate([{ label: each.label, op: "=~", value: each.failed }]));
  return all.length === 1 ? (all[0] ?? "") : `(${all.join(" or ")})`;
}

/** The expression of one part for one role, by the part's own label. */
function expressionOf(role: Role, { group, error, time, interval }: Measured, rateWindow: number): string {
  const { recipe, isNative, matchers } = group;
  const by = printLabel(group.label);
  const range = printRange(rateWindow);
  const rate = (metric: string | null, more: readonly Matcher[] = []): string =>
    `rate(${selector(metric, [...matchers, ...more])}[${range}])`;
  const isGauge = recipe.kind === "gauge";
  const counter = isNative && recipe.native ? recipe.native : recipe.counter;
  const counted = (inner: string): string => {
    const sum = `sum by (${by}) (${inner})`;
    if (isGauge) return `${sum} / ${Math.round(interval / second)}`;
    return isNative ? `histogram_count(${sum})` : sum;
  };
  const each = (more: readonly Matcher[]): string => {
    const name = more.some(({ label }) => label === "__name__") ? null : counter;
    return isGauge ? selector(name, [...matchers, ...more]) : rate(name, more);
  };
  if (role === "rate") return counted(each([]));
  if (role === "errors") return counted(error ? failing(each, error) : each([]));
  if (role === "other")
    return counted(each([{ label: error?.label ?? "", op: "!~", value: recipe.mistakes?.not ?? "" }]));
  if (!time) return counted(each([]));
  const inSeconds = (text: string): string =>
    time.latency.perSecond === 1 ? text : `${text} / ${time.latency.perSecond}`;
  if ("gauge" in time.latency) return inSeconds(`max by (${by}) (${selector(time.latency.gauge, matchers)})`);
  const { histogram } = time.latency;
  if (role === "latency-mean")
    return inSeconds(
      time.form === "native"
        ? `histogram_avg(sum by (${by}) (${rate(histogram)}))`
        : `sum by (${by}) (${rate(`${histogram}_sum`)}) / sum by (${by}) (${rate(`${histogram}_count`)})`,
    );
  if (time.form === "quantiles")
    return inSeconds(
      `max by (${by}) (${selector(histogram, [...matchers, { label: "quantile", op: "=", value: "0.99" }])})`,
    );
  return inSeconds(
    time.form === "native"
      ? `histogram_quantile(0.99, sum by (${by}) (${rate(histogram)}))`
      : `histogram_quantile(0.99, sum by (le, ${by}) (${rate(`${histogram}_bucket`)}))`,
  );
}

/** What follows a name where two parts of a unit hold the same: another namespace, another kind of request. */
function suffixOf(part: Measured, parts: readonly Measured[]): string {
  const values = new Set(part.group.subjects.map(({ value }) => value));
  const isShared = parts.some((other) => other !== part && other.group.subjects.some(({ value }) => values.has(value)));
  return isShared ? ` (${tagOf(part.group)})` : "";
}

const distinct = (subjects: readonly MetricSubject[]): Service[] => [
  ...new Map(subjects.map(({ service }) => [serviceKey(service), service])).values(),
];

const seriesOf = (role: Role, parts: readonly Measured[]): number =>
  parts.reduce((sum, { group, time }) => {
    const counted = group.subjects.reduce((all, { series }) => all + series, 0);
    return sum + (role === "latency-p99" ? (time?.series ?? 0) : counted);
  }, 0);

function unitQuestions(facts: Facts, upstream: UpstreamSetting, { parts, interval }: Unit): Question[] {
  const [first] = parts;
  if (!first) return [];
  const isUnited = parts.length > 1;
  const names = [...new Set(parts.map(({ group }) => group.recipe.name))].join(", ");
  // Rates and failures of one unit belong together, and with no other unit's.
  const recipe = isUnited ? `${names}, every ${printRange(interval)}` : names;
  const label = isUnited ? "subject" : first.group.label;
  const scope = isUnited ? "" : first.group.extra.map(printMatcher).join(",");
  return rolesOf(parts).map((role) => {
    const own = parts.filter((part) => hasRole[role]?.(part));
    const closest = stepFor(facts.window, interval);
    const step = seriesOf(role, own) > manySeries ? stepFor(facts.window, rateWindowFor(interval, closest)) : closest;
    const rateWindow = rateWindowFor(interval, step);
    const titles = new Set(own.map((part) => titleOf(role, part)));
    const title = titles.size === 1 ? ([...titles][0] ?? "") : mixedTitles[role];
    const expressions = own.map((part) => {
      const text = expressionOf(role, part, rateWindow);
      return isUnited ? renamed(text, "subject", part.group.label, suffixOf(part, parts)) : text;
    });
    const services = own.flatMap((part) =>
      part.group.subjects.map(({ service, value }): RedSubject => {
        const said = titles.size > 1 ? { title: titleOf(role, part) } : {};
        return { service, value: isUnited ? `${value}${suffixOf(part, parts)}` : value, ...said };
      }),
    );
    const asked = distinct(own.flatMap(({ group }) => group.subjects));
    const labels = [...new Set(own.map(({ group }) => group.label))];
    const isChosen = own.some(({ group }) => group.subjects.some(({ basis }) => basis === "chosen"));
    return question({
      upstream,
      slot: "spike",
      purpose: {
        kind: "red",
        recipe,
        role,
        unit: role.startsWith("latency") ? "seconds" : "per-second",
        title,
        label,
        scope,
        services,
        interval,
        rateWindow,
      },
      call: { api: "prometheus-range", query: expressions.join("\nor "), step },
      window: gridOf(facts.window, step, facts.now),
      why: `${title} of ${asked.length === 1 ? asked[0]?.name : `${asked.length} services`}, by ${labels.join(", ")}${isChosen ? ", as chosen by you" : ""}`,
      after: own.flatMap(({ cites }) => cites),
    });
  });
}

export const redQuestions = (facts: Facts, upstream: UpstreamSetting, parts: readonly Measured[]): Question[] =>
  unitsOf(parts).flatMap((unit) => unitQuestions(facts, upstream, unit));

/**
 * The groups without those services whose series are too many for one question: they are named, and a rule that records
 * their sum is asked for. The others share what is left, in the order of the path.
 */
export function affordable(groups: readonly Group[]): {
  readonly asked: MetricSubject[];
  readonly tooMany: MetricSubject[];
} {
  const asked: MetricSubject[] = [];
  const tooMany: MetricSubject[] = [];
  let sum = 0;
  for (const subject of groups.flatMap(({ subjects }) => subjects)) {
    if (sum + subject.series > mostSeries) tooMany.push(subject);
    else {
      sum += subject.series;
      asked.push(subject);
    }
  }
  return { asked, tooMany };
}
