/** The pipeline: a trace of the bot that is well, and what stands behind its queue. */
import type { DemoEnvironment, Lead } from "@/lib/demo/environment";
import { uploadsFail } from "@/lib/demo/incidents/uploads-fail";
import { keptRequests } from "@/lib/demo/leads";
import { flashPipeline, leaderboardRoute, syncRoute } from "@/lib/demo/scenarios/flash-pipeline";
import type { World } from "@/lib/demo/world";
import { hour, type Instant } from "@/lib/signal/time";

function leads(world: World, now: Instant): Lead[] {
  const lead = (title: string, ofRoute: string): Lead[] => {
    const traceId = keptRequests(world, now, ({ route }) => route === ofRoute)[0]?.traceId;
    return traceId === undefined ? [] : [{ title, text: traceId, traceId, note: null }];
  };
  return [
    ...lead("A sync whose pictures never came", syncRoute),
    ...lead("A leaderboard that shows old flashes", leaderboardRoute),
  ];
}

export const flashPipelineEnvironment: DemoEnvironment = {
  name: "flash-pipeline",
  story: "A pipeline whose consumer sends no spans and whose lines nobody keeps: pictures stopped appearing.",
  scenario: flashPipeline,
  backends: ["prometheus", "tempo"],
  incidents: [uploadsFail],
  seed: 31,
  history: 26 * hour,
  sampling: { traces: { ok: 1, failed: 1 }, lines: 1 },
  // Who stands behind the queue: no span and no series tells it.
  settings: {
    neighbours: [
      { service: "invaders.bot", calls: "invaders.consumer", through: "flashes" },
      { service: "flashcastr.api", calls: "invaders.consumer" },
    ],
  },
  leads,
  rehearsal: null,
};
