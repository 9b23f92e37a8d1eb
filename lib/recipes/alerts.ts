/** What was alerting in the window: Alertmanager's own word, and Prometheus' record, which outlives it. */
import type { Question } from "@/lib/evidence";
import { upstreamsOf } from "@/lib/recipes/facts";
import { alignWithin, stepFor } from "@/lib/recipes/grid";
import { question } from "@/lib/recipes/question";
import type { EnvironmentSetting } from "@/lib/setting";
import { type Instant, second, type Window } from "@/lib/signal/time";

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
      call: { api: "prometheus-range", query: 'ALERTS{alertstate="firing"}', step },
      window: alignWithin(window, step, now),
      why: "alerts that fired in the window, also those that have resolved",
      after,
    }),
  );
  return [...active, ...history];
}
