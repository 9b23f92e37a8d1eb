/**
 * Listed alerts -> rows: what fires now, what ended lately, what only watches the watchers; alerts of one name and
 * environment are one group. Pure.
 *
 *   Firing now 4            section
 *     KubePodCrashLooping   group of 3, folded
 *     CheckoutErrors        one alone is no group
 *   Ended lately 0          section
 *     Nothing ended.        none
 */
import { type Counts, type Severity, severityOf } from "@/components/alert-list-words";
import type { ListedAlert } from "@/lib/alert-list";
import { labelsKey } from "@/lib/signal/labels";

export type Section = "now" | "ended" | "watching";
export type AlertRow =
  | {
      readonly kind: "section";
      readonly key: string;
      readonly section: Section;
      readonly count: number;
      readonly open: boolean;
    }
  | {
      readonly kind: "group";
      readonly key: string;
      readonly name: string;
      readonly environment: string;
      readonly count: number;
      readonly open: boolean;
      readonly severity: Severity;
      /** Of the one that began first, RFC 3339. */
      readonly since: string;
      /** Of those that are over: until the last one ended, as far as is known (`within`, ms); null while one is not. */
      readonly over: Pick<ListedAlert, "startsAt" | "endsAt" | "within"> | null;
      readonly services: readonly string[];
      readonly quiet: number;
    }
  | { readonly kind: "alert"; readonly key: string; readonly alert: ListedAlert; readonly inGroup: boolean }
  | { readonly kind: "none"; readonly key: string; readonly section: Section };

/** What the reader asked for: words that must all occur, and the folds that are not as they began. */
export type AlertChoice = { readonly search: string; readonly toggled: ReadonlySet<string> };
export const noChoice: AlertChoice = { search: "", toggled: new Set() };

/** A group of so many begins open: folding them would save nothing. */
const mostOpen = 3;

export const sectionOf = ({ isWatcher, state }: ListedAlert): Section =>
  isWatcher ? "watching" : state === "resolved" ? "ended" : "now";

/** The same for one firing from one refresh to the next. */
export const alertKey = ({ environment, labels, startsAt }: ListedAlert): string =>
  `${environment} ${startsAt} ${labelsKey(labels)}`;

const texts = new WeakMap<ListedAlert, string>();
function textOf(alert: ListedAlert): string {
  const known = texts.get(alert);
  if (known !== undefined) return known;
  const labels = Object.entries(alert.labels).map(([label, value]) => `${label}=${value}`);
  const text = [alert.name, alert.environment, alert.service ?? "", ...labels, ...Object.values(alert.annotations)]
    .join("\n")
    .toLowerCase();
  texts.set(alert, text);
  return text;
}

/** Those in which every word occurs: in names, labels (`service=cart` too) or annotations. */
export function foundAlerts(alerts: readonly ListedAlert[], search: string): readonly ListedAlert[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return words.length === 0 ? alerts : alerts.filter((alert) => words.every((word) => textOf(alert).includes(word)));
}

export function alertRows(alerts: readonly ListedAlert[], { search, toggled }: AlertChoice): AlertRow[] {
  const searched = search.trim() !== "";
  const bySection = Map.groupBy(foundAlerts(alerts, search), sectionOf);
  return (["now", "ended", "watching"] as const).flatMap((section): AlertRow[] => {
    const own = bySection.get(section) ?? [];
    if (section === "watching" && own.length === 0) return [];
    const open = isOpen(section, section !== "watching" || searched, toggled);
    const head: AlertRow = { kind: "section", key: section, section, count: own.length, open };
    if (!open) return [head];
    if (own.length === 0) return [head, { kind: "none", key: `${section} none`, section }];
    return [head, ...groupsOf(section, own).flatMap((group) => rowsOf(section, group, searched, toggled))];
  });
}

const isOpen = (key: string, byItself: boolean, toggled: ReadonlySet<string>): boolean => byItself !== toggled.has(key);

const stateRank = { firing: 0, pending: 1, suppressed: 2, resolved: 3 } as const;
const rankOf = (alert: ListedAlert): number => stateRank[alert.state] * 10 + severityOf(alert.labels).rank;
const newest = (a: string, b: string): number => (a < b ? 1 : a > b ? -1 : 0);
const whenOf = ({ endsAt, startsAt }: ListedAlert): string => endsAt ?? startsAt;

/** What fires and what is worst first, then the newest; what is over by its end. */
function groupsOf(section: Section, alerts: readonly ListedAlert[]): (readonly ListedAlert[])[] {
  const inOrder = (a: ListedAlert, b: ListedAlert): number =>
    (section === "ended" ? 0 : rankOf(a) - rankOf(b)) || newest(whenOf(a), whenOf(b));
  const groups = [...Map.groupBy(alerts, ({ name, environment }) => `${environment}/${name}`).values()];
  const sorted = groups.map((group) => group.toSorted((a, b) => inOrder(a, b) || byText(alertKey(a), alertKey(b))));
  return sorted.toSorted(([a], [b]) => (a && b ? inOrder(a, b) || byText(a.name, b.name) : 0));
}
const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function rowsOf(
  section: Section,
  group: readonly ListedAlert[],
  searched: boolean,
  toggled: ReadonlySet<string>,
): AlertRow[] {
  const [first] = group;
  if (!first) return [];
  const inGroup = group.length > 1;
  const alerts = group.map((alert): AlertRow => ({ kind: "alert", key: alertKey(alert), alert, inGroup }));
  if (!inGroup) return alerts;
  const key = `${section}/${first.environment}/${first.name}`;
  const open = isOpen(key, searched || group.length <= mostOpen, toggled);
  const severities = group.map(({ labels }) => severityOf(labels));
  const since = group.map(({ startsAt }) => startsAt).sort()[0] ?? first.startsAt;
  const ends = group.flatMap(({ endsAt }) => endsAt ?? []).sort();
  const isOver = ends.length === group.length;
  const head: AlertRow = {
    ...{ kind: "group", key, name: first.name, environment: first.environment, count: group.length, open },
    severity: severities.reduce((worst, each) => (each.rank < worst.rank ? each : worst)),
    since,
    over: isOver
      ? { startsAt: since, endsAt: ends.at(-1) ?? null, within: Math.max(...group.map(({ within }) => within)) }
      : null,
    services: [...new Set(group.flatMap(({ service }) => service ?? []))].sort(),
    quiet: group.filter(({ state }) => state === "suppressed").length,
  };
  return open ? [head, ...alerts] : [head];
}

/** Rows as they stand, each alert with what is known of it by now: nothing moves, no word is stale. */
export function inPlace(rows: readonly AlertRow[], fresh: readonly ListedAlert[]): readonly AlertRow[] {
  const byKey = new Map(fresh.map((alert) => [alertKey(alert), alert]));
  return rows.map((row) => (row.kind === "alert" ? { ...row, alert: byKey.get(row.key) ?? row.alert } : row));
}

/** Without those that watch the watchers; `quiet` of those that fire now. */
export function countsOf(alerts: readonly ListedAlert[]): Counts {
  const of = (section: Section): readonly ListedAlert[] => alerts.filter((alert) => sectionOf(alert) === section);
  const quiet = of("now").filter(({ state }) => state === "suppressed").length;
  return { now: of("now").length, quiet, ended: of("ended").length };
}

/** What a list that stands still does not show yet. */
export function newsOf(
  held: readonly ListedAlert[],
  fresh: readonly ListedAlert[],
): { readonly began: number; readonly ended: number } {
  if (held === fresh) return { began: 0, ended: 0 };
  const active = (alerts: readonly ListedAlert[]): Set<string> =>
    new Set(alerts.filter((alert) => sectionOf(alert) === "now").map(alertKey));
  const [before, after] = [active(held), active(fresh)];
  const only = (these: Set<string>, those: Set<string>): number => [...these].filter((key) => !those.has(key)).length;
  return { began: only(after, before), ended: only(before, after) };
}
