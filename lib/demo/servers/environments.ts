/** The demo's installations, and the YAML that connects a console to them. */
import { zeroOf } from "@/lib/demo/clock";
import type { DemoEnvironment, Lead } from "@/lib/demo/environment";
import { casinoEnvironment } from "@/lib/demo/scenarios/casino-environments";
import { flashPipelineEnvironment } from "@/lib/demo/scenarios/flash-pipeline-environments";
import { prizeGameEnvironment, tracedPrizeGameEnvironment } from "@/lib/demo/scenarios/prize-game-environments";
import { scoringEnvironment } from "@/lib/demo/scenarios/scoring-environments";
import { shopDayEnvironment } from "@/lib/demo/scenarios/shop-day-environments";
import { quietEnvironment, shopEnvironment } from "@/lib/demo/scenarios/shop-environments";
import { createWorld, type World } from "@/lib/demo/world";
import type { Instant } from "@/lib/signal/time";

/** The first is what the first page shows. */
export const demoEnvironments: readonly DemoEnvironment[] = [
  shopEnvironment,
  quietEnvironment,
  shopDayEnvironment,
  prizeGameEnvironment,
  tracedPrizeGameEnvironment,
  flashPipelineEnvironment,
  scoringEnvironment,
  casinoEnvironment,
];

export type DemoLead = Lead & { readonly environment: string };

/** The world of an environment of a demo that started at `start`. */
export const worldOf = ({ scenario, incidents, seed, history, sampling }: DemoEnvironment, start: Instant): World =>
  createWorld(scenario, incidents, { seed, zero: zeroOf(start), history, sampling });

/** As in a file's `environments`, for a listener at `url`; `more` stands with each upstream. */
export const environmentsAt = (
  url: string,
  more: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    demoEnvironments.map(({ name, backends, settings }) => [
      name,
      { upstreams: backends.map((kind) => ({ kind, url: `${url}/${name}/${kind}`, ...more })), ...settings },
    ]),
  );
