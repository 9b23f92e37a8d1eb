/** Single requests behind the latency, with their trace ids: one question for all histograms of an upstream. */
import type { Question } from "@/lib/evidence";
import { selector } from "@/lib/query/promql";
import type { Facts } from "@/lib/recipes/facts";
import { question } from "@/lib/recipes/question";
import { type Group, groupsOf } from "@/lib/recipes/red-groups";
import type { Measured } from "@/lib/recipes/red-interval";
import type { UpstreamSetting } from "@/lib/setting";
import { minute, toInstant, type Window } from "@/lib/signal/time";

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

const bucketsOf = ({ time }: Measured): string | null =>
  time === null || "gauge" in time.latency || time.form === "quantiles" || time.form === "mean"
    ? null
    : time.form === "native"
      ? time.latency.histogram
      : `${time.latency.histogram}_bucket`;

/** Only the selectors of an expression matter to this API (measured), so neither interval nor failures' label does. */
export function exemplarQuestions(facts: Facts, upstream: UpstreamSetting, parts: readonly Measured[]): Question[] {
  const told = [...Map.groupBy(parts, (part) => bucketsOf(part)).entries()].flatMap(([metric, same]) =>
    metric === null
      ? []
      : groupsOf(same.flatMap(({ group }) => group.subjects)).map((group): Group & { metric: string } => ({
          ...group,
          metric,
        })),
  );
  const [first] = told;
  if (!first) return [];
  return [
    question({
      upstream,
      slot: "spike",
      purpose: {
        kind: "exemplars",
        recipe: first.recipe.name,
        label: first.label,
        services: told.flatMap(({ subjects, label }) =>
          subjects.map(({ service, value }) => ({ service, value, label })),
        ),
      },
      call: {
        api: "prometheus-exemplars",
        query: told.map(({ metric, matchers }) => selector(metric, matchers)).join("\n  or "),
      },
      window: exemplarWindow(facts.window, facts.focus),
      why: "single requests behind the latency, with their trace ids",
      after: [...new Set(parts.flatMap(({ cites }) => cites))],
    }),
  ];
}
