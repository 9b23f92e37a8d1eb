/**
 * Late rewards: a new version of the consumer sums up a whole year of wagers per message. Most messages take two seconds,
 * one in six runs into the statement timeout and is read again; messages pile up behind them. All answers to players are
 * as fast as ever: the only alert is the lag of a consumer group.
 */
import { moves } from "@/lib/demo/own-script";
import { databaseCpu, rewardsGroupLag } from "@/lib/demo/scenarios/casino-around";
import { rewardsLag } from "@/lib/demo/scenarios/casino-rules";
import { at, deploys, type Fault, fires, type Incident } from "@/lib/demo/script";
import { minute, second } from "@/lib/signal/time";

const statement: Pick<Fault, "kind" | "routes" | "service" | "step" | "lasts"> = {
  kind: "fault",
  routes: ["bet"],
  service: "rewards-service",
  step: "select wager totals",
  lasts: null,
};

export const lateRewards: Incident = {
  name: "late-rewards",
  story: "rewards-service 2.8.0 sums up a year per message, and falls behind.",
  script: [
    at(-14 * minute, deploys("sockets-service", "3.1.1", "d10c4f2")), // innocent
    at(-70 * second, deploys("rewards-service", "2.8.0", "e5a9c33")), // its group shares out its partitions for a minute
    at(0, {
      ...statement,
      share: 0.16,
      takes: 3_000,
      fails: { type: "QueryCanceled", message: "canceling statement due to statement timeout", status: 500 },
      says: [
        {
          after: 3_000,
          level: "error",
          text: "select wager totals: canceling statement due to statement timeout",
          fields: { event: "query_canceled", table: "wagers" },
        },
      ],
    }),
    at(0, {
      ...statement,
      share: 0.7,
      takes: 2_100,
      fails: null,
      says: [
        {
          after: 2_100,
          level: "warn",
          text: "slow query: 366 partitions of wagers read",
          fields: { event: "slow_query", table: "wagers" },
        },
      ],
    }),
    // Six messages a second come in, next to none is done with.
    at(0, moves(rewardsGroupLag, 10_800, { over: 30 * minute })),
    at(0, moves(databaseCpu, 78, { over: 2 * minute })),
    at(185 * second, fires(rewardsLag, null, { ...rewardsGroupLag.labels })),
  ],
};
