/** Changes in words: what, how long before or after the onset, and which of them is a suspect. Pure. */
import type { Explanation } from "@/lib/explanation";
import type { Change } from "@/lib/signal/change";
import { printDuration } from "@/lib/signal/time";

/** "payment 9.2.0": the short name beside a tick. */
export function changeName({ service, version, title, kind }: Change): string {
  // An event's first word is its reason; the rest stands in the list.
  if (kind === "event") {
    const reason = title.replace(/^([A-Z][A-Za-z]+):.*?( ×\d+)?$/s, "$1$2");
    return cut(service ? `${shortSubject(service.name)} ${reason}` : reason);
  }
  const name = service && version ? `${service.name} ${version}` : title || `${service?.name ?? ""} ${kind}`.trim();
  return cut(name);
}
const cut = (name: string): string => (name.length > 48 ? `${name.slice(0, 47)}…` : name);
/** `payment-fd777758-kvkzh` -> `payment-fd77…`: of a generated name only as much as tells two apart at a glance. */
const shortSubject = (name: string): string =>
  name.replace(/^(.+?)-([a-z0-9]{4})[a-z0-9]{1,6}(?:-[a-z0-9]{5})$/, "$1-$2…");

/** What a list says beside the name: what the name does not say already; "" = nothing more. */
export function changeRest(change: Change): string {
  const name = changeName(change);
  if (change.kind !== "event") return change.title === name ? "" : change.title;
  return change.title.replace(/^[A-Z][A-Za-z]+(?:: )?/, "").trim();
}

export type Moment = Pick<NonNullable<Explanation["onset"]>, "at" | "from" | "to">;

/**
 * "85 s before the onset", "between 2 min and 10 min after the onset": where it is not known to the second, so it is said.
 * Within what is uncertain of the onset nobody can say which came first.
 */
export function changeDistance({ at, notBefore }: Change, onset: Moment | null): string {
  if (onset === null) return "";
  if (onset.to > onset.from && notBefore <= onset.to && at > onset.from)
    return "around the onset, within what is uncertain";
  const early = onset.at - notBefore;
  const late = onset.at - at;
  const size = (ms: number): string => printDuration(Math.abs(ms));
  if (notBefore >= at)
    return Math.abs(late) < 1_000 ? "at the onset" : `${size(late)} ${late > 0 ? "before" : "after"} the onset`;
  if (early > 0 && late < 0) return `between ${size(early)} before and ${size(late)} after the onset`;
  const [near, far] = late >= 0 ? [size(late), size(early)] : [size(early), size(late)];
  const side = late >= 0 ? "before" : "after";
  return near === far ? `about ${far} ${side} the onset` : `between ${near} and ${far} ${side} the onset`;
}

/** Ids of the changes that a finding names as standing before the onset. */
export function suspectsOf({ findings, story }: Explanation): ReadonlySet<string> {
  const phrases = [
    ...findings.filter(({ kind }) => kind === "change-before-onset").flatMap(({ sentence }) => sentence),
    ...story.filter(({ tone }) => tone === "change"),
  ];
  return new Set(phrases.flatMap(({ target }) => target?.change ?? []));
}

/** The suspects before all others, each group as it stands. */
export const suspectsFirst = (changes: readonly Change[], suspects: ReadonlySet<string>): readonly Change[] =>
  changes.toSorted((a, b) => Number(suspects.has(b.id)) - Number(suspects.has(a.id)));

/** Those before the onset first, nearest first; then those after it; without an onset the latest first. */
export function byNearness(changes: readonly Change[], onset: Moment | null): readonly Change[] {
  if (onset === null) return changes.toSorted((a, b) => b.at - a.at);
  const rank = ({ notBefore, at }: Change): number => (notBefore <= onset.at ? 0 : 1e15) + Math.abs(onset.at - at);
  return changes.toSorted((a, b) => rank(a) - rank(b));
}

const kinds: Readonly<Record<Change["kind"], readonly [string, string]>> = {
  deploy: ["deploy", "deploys"],
  rollback: ["rollback", "rollbacks"],
  restart: ["restart", "restarts"],
  rollout: ["rollout", "rollouts"],
  scale: ["scaling", "scalings"],
  event: ["event", "events"],
  config: ["config change", "config changes"],
  flag: ["flag change", "flag changes"],
  migration: ["migration", "migrations"],
  job: ["job", "jobs"],
};

/** Longer words do not fit beside the axis. */
const longestCount = 22;
/** "2 deploys, 1 restart"; of more than two kinds, or of kinds with long names, only how many. */
export function changeCount(changes: readonly Change[]): string {
  const groups = [...Map.groupBy(changes, ({ kind }) => kind)];
  const words = groups.map(([kind, { length }]) => `${length} ${kinds[kind][length === 1 ? 0 : 1]}`).join(", ");
  return groups.length > 2 || words.length > longestCount ? `${changes.length} changes` : words;
}
