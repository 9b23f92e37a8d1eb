/** The incidents of the demo, a row each: where it happens, what must be named, and who had no part in it. */
import type { BackendKind, DemoEnvironment } from "@/lib/demo/environment";
import { lateRewardsAlone } from "@/lib/demo/scenarios/casino-environments";
import { flashPipelineEnvironment } from "@/lib/demo/scenarios/flash-pipeline-environments";
import { prizeGameEnvironment } from "@/lib/demo/scenarios/prize-game-environments";
import { scoringEnvironment } from "@/lib/demo/scenarios/scoring-environments";
import { agentAlone, databaseAlone, vanishedAlone } from "@/lib/demo/scenarios/shop-day-environments";
import { shopEnvironment } from "@/lib/demo/scenarios/shop-environments";

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
    name: "out-of-stock",
    environment: prizeGameEnvironment,
    bystanders: ["bff"],
    needs: ["loki"],
    conclusion: (told) => new RegExp(`${told("core")}.*(?:Aborted|play failed|out of stock)`),
  },
  {
    name: "network-error",
    environment: scoringEnvironment,
    bystanders: ["game-identity"],
    needs: ["loki"],
    conclusion: (told) => new RegExp(`${told("game-api")}.*(?:errors rose|unsupported operand)`),
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
    name: "vanished-error",
    environment: vanishedAlone,
    needs: [],
    bystanders: ["assistant", "stock"],
    conclusion: (told) => new RegExp(`swallowed exception|${told("order")}.*2\\.32\\.0`),
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
    name: "late-rewards",
    environment: lateRewardsAlone,
    needs: ["prometheus"],
    bystanders: ["bank-service", "sockets-service"],
    conclusion: (told) => new RegExp(`${told("rewards-service")}.*(?:select wager totals|2\\.8\\.0)`),
  },
];
