/**
 * What went wrong earlier that day at the casino, each over by now: bets that failed after a deploy, a chat that took no
 * more sockets, a payment provider that was down, a Collector whose queue was full, an address that scraped the odds.
 */
import { jumps, moves, raises } from "@/lib/demo/own-script";
import {
  activeUsers,
  albLogs,
  balancerRequests,
  chatProbe,
  failedSpans,
  refusedSpans,
  traceQueue,
} from "@/lib/demo/scenarios/casino-around";
import { betsFail, chatDown, depositsFail } from "@/lib/demo/scenarios/casino-rules";
import { at, deploys, fires, type Incident, rollsBack } from "@/lib/demo/script";
import { hour, minute, second } from "@/lib/signal/time";

const labelsOf = (service: string, pod: number) => ({
  ...{ job: service, instance: `${service}-${pod}`, service_name: service },
  status: "failed",
});

/** Over after eighteen minutes, when somebody took the version back. */
export const betsRejected: Incident = {
  name: "bets-rejected",
  story: "bank-service 5.4.0 writes amounts the ledger refuses.",
  script: [
    at(-2 * hour - 90 * second, deploys("bank-service", "5.4.0", "9fd2b6e")),
    at(-2 * hour, {
      kind: "fault",
      routes: ["bet"],
      service: "bank-service",
      step: "insert ledger entry",
      share: 0.34,
      takes: null,
      fails: {
        type: "CheckViolation",
        message: 'new row for relation "ledger" violates check constraint "ledger_amount_scale"',
        status: 500,
      },
      says: [],
      lasts: 18 * minute,
    }),
    at(-2 * hour + 18 * minute, rollsBack("bank-service", "5.3.3", "0c77e21")),
    ...[1, 2].map((pod) => at(-2 * hour + 30 * second, fires(betsFail, 22 * minute, labelsOf("bank-service", pod)))),
  ],
};

export const chatFull: Incident = {
  name: "chat-full",
  story: "sockets-service takes no more sockets.",
  script: [
    at(-3 * hour, {
      kind: "fault",
      routes: ["chat", "tip"],
      service: "sockets-service",
      step: "accept",
      share: 0.8,
      takes: null,
      fails: { type: "SocketLimitReached", message: "socket limit of 2048 reached", status: 503 },
      says: [
        {
          after: 1,
          level: "error",
          text: "socket limit of 2048 reached",
          fields: { event: "socket_refused", limit: 2_048 },
        },
      ],
      lasts: 9 * minute,
    }),
    at(-3 * hour - 4 * minute, moves(activeUsers, 2_048, { over: 4 * minute, lasts: 13 * minute })),
    at(-3 * hour + 20 * second, moves(chatProbe, 0, { lasts: 9 * minute })),
    at(-3 * hour + 35 * second, fires(chatDown, 8.75 * minute, { ...chatProbe.labels })),
  ],
};

/** For a quarter of an hour somebody reads all odds. */
export const scraping = -5.25 * hour;

export const earlierAtTheCasino: Incident = {
  name: "earlier-at-the-casino",
  story: "A payment provider that was down, a Collector whose queue was full, an address that scraped the odds.",
  script: [
    at(-4.5 * hour, {
      kind: "fault",
      routes: ["deposit"],
      service: "bank-service",
      step: "POST payments",
      share: 0.6,
      takes: 5_000,
      fails: { type: "ProviderTimeout", message: "api.payments.example did not answer within 5s", status: 502 },
      says: [],
      lasts: 12 * minute,
    }),
    at(-4.5 * hour + 30 * second, fires(depositsFail, 13.5 * minute, labelsOf("bank-service", 1))),
    at(-4.5 * hour + 45 * second, fires(depositsFail, 13 * minute, labelsOf("bank-service", 2))),
    at(-3.75 * hour, moves(traceQueue, 1_000, { over: 90 * second, lasts: 12 * minute })),
    at(-3.75 * hour + 90 * second, moves(refusedSpans, 11, { lasts: 10 * minute })),
    at(-3.75 * hour + 90 * second, moves(failedSpans, 6, { lasts: 10 * minute })),
    at(scraping, raises(albLogs, "scraped", 6, { lasts: 15 * minute })),
    at(scraping, moves(balancerRequests, 780, { lasts: 15 * minute })),
    at(-3.75 * hour + 2 * minute, jumps(failedSpans, 40)),
  ],
};
