/** "checkout errors rose from 0.1 % to 38 % at 14:03:10Z": since when, what, by how much, and what else moved. */
import type { Phrase } from "@/lib/finding/finding";
import { type Claim, type Judged, missingFor, type Seen, unique } from "@/lib/finding/seen";
import { cite, list, nounOf, plain, plural, printUncertainty, printValue } from "@/lib/finding/words";
import { printClock } from "@/lib/signal/time";

const subjectOf = ({ service, role, title }: Judged): string =>
  [service?.name, nounOf(role, title)].filter(Boolean).join(" ");

/** `order errors rose from 0.1 % to 38 %`: no time, no full stop. */
export function movementPhrase(movement: Judged): Phrase {
  const { before, after, unit, direction, cites, presence } = movement;
  const subject = subjectOf(movement);
  const text =
    presence === "vanished"
      ? `${subject} vanished (${printValue(before, unit)} before)`
      : presence === "appeared"
        ? `${subject} appeared (${printValue(after, unit)})`
        : `${subject} ${direction === "up" ? "rose" : "fell"} from ${printValue(before, unit)} to ${printValue(after, unit)}`;
  return cite(text, "error", cites, "spike");
}

/** What else changed, in the order in which it began: "then payment p99 latency at 14:03:25Z". */
function followers({ movements, leading, now }: Seen): string {
  const others = movements
    .filter((each) => each !== leading && each.verdict === "changed" && each.onset !== null)
    .toSorted((a, b) => (a.onset?.at ?? 0) - (b.onset?.at ?? 0) || (a.question < b.question ? -1 : 1));
  const words = others.map((each) => `${subjectOf(each)} (${each.onset ? printClock(each.onset.at, now) : ""})`);
  return words.length > 0 ? ` Also changed: ${list(words)}.` : "";
}

export const onset: Claim = {
  reads: ["red"],
  judge: (seen) => {
    const { leading, now, movements } = seen;
    if (!leading?.onset) return [];
    const weakenedBy = missingFor(seen, ["red"]);
    const judged = movements.filter(({ verdict }) => verdict !== "too-few").length;
    const changed = movements.filter(({ verdict }) => verdict === "changed");
    return [
      {
        id: `onset ${leading.question} ${leading.index}`,
        kind: "onset",
        sentence: [
          movementPhrase(leading),
          plain(
            ` at ${printClock(leading.onset.at, now)} (${printUncertainty(leading.onset)})${leading.share === null ? "" : `, ${leading.share}`}. ${changed.length} of ${plural(judged, "series", "series")} judged changed.${followers(seen)}`,
          ),
        ],
        score: 0.9 - (weakenedBy.length > 0 ? 0.05 : 0),
        at: leading.onset.at,
        cites: unique(changed.flatMap(({ cites }) => cites)),
        weakenedBy,
      },
    ];
  },
};
