/** "is still failing: 36 % in the last 2 min, as of 14:18:05Z", or when it went back to what it was. */
import { medianOf } from "@/lib/detect/median";
import { type Claim, isOnPath, type Judged, missingFor } from "@/lib/finding/seen";
import { cite, nounOf, plain, printValue } from "@/lib/finding/words";
import { instantOf } from "@/lib/signal/series";
import { type Instant, minute, printClock, printDuration } from "@/lib/signal/time";

const lately = 2 * minute;

/** Median of the last two minutes with samples, and when they end. */
function endOf({ series }: Judged): { readonly level: number; readonly at: Instant } | null {
  const recent: number[] = [];
  let at: Instant | null = null;
  for (let index = series.values.length - 1; index >= 0; index -= 1) {
    const value = series.values[index];
    if (value === null || value === undefined) continue;
    at ??= instantOf(series, index);
    if (at - instantOf(series, index) > lately) break;
    recent.push(value);
  }
  return at === null ? null : { level: medianOf(Float64Array.from(recent)), at };
}

const subjectOf = ({ service, role, title }: Judged): string =>
  [service?.name, nounOf(role, title)].filter(Boolean).join(" ");

export const stillHappening: Claim = {
  reads: ["red"],
  judge: (seen) => {
    const { leading, now } = seen;
    if (!leading || leading.before === null) return [];
    const { before, after, unit, cites, question, index } = leading;
    const weakenedBy = missingFor(seen, ["red"]);
    const base = { at: leading.onset?.at ?? null, cites, weakenedBy, symptom: true } as const;
    const less = weakenedBy.length > 0 ? 0.05 : 0;
    const subject = cite(subjectOf(leading), "error", cites, "spike");
    const end = endOf(leading);
    if (leading.presence === "vanished")
      return [
        {
          ...base,
          id: `still-happening ${question} ${index}`,
          kind: "still-happening",
          sentence: [subject, plain(` is still absent at the end of what was asked${endClock(leading, now)}.`)],
          score: 0.6 - less,
        },
      ];
    if (end === null || after === null) return [];
    // Closer to what it was than to what it became: over. The value itself is told, so that a reader may differ.
    const isBack = leading.end !== null && Math.abs(end.level - before) < Math.abs(end.level - after);
    if (isBack && leading.end !== null) {
      const others = seen.movements.filter(
        (each) => each !== leading && each.verdict === "changed" && each.end === null && isOnPath(seen, each.service),
      );
      const rest = others.length > 0 ? `, but ${subjectOf(others[0] ?? leading)} is not` : "";
      return [
        {
          ...base,
          id: `over ${question} ${index}`,
          kind: "over",
          at: leading.end,
          sentence: [
            subject,
            plain(
              ` went back to ${printValue(end.level, unit)} at ${printClock(leading.end, now)}, as of ${printClock(end.at, now)}${rest}${less > 0 ? "; not every metric could be read" : ""}.`,
            ),
          ],
          score: 0.6 - less,
        },
      ];
    }
    const isNow = now - end.at <= 3 * minute;
    const isFailing = leading.role === "error-ratio" || leading.role === "errors";
    const verb = isFailing ? "is still failing" : "has not gone back";
    const who = isFailing && leading.service ? cite(leading.service.name, "service", cites, "spike") : subject;
    const level = printValue(end.level, unit);
    return [
      {
        ...base,
        id: `still-happening ${question} ${index}`,
        kind: "still-happening",
        sentence: [
          who,
          plain(
            isNow
              ? ` ${verb}: ${unit === "count" ? `still ${level}` : `${level} in the last ${printDuration(lately)}`}, as of ${printClock(end.at, now)}.`
              : ` ${verb} when the window ends: ${level} at ${printClock(end.at, now)}; what came later was not looked at.`,
          ),
        ],
        score: (isNow ? 0.7 : 0.4) - less,
      },
    ];
  },
};

const endClock = ({ series }: Judged, now: Instant): string =>
  series.values.length > 0 ? ` (${printClock(instantOf(series, series.values.length - 1), now)})` : "";
