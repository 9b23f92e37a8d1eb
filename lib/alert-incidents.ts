/**
 * Every firing of every alert as one incident, whoever told of it: Alertmanager, the rule servers (pending too), and
 * their record, which outlives both. What an HA pair tells twice is one; each says where it was seen.
 *
 *   ALERTS_FOR_STATE   0 0 7 7 7 7 . . 9 9      two incidents: active since 7, active since 9
 *   ALERTS firing      . . . 1 1 1 . . . .      the first fired, the second is pending
 */
import { answersOf, type Evidence } from "@/lib/evidence";
import type { Alert, AlertRule, Silence } from "@/lib/signal/alert";
import { type Labels, labelsKey } from "@/lib/signal/labels";
import { instantOf, type Series } from "@/lib/signal/series";
import { type Instant, minute, second, toInstant } from "@/lib/signal/time";

export type Incident = {
  readonly name: string;
  /** With `alertname`; the fullest set that a source told. */
  readonly labels: Labels;
  /** As the rule server itself has them, without external labels; null where only others told of it. */
  readonly ruleLabels: Labels | null;
  readonly annotations: Labels;
  readonly state: Alert["state"];
  /** Since when the condition holds; null = not told. */
  readonly activeAt: Instant | null;
  /** Since when it fires; while it is pending, since when it is that. */
  readonly startsAt: Instant;
  readonly endsAt: Instant | null;
  /** How far `startsAt` and `endsAt` may be off, ms: the step of the record they were read from. */
  readonly within: number;
  readonly sources: readonly string[];
  readonly fingerprint: string | null;
  readonly expression: string | null;
  readonly silences: readonly Silence[];
  readonly inhibitedBy: readonly string[];
  readonly receivers: readonly string[];
};

const haLabels = ["__name__", "alertstate", "replica", "prometheus_replica", "__replica__"];
/** Labels that say who watches, not what is watched; `ignored` are the configured ones. */
export const ownLabels = (labels: Labels, ignored: readonly string[] = []): Labels =>
  Object.fromEntries(Object.entries(labels).filter(([label]) => !haLabels.includes(label) && !ignored.includes(label)));

/** External labels stand in some copies only, so the smaller set decides. Source: measured (backends' rule APIs). */
export function isSubset(a: Labels, b: Labels): boolean {
  const [small, large] = Object.keys(a).length <= Object.keys(b).length ? [a, b] : [b, a];
  return Object.entries(small).every(([label, value]) => large[label] === value);
}

/** Alertmanager's copy is up to one resend (about a minute) and two evaluations older or younger. */
const leastTolerance = 2 * minute;
/** Without a record's step: as rules are evaluated by default. */
const usualEvaluation = minute;

const fromAlert = (alert: Alert, isRuleServers: boolean): Incident => ({
  name: alert.name,
  labels: alert.labels,
  ruleLabels: isRuleServers ? alert.labels : null,
  annotations: alert.annotations,
  state: alert.state,
  activeAt: alert.activeAt ?? null,
  startsAt: alert.startsAt,
  endsAt: alert.endsAt,
  within: usualEvaluation,
  sources: [alert.source],
  fingerprint: alert.fingerprint ?? null,
  expression: alert.expression,
  silences: alert.silences ?? [],
  inhibitedBy: alert.inhibitedBy ?? [],
  receivers: alert.receivers ?? [],
});

type Run = { readonly from: number; readonly to: number; readonly value: number };
/** Stretches of one value without a hole. */
function runsOf({ values }: Series): Run[] {
  const runs: Run[] = [];
  for (let at = 0; at < values.length; at += 1) {
    const value = values[at] ?? null;
    const last = runs.at(-1);
    if (value === null) continue;
    if (last && last.to === at - 1 && last.value === value) runs[runs.length - 1] = { ...last, to: at };
    else runs.push({ from: at, to: at, value });
  }
  return runs;
}

type Pair = { readonly labels: Labels; state: Series | null; firing: Series | null; pending: Series | null };

/** One answer to a question for the record: a series of states and one of starts for each alert. */
function recordedIn(series: readonly Series[], source: string, now: Instant): Incident[] {
  const pairs = new Map<string, Pair>();
  for (const each of series) {
    const { __name__: name, alertstate, ...labels } = each.labels;
    const key = labelsKey(labels);
    const pair = pairs.get(key) ?? { labels, state: null, firing: null, pending: null };
    if (alertstate === "firing") pair.firing = each;
    else if (alertstate === "pending") pair.pending = each;
    else if (name === undefined || name.endsWith("_FOR_STATE")) pair.state = each;
    pairs.set(key, pair);
  }
  return [...pairs.values()].flatMap((pair) => incidentsOfPair(pair, source, now));
}

function incidentsOfPair({ labels, state, firing, pending }: Pair, source: string, now: Instant): Incident[] {
  const told = state ?? firing ?? pending;
  if (!told) return [];
  const fires = (from: Instant, to: Instant): Instant | null => {
    if (!firing) return null;
    for (const run of runsOf(firing))
      if (instantOf(firing, run.to) >= from && instantOf(firing, run.from) <= to) return instantOf(firing, run.from);
    return null;
  };
  return runsOf(told).flatMap((run): Incident[] => {
    const [from, to] = [instantOf(told, run.from), instantOf(told, run.to)];
    const activeAt = state ? toInstant(run.value * second) : null;
    const isOver = now - to > 2 * told.step + minute;
    const firesAt = firing ? fires(activeAt ?? from, to) : null;
    if (firesAt === null && (isOver || !pending)) return [];
    const startsAt = firesAt === null ? (activeAt ?? from) : toInstant(Math.max(firesAt, activeAt ?? firesAt));
    return [
      {
        ...{ name: labels.alertname ?? "alert", labels, ruleLabels: labels, annotations: {}, activeAt, startsAt },
        state: isOver ? "resolved" : firesAt === null ? "pending" : "firing",
        endsAt: isOver ? to : null,
        within: told.step,
        sources: [source],
        ...{ fingerprint: null, expression: null, silences: [], inhibitedBy: [], receivers: [] },
      },
    ];
  });
}

const nameOf = (upstream: string): string => upstream.split("/").pop() ?? upstream;

/**
 * A record tells to the second since when a condition held, and only to its step when it fired. How long its rule waits in
 * between is known, too: where that falls into the step, and all rules of the name wait alike, it fired then.
 */
function startByRule({ state, activeAt, startsAt, within }: Incident, rules: readonly AlertRule[] = []): Instant {
  const [wait, ...others] = new Set(rules.map((rule) => rule.for));
  if (state === "pending" || activeAt === null || wait === undefined || others.length > 0) return startsAt;
  const fired = activeAt + wait;
  return fired > startsAt - within && fired < startsAt ? toInstant(fired) : startsAt;
}

/** All incidents of what came, united; those that fire first, then by start, newest first. `known` in any order. */
export function incidentsOf(known: readonly Evidence[], now: Instant, ignored: readonly string[] = []): Incident[] {
  const sorted = known.toSorted((a, b) => (a.question.id < b.question.id ? -1 : 1));
  const allRules = answersOf(sorted, "rules").flatMap(({ answer }) => answer.rules);
  const rules = allRules.flatMap(({ alerts }) => alerts.map((alert) => fromAlert(alert, true)));
  const waits = Map.groupBy(allRules, ({ name }) => name);
  const told = answersOf(sorted, "alerts").flatMap(({ answer }) =>
    answer.alerts.map((alert) => fromAlert(alert, false)),
  );
  const recorded = answersOf(sorted, "series")
    .filter(({ question }) => question.purpose.kind === "alert-record")
    .flatMap(({ question, answer }) => recordedIn(answer.series, `ALERTS in ${nameOf(question.upstream)}`, now))
    .map((incident) => ({ ...incident, startsAt: startByRule(incident, waits.get(incident.name)) }));
  const byName = Map.groupBy([...rules, ...told, ...recorded], ({ name }) => name);
  return [...byName.values()].flatMap((all) => united(all, ignored)).sort(inOrder);
}

const rankOf: Readonly<Record<Incident["state"], number>> = { firing: 0, suppressed: 1, pending: 2, resolved: 3 };
export const inOrder = (a: Incident, b: Incident): number =>
  rankOf[a.state] - rankOf[b.state] ||
  b.startsAt - a.startsAt ||
  (a.name < b.name ? -1 : a.name > b.name ? 1 : 0) ||
  (labelsKey(a.labels) < labelsKey(b.labels) ? -1 : 1);

type Group = { readonly own: Labels; readonly incidents: Incident[] };

/**
 * Of one name. Those with most labels come first, so that a smaller set only has to be looked up: each list of label names
 * keeps an index of all fuller groups as they look through these names alone. Days of a record overlap at their edges:
 * what touches is one.
 */
function united(all: readonly Incident[], ignored: readonly string[]): Incident[] {
  const told = all.map((incident) => ({ incident, own: ownLabels(incident.labels, ignored) }));
  const fullestFirst = told.toSorted((a, b) => Object.keys(b.own).length - Object.keys(a.own).length);
  const groups: Group[] = [];
  const indexes = new Map<string, Map<string, Group>>();
  const through = (labels: Labels, names: readonly string[]): string =>
    JSON.stringify(names.map((name) => labels[name]));
  const indexFor = (names: readonly string[]): Map<string, Group> => {
    const key = names.join("\n");
    const known = indexes.get(key);
    if (known) return known;
    const fuller = groups.filter(({ own }) => names.every((name) => name in own));
    // Of several fuller ones the first speaks, as it would in a list.
    const made = new Map(fuller.toReversed().map((group) => [through(group.own, names), group]));
    indexes.set(key, made);
    return made;
  };
  for (const { incident, own } of fullestFirst) {
    const names = Object.keys(own).sort();
    const index = indexFor(names);
    const key = through(own, names);
    const group = index.get(key) ?? { own, incidents: [] };
    if (!index.has(key)) {
      index.set(key, group);
      groups.push(group);
    }
    const at = group.incidents.findIndex((other) => isSame(other, incident));
    const same = group.incidents[at];
    if (same) group.incidents[at] = merged(same, incident);
    else group.incidents.push(incident);
  }
  return groups.flatMap(({ incidents }) => incidents);
}

function isSame(a: Incident, b: Incident): boolean {
  if (a.activeAt !== null && b.activeAt !== null && Math.abs(a.activeAt - b.activeAt) < second) return true;
  // Nothing fires twice at once.
  if (a.endsAt === null && b.endsAt === null) return true;
  const tolerance = Math.max(leastTolerance, 2 * a.within, 2 * b.within);
  return Math.abs(a.startsAt - b.startsAt) <= tolerance;
}

/** The exacter word on each: Alertmanager's on silences, the rule server's on starts, whoever still sees it on the end. */
function merged(a: Incident, b: Incident): Incident {
  const exact = a.within <= b.within ? a : b;
  const first = rankOf[a.state] <= rankOf[b.state] ? a : b;
  const isSuppressed = a.state === "suppressed" || b.state === "suppressed";
  const longer = Object.keys(a.labels).length >= Object.keys(b.labels).length ? a : b;
  const ends = [a, b].flatMap(({ endsAt }) => endsAt ?? []);
  return {
    name: a.name,
    labels: longer.labels,
    ruleLabels: a.ruleLabels ?? b.ruleLabels,
    annotations: { ...b.annotations, ...a.annotations },
    state: first.state === "firing" && isSuppressed ? "suppressed" : first.state,
    activeAt: a.activeAt ?? b.activeAt,
    startsAt: startOf(a, b),
    endsAt: ends.length < 2 ? null : endOf(a, b),
    within: exact.within,
    sources: [...new Set([...a.sources, ...b.sources])].sort(),
    fingerprint: a.fingerprint ?? b.fingerprint,
    expression: a.expression ?? b.expression,
    silences: [...new Map([...a.silences, ...b.silences].map((each) => [each.id, each])).values()],
    inhibitedBy: [...new Set([...a.inhibitedBy, ...b.inhibitedBy])],
    receivers: [...new Set([...a.receivers, ...b.receivers])],
  };
}

/** A record sees a beginning at its next sample only: of two that mean the same instant the earlier is nearer to it. */
function startOf(a: Incident, b: Incident): Instant {
  // A record that ends while it was pending knows no start.
  const [isPending, isOther] = [a, b].map(({ state }) => state === "pending");
  if (isPending !== isOther) return (isPending ? b : a).startsAt;
  const isOne = Math.abs(a.startsAt - b.startsAt) <= Math.max(a.within, b.within);
  return isOne ? toInstant(Math.min(a.startsAt, b.startsAt)) : (a.within <= b.within ? a : b).startsAt;
}

/** Of two that saw it end the one that looked closer, unless the other still saw it well behind that. */
function endOf(a: Incident, b: Incident): Instant | null {
  const [exact, coarse] = a.within <= b.within ? [a, b] : [b, a];
  if (exact.endsAt === null || coarse.endsAt === null) return null;
  return coarse.endsAt - exact.endsAt > 2 * coarse.within ? coarse.endsAt : exact.endsAt;
}

/** Alerts that watch the watchers, or only quiet others: folded away in every list. */
export const isWatcher = ({ name, labels }: Pick<Incident, "name" | "labels">): boolean =>
  name === "Watchdog" || name === "InfoInhibitor" || labels.severity === "none";

export type Flapping = { readonly incidents: readonly Incident[]; readonly from: Instant; readonly to: Instant | null };
const pauseOfFlapping = 10 * minute;
/** Firings of one alert with less than ten minutes between them, newest first: "6 times in 40 min". */
export function foldFlapping(incidents: readonly Incident[], ignored: readonly string[] = []): Flapping[] {
  const groups = Map.groupBy(incidents, ({ labels }) => labelsKey(ownLabels(labels, ignored)));
  return [...groups.values()].flatMap((own) => {
    const folds: Incident[][] = [];
    for (const incident of own.toSorted((a, b) => a.startsAt - b.startsAt)) {
      const last = folds.at(-1);
      const end = last?.at(-1)?.endsAt ?? null;
      if (last && end !== null && incident.startsAt - end < pauseOfFlapping) last.push(incident);
      else folds.push([incident]);
    }
    return folds.toReversed().flatMap((fold): Flapping[] => {
      const [first, last] = [fold[0], fold.at(-1)];
      return first && last ? [{ incidents: fold, from: first.startsAt, to: last.endsAt }] : [];
    });
  });
}
