/** The four alerts of the document, as written there. */
import { type RuleScript, ruleOf } from "@/lib/demo/script";
import { minute } from "@/lib/signal/time";

export const betsFail = ruleOf(
  "BetsFailing",
  "critical",
  0,
  'rate(bet_processed_total{status="failed"}[5m]) > 0',
  "Bets are not processed",
);
export const rewardsLag = ruleOf(
  "RewardsConsumerLag",
  "critical",
  5 * minute,
  'aws_msk_consumergroup_lag_sum{consumergroup="rewards-service"} > 1000',
  "Rewards are calculated late: more than 1,000 messages wait",
);
export const depositsFail = ruleOf(
  "DepositsFailing",
  "critical",
  0,
  'rate(deposit_total{status="failed"}[2m]) > 0',
  "HIGH PRIORITY: deposits fail",
);
export const chatDown = ruleOf(
  "ChatDown",
  "critical",
  0,
  'probe_success{job="chat-websocket"} == 0',
  "The chat cannot be reached from outside",
);

export const rules: readonly RuleScript[] = [betsFail, rewardsLag, depositsFail, chatDown];
