/** One day of the shop with four incidents: one that goes on, three that were over hours ago, each with its own leads. */
import type { DemoEnvironment, Lead } from "@/lib/demo/environment";
import { tailSampling } from "@/lib/demo/environment";
import { spentConnections } from "@/lib/demo/incidents/spent-connections";
import { stalledSaga } from "@/lib/demo/incidents/stalled-saga";
import { vanishedError } from "@/lib/demo/incidents/vanished-error";
import { wrongArgumentsIncident } from "@/lib/demo/incidents/wrong-arguments";
import { keptRequests, lastAlert, linkOf, printFiring } from "@/lib/demo/leads";
import type { Request } from "@/lib/demo/request";
import { toolThatFails } from "@/lib/demo/scenarios/shop-agent";
import { shopDay } from "@/lib/demo/scenarios/shop-day";
import { shopEnvironment } from "@/lib/demo/scenarios/shop-environments";
import { confirms, withSaga } from "@/lib/demo/scenarios/shop-saga";
import type { Incident } from "@/lib/demo/script";
import type { World } from "@/lib/demo/world";
import { hour, type Instant, minute, second, shift } from "@/lib/signal/time";

type Told = {
  readonly incident: Incident;
  /** The span in which its requests fail. */
  readonly step: string;
  readonly title: string;
  readonly alert: string;
  /** How long before zero it was. */
  readonly ago: number;
};

const database: Told = {
  ...{ incident: spentConnections, step: "SELECT orders", title: "An order that could not be read" },
  ...{ alert: "PostgresConnectionsOfOneService", ago: 0 },
};
const vanished: Told = {
  ...{ incident: vanishedError, step: "CreateOrder", title: "A checkout that failed without a word" },
  ...{ alert: "CheckoutServerErrors", ago: 5 * hour },
};
const saga: Told = {
  ...{ incident: stalledSaga, step: confirms, title: "A payment whose confirmation failed" },
  ...{ alert: "saga-order-stalled", ago: 7.5 * hour },
};
const agent: Told = {
  ...{ incident: wrongArgumentsIncident, step: toolThatFails, title: "A question the assistant did not answer" },
  ...{ alert: "AssistantTurnsFail", ago: 2.5 * hour },
};

const earlier = ({ incident, ago }: Told): Incident => ({
  ...incident,
  script: incident.script.map(({ at, what }) => ({ at: at - ago, what })),
});

/** Ten minutes in, or just now where it has not gone on for so long. */
function leadsOf({ step, title, alert, ago }: Told, world: World, now: Instant): Lead[] {
  const zero = shift(world.zero, -ago);
  const until = Math.min(now - 90 * second, zero + 10 * minute);
  const isMeant = (request: Request): boolean =>
    request.take.spans.findLast(({ failure }) => failure !== null)?.name === step;
  const failed = world
    .finished({ from: zero, to: shift(zero, until - zero) })
    .findLast((request) => isMeant(request) && world.isTraceKept(request));
  const fired = lastAlert({ ...world, zero }, now, alert);
  const traceId = failed?.traceId ?? null;
  return [
    ...(failed && traceId ? [{ title, text: traceId, traceId, note: null }] : []),
    ...(fired
      ? [{ title: `The alert ${fired.name}, ${printFiring(fired, now)}`, text: linkOf(fired), traceId, note: null }]
      : []),
  ];
}

function healthyLeads(world: World, now: Instant): Lead[] {
  const healthy = keptRequests(world, now, ({ failed, take }) => !failed && !take.batch);
  const lead = (title: string, request: Request | undefined): Lead[] =>
    request ? [{ title, text: request.traceId, traceId: request.traceId, note: null }] : [];
  // One of the first of its batch: of whom a batch comes, its page names the first.
  const taken = keptRequests(world, now, ({ take }) => take.batch !== null)
    .flatMap((batch) => batch.taken().slice(0, 8))
    .find(({ request }) => !request.failed && world.isTraceKept(request));
  return [
    ...lead("A checkout that goes on in another trace", taken?.request),
    ...lead("A request that went well", healthy[0]),
  ];
}

const of = (told: readonly Told[]) => ({
  ...shopEnvironment,
  scenario: shopDay,
  incidents: told.map(earlier),
  leads: (world: World, now: Instant) => [
    ...told.flatMap((each) => leadsOf(each, world, now)),
    ...healthyLeads(world, now),
  ],
  history: 9 * hour,
  sampling: tailSampling,
  settings: {},
  rehearsal: null,
});

export const shopDayEnvironment: DemoEnvironment = {
  ...of([database, agent, vanished, saga]),
  scenario: withSaga(shopDay),
  name: "shop-day",
  story: "The shop on another day: its database is out of connections, and three incidents are over.",
  seed: 5,
};

/** Each by itself, going on. */
const alone = (told: Told, name: string): DemoEnvironment => ({
  ...of([{ ...told, ago: 0 }]),
  name,
  story: "",
  seed: 6,
});
export const databaseAlone = alone(database, "spent-connections");
export const vanishedAlone = alone(vanished, "vanished-error");
export const agentAlone = alone(agent, "wrong-arguments");
