/** An alert that is the lead -> where it is looked for: who knows it now, its rule, and the record of its firings. */
import type { Question } from "@/lib/evidence";
import type { AlertReading } from "@/lib/lead-kinds";
import { selector } from "@/lib/query/promql";
import { upstreamsOf } from "@/lib/recipes/facts";
import { alignWithin, printRange, stepFor } from "@/lib/recipes/grid";
import { question } from "@/lib/recipes/question";
import type { EnvironmentSetting, UpstreamSetting } from "@/lib/setting";
import type { Matcher } from "@/lib/signal/labels";
import { day, hour, type Instant, minute, second, shift, type Window } from "@/lib/signal/time";

/** Who knows it now: asked without a window, since an alert may be older than any page. */
export function activeQuestions(environment: EnvironmentSetting): Question[] {
  return upstreamsOf(environment, "alertmanager").map((upstream) =>
    question({
      upstream,
      slot: "alerts",
      purpose: { kind: "alerts" },
      call: { api: "alertmanager-alerts" },
      text: "GET /api/v2/alerts",
      window: null,
      why: "alerts active now, with silences and inhibitions",
      after: [],
    }),
  );
}

/** Every server that may evaluate the rule. `name` null = all rules. */
export function ruleQuestions(environment: EnvironmentSetting, name: string | null): Question[] {
  const ask = (upstream: UpstreamSetting, call: Question["call"], path: string): Question =>
    question({
      ...{ upstream, slot: "alerts", purpose: { kind: "alert-rules" }, call, window: null, after: [] },
      text: `GET ${path}`,
      why: name === null ? "all alert rules and what is active of them" : `the rule ${name}, and what is active of it`,
    });
  const asked = name === null ? "" : `&rule_name[]=${encodeURIComponent(name)}`;
  return [
    ...upstreamsOf(environment, "prometheus").map((upstream) =>
      ask(upstream, { api: "prometheus-rules", name }, `/api/v1/rules?type=alert${asked}`),
    ),
    ...upstreamsOf(environment, "loki").map((upstream) =>
      ask(upstream, { api: "loki-rules", name }, "/prometheus/api/v1/rules"),
    ),
    ...upstreamsOf(environment, "grafana").map((upstream) =>
      ask(upstream, { api: "grafana-rules", name }, "/api/prometheus/grafana/api/v1/rules"),
    ),
  ];
}

export const grafanaRuleQuestion = (upstream: UpstreamSetting, uid: string, after: readonly string[]): Question =>
  question({
    ...{ upstream, slot: "alerts", purpose: { kind: "alert-rules" }, call: { api: "grafana-rule", uid }, after },
    text: `GET /api/v1/provisioning/alert-rules/${uid}`,
    window: null,
    why: "the threshold of this Grafana rule",
  });

/**
 * `ALERTS` with when each began, over a window. Each point looks back over its whole step, so that no firing falls
 * between two. Grafana's own rules are recorded as `GRAFANA_ALERTS`, where that is switched on.
 */
export function recordQuery(matchers: readonly Matcher[], step: number): string {
  const range = `[${printRange(step)}]`;
  const of = (name: string, more: readonly Matcher[] = []): string =>
    `last_over_time(${selector(name, [...more, ...matchers])}${range})`;
  return `${of("ALERTS")} or ${of("ALERTS_FOR_STATE")} or ${of("GRAFANA_ALERTS")}`;
}

/** The record in pieces of a day: raw range selectors over more hit the servers' sample limit (measured). */
export function recordQuestions(
  environment: EnvironmentSetting,
  { from, to }: Window,
  matchers: readonly Matcher[],
  step: number,
  why: string,
): Question[] {
  const pieces: Window[] = [];
  for (let start = from; start < to; start = shift(start, day))
    pieces.push({ from: start, to: shift(start, Math.min(day, to - start)) });
  return upstreamsOf(environment, "prometheus").flatMap((upstream) =>
    pieces.map((piece) =>
      question({
        upstream,
        slot: "alerts",
        purpose: { kind: "alert-record" },
        call: { api: "prometheus-range", query: recordQuery(matchers, step), step },
        window: alignWithin(piece, step, to),
        why,
        after: [],
      }),
    ),
  );
}

/** Rules are rarely evaluated more often. */
const fine = 15 * second;
/** With less than this before now it may still be going on. */
const recently = 30 * hour;

/**
 * The firings of the lead: around the time it tells, or the last day. Matched by name alone, since a link's labels may be
 * external ones, which the record does not have; without a name everything is read, at a coarse step.
 */
export function recordOfLead(environment: EnvironmentSetting, reading: AlertReading, now: Instant): Question[] {
  const told = reading.startsAt;
  const window =
    told === null || now - told < recently
      ? { from: shift(told === null || told > now ? now : told, told === null ? -day : -6 * hour), to: now }
      : { from: shift(told, -hour), to: shift(Math.max(told, reading.endsAt ?? told) as Instant, 12 * hour) };
  const matchers: Matcher[] = reading.name === null ? [] : [{ label: "alertname", op: "=", value: reading.name }];
  // Whole minutes, so that two readers of one link within a minute ask the same.
  const whole = { from: shift(window.from, -(window.from % minute)), to: shift(window.to, -(window.to % minute)) };
  const step = reading.name === null ? 5 * minute : stepFor(whole, 15 * second, 480);
  const asked = recordQuestions(environment, whole, matchers, step, "when this alert was pending and firing");
  const close =
    told === null || step <= fine
      ? null
      : alignWithin({ from: shift(told, -hour), to: shift(told, 3 * hour) }, fine, whole.to);
  return close
    ? [...asked, ...recordQuestions(environment, close, matchers, fine, "exactly when this firing began and ended")]
    : asked;
}

/** The last firings of one alert, a week back from its start: how often, and for how long. */
export function pastQuestions(
  environment: EnvironmentSetting,
  matchers: readonly Matcher[],
  start: Instant,
): Question[] {
  const to = shift(start, -(start % (10 * minute)));
  const window = { from: shift(to, -7 * day), to };
  const step = 10 * minute;
  return upstreamsOf(environment, "prometheus").map((upstream) =>
    question({
      ...{ upstream, slot: "alerts", purpose: { kind: "alert-record" }, after: [] },
      call: { api: "prometheus-range", query: recordQuery(matchers, step), step },
      window,
      why: "its firings in the week before",
    }),
  );
}
