/** "payment 9.2.0 was deployed 85 s before": the change that may explain it, and those that merely happened too. */
import type { QuestionId } from "@/lib/evidence";
import type { Phrase } from "@/lib/finding/finding";
import { answeredFor, type Claim, citesOf, missingFor, type Seen, unique } from "@/lib/finding/seen";
import {
  asideOf,
  clockOf,
  distanceInWords,
  momentOf,
  nameOf,
  type Suspicion,
  suspicionsOf,
  verbOf,
} from "@/lib/finding/suspect";
import { cite, list, plain, quoted } from "@/lib/finding/words";

export const changeSources = ["annotations", "change-stream", "versions-of-metrics", "versions-of-spans"] as const;

/** The questions whose answers could have told of changes. */
export const changeCites = (seen: Seen): QuestionId[] => unique(citesOf(answeredFor(seen, changeSources)));

/** `payment 9.2.0 was deployed 85 s before`; no full stop. */
export function suspectPhrases({ change }: Suspicion, seen: Seen): Phrase[] {
  const moment = momentOf(seen);
  const name = cite(quoted(nameOf(change), 80), "change", changeCites(seen), "changes", { change: change.id });
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

/** What else is known, or that nothing is: never more than was looked at. No full stop. */
export function othersInWords(rest: readonly Suspicion[], seen: Seen): string {
  const moment = momentOf(seen);
  if (rest.length > 0 && moment)
    return `also changed: ${list(
      rest.map((each) => asideOf(each, moment)),
      2,
    )}`;
  const unread = missingFor(seen, changeSources).length > 0;
  return `no other change is known${unread ? ", but not every source could be read" : ""}`;
}

export const changeBeforeOnset: Claim = {
  reads: [...changeSources],
  judge: (seen) => {
    const moment = momentOf(seen);
    if (!moment) return [];
    const [suspect, ...rest] = suspicionsOf(seen, moment);
    if (!suspect) return [];
    const weakenedBy = missingFor(seen, changeSources);
    const { change, onPath, weight } = suspect;
    const offPath = change.service === null ? " (of no service known here)" : " (not on this path)";
    const previous = change.previousVersion === null ? "" : `, ${change.previousVersion} before`;
    return [
      {
        id: `change-before-onset ${change.id}`,
        kind: "change-before-onset",
        sentence: [
          ...suspectPhrases(suspect, seen),
          plain(
            `${onPath ? "" : offPath}: ${clockOf(change, seen.now)}, from ${change.source}${previous}; ${othersInWords(rest, seen)}.`,
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
