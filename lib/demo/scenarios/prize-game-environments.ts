/** The prize game as it is, and on the day Tempo is added: nothing else of its YAML changes. */
import type { DemoEnvironment, Lead } from "@/lib/demo/environment";
import { earlierThatDay, outOfStockIncident } from "@/lib/demo/incidents/out-of-stock";
import { keptRequests } from "@/lib/demo/leads";
import { prizeGame, tracedPrizeGame } from "@/lib/demo/scenarios/prize-game";
import type { World } from "@/lib/demo/world";
import { hour, type Instant } from "@/lib/signal/time";

const envelope = (traceId: string): string =>
  JSON.stringify({ data: null, error: { code: "out_of_stock", message: "prize is out of stock" }, trace_id: traceId });

function leads(world: World, now: Instant): Lead[] {
  const plays = keptRequests(world, now, ({ route }) => route.endsWith("/play"));
  const [first, second, third] = plays.filter(({ failed }) => failed);
  const fine = plays.find(({ failed }) => !failed);
  const lead = (title: string, traceId: string | undefined, text: (id: string) => string): Lead[] =>
    traceId === undefined ? [] : [{ title, text: text(traceId), traceId, note: null }];
  return [
    ...lead("An answer that a player got", first?.traceId, envelope),
    ...lead("A header of an answer", second?.traceId, (id) => `X-Trace-Id: ${id}`),
    ...lead("The id from a screenshot", third?.traceId, (id) => id),
    ...lead("A play that went well", fine?.traceId, (id) => id),
  ];
}

export const prizeGameEnvironment: DemoEnvironment = {
  name: "prize-game",
  story: "A game with prizes on a few hosts, without any trace: plays began to fail some minutes ago.",
  scenario: prizeGame,
  backends: ["prometheus", "loki"],
  incidents: [earlierThatDay, outOfStockIncident],
  seed: 11,
  history: 16 * hour,
  sampling: { traces: { ok: 1, failed: 1 }, lines: 1 },
  settings: {},
  leads,
  rehearsal: null,
};

export const tracedPrizeGameEnvironment: DemoEnvironment = {
  ...prizeGameEnvironment,
  name: "prize-game-tempo",
  story: "The same game on the day Tempo was added.",
  scenario: tracedPrizeGame,
  backends: [...prizeGameEnvironment.backends, "tempo"],
  seed: 12,
};
