/** `/rules` and `/alerts`: the world's alerts as the rules that raise them, each in its state at `now`. */
import type { WorldAlert } from "@/lib/demo/alerts";
import type { RuleScript } from "@/lib/demo/script";
import { type Answer, error, invalid, sortedLabels } from "@/lib/demo/servers/prometheus-answers";
import { readMatches } from "@/lib/demo/servers/prometheus-labels";
import type { Parameters } from "@/lib/demo/servers/prometheus-parameters";
import type { World } from "@/lib/demo/world";
import { printExponent } from "@/lib/engine/promql/literals";
import { matchesAll } from "@/lib/engine/promql/matching";
import { parse } from "@/lib/engine/promql/parse";
import { print } from "@/lib/engine/promql/print";
import { instantQuery } from "@/lib/engine/promql/query";
import type { Storage } from "@/lib/engine/promql/storage";
import { day, type Instant, printInstant, second, shift, toInstant } from "@/lib/signal/time";

const interval = 15 * second;
/** Offset of evaluations within the interval, as the `ALERTS` series have it. */
const phase = 2_500;
const lastEvaluation = (now: Instant): Instant => toInstant(Math.floor((now - phase) / interval) * interval + phase);

type State = "inactive" | "pending" | "firing";
const severity: readonly State[] = ["firing", "pending", "inactive"];

const stateOf = ({ activeAt, firesAt, endsAt }: WorldAlert, now: Instant): State => {
  if (now < activeAt || (endsAt !== null && now >= endsAt)) return "inactive";
  return now < firesAt ? "pending" : "firing";
};

/** What the rule's expression says where it was evaluated last; of the first series, where there are several. */
function lastValue(storage: Storage, expression: string, now: Instant): string {
  const outcome = instantQuery(expression, storage, lastEvaluation(now));
  const value = outcome.ok && outcome.result.type === "vector" ? outcome.result.series[0]?.point[1] : undefined;
  return printExponent(value ?? 0);
}

const printActive = (alert: WorldAlert, storage: Storage, now: Instant): object => ({
  labels: sortedLabels(alert.labels),
  annotations: sortedLabels(alert.annotations),
  state: stateOf(alert, now),
  activeAt: printInstant(alert.activeAt),
  value: lastValue(storage, alert.expression, now),
});

/** Rules are written before what they warn of happens: those of alerts to come are there already. */
const alertsOf = (world: World, now: Instant): readonly WorldAlert[] =>
  world.alerts({ from: shift(now, -30 * day), to: shift(now, 30 * day) });

const isActive = (alert: WorldAlert, now: Instant): boolean => stateOf(alert, now) !== "inactive";

export const answerAlerts = (world: World, storage: Storage, now: Instant): Answer => ({
  kind: "data",
  data: {
    alerts: alertsOf(world, now)
      .filter((alert) => isActive(alert, now))
      .map((alert) => printActive(alert, storage, now)),
  },
});

function printRule(
  { name, expression, pendingFor, labels, annotations }: RuleScript,
  own: readonly WorldAlert[],
  storage: Storage,
  now: Instant,
  withAlerts: boolean,
): object {
  const states = own.map((alert) => stateOf(alert, now));
  const parsed = parse(expression);
  return {
    state: severity.find((state) => states.includes(state)) ?? "inactive",
    name,
    query: parsed.ok ? print(parsed.value) : expression,
    duration: pendingFor / 1_000,
    keepFiringFor: 0,
    labels: sortedLabels(labels),
    annotations: sortedLabels(annotations),
    alerts: withAlerts
      ? own.filter((alert) => isActive(alert, now)).map((alert) => printActive(alert, storage, now))
      : null,
    health: "ok",
    evaluationTime: 0.0008,
    lastEvaluation: printInstant(lastEvaluation(now)),
    type: "alerting",
  };
}

export function answerRules(world: World, storage: Storage, now: Instant, parameters: Parameters): Answer {
  const selectors = readMatches(parameters.all("match[]"));
  if (!selectors.ok) return error("bad_data", selectors.text);
  const type = parameters.one("type").toLowerCase();
  if (type !== "" && type !== "alert" && type !== "record")
    return invalid("type", `not supported value ${JSON.stringify(type)}`);
  const excluded = parameters.one("exclude_alerts").toLowerCase();
  if (!/^(?:|1|t|true|0|f|false)$/.test(excluded))
    return invalid(
      "exclude_alerts",
      `error converting exclude_alerts: strconv.ParseBool: parsing ${JSON.stringify(excluded)}: invalid syntax`,
    );
  const withAlerts = !/^(?:1|t|true)$/.test(excluded);
  const isAsked = (name: string, wanted: readonly string[]): boolean => wanted.length === 0 || wanted.includes(name);
  const file = `/etc/prometheus/rules/${world.name}.yaml`;

  const byName = Map.groupBy(alertsOf(world, now), ({ name }) => name);
  const rules = world.rules
    .filter(({ name, labels }) => {
      const fits = selectors.value.length === 0 || selectors.value.some((matchers) => matchesAll(matchers, labels));
      return type !== "record" && fits && isAsked(name, parameters.all("rule_name[]"));
    })
    .map((rule) => printRule(rule, byName.get(rule.name) ?? [], storage, now, withAlerts));
  const isWanted =
    rules.length > 0 && isAsked(world.name, parameters.all("rule_group[]")) && isAsked(file, parameters.all("file[]"));
  const group = {
    name: world.name,
    file,
    rules,
    interval: interval / 1_000,
    limit: 0,
    evaluationTime: 0.001,
    lastEvaluation: printInstant(lastEvaluation(now)),
  };
  return { kind: "data", data: { groups: isWanted ? [group] : [] } };
}
