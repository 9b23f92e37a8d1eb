/** Changes and the onset -> which one stands before it, on the path, nearest; and those that merely happened too. */
import { apartInWords } from "@/lib/finding/apart";
import { isOnPath, type Seen } from "@/lib/finding/seen";
import { quoted } from "@/lib/finding/words";
import { type Change, nameOfChange } from "@/lib/signal/change";
import { sameService } from "@/lib/signal/service";
import { hour, type Instant, minute, printClock } from "@/lib/signal/time";
import { spanInstant } from "@/lib/signal/trace";

export type Relation = "before" | "around" | "after";
/**
 * What changes are measured against: since when what the story tells of is so, else the onset, else the failing trace itself.
 * An alert whose own numbers tell no beginning has the page's onset where it fired: later than what is told beside it.
 */
export type Moment = {
  readonly from: Instant;
  readonly to: Instant;
  readonly at: Instant;
  readonly is: "onset" | "trace";
};

export function momentOf({ onset, leading, trace, origin }: Seen): Moment | null {
  const began = leading?.onset ?? onset;
  if (began) return { from: began.from, to: began.to, at: began.at, is: "onset" };
  if (!trace || !origin) return null;
  const at = spanInstant(trace.answer.trace, 0);
  return { from: at, to: at, at, is: "trace" };
}

/** "Before" and "after" only outside what is uncertain; else "around". */
export function relationOf({ at, notBefore, until }: Change, { from, to }: Moment): Relation {
  if (notBefore > to) return "after";
  // A rollout that is still under way is no matter of before: it may have reached the pod in between.
  if (at <= from || (until !== null && until <= from)) return "before";
  return "around";
}

/** `12 min before`, `about 85 s before`, `around the onset`, `2 min after`. */
export function distanceInWords(change: Change, moment: Moment): string {
  const relation = relationOf(change, moment);
  const what = moment.is === "onset" ? "the onset" : "this trace";
  if (relation === "around") return `around ${what}, within what is uncertain`;
  const { at, notBefore } = change;
  return `${apartInWords({ at, from: notBefore, to: at }, moment)} ${relation}`;
}

const didWhat: Readonly<Record<Change["kind"], string>> = {
  deploy: "was deployed",
  rollback: "was rolled back to",
  rollout: "was rolled out",
  restart: "was restarted",
  scale: "was scaled",
  event: "was reported",
  config: "was configured",
  flag: "was switched",
  migration: "was migrated",
  job: "ran",
};
export const verbOf = ({ kind }: Change): string => didWhat[kind];

/** These come every hour, or follow from what goes wrong: less of a cause than a new version. */
const often: Partial<Record<Change["kind"], number>> = { job: 0.7, restart: 0.7, scale: 0.5 };

/** 0..1: near the onset, on the path, of the service where the trace breaks. Later ones are none. */
function weigh(change: Change, moment: Moment, seen: Seen): number {
  const relation = relationOf(change, moment);
  if (relation === "after" || moment.at - change.at > hour) return 0;
  const near = Math.exp(-Math.max(0, moment.at - change.at) / (15 * minute));
  const place = isOnPath(seen, change.service) ? 1 : change.service === null ? 0.5 : 0.3;
  const { origin } = seen;
  const broke = origin && change.service && sameService(origin.service, change.service) ? 1.3 : 1;
  const kind = often[change.kind] ?? 1;
  return Math.min(1, (0.4 + 0.6 * near) * place * kind * broke * (relation === "around" ? 0.9 : 1));
}

export type Suspicion = {
  readonly change: Change;
  readonly weight: number;
  readonly relation: Relation;
  readonly onPath: boolean;
};

/** Before or around the moment, the likeliest first. Events are what changes do, not what is suspected: they stay on the page. */
export function suspicionsOf(seen: Seen, moment: Moment): Suspicion[] {
  return seen.changes
    .filter(({ kind }) => kind !== "event")
    .map((change) => ({
      change,
      weight: weigh(change, moment, seen),
      relation: relationOf(change, moment),
      onPath: isOnPath(seen, change.service),
    }))
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight || b.change.at - a.change.at || (a.change.id < b.change.id ? -1 : 1));
}

/** `cart 3.3.3, 12 min before`. */
export const asideOf = ({ change }: Suspicion, moment: Moment): string =>
  `${quoted(nameOfChange(change), 40)}, ${distanceInWords(change, moment)}`;

export const clockOf = ({ at, notBefore }: Change, now: Instant): string =>
  at - notBefore > minute ? `between ${printClock(notBefore, now)} and ${printClock(at, now)}` : printClock(at, now);
