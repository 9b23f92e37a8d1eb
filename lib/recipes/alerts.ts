/** What was alerting in the window: Alertmanager's own word, and Prometheus' record, which outlives it. */
import type { Question } from "@/lib/evidence";
import { upstreamsOf } from "@/lib/recipes/facts";
import { gridOf, printRange, stepFor } from "@/lib/recipes/grid";
import { question } from "@/lib/recipes/question";
import type { EnvironmentSetting } from "@/lib/setting";
import { type Instant, second, type Window } from "@/lib/signal/time";

/** Evaluations of rules are this near to one another, or nearer than the eye can tell. */
const finest = 15 * second;
const firing = 'ALERTS{alertstate="firing"}';

/**
 * Wide steps look at all that lies between two points, as the plain series does at one: through a subquery, since rules
 * may be evaluated more rarely than the step and a bare range would then be empty at every other point.
 */
function alertsQuery(step: number): string {
  if (step <= finest) return firing;
  const every = Math.max(finest, Math.ceil(step / 40 / finest) * finest);
  return `max_over_time(${firing}[${printRange(step)}:${printRange(every)}])`;
}

export function planAlerts(
  environment: EnvironmentSetting,
  window: Window,
  now: Instant,
  after: readonly string[],
): Question[] {
  const active = upstreamsOf(environment, "alertmanager").map((upstream) =>
    question({
      upstream,
      slot: "alerts",
      purpose: { kind: "alerts" },
      call: { api: "alertmanager-alerts" },
      text: "GET /api/v2/alerts",
      window,
      why: "alerts active in the window",
      after,
    }),
  );
  const step = stepFor(window, 15 * second, 180);
  const history = upstreamsOf(environment, "prometheus").map((upstream) =>
    question({
      upstream,
      slot: "alerts",
      purpose: { kind: "alert-history" },
      // Alertmanager forgets an alert the moment it resolves (measured); this series does not.
      call: { api: "prometheus-range", query: alertsQuery(step), step },
      window: gridOf(window, step, now),
      why: "alerts that fired in the window, also those that have resolved",
      after,
    }),
  );
  return [...active, ...history];
}
