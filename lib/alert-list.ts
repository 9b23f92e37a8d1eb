/**
 * All alerts of some environments, now and in the past, from every source at once; and how each source is. A source that
 * fails takes nothing from the rest. What flaps is one row with a count; what watches the watchers is marked.
 */
import { addressOfLead, printAddress } from "@/lib/address";
import { type Ending, endingOf } from "@/lib/alert-ends";
import { foldFlapping, type Incident, incidentsOf, inOrder, isWatcher } from "@/lib/alert-incidents";
import { namedBy } from "@/lib/alert-named";
import { answersOf, type Evidence, type Gap, isFailure, type Question } from "@/lib/evidence";
import { alertReading } from "@/lib/lead-kinds";
import { activeQuestions, recordQuestions, ruleQuestions } from "@/lib/recipes/alert-lead";
import type { EnvironmentSetting, UpstreamKind } from "@/lib/setting";
import type { AlertRule } from "@/lib/signal/alert";
import type { Labels } from "@/lib/signal/labels";
import { type Instant, minute, printInstant, shift } from "@/lib/signal/time";

export type ListedAlert = {
  readonly environment: string;
  readonly name: string;
  readonly labels: Labels;
  readonly annotations: Labels;
  /** Whose it is by a mapping, its labels or its expression, as far as these alone tell; its page may know more. */
  readonly service: string | null;
  readonly state: Incident["state"];
  /** RFC 3339. Since when the condition holds, where known. */
  readonly activeAt: string | null;
  readonly startsAt: string;
  readonly endsAt: string | null;
  /** How far `startsAt` and `endsAt` may be off, ms. */
  readonly within: number;
  readonly ended: Ending | null;
  /** Firings folded into this row, with less than ten minutes between them. */
  readonly times: number;
  /** Watches the watchers, or only quiets others. */
  readonly isWatcher: boolean;
  readonly sources: readonly string[];
  readonly receivers: readonly string[];
  readonly silences: Incident["silences"];
  readonly inhibitedBy: readonly string[];
  /** Where it opens. */
  readonly link: string;
};

export type AlertSource = {
  /** `<environment>/<name>` of the upstream. */
  readonly upstream: string;
  readonly kind: UpstreamKind;
  readonly state: "answered" | "nothing" | "failed";
  /** What it said where it failed or has nothing; "" = it answered. */
  readonly text: string;
  /** Whether firings that are over can be known of it, in words. */
  readonly past: string;
};

/** Steps of a record that is read over days. ms */
const step = 5 * minute;

export function listQuestions(environment: EnvironmentSetting, past: number, now: Instant): Question[] {
  const whole = shift(now, -(now % step));
  const record = { from: shift(whole, -past), to: whole };
  return [
    ...activeQuestions(environment),
    ...ruleQuestions(environment, null),
    ...(past > 0 ? recordQuestions(environment, record, [], step, "what fired and is over") : []),
  ];
}

/** Firing first, then by start, newest first. `origin` begins every link. */
export function listedAlerts(
  environment: EnvironmentSetting,
  known: readonly Evidence[],
  now: Instant,
  origin: string,
): ListedAlert[] {
  const rules = answersOf(known, "rules").flatMap(({ answer }) => answer.rules);
  const byName = Map.groupBy(rules, ({ name }) => name);
  const ignored = environment.ignoredAlertLabels ?? [];
  return foldFlapping(incidentsOf(known, now, ignored), ignored)
    .map(({ incidents, from }) => ({ last: incidents.at(-1), times: incidents.length, from }))
    .flatMap(({ last, times, from }) => (last ? [{ incident: last, times, from }] : []))
    .sort((a, b) => inOrder(a.incident, b.incident))
    .map(({ incident, times, from }): ListedAlert => {
      const { alertname: _, ...labels } = incident.labels;
      const told = { name: incident.name, labels, startsAt: incident.startsAt, fingerprint: incident.fingerprint };
      const address = { ...addressOfLead(alertReading(told, "").spelling), environment: environment.name };
      return {
        environment: environment.name,
        name: incident.name,
        labels: incident.labels,
        service: serviceOf(environment, incident, byName.get(incident.name)?.[0]),
        annotations: { ...writtenBy(byName.get(incident.name) ?? []), ...incident.annotations },
        state: incident.state,
        activeAt: incident.activeAt === null ? null : printInstant(incident.activeAt),
        startsAt: printInstant(from),
        endsAt: incident.endsAt === null ? null : printInstant(incident.endsAt),
        within: incident.within,
        ended: endingOf(incident, known),
        times,
        isWatcher: isWatcher(incident),
        sources: incident.sources,
        receivers: incident.receivers,
        silences: incident.silences,
        inhibitedBy: incident.inhibitedBy,
        link: `${origin}${printAddress(address)}`,
      };
    });
}

/** The first who is named: nothing is asked for a row. */
const serviceOf = (
  { mappings }: EnvironmentSetting,
  { expression, labels }: Incident,
  rule: AlertRule | undefined,
): string | null => namedBy(mappings, expression ?? rule?.expression ?? null, labels)[0]?.subject.service.name ?? null;

/** A record holds no annotations: the rule's own words, as far as they are no templates. */
const writtenBy = (rules: readonly AlertRule[]): Labels =>
  Object.fromEntries(
    Object.entries(rules[0]?.annotations ?? {}).filter(
      ([name, text]) => !text.includes("{{") && !name.startsWith("__"),
    ),
  );

const pastOf: Readonly<Partial<Record<UpstreamKind, string>>> = {
  prometheus: "known from the series ALERTS, as far back as it keeps its data",
  alertmanager: "not known: it forgets an alert the moment it resolves",
  loki: "not known: its ruler writes no record",
  grafana: "known where GRAFANA_ALERTS is written to a Prometheus of this environment",
};

/** One entry an upstream that was asked; the first failure of several speaks. */
export function alertSources(
  { upstreams }: EnvironmentSetting,
  questions: readonly Question[],
  known: readonly Evidence[],
): AlertSource[] {
  return upstreams
    .filter(({ id }) => questions.some(({ upstream }) => upstream === id))
    .map(({ id, kind }): AlertSource => {
      const own = known.filter(({ question }) => question.upstream === id);
      const gaps = own.flatMap(({ answer }): Gap[] => (answer.kind === "gap" ? [answer] : []));
      const failed = gaps.find(isFailure);
      const isEmpty = own.length > 0 && gaps.length === own.length;
      return {
        ...{ upstream: id, kind, past: pastOf[kind] ?? "not known" },
        state: failed ? "failed" : isEmpty ? "nothing" : "answered",
        text: failed?.text ?? (isEmpty ? (gaps[0]?.text ?? "") : ""),
      };
    });
}
