/** What is known of the alert that is the lead: its incident, its rule, its other firings. The browser asks, too. */

import { externalsOf, hasFingerprint } from "@/lib/alert-fingerprint";
import { type Incident, incidentsOf, inOrder, isSubset, ownLabels } from "@/lib/alert-incidents";
import { answersOf, type Evidence } from "@/lib/evidence";
import type { AlertReading } from "@/lib/lead-kinds";
import type { AlertRule } from "@/lib/signal/alert";
import type { Labels } from "@/lib/signal/labels";
import { hour, type Instant, shift } from "@/lib/signal/time";

export type KnownAlert = {
  readonly incident: Incident;
  /** False where no source knows of this firing: all that is left is what the link told. */
  readonly isSeen: boolean;
  readonly rule: AlertRule | null;
  readonly expression: string | null;
  /** In words, where the rule is not what it was. */
  readonly doubts: readonly string[];
  /** The firings of the same alert, newest first; the lead's own is among them. */
  readonly firings: readonly Incident[];
  /** Others of the same name that fire beside it. */
  readonly alsoFiring: readonly Incident[];
};

/** A start told by a link and one read from a record differ by resends and steps; more is another firing. */
const sameFiring = 2 * hour;

/**
 * `environments` are names of the console's own: a label that says only that is not the alert's. `ignored`: configured
 * labels that say who watches.
 */
export function knownAlert(
  reading: AlertReading,
  known: readonly Evidence[],
  now: Instant,
  environments: readonly string[],
  ignored: readonly string[] = [],
): KnownAlert | null {
  const rules = answersOf(known, "rules").flatMap(({ answer }) => answer.rules);
  const all = incidentsOf(known, now, ignored);
  const externals = reading.name === null && reading.fingerprint !== null ? externalsOf(all) : [];
  const own = all.filter((incident) => isMeant(reading, incident, { rules, environments, externals }));
  const seen = chosenOf(own, reading.startsAt);
  const rule = ruleOf(reading, seen, rules);
  if (!seen && !rule && (reading.name === null || reading.startsAt === null)) return null;
  const incident = seen ?? remembered(reading, rule, now);
  const expression = rule?.expression || incident.expression || reading.expression || null;
  const key = ownLabels(incident.labels, ignored);
  return {
    ...{ incident, isSeen: seen !== null, rule, expression },
    doubts: doubtsOf(incident, rule),
    firings: own
      .filter((each) => isSubset(ownLabels(each.labels, ignored), key))
      .toSorted((a, b) => b.startsAt - a.startsAt),
    alsoFiring: own.filter(
      (each) => each !== incident && each.endsAt === null && !isSubset(ownLabels(each.labels, ignored), key),
    ),
  };
}

type Beside = {
  readonly rules: readonly AlertRule[];
  readonly environments: readonly string[];
  /** Sets of labels that Alertmanager's copies carry beyond their servers' own. */
  readonly externals: readonly Labels[];
};

function isMeant(reading: AlertReading, incident: Incident, { rules, environments, externals }: Beside): boolean {
  if (reading.fingerprint !== null && incident.fingerprint === reading.fingerprint) return true;
  if (reading.name !== null && reading.name !== incident.name) return false;
  const { environment, ...rest } = reading.labels;
  const wanted = environment !== undefined && !environments.includes(environment) ? reading.labels : rest;
  // External labels stand in Alertmanager's copy only, so a link may tell labels that the record does not have.
  const has = Object.entries(wanted).every(([label, value]) => (incident.labels[label] ?? value) === value);
  if (!has) return false;
  if (reading.name !== null) return true;
  if (reading.rule !== null || reading.expression !== null)
    return rules.some((rule) => rule.name === incident.name && isRuleMeant(reading, rule));
  if (reading.fingerprint !== null) return hasFingerprint(incident, reading.fingerprint, externals);
  return Object.keys(wanted).length > 0 && Object.keys(wanted).every((label) => label in incident.labels);
}

/**
 * One text for expressions that mean the same, as far as servers print them differently: blanks, and the order of
 * matchers. For comparing, never for asking.
 */
const plain = (expression: string): string =>
  expression
    .replace(/\{((?:[^{}"]|"(?:[^"\\]|\\.)*")*)\}/g, (_, list: string) => {
      const matchers = list.match(/(?:[^,"]|"(?:[^"\\]|\\.)*")+/g) ?? [];
      return `{${matchers
        .map((each) => each.trim())
        .sort()
        .join(",")}}`;
    })
    .replace(/\s+/g, "");

function isRuleMeant({ name, rule: uid, expression }: AlertReading, rule: AlertRule): boolean {
  if (uid?.includes("/")) {
    const [dashboard, panel] = uid.split("/");
    return rule.annotations.__dashboardUid__ === dashboard && rule.annotations.__panelId__ === panel;
  }
  if (uid !== null) return rule.uid === uid;
  if (expression !== null) return plain(rule.expression) === plain(expression);
  return name === rule.name;
}

/** That nearest to the told start; without one, those that fire, the oldest first, else the latest of the past. */
function chosenOf(own: readonly Incident[], startsAt: Instant | null): Incident | null {
  if (startsAt !== null) {
    const away = ({ startsAt: start, activeAt }: Incident): number =>
      Math.min(Math.abs(start - startsAt), Math.abs((activeAt ?? start) - startsAt));
    const near = own.toSorted((a, b) => away(a) - away(b) || inOrder(a, b))[0];
    return near && away(near) <= sameFiring ? near : null;
  }
  const open = own.filter(({ endsAt }) => endsAt === null).toSorted((a, b) => a.startsAt - b.startsAt);
  return open[0] ?? own.toSorted((a, b) => b.startsAt - a.startsAt)[0] ?? null;
}

/** The same name and labels; of several (one a severity) the one whose labels all are the alert's. Grafana's with uid first. */
function ruleOf(reading: AlertReading, incident: Incident | null, rules: readonly AlertRule[]): AlertRule | null {
  const labels = incident?.labels ?? reading.labels;
  const name = incident?.name ?? reading.name;
  const fits = ({ labels: own }: AlertRule): number =>
    Object.entries(own).filter(([label, value]) => labels[label] === value).length -
    10 *
      Object.entries(own).filter(([label, value]) => label in labels && labels[label] !== value && !isTemplate(value))
        .length;
  const score = (rule: AlertRule): number =>
    fits(rule) + (incident?.expression && plain(incident.expression) === plain(rule.expression) ? 5 : 0);
  return (
    rules
      .filter((rule) => (name === null ? isRuleMeant(reading, rule) : rule.name === name))
      // A rule server tells its own; of Grafana's two, only what is provisioned holds the threshold.
      .toSorted((a, b) => rankOf(a) - rankOf(b) || score(b) - score(a))[0] ?? null
  );
}

const rankOf = ({ uid, interval }: AlertRule): number => (uid === null ? 0 : interval === null ? 1 : 2);

export const isTemplate = (value: string): boolean => value.includes("{{");

/** Nobody knows of it any more: what the link told is taken for it. */
function remembered(reading: AlertReading, rule: AlertRule | null, now: Instant): Incident {
  const startsAt = reading.startsAt ?? now;
  return {
    name: reading.name ?? rule?.name ?? "alert",
    labels: { ...(reading.name === null ? {} : { alertname: reading.name }), ...reading.labels },
    ruleLabels: null,
    annotations: {},
    state: "resolved",
    activeAt: rule ? shift(startsAt, -rule.for) : null,
    startsAt,
    endsAt: reading.endsAt,
    within: 0,
    ...{
      sources: [],
      fingerprint: reading.fingerprint,
      expression: null,
      silences: [],
      inhibitedBy: [],
      receivers: [],
    },
  };
}

function doubtsOf(incident: Incident, rule: AlertRule | null): string[] {
  if (!rule) return [];
  const edited = incident.expression !== null && plain(incident.expression) !== plain(rule.expression);
  return [
    ...(edited ? [`The rule ${rule.name} has another expression now than when this alert was sent.`] : []),
    ...(rule.problem === null ? [] : [`The rule ${rule.name} could not be evaluated: ${rule.problem}`]),
  ];
}
