/** What its people alert on: four signals. */
import { type RuleScript, ruleOf } from "@/lib/demo/script";
import { minute } from "@/lib/signal/time";

export const strategyErrors = ruleOf(
  "DslExecutionErrorsRising",
  "critical",
  2 * minute,
  "sum by (job, error_type) (rate(dsl_execution_errors_total[5m])) > 0.1",
  "A published strategy is failing: users are not scored as intended",
);
export const strategyLatency = ruleOf(
  "DslExecutionNearLimit",
  "warning",
  5 * minute,
  "histogram_quantile(0.99, sum by (job, le) (rate(dsl_execution_duration_seconds_bucket[5m]))) > 0.45",
  "Strategies come near their limit of 500 ms: some events may be rejected",
);
export const rowsDropped = ruleOf(
  "DslExecutionLogDropped",
  "warning",
  0,
  "increase(dsl_execution_log_dropped_total[5m]) > 0",
  "The sink of strategy traces is saturated: audit visibility is lost, scoring is fine",
);
export const serverErrors = ruleOf(
  "Http5xxRateHigh",
  "critical",
  2 * minute,
  'sum by (job) (rate(http_requests_total{status="5xx"}[5m])) / sum by (job) (rate(http_requests_total[5m])) > 0.05',
  "More than 5 % of the answers are 5xx: see Sentry and the audit trail",
);

export const rules: readonly RuleScript[] = [strategyErrors, strategyLatency, rowsDropped, serverErrors];
