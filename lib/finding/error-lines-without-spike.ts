/** "Error lines rose, and the failures counted did not": what is caught and retried, or a failure that no metric counts. */
import { amongLooks, changePointOf } from "@/lib/detect/change-point";
import { answersOf, type Found } from "@/lib/evidence";
import { type Claim, isPending, type Judged, missingFor, type Seen, unique } from "@/lib/finding/seen";
import { lossesOf } from "@/lib/finding/telemetry-loss";
import { cite, list, plain, plural, printUncertainty } from "@/lib/finding/words";
import { levelOf } from "@/lib/signal/lines";
import type { Series } from "@/lib/signal/series";
import { type Service, sameService } from "@/lib/signal/service";
import { printClock, toInstant } from "@/lib/signal/time";

/** So few error lines since the onset are an accident. */
const least = 10;
const reads = ["lines-by-level", "red", "identity", "interval", "telemetry-loss"] as const;

/** Lines of an error level in each step; null = the answer has no series. */
function errorsIn({ answer }: Found<"series">): Series | null {
  const errors = answer.series.filter(({ labels }) => {
    const level = levelOf(labels.detected_level ?? labels.level ?? labels.severity);
    return level === "error" || level === "fatal";
  });
  const [head] = errors;
  if (!head) return null;
  const values = Array.from({ length: head.values.length }, (_, at) =>
    errors.reduce((sum, series) => sum + (series.values[at] ?? 0), 0),
  );
  return { ...head, values };
}

/** Codes and outcomes by word, and what clients got wrong: that one of them rose is a count of it. */
const isTold = ({ role, verdict, direction }: Judged): boolean =>
  verdict === "changed" && (role !== "other" || direction === "up");

/** Whose failures were judged and stayed as they were, and whose are not counted; null = those of one rose. */
function countedOf({ movements }: Seen, services: readonly Service[]) {
  const failures = movements.filter(({ role }) => role === "error-ratio" || role === "errors");
  const counted = movements.filter((each) => failures.includes(each) || each.role === "other");
  const of = (all: readonly Judged[], service: Service) =>
    all.filter((each) => each.service && sameService(each.service, service));
  if (services.some((service) => of(counted, service).some(isTold))) return null;
  const own = services.map((service) => ({ service, told: of(failures, service) }));
  const isQuiet = ({ told }: (typeof own)[number]): boolean => told.some(({ verdict }) => verdict === "quiet");
  return {
    quiet: own.filter(isQuiet).map(({ service }) => service.name),
    unknown: own.filter((each) => !isQuiet(each)).map(({ service }) => service.name),
    cites: own.flatMap(({ told }) => told.flatMap(({ cites }) => cites)),
  };
}

export const errorLinesWithoutSpike: Claim = {
  reads,
  judge: (seen) => {
    if (isPending(seen, reads)) return [];
    const byLevel = answersOf(seen.known, "series").filter(
      ({ question }) => question.purpose.kind === "lines-by-level",
    );
    const risen = byLevel.flatMap((evidence) => {
      const { purpose } = evidence.question;
      const series = errorsIn(evidence);
      if (purpose.kind !== "lines-by-level" || !series) return [];
      const { step } = series;
      const found = changePointOf(series.values, { unit: "count", step, interval: step, rateWindow: step });
      const claim = amongLooks(found, byLevel.length);
      if (claim.verdict !== "changed" || claim.direction !== "up") return [];
      const instant = (position: number) => toInstant(series.start + position * step);
      const onset = { at: instant(claim.onset.at), from: instant(claim.onset.from), to: instant(claim.onset.to) };
      let count = 0;
      for (let at = Math.ceil(claim.onset.from); at < (claim.end ?? series.values.length); at += 1)
        count += series.values[at] ?? 0;
      const counted = countedOf(seen, purpose.services);
      return counted && count >= least ? [{ id: evidence.question.id, onset, count, counted }] : [];
    });
    const [first] = risen.toSorted((a, b) => b.count - a.count || (a.id < b.id ? -1 : 1));
    if (!first || first.counted.quiet.length === 0) return [];
    const { id, onset, count, counted } = first;
    const weakenedBy = [
      ...missingFor(seen, reads),
      ...lossesOf(seen, "metrics"),
      ...(counted.unknown.length > 0 ? [`of ${list(counted.unknown)} no failures were judged`] : []),
    ];
    const which = weakenedBy.length > 0 ? `those that could be judged (${list(counted.quiet)})` : list(counted.quiet);
    return [
      {
        id: `error-lines-without-spike ${id}`,
        kind: "error-lines-without-spike",
        sentence: [
          cite(`${plural(count, "error line")} since ${printClock(onset.at, seen.now)}`, "error", [id], "lines"),
          plain(
            ` (${printUncertainty(onset)}), many more than before, and the failures counted of ${which} did not rise: caught and tried again, or counted by no metric.`,
          ),
        ],
        score: weakenedBy.length > 0 ? 0.35 : 0.5,
        at: onset.at,
        cites: unique([id, ...counted.cites]),
        weakenedBy,
      },
    ];
  },
};
