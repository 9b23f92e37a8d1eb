/**
 * Uploads fail: the gateway to IPFS hangs, the consumer fails one message after the other until its breaker opens, and the
 * queue before it grows. Whoever looks at the bot sees traces as healthy as ever.
 */

import { moves } from "@/lib/demo/own-script";
import {
  breakerState,
  consecutiveFailures,
  queueDepth,
  syncRoute,
  uploadStep,
} from "@/lib/demo/scenarios/flash-pipeline";
import { at, deploys, type Incident } from "@/lib/demo/script";
import { minute, second } from "@/lib/signal/time";

export const uploadsFail: Incident = {
  name: "uploads-fail",
  story: "The consumer's uploads to IPFS fail: its breaker opens, its queue grows.",
  script: [
    at(-9 * minute, deploys("flashcastr.api", "3.2.0", "e7714bd")), // innocent
    at(0, {
      kind: "fault",
      routes: [syncRoute],
      service: "invaders.consumer",
      step: uploadStep,
      share: 0.97,
      takes: 10_000,
      fails: { type: "UploadTimeout", message: "IPFS did not answer in 10 s", status: 504 },
      says: [],
      lasts: null,
    }),
    at(20 * second, moves(consecutiveFailures, 84, { over: 11 * minute })),
    at(50 * second, moves(breakerState, 1)),
    at(15 * second, moves(queueDepth, 486, { over: 12 * minute })),
  ],
};
