/** The incidents of the demo, a row each: where it happens, what must be named, and who had no part in it. */
import type { BackendKind, DemoEnvironment } from "@/lib/demo/environment";
import { lateRewards } from "@/lib/demo/incidents/late-rewards";
import { casinoEnvironment } from "@/lib/demo/scenarios/casino-environments";
import { flashPipelineEnvironment } from "@/lib/demo/scenarios/flash-pipeline-environments";
import { prizeGameEnvironment, tracedPrizeGameEnvironment } from "@/lib/demo/scenarios/prize-game-environments";
import { scoringEnvironment } from "@/lib/demo/scenarios/scoring-environments";
import { agentAlone, databaseAlone, vanishedAlone } from "@/lib/demo/scenarios/shop-day-environments";
import { shopEnvironment } from "@/lib/demo/scenarios/shop-environments";
import {
  badClientAlone,
  betsRejectedAlone,
  chatFullAlone,
  depositsAlone,
  newerPipeline,
  oddsReadAlone,
  partnerDownAlone,
  slowDatabaseAlone,
  spansLostAlone,
} from "@/test/incidents/alone";

export type Row = {
  readonly name: string;
  readonly environment: DemoEnvironment;
  /** Services that have no part in it: deployed by chance, a few minutes before or after. */
  readonly bystanders: readonly string[];
  /** Without these its lead is found nowhere: they are never what is missing. */
  readonly needs: readonly BackendKind[];
  /** What one of the first two findings must name; `told`: what a service is called this time. */
  readonly conclusion: (told: (service: string) => string) => RegExp;
};

export const rows: readonly Row[] = [
  {
    name: "silent-handshake",
    environment: shopEnvironment,
    bystanders: ["assistant", "cart"],
    needs: [],
    conclusion: (told) => new RegExp(`${told("payment")}.*(?:tls\\.handshake|9\\.2\\.0)`),
  },
  {
    name: "vanished-error",
    environment: vanishedAlone,
    needs: [],
    bystanders: ["assistant", "stock"],
    conclusion: (told) => new RegExp(`swallowed exception|${told("order")}.*(?:2\\.32\\.0|9c1f2ab)`),
  },
  {
    name: "spent-connections",
    environment: databaseAlone,
    needs: [],
    bystanders: ["payment", "cart"],
    conclusion: (told) => new RegExp(`${told("order")}.*(?:too many clients|killed for memory|2\\.33\\.0)`),
  },
  {
    name: "wrong-arguments",
    environment: agentAlone,
    needs: [],
    bystanders: ["cart", "payment"],
    conclusion: (told) => new RegExp(`${told("assistant")}.*(?:track_parcel|0\\.9\\.6)`),
  },
  {
    name: "out-of-stock",
    environment: prizeGameEnvironment,
    bystanders: ["admin-bff"],
    needs: ["loki"],
    conclusion: (told) => new RegExp(`${told("core")}.*(?:Aborted|play failed|out of stock)`),
  },
  {
    name: "out-of-stock, traced",
    environment: tracedPrizeGameEnvironment,
    bystanders: ["admin-bff"],
    needs: [],
    conclusion: (told) => new RegExp(`${told("core")}.*(?:Aborted|play failed|out of stock)`),
  },
  {
    name: "slow-database",
    environment: slowDatabaseAlone,
    bystanders: ["admin-bff"],
    needs: ["loki"],
    conclusion: (told) => new RegExp(`${told("core")}.*(?:Unavailable|play failed|pool is exhausted)`),
  },
  {
    name: "partner-down",
    environment: partnerDownAlone,
    bystanders: ["admin-bff"],
    needs: ["loki"],
    conclusion: (told) => new RegExp(`${told("core")}.*(?:partner webhook timed out|partner answered 504|retry|dead)`),
  },
  {
    name: "bad-client",
    environment: badClientAlone,
    bystanders: ["admin-bff"],
    needs: ["loki"],
    conclusion: (told) => new RegExp(`${told("core")}.*(?:InvalidArgument|spin token|play failed)`),
  },
  {
    name: "network-error",
    environment: scoringEnvironment,
    bystanders: ["game-identity"],
    needs: ["loki"],
    conclusion: (told) => new RegExp(`${told("game-api")}.*(?:errors rose|unsupported operand)|strategy weekend-boost`),
  },
  {
    name: "uploads-fail",
    environment: flashPipelineEnvironment,
    bystanders: ["flashcastr.api"],
    // The one holds the trace, the other all that is known of the consumer.
    needs: ["tempo", "prometheus"],
    conclusion: (told) => new RegExp(`${told("invaders.consumer")}, behind the queue.*circuit breaker is open`),
  },
  {
    name: "uploads-fail, newer names",
    environment: newerPipeline,
    bystanders: ["flashcastr.api"],
    needs: ["tempo", "prometheus"],
    conclusion: (told) => new RegExp(`${told("invaders.consumer")}, behind the queue.*circuit breaker is open`),
  },
  {
    name: "late-rewards",
    // What goes on now, and nothing before it.
    environment: { ...casinoEnvironment, incidents: [lateRewards] },
    needs: ["prometheus"],
    bystanders: ["bank-service", "sockets-service"],
    // Its alert names a consumer group: whose that is must be said.
    conclusion: (told) =>
      new RegExp(
        `RewardsConsumerLag watches rose.*${told("rewards-service")}|${told("rewards-service")}.*(?:select wager totals|2\\.8\\.0)`,
      ),
  },
  {
    name: "bets-rejected",
    environment: betsRejectedAlone,
    needs: [],
    bystanders: ["sockets-service"],
    conclusion: (told) =>
      new RegExp(
        `${told("bank-service")}.*(?:insert ledger entry|check constraint|5\\.4\\.0|bet could not be processed)`,
      ),
  },
  {
    name: "chat-full",
    environment: chatFullAlone,
    // The alert is all there is to begin with.
    needs: ["prometheus"],
    bystanders: ["rewards-service"],
    // Its alert names an address: whose that is must be said.
    conclusion: (told) =>
      new RegExp(
        `ChatDown watches fell.*${told("sockets-service")} errors|${told("sockets-service")}.*(?:accept|socket limit)`,
      ),
  },
  {
    name: "provider-down",
    environment: depositsAlone,
    needs: [],
    bystanders: ["sockets-service", "rewards-service"],
    conclusion: (told) =>
      new RegExp(`${told("bank-service")}.*(?:POST payments|api\\.payments\\.example|payment provider answered)`),
  },
  {
    name: "spans-lost",
    environment: spansLostAlone,
    needs: ["prometheus"],
    bystanders: ["sockets-service"],
    conclusion: () => /evidence itself is incomplete: otelcol_/,
  },
  {
    name: "odds-read",
    environment: oddsReadAlone,
    // The front door's log alone tells it, and none of its lines names a service.
    needs: ["loki"],
    bystanders: ["sockets-service"],
    conclusion: () => /429 answers rose .* in alb_logs \(of the whole log: .* went to 198\.51\.100\.23\./,
  },
];
