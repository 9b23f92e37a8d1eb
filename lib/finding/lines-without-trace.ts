/** "37 lines carry this id, but no trace was found": the lines are true, the trace was not kept, or was not to be had. */
import { answersOf, askedFor } from "@/lib/evidence";
import {
  type Claim,
  citesOf,
  isAllOf,
  isPending,
  missingFor,
  unique,
  upstreamsOf,
  wasLookedAt,
} from "@/lib/finding/seen";
import { keptTraces, lossesOf } from "@/lib/finding/telemetry-loss";
import { cite, list, plain, plural, printShare } from "@/lib/finding/words";
import { type Level, lineInstant } from "@/lib/signal/lines";
import { countLines } from "@/lib/signal/merged-lines";

/** A line of unknown level may be anything. */
const fine: ReadonlySet<Level> = new Set(["trace", "debug", "info"]);

export const linesWithoutTrace: Claim = {
  reads: ["trace-by-id", "lines-of-id", "telemetry-loss"],
  judge: (seen) => {
    if (seen.trace || isPending(seen, ["trace-by-id", "telemetry-loss"])) return [];
    const found = answersOf(askedFor(seen.known, "lines-of-id"), "lines").filter(
      ({ answer }) => answer.lines.text.length > 0,
    );
    const first = found[0];
    if (!first) return [];
    const count = countLines(found.map(({ answer }) => answer.lines)).lines;
    const atLeast = isAllOf(seen, ["lines-of-id"]) ? "" : "At least ";
    const isFine =
      atLeast === "" && count > 1 && found.every(({ answer }) => answer.lines.level.every((each) => fine.has(each)));
    const asked = askedFor(seen.known, "trace-by-id");
    const said = asked.filter(wasLookedAt);
    const unread = missingFor(seen, ["trace-by-id"]);
    const lost = lossesOf(seen, "traces");
    const kept = keptTraces(seen);
    const why = kept
      ? `: of the traces only ${printShare(kept.share)} are kept, and it may be one of the others`
      : `: ${lost.length > 0 ? "lost on its way, " : ""}not kept, or older than its retention`;
    const where =
      said.length > 0
        ? `no trace was found in ${list(upstreamsOf(said))}${unread.length > 0 ? "; not every trace store could be read" : why}`
        : asked.length > 0
          ? "no trace store could be read"
          : "no trace store was asked";
    return [
      {
        id: "lines-without-trace",
        kind: "lines-without-trace",
        sentence: [
          cite(`${atLeast}${plural(count, "line")}`, "plain", citesOf(found), "lines"),
          plain(
            ` ${count === 1 ? "carries" : "carry"} this id${isFine ? ", none of them a warning or an error" : ""}, but ${where}.`,
          ),
        ],
        score: 0.55,
        at: lineInstant(first.answer.lines, 0),
        cites: unique([...citesOf([...found, ...asked]), ...(kept?.cites ?? [])]),
        weakenedBy: [...unread, ...missingFor(seen, ["lines-of-id"]), ...lost],
      },
    ];
  },
};
