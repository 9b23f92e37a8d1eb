/** What a world of the demo has behind it when somebody looks, each by itself and going on: incidents of earlier that day. */
import type { DemoEnvironment, Lead } from "@/lib/demo/environment";
import { betsRejected, chatFull, earlierAtTheCasino, scraping } from "@/lib/demo/incidents/casino-day";
import { earlierThatDay } from "@/lib/demo/incidents/out-of-stock";
import { lastAlert, linkOf } from "@/lib/demo/leads";
import { casinoEnvironment } from "@/lib/demo/scenarios/casino-environments";
import { flashPipelineWith } from "@/lib/demo/scenarios/flash-pipeline";
import { flashPipelineEnvironment } from "@/lib/demo/scenarios/flash-pipeline-environments";
import { prizeGameEnvironment } from "@/lib/demo/scenarios/prize-game-environments";
import type { Happening, Incident } from "@/lib/demo/script";
import { newerSpelling } from "@/lib/demo/telemetry/own-prefix";
import type { World } from "@/lib/demo/world";
import { hour, type Instant, minute, second, shift } from "@/lib/signal/time";

/** What of it happened around `when`, an offset from its zero, at zero. */
const around = ({ name, story, script }: Incident, when: number, isMeant = (_: Happening) => true): Incident => ({
  name,
  story,
  script: script
    .filter((happening) => Math.abs(happening.at - when) < 45 * minute && isMeant(happening))
    .map(({ at, what }) => ({ at: at - when, what })),
});

const lead = (title: string, text: string | undefined): Lead[] =>
  text === undefined ? [] : [{ title, text, traceId: text, note: null }];

/** The last request of a route that went wrong while it was at its worst, or the alert of a name; then one that went well. */
const leadsBy =
  (route: string, alert: string | null = null): DemoEnvironment["leads"] =>
  (world: World, now: Instant) => {
    const until = Math.min(now - 90 * second, world.zero + 8 * minute);
    const ended = world
      .finished({ from: shift(world.zero, 2 * minute), to: shift(world.zero, until - world.zero) })
      .filter((request) => request.route === route && world.isTraceKept(request));
    const fired = alert === null ? undefined : lastAlert(world, now, alert);
    // Whatever failed of it, also after its answer.
    const broken = ended.findLast(({ take }) => take.spans.some(({ failure }) => failure !== null));
    const whole = ended.findLast(({ take }) => take.spans.every(({ failure }) => failure === null));
    return [
      ...(alert === null ? lead("What went wrong", broken?.traceId) : []),
      ...(fired ? [{ title: fired.name, text: linkOf(fired), traceId: null, note: null }] : []),
      ...lead("What went well", whole?.traceId),
    ];
  };

const play = "POST /v1/games/{id}/play";
const claim = "POST /v1/prizes/{id}/claim";
const game = (when: number, route: string): DemoEnvironment => ({
  ...prizeGameEnvironment,
  incidents: [around(earlierThatDay, when)],
  leads: leadsBy(route),
});
export const slowDatabaseAlone = game(-13 * hour, play);
export const partnerDownAlone = game(-9 * hour, claim);
export const badClientAlone = game(-5 * hour, play);

const casino = (incident: Incident, leads: DemoEnvironment["leads"]): DemoEnvironment => ({
  ...casinoEnvironment,
  incidents: [incident],
  leads,
});
export const betsRejectedAlone = casino(around(betsRejected, -2 * hour), leadsBy("bet"));
export const chatFullAlone = casino(around(chatFull, -3 * hour), leadsBy("chat", "ChatDown"));
export const depositsAlone = casino(
  around(earlierAtTheCasino, -4.5 * hour, ({ at }) => at < -4 * hour),
  leadsBy("deposit"),
);
export const spansLostAlone = casino(
  around(earlierAtTheCasino, -3.75 * hour, ({ at }) => at > -4 * hour),
  leadsBy("bet"),
);

/** Whoever places a bet meanwhile is well: what the front door tells stands beside it. */
export const oddsReadAlone = casino(
  around(earlierAtTheCasino, scraping, ({ at }) => at < -5 * hour),
  leadsBy("bet"),
);

export const newerPipeline: DemoEnvironment = {
  ...flashPipelineEnvironment,
  scenario: flashPipelineWith(newerSpelling),
};
