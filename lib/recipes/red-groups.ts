/** The recipes in order of trust, and which services one part of a question can ask for. */
import type { MetricSubject } from "@/lib/identity/metric-subject";
import { commonNaming, type Family } from "@/lib/identity/naming";
import { printMatcher, regexAlternatives } from "@/lib/query/promql";
import type { Recipe } from "@/lib/recipes/recipe";
import { redEdge } from "@/lib/recipes/red-edge";
import { redGrpc } from "@/lib/recipes/red-grpc";
import { redHttp } from "@/lib/recipes/red-http";
import { redMesh } from "@/lib/recipes/red-mesh";
import { redOtel } from "@/lib/recipes/red-otel";
import { redSpring } from "@/lib/recipes/red-spring";
import { spanMetrics } from "@/lib/recipes/span-metrics";
import type { Matcher } from "@/lib/signal/labels";

/** What a service counts itself, what is counted beside it, before it, and last what is made from kept spans. */
export const recipes: readonly Recipe[] = [
  ...redOtel,
  ...redHttp,
  ...redSpring,
  ...redGrpc,
  ...redMesh,
  ...redEdge,
  ...spanMetrics,
];

/** `target_info` counts nothing: it tells of whom the series of its `job` are. */
export const families: readonly Family[] = [
  { names: ["target_info"], naming: commonNaming },
  ...recipes.map(({ counter, native, naming }) => ({ names: native ? [counter, native] : [counter], naming })),
];

/** The services one part of a question asks for: one recipe, one label, one narrowing. */
export type Group = {
  readonly recipe: Recipe;
  /** The counter as a native histogram. */
  readonly isNative: boolean;
  readonly label: string;
  readonly subjects: readonly MetricSubject[];
  /** What narrows all of them, beside the label's value: their namespace, the rest of a mapping. */
  readonly extra: readonly Matcher[];
  /** Everything a series must match: value, narrowing, and what the recipe asks for. */
  readonly matchers: readonly Matcher[];
};

/** "otel-http", and what narrows it: what tells one group from all others in one answer. */
export const tagOf = ({ recipe, isNative, label, extra }: Group): string =>
  [recipe.name, ...(isNative ? ["native"] : []), label, ...extra.map(printMatcher)].join(" ");

export function groupsOf(subjects: readonly MetricSubject[], among: readonly Recipe[] = recipes): Group[] {
  return among.flatMap((recipe) => {
    const own = subjects.filter(({ family }) => family === recipe.counter || family === recipe.native);
    // Both kinds of one histogram count the same requests: the classic one is taken.
    const classic = new Set(own.flatMap((each) => (each.family === recipe.counter ? [keyOf(each)] : [])));
    const once = own.filter((each) => each.family === recipe.counter || !classic.has(keyOf(each)));
    const alike = Map.groupBy(once, ({ family, label, extra }) => JSON.stringify([family, label, extra]));
    return [...alike.values()].flatMap((group) => groupOf(recipe, group) ?? []);
  });
}
const keyOf = ({ service, label, value, extra }: MetricSubject): string =>
  JSON.stringify([service, label, value, extra]);

/** `subjects`: of this recipe, with one family, label and narrowing; none = no group. */
export function groupOf(recipe: Recipe, subjects: readonly MetricSubject[]): Group | undefined {
  const head = subjects[0];
  if (!head) return undefined;
  const { label, extra, family } = head;
  const values = [...new Set(subjects.map(({ value }) => value))].sort();
  const matcher: Matcher =
    values.length === 1
      ? { label, op: "=", value: values[0] ?? "" }
      : { label, op: "=~", value: regexAlternatives(values) };
  const isNative = family === recipe.native;
  return { recipe, isNative, label, subjects, extra, matchers: [matcher, ...extra, ...recipe.only] };
}
