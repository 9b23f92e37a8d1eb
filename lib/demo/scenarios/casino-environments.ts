/** The casino: rewards are late now; what went wrong earlier that day is over, and its messages still lead there. */
import type { DemoEnvironment, Lead } from "@/lib/demo/environment";
import { betsRejected, chatFull, earlierAtTheCasino, scraping } from "@/lib/demo/incidents/casino-day";
import { lateRewards } from "@/lib/demo/incidents/late-rewards";
import { keptRequests, lastAlert, linkOf, printFiring } from "@/lib/demo/leads";
import type { Request } from "@/lib/demo/request";
import { casino } from "@/lib/demo/scenarios/casino";
import type { World } from "@/lib/demo/world";
import { hour, type Instant, minute, printInstant, shift } from "@/lib/signal/time";

const isBet = ({ route }: Request): boolean => route === "bet";

/** Those that ended within three minutes of `at`, an offset from the world's zero. */
const around = (world: World, at: number): Request[] =>
  world.finished({ from: shift(world.zero, at), to: shift(world.zero, at + 3 * minute) }).filter(isBet);

function leads(world: World, now: Instant): Lead[] {
  const bets = keptRequests(world, now, isBet);
  const says = (bet: Request, event: string): boolean => world.linesOf(bet).some(({ text }) => text.includes(event));
  const late = bets.find((bet) => says(bet, "reward_failed"));
  const fine = bets.find((bet) => !bet.failed && says(bet, "reward_calculated") && !says(bet, "slow_query"));
  const failed = around(world, -2 * hour + 6 * minute).find((bet) => bet.failed);
  const inTheDark = around(world, -3.75 * hour + 5 * minute)[0];
  const firedAs = (name: string): Lead[] => {
    const alert = [...world.alerts({ from: world.origin, to: now })].findLast((each) => each.name === name);
    const title = alert && `The message of ${name}, ${printFiring(alert, now)}`;
    return alert && title ? [{ title, text: linkOf(alert), traceId: null, note: null }] : [];
  };
  const scraped = `bank-service at ${printInstant(shift(world.zero, scraping + minute))}`;
  const lag = lastAlert(world, now, "RewardsConsumerLag");
  const lead = (title: string, found: Request | undefined): Lead[] =>
    found ? [{ title, text: found.traceId, traceId: found.traceId, note: null }] : [];
  return [
    ...(lag
      ? [{ title: `The alert ${lag.name}, ${printFiring(lag, now)}`, text: linkOf(lag), traceId: null, note: null }]
      : []),
    ...lead("A bet whose reward is missing", late),
    ...firedAs("BetsFailing"),
    ...lead("The trace_id beside a line with event=bet_failed", failed),
    ...firedAs("ChatDown"),
    ...lead("A bet of the morning, while the Collector's queue was full", inTheDark),
    { title: "The front door while somebody read all odds", text: scraped, traceId: null, note: null },
    ...lead("A bet that went well", fine),
  ];
}

export const casinoEnvironment: DemoEnvironment = {
  name: "casino",
  story: "A casino whose telemetry goes through one Collector: rewards are late, and no alert says whose fault it is.",
  scenario: casino,
  backends: ["prometheus", "loki", "tempo", "alertmanager"],
  incidents: [earlierAtTheCasino, chatFull, betsRejected, lateRewards],
  seed: 41,
  history: 6 * hour,
  sampling: { traces: { ok: 1, failed: 1 }, lines: 1 },
  // A probe's job is the name of what it looks at, not of who serves it: nobody can infer that.
  settings: {
    mappings: [{ service: "sockets-service", signal: "alerts", match: '{job="chat-websocket"}' }],
  },
  leads,
  rehearsal: null,
};
