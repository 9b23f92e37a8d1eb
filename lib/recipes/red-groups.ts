/** The recipes in order of trust, and which services one question can ask for. */
import type { MetricSubject } from "@/lib/identity/metric-subject";
import { regexAlternatives } from "@/lib/query/promql";
import type { Recipe } from "@/lib/recipes/recipe";
import { redHttp } from "@/lib/recipes/red-http";
import { redRpc } from "@/lib/recipes/red-rpc";
import { spanMetrics } from "@/lib/recipes/span-metrics";
import type { Matcher } from "@/lib/signal/labels";

/** What a service counts itself comes before what is made from kept spans. */
export const recipes: readonly Recipe[] = [...redHttp, ...redRpc, ...spanMetrics];

/** The services one question asks for: one recipe, one label, one narrowing. */
export type Group = {
  readonly recipe: Recipe;
  readonly label: string;
  readonly subjects: readonly MetricSubject[];
  /** What narrows all of them, beside the label's value: their namespace, the rest of a mapping. */
  readonly extra: readonly Matcher[];
  /** Everything a series must match: value, narrowing, and what the recipe asks for. */
  readonly matchers: readonly Matcher[];
};

export function groupsOf(subjects: readonly MetricSubject[]): Group[] {
  return recipes.flatMap((recipe) => {
    const own = subjects.filter(({ family }) => family === recipe.counter);
    const alike = Map.groupBy(own, ({ label, extra }) => JSON.stringify([label, extra]));
    return [...alike.values()].flatMap((group) => groupOf(recipe, group) ?? []);
  });
}

/** `subjects`: of this recipe, with one label and narrowing; none = no group. */
export function groupOf(recipe: Recipe, subjects: readonly MetricSubject[]): Group | undefined {
  const head = subjects[0];
  if (!head) return undefined;
  const { label, extra } = head;
  const values = [...new Set(subjects.map(({ value }) => value))].sort();
  const matcher: Matcher =
    values.length === 1
      ? { label, op: "=", value: values[0] ?? "" }
      : { label, op: "=~", value: regexAlternatives(values) };
  return { recipe, label, subjects, extra, matchers: [matcher, ...extra, ...recipe.only] };
}
