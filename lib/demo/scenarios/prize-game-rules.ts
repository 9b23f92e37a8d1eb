/** The seven alerts of the file of rules. */
import { type RuleScript, ruleOf } from "@/lib/demo/script";
import { minute } from "@/lib/signal/time";

export const playMethod = "/muse.v1.Game/Play";
export const coreErrorRate = ruleOf(
  "CoreGRPCErrorRateHigh",
  "critical",
  10 * minute,
  'sum(rate(grpc_server_requests_total{code!="OK"}[5m])) / sum(rate(grpc_server_requests_total[5m])) > 0.05',
  "More than 5 % of Core's gRPC calls do not end in OK",
);
export const bffErrorRate = ruleOf(
  "BFFHTTPErrorRateHigh",
  "critical",
  10 * minute,
  'sum by (job) (rate(http_requests_total{code=~"5.."}[5m])) / sum by (job) (rate(http_requests_total[5m])) > 0.05',
  "More than 5 % of a BFF's answers are 5xx",
);
export const bffLatency = ruleOf(
  "BFFLatencyP99High",
  "warning",
  10 * minute,
  "histogram_quantile(0.99, sum by (job, le) (rate(http_request_duration_seconds_bucket[5m]))) > 1",
  "One request in a hundred to a BFF takes more than a second",
);
export const deadLetters = ruleOf(
  "FulfillmentDeadLetterGrowth",
  "critical",
  0,
  'increase(fulfillment_tasks_total{outcome="dead"}[10m]) > 0',
  "Prizes ended in the dead-letter queue",
);
export const retryStorm = ruleOf(
  "FulfillmentRetryStorm",
  "warning",
  10 * minute,
  'rate(fulfillment_tasks_total{outcome="retry"}[5m]) > 0.1',
  "Deliveries are retried again and again",
);
export const outOfStock = ruleOf(
  "PrizeOutOfStockSpike",
  "warning",
  5 * minute,
  `sum(rate(grpc_server_requests_total{method="${playMethod}",code="Aborted"}[5m])) > 0.2`,
  "Play is aborted: prizes are out of stock",
);
export const rejections = ruleOf(
  "PlayRejectionSpike",
  "warning",
  5 * minute,
  `sum(rate(grpc_server_requests_total{method="${playMethod}",code="InvalidArgument"}[5m])) > 0.2`,
  "Play is refused: validation or anti-cheat",
);

export const rules: readonly RuleScript[] = [
  coreErrorRate,
  bffErrorRate,
  bffLatency,
  deadLetters,
  retryStorm,
  outOfStock,
  rejections,
];
