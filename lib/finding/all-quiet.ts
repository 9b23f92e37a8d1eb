/** "None of the 15 series looked at changed": an all-clear for exactly what was judged. */
import type { Purpose } from "@/lib/evidence";
import { type Claim, isPending, missingFor, type Seen, unique } from "@/lib/finding/seen";
import { lossesOf } from "@/lib/finding/telemetry-loss";
import { cite, list, nounOf, plain, plural } from "@/lib/finding/words";
import { instantOf } from "@/lib/signal/series";
import { printClock, toInstant } from "@/lib/signal/time";

const reads: readonly Purpose["kind"][] = ["red", "saturation", "identity", "interval", "telemetry-loss"];

/** "errors, p99 latency and requests of 3 services". */
function judgedInWords({ movements }: Seen): string {
  const judged = movements.filter(({ verdict }) => verdict === "quiet");
  const nouns = [...new Set(judged.map(({ role, title }) => nounOf(role, title)))].sort();
  const services = new Set(judged.map(({ service }) => service?.name ?? ""));
  return `${list(nouns)} of ${plural(services.size, "service")}`;
}

export const allQuiet: Claim = {
  reads,
  judge: (seen) => {
    const { movements, now } = seen;
    const quiet = movements.filter(({ verdict }) => verdict === "quiet");
    if (isPending(seen, reads)) return [];
    if (quiet.length === 0 || movements.some(({ verdict }) => verdict === "changed")) return [];
    const few = movements.length - quiet.length;
    const starts = quiet.map(({ series }) => series.start);
    const ends = quiet.map(({ series }) => instantOf(series, series.values.length - 1));
    const from = toInstant(Math.max(...starts));
    const to = toInstant(Math.min(...ends));
    const cites = unique(quiet.flatMap((each) => each.cites));
    const weakenedBy = [
      ...missingFor(seen, reads),
      ...lossesOf(seen, "metrics"),
      ...(few > 0 ? [`${plural(few, "other series", "other series")} had too few samples to judge`] : []),
    ];
    return [
      {
        id: "all-quiet",
        kind: "all-quiet",
        sentence: [
          cite(`None of the ${plural(quiet.length, "series", "series")} judged changed`, "plain", cites, "spike"),
          plain(
            ` between ${printClock(from, now)} and ${printClock(to, now)} (${judgedInWords(seen)})${weakenedBy.length > 0 ? "; not all could be looked at" : ""}.`,
          ),
        ],
        score: weakenedBy.length > 0 ? 0.25 : 0.45,
        at: null,
        cites,
        weakenedBy,
      },
    ];
  },
};
