/** "errors rose to 12 %, and no service on the path logged one error line": look for a swallowed exception. */
import { answersOf } from "@/lib/evidence";
import { movementPhrase } from "@/lib/finding/onset";
import { type Claim, citesOf, isOnPath, isPending, missingFor, type Seen, unique } from "@/lib/finding/seen";
import { lossesOf } from "@/lib/finding/telemetry-loss";
import { list, plain } from "@/lib/finding/words";
import { type Level, levelOf, lineInstant } from "@/lib/signal/lines";
import { instantOf } from "@/lib/signal/series";
import type { Service } from "@/lib/signal/service";
import type { Instant } from "@/lib/signal/time";

/** More lines without a level than this share of all, and errors may be among them. */
const mostUntold = 0.05;

const isError = (level: Level): boolean => level === "error" || level === "fatal";

type Count = {
  /** Lines of any level, of known level, of an error level, since the onset began. */
  readonly all: number;
  readonly levelled: number;
  readonly errors: number;
  readonly services: readonly Service[];
  readonly cites: readonly string[];
};

/** What the lines of the path say since `from`. */
function countSince(seen: Seen, from: Instant): Count {
  let all = 0;
  let levelled = 0;
  let errors = 0;
  const add = (level: Level, count: number): void => {
    all += count;
    if (level !== "unknown") levelled += count;
    if (isError(level)) errors += count;
  };
  const byLevel = answersOf(seen.known, "series").filter(({ question }) => question.purpose.kind === "lines-by-level");
  for (const { answer } of byLevel)
    for (const series of answer.series) {
      const level = levelOf(series.labels.detected_level ?? series.labels.level ?? series.labels.severity);
      for (let index = 0; index < series.values.length; index += 1)
        if (instantOf(series, index) >= from) add(level, series.values[index] ?? 0);
    }
  const around = answersOf(seen.known, "lines").filter(
    ({ question }) => question.purpose.kind === "lines-around" || question.purpose.kind === "lines-of-id",
  );
  for (const { answer } of around)
    for (let row = 0; row < answer.lines.text.length; row += 1)
      if (lineInstant(answer.lines, row) >= from && isError(answer.lines.level[row] ?? "unknown")) errors += 1;
  const services = byLevel.flatMap(({ question: { purpose } }) =>
    purpose.kind === "lines-by-level" ? purpose.services : [],
  );
  return { all, levelled, errors, services, cites: citesOf([...byLevel, ...around]) };
}

const linesOf = ["lines-by-level", "lines-around", "lines-of-id", "lines-volume"] as const;

export const spikeWithoutErrorLines: Claim = {
  reads: ["red", "lines-by-level", "lines-around", "lines-of-id", "telemetry-loss"],
  judge: (seen) => {
    const rising = seen.movements.find(
      ({ role, verdict, direction, service }) =>
        (role === "error-ratio" || role === "errors") &&
        verdict === "changed" &&
        direction === "up" &&
        (seen.path.length === 0 || isOnPath(seen, service)),
    );
    if (!rising?.onset || isPending(seen, [...linesOf, "telemetry-loss"])) return [];
    const { levelled, all, errors, services, cites } = countSince(seen, rising.onset.from);
    // No lines at all, or lines without level: then silence proves nothing.
    if (errors > 0 || services.length === 0 || levelled === 0 || levelled < all / 2) return [];
    const weakenedBy = missingFor(seen, linesOf);
    const names = [...new Set(services.map(({ name }) => name))].sort();
    const unread = seen.path.filter(({ name }) => !names.includes(name)).map(({ name }) => name);
    weakenedBy.push(...lossesOf(seen, "lines"));
    if (unread.length > 0) weakenedBy.push(`no lines were read of ${list(unread)}`);
    const count = (lines: number): string => Math.round(lines).toLocaleString("en-US");
    const untold = all - levelled;
    if (untold > mostUntold * all) weakenedBy.push(`${count(untold)} of ${count(all)} lines tell no level`);
    const others = `${count(levelled)} lines of other levels${untold > 0 ? `, ${count(untold)} of none` : ""}`;
    // Without a trace the path is whom the lead names: what that one calls may have said it all.
    const isAlone = seen.trace === null && names.length === 1;
    const said =
      weakenedBy.length > 0
        ? `the lines since then that could be read (${list(names)}) hold no error (${others})`
        : isAlone
          ? `${names[0]} logged no error line since (${others})`
          : `no service on the path logged one error line since (${list(names)}: ${others})`;
    const hint = `: look for a swallowed exception${isAlone ? ", or at whom it calls, whose lines were not read" : ""}.`;
    return [
      {
        id: `spike-without-error-lines ${rising.question} ${rising.index}`,
        kind: "spike-without-error-lines",
        sentence: [movementPhrase(rising), plain(`, and ${said}${hint}`)],
        // That nobody says anything is rarer than a change before, and tells what to look for.
        score: weakenedBy.length > 0 ? 0.4 : isAlone ? 0.6 : 0.92,
        at: rising.onset.at,
        cites: unique([...rising.cites, ...cites]),
        weakenedBy,
      },
    ];
  },
};
