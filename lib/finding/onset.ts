/** "checkout errors rose from 0.1 % to 38 % at 14:03:10Z": since when, what, by how much, and what else moved. */
import type { Phrase } from "@/lib/finding/finding";
import { type Claim, type Judged, missingFor, type Seen, unique } from "@/lib/finding/seen";
import { cite, list, nounOf, plain, plural, printSince, printUncertainty, printValue } from "@/lib/finding/words";
import { printClock } from "@/lib/signal/time";

const subjectOf = ({ service, role, title }: Judged): string =>
  [service?.name, nounOf(role, title)].filter(Boolean).join(" ");

/** `order errors rose from 0.1 % to 38 %`, of a p99 with its median behind it: no time, no full stop. */
export function movementPhrase(movement: Judged): Phrase {
  const { before, after, unit, direction, cites, presence, tail } = movement;
  const subject = subjectOf(movement);
  const text =
    presence === "vanished"
      ? `${subject} vanished (${printValue(before, unit)} before)`
      : presence === "appeared"
        ? `${subject} appeared (${printValue(after, unit)})`
        : `${subject} ${direction === "up" ? "rose" : "fell"} from ${printValue(before, unit)} to ${printValue(after, unit)}${tail === null ? "" : ` (${tail})`}`;
  return cite(text, "error", cites, "spike");
}

/**
 * What else changed: " Around the same time: payment p99 latency. Later: cart requests (14:10:00Z ± 15 s)." Before and
 * after only where the uncertainties do not overlap; else no order is claimed, and no time either.
 */
function others({ movements, leading, now }: Seen): string {
  const first = leading?.onset;
  if (!first) return "";
  const rest = movements
    .filter((each) => each !== leading && each.verdict === "changed" && each.onset !== null)
    .toSorted((a, b) => (a.onset?.at ?? 0) - (b.onset?.at ?? 0) || (a.question < b.question ? -1 : 1));
  const relation = ({ onset }: Judged): "before" | "around" | "after" =>
    onset === null || (onset.from <= first.to && onset.to >= first.from)
      ? "around"
      : onset.to < first.from
        ? "before"
        : "after";
  const say = (head: string, which: ReturnType<typeof relation>): string => {
    const words = rest
      .filter((each) => relation(each) === which)
      .map(
        (each) => `${subjectOf(each)}${which === "around" || !each.onset ? "" : ` (${printSince(each.onset, now)})`}`,
      );
    return words.length > 0 ? ` ${head}: ${list(words)}.` : "";
  };
  return say("Earlier", "before") + say("Around the same time", "around") + say("Later", "after");
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
            ` at ${printClock(leading.onset.at, now)} (${printUncertainty(leading.onset)})${leading.share === null ? "" : `, ${leading.share}`}. ${changed.length} of ${plural(judged, "series", "series")} judged changed.${others(seen)}`,
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
