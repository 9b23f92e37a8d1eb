/**
 * Out of stock: a campaign is published, its prize is gone within minutes, and from zero on a good part of the plays is
 * aborted. Nothing crashes and no answer is a 5xx: the BFF says 409, Core's gRPC code says `Aborted`.
 */

import { raises } from "@/lib/demo/own-script";
import { invalidSpin, outOfStockFailure, staffLines } from "@/lib/demo/scenarios/prize-game";
import {
  bffErrorRate,
  bffLatency,
  coreErrorRate,
  deadLetters,
  outOfStock,
  rejections,
  retryStorm,
} from "@/lib/demo/scenarios/prize-game-rules";
import { at, type Fault, fires, type Happening, type Incident } from "@/lib/demo/script";
import type { Failure } from "@/lib/demo/telemetry";
import { hour, minute, second } from "@/lib/signal/time";

const play = "POST /v1/games/{id}/play";
const claim = "POST /v1/prizes/{id}/claim";

type Struck = Pick<Fault, "routes" | "step" | "share" | "takes" | "lasts"> & {
  readonly fails: Failure;
  readonly text: string;
};
const strikes = ({ text, ...struck }: Struck): Fault => ({
  ...struck,
  kind: "fault",
  service: "core",
  says: [{ after: 3, level: "warn", text }],
});

export const outOfStockIncident: Incident = {
  name: "out-of-stock",
  story: "The prize of a new campaign has run out: plays are aborted.",
  script: [
    at(-3 * minute, raises(staffLines, "campaign", 1, { lasts: second })),
    at(
      0,
      strikes({
        routes: [play],
        step: "reserve prize",
        share: 0.45,
        takes: null,
        fails: outOfStockFailure,
        text: "prize p-118 is out of stock, play aborted",
        lasts: null,
      }),
    ),
    // A rate over five minutes passes 0.2 a second one minute in, a share of 5 % half a minute earlier.
    at(minute, fires(outOfStock, null)),
    at(85 * second, fires(coreErrorRate, null)),
  ],
};

/** What went wrong earlier that day, each with its alerts. */
const slowDatabase: readonly Happening[] = [
  at(
    -13 * hour,
    strikes({
      routes: [play, claim],
      step: "reserve prize",
      share: 0.4,
      takes: 2_400,
      fails: { type: "PoolTimeout", message: "no free connection", status: 503, code: "Unavailable" },
      text: "waited 2s for a database connection: pool is exhausted",
      lasts: 25 * minute,
    }),
  ),
];

const partnerDown: readonly Happening[] = [
  at(
    -9 * hour,
    strikes({
      routes: [claim],
      step: "deliver",
      share: 0.6,
      takes: 5_000,
      fails: { type: "PartnerTimeout", message: "partner did not answer", status: 504, code: "DeadlineExceeded" },
      text: "partner webhook timed out, will retry",
      lasts: 30 * minute,
    }),
  ),
];

const badClient: readonly Happening[] = [
  at(
    -5 * hour,
    strikes({
      routes: [play],
      step: "anti-cheat",
      share: 0.3,
      takes: null,
      fails: invalidSpin,
      text: "play rejected: spin token does not match",
      lasts: 25 * minute,
    }),
  ),
];

export const earlierThatDay: Incident = {
  name: "earlier-that-day",
  story: "A slow database, a partner that was down, a client that sent wrong tokens.",
  script: [
    ...slowDatabase,
    at(-13 * hour + 90 * second, fires(bffErrorRate, 17.25 * minute, { job: "player-bff" })),
    at(-13 * hour + 45 * second, fires(bffLatency, 19 * minute, { job: "player-bff" })),
    ...partnerDown,
    at(
      -9 * hour + 30 * second,
      fires(deadLetters, 39.5 * minute, { job: "core", instance: "core:9091", outcome: "dead" }),
    ),
    at(-9 * hour + minute, fires(retryStorm, 23.25 * minute, { job: "core", instance: "core:9091", outcome: "retry" })),
    ...badClient,
    at(-5 * hour + 75 * second, fires(rejections, 22.5 * minute)),
  ],
};
