/** "payment 9.2.0 was deployed 85 s before": the change that may explain it, and those that merely happened too. */
import type { Evidence, QuestionId } from "@/lib/evidence";
import type { Phrase } from "@/lib/finding/finding";
import { answeredFor, type Claim, citesOf, isPending, missingFor, type Seen, unique } from "@/lib/finding/seen";
import {
  asideOf,
  clockOf,
  distanceInWords,
  type Moment,
  momentOf,
  type Suspicion,
  suspicionsOf,
  verbOf,
} from "@/lib/finding/suspect";
import { cite, list, plain, quoted } from "@/lib/finding/words";
import { nameOfChange } from "@/lib/signal/change";
import { minute, printClock, toInstant, type Window } from "@/lib/signal/time";

export const changeSources = [
  "annotations",
  "change-stream",
  "changes-of-cluster",
  "versions-of-metrics",
  "versions-of-spans",
] as const;

/** The sources that answered. A Prometheus without a word of pods and processes is no source of their changes. */
export const changeLooks = (seen: Seen): Evidence[] =>
  answeredFor(seen, changeSources).filter(
    ({ question: { purpose }, answer }) => purpose.kind !== "changes-of-cluster" || answer.kind === "changes",
  );

/** The questions whose answers could have told of changes. */
export const changeCites = (seen: Seen): QuestionId[] => unique(citesOf(changeLooks(seen)));

/** `payment 9.2.0 was deployed 85 s before`; no full stop. */
export function suspectPhrases({ change }: Suspicion, seen: Seen): Phrase[] {
  const moment = momentOf(seen);
  const name = cite(quoted(nameOfChange(change), 80), "change", changeCites(seen), "changes", { change: change.id });
  if (change.service && change.version)
    return change.kind === "rollback"
      ? [
          cite(change.service.name, "service", [], "changes", { change: change.id }),
          plain(" was rolled back to "),
          cite(quoted(change.version, 40), "change", changeCites(seen), "changes", { change: change.id }),
          plain(moment ? ` ${distanceInWords(change, moment)}` : ""),
        ]
      : [name, plain(` ${verbOf(change)}${moment ? ` ${distanceInWords(change, moment)}` : ""}`)];
  // Words of a person or a pipeline: quoted, never made a sentence of.
  return [plain("“"), name, plain(`” (${change.kind})${moment ? ` came ${distanceInWords(change, moment)}` : ""}`)];
}

/** How far each source of changes was asked: the two halves of one search are one look. Without end where none had a window. */
export function looksOf(read: readonly Evidence[]): Window[] {
  const looks = Map.groupBy(read, ({ question }) => `${question.upstream} ${question.purpose.kind}`);
  return [...looks.values()].map((look) => {
    const windows = look.flatMap(({ question }) => question.window ?? []);
    return {
      from: toInstant(Math.min(...windows.map(({ from }) => from))),
      to: toInstant(Math.max(...windows.map(({ to }) => to))),
    };
  });
}

/**
 * True where "no change" may be said of the moment: every source that was asked has answered, and what they were asked
 * for reaches from before it to it. A window given by a link may end before, or begin after.
 */
export function mayDeny(seen: Seen, moment: Moment): boolean {
  if (isPending(seen, changeSources) || seen.ahead > 0) return false;
  const looks = looksOf(changeLooks(seen));
  // Events tell of changes, too, and are no source that could deny one.
  if (looks.length === 0) return false;
  return looks.every(
    // The grid of a metric may end a step early.
    ({ from, to }) => from < moment.from && to >= moment.from - minute,
  );
}

/** ` since 14:01:45Z`: from when all sources that answered were asked; empty where that is not known. */
export function lookedSince(read: readonly Evidence[], { now, window }: Seen): string {
  const starts = looksOf(read).flatMap(({ from }) => (Number.isFinite(from) ? [from] : []));
  const from = starts.length > 0 ? toInstant(Math.max(...starts)) : window?.from;
  return from === undefined ? "" : ` since ${printClock(from, now)}`;
}

/** What else is known, or that nothing is (` since` when): never more than was looked at. Empty while it cannot be said. No full stop. */
export function othersInWords(rest: readonly Suspicion[], seen: Seen, since = ""): string {
  const moment = momentOf(seen);
  if (moment && rest.length === 0 && !mayDeny(seen, moment)) return "";
  if (rest.length > 0 && moment)
    return `also changed: ${list(
      rest.map((each) => asideOf(each, moment)),
      2,
    )}`;
  const unread = missingFor(seen, changeSources).length > 0;
  return `no other change is known${since}${unread ? ", but not every source could be read" : ""}`;
}

/** Of a service that is known, and not on the path. */
export const isElsewhere = ({ onPath, change }: Suspicion): boolean => !onPath && change.service !== null;

export const changeBeforeOnset: Claim = {
  reads: [...changeSources],
  judge: (seen) => {
    const moment = momentOf(seen);
    if (!moment) return [];
    const [suspect, ...rest] = suspicionsOf(seen, moment);
    // One of a service that has nothing to do with it is told beside the denial, where that may be said.
    if (!suspect || (isElsewhere(suspect) && moment.is === "onset" && mayDeny(seen, moment))) return [];
    const weakenedBy = missingFor(seen, changeSources);
    const { change, onPath, weight } = suspect;
    const offPath = change.service === null ? " (of no service known here)" : " (not on this path)";
    const others = othersInWords(rest, seen, lookedSince(changeLooks(seen), seen));
    const previous = change.previousVersion === null ? "" : `, ${change.previousVersion} before`;
    return [
      {
        id: `change-before-onset ${change.id}`,
        kind: "change-before-onset",
        sentence: [
          ...suspectPhrases(suspect, seen),
          plain(
            `${onPath ? "" : offPath}: ${clockOf(change, seen.now)}, from ${change.source}${previous}${others === "" ? "" : `; ${others}`}.`,
          ),
        ],
        score: (moment.is === "onset" ? 0.9 : 0.5) * weight * (weakenedBy.length > 0 ? 0.9 : 1),
        at: change.at,
        cites: changeCites(seen),
        weakenedBy,
      },
    ];
  },
};
