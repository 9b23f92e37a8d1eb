/** The scoring engine: an error report with a correlation id in it, and no trace anywhere. */
import type { DemoEnvironment, Lead } from "@/lib/demo/environment";
import { networkError } from "@/lib/demo/incidents/network-error";
import { keptRequests, lastAlert, linkOf, printFiring } from "@/lib/demo/leads";
import { scoreRoute, scoring } from "@/lib/demo/scenarios/scoring";
import type { World } from "@/lib/demo/world";
import { hour, type Instant } from "@/lib/signal/time";

const report = (id: string): string =>
  `The dashboard only says "Network Error" when I complete a task. Correlation id: ${id}`;

function leads(world: World, now: Instant): Lead[] {
  const scored = keptRequests(world, now, ({ route }) => route === scoreRoute);
  const [first, second, third] = scored.filter(({ failed }) => failed);
  const fine = scored.find(({ failed }) => !failed);
  const line = second && world.linesOf(second).find(({ text }) => text.includes("Traceback"));
  const alert = lastAlert(world, now, "Http5xxRateHigh");
  const lead = (title: string, id: string | undefined, text: string | undefined): Lead[] =>
    id === undefined || text === undefined ? [] : [{ title, text, traceId: id, note: null }];
  return [
    ...lead("An error report", first?.traceId, first && report(first.traceId)),
    ...lead("A log line with its traceback", second?.traceId, line?.text),
    ...lead(alert ? `The alert ${alert.name}, ${printFiring(alert, now)}` : "", third?.traceId, alert && linkOf(alert)),
    ...lead("A task that was scored", fine?.traceId, fine?.traceId),
  ];
}

export const scoringEnvironment: DemoEnvironment = {
  name: "scoring",
  story: "A scoring engine with customers' own rules, known by correlation ids: browsers began to say Network Error.",
  scenario: scoring,
  backends: ["prometheus", "loki"],
  incidents: [networkError],
  seed: 21,
  history: 26 * hour,
  sampling: { traces: { ok: 1, failed: 1 }, lines: 1 },
  // That a published strategy is a change, and where else its people look: nobody can infer that.
  settings: {
    change_streams: [
      {
        name: "strategies",
        query: '{compose_service="game-api"} |= "published" | json',
        kind: "config",
        service_field: "compose_service",
        title_field: "message",
      },
    ],
    links: [
      { title: "Sentry", url: "https://sentry.game.example/issues/?query=correlation_id:{id}&start={from}&end={to}" },
      {
        title: "Strategy traces",
        url: "https://api.game.example/api/v1/strategies/custom/{line.strategy_id}/metrics?correlation_id={id}&service={service}&from={from}&to={to}",
      },
    ],
  },
  leads,
  rehearsal: null,
};
