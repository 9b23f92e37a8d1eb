/** "New in the lines of payment since 14:03:10Z: “handshake with <_> timed out”, 37 times": what nobody said before the onset. */
import { type LogPattern, logPatterns } from "@/lib/detect/log-patterns";
import { answersOf, type Found } from "@/lib/evidence";
import type { Finding } from "@/lib/finding/finding";
import { type Claim, citesOf, isPending, missingFor, type Seen } from "@/lib/finding/seen";
import { lossesOf } from "@/lib/finding/telemetry-loss";
import { cite, plain, plural, quoted } from "@/lib/finding/words";
import { composeService } from "@/lib/signal/line-service";
import { type Level, lineInstant, lineLabels } from "@/lib/signal/lines";
import { mergedLines } from "@/lib/signal/merged-lines";
import { type Instant, minute, printClock, toInstant } from "@/lib/signal/time";

/** Less often, it may be new by chance. */
const least = 3;
/** So much silence before the onset must have been read for a pattern to be new. */
export const silence = minute;

type Read = {
  readonly texts: readonly string[];
  readonly instants: readonly Instant[];
  readonly services: readonly string[];
  readonly levels: readonly Level[];
};

const nameLabels = ["service_name", "service", "app", "application", "container", "k8s_container_name", "job"];

/** One list of lines in time order. */
export function linesRead(sources: readonly Found<"lines">[]): Read {
  const blocks = sources.map(({ answer }) => answer.lines);
  const merged = mergedLines(blocks);
  const rows = Array.from(merged.row, (row, at) => ({ row, lines: blocks[merged.source[at] ?? 0] }));
  const known = rows.flatMap(({ row, lines }) => (lines ? [{ row, lines }] : []));
  return {
    levels: known.map(({ row, lines }) => lines.level[row] ?? "unknown"),
    texts: known.map(({ row, lines }) => lines.text[row] ?? ""),
    instants: known.map(({ row, lines }) => lineInstant(lines, row)),
    services: known.map(({ row, lines }) => {
      const labels = lineLabels(lines, row);
      return composeService(labels) ?? nameLabels.flatMap((label) => labels[label] ?? [])[0] ?? "";
    }),
  };
}

/** From when on every line was read: a cut answer begins at its first line, as the newest are given. */
export const readFrom = ({ question, answer }: Found<"lines">): Instant | null =>
  answer.limited && answer.lines.text.length > 0 ? lineInstant(answer.lines, 0) : (question.window?.from ?? null);

const loudest = (patterns: readonly LogPattern[]): LogPattern | undefined =>
  patterns.reduce<LogPattern | undefined>((most, next) => (most && most.after >= next.after ? most : next), undefined);

/** Neither a trace nor a line of the id says why. */
export const isOnlyWhy = ({ origin, known }: Seen): boolean =>
  origin === null &&
  answersOf(known, "lines").every(
    ({ question, answer }) =>
      question.purpose.kind !== "lines-of-id" ||
      !answer.lines.level.some((level) => level === "error" || level === "fatal"),
  );

export const newLogPattern: Claim = {
  reads: ["lines-around", "telemetry-loss"],
  judge: (seen) => {
    const { onset } = seen;
    if (!onset || isPending(seen, ["lines-around"])) return [];
    const all = answersOf(seen.known, "lines").filter(({ question }) => question.purpose.kind === "lines-around");
    const far = all.filter((each) => (readFrom(each) ?? onset.from) <= onset.from - silence);
    const read = linesRead(far);
    const isAfter = (index: number): boolean => (read.instants[index] ?? 0) >= onset.from;
    const patterns = logPatterns(read.texts, isAfter);
    const fresh = patterns.filter(({ before, after }) => before === 0 && after >= least);
    const first = loudest(fresh);
    if (!first) return moreOften(seen, far, all, read, patterns);
    const cites = citesOf(far);
    const weakenedBy = [...missingFor(seen, ["lines-around"]), ...lossesOf(seen, "lines")];
    if (far.length < all.length) weakenedBy.push("of some services too few lines from before the onset were read");
    const service = read.services[first.example] ?? "";
    const others = fresh.length - 1;
    const since = far.flatMap((each) => readFrom(each) ?? []);
    const ends = far.flatMap(({ question }) => question.window?.to ?? []);
    const until = ends.length > 0 ? toInstant(Math.min(...ends)) : null;
    return [
      {
        id: `new-log-pattern ${first.id}`,
        kind: "new-log-pattern",
        sentence: [
          plain(`New${service === "" ? "" : ` in the lines of ${service}`} since ${printClock(onset.at, seen.now)}: `),
          cite(`“${quoted(first.template, 120)}”`, "code", cites, "lines"),
          plain(
            `, ${plural(first.after, "time")}${others > 0 ? `, and ${plural(others, "other pattern")}` : ""}; none before, of the warnings and errors read ${until === null ? "since" : "from"} ${printClock(toInstant(Math.max(...since)), seen.now)}${until === null ? "" : ` to ${printClock(until, seen.now)}`}.`,
          ),
        ],
        // Where no trace and no line of the id says why, this is what does.
        score: weakenedBy.length > 0 ? 0.4 : isOnlyWhy(seen) ? 0.8 : 0.55,
        at: read.instants[first.example] ?? onset.at,
        cites,
        weakenedBy: [...new Set(weakenedBy)].sort(),
      },
    ];
  },
};

/** So many times as many lines a minute as before are no chance, and fewer lines are. */
const muchMore = 10;
const manyMore = 20;

/** Nothing is new, and one thing is said far more often than before. */
function moreOften(
  seen: Seen,
  far: readonly Found<"lines">[],
  all: readonly Found<"lines">[],
  { instants, services }: Read,
  patterns: readonly LogPattern[],
): readonly Finding[] {
  const since = Math.max(...far.flatMap((each) => readFrom(each) ?? []));
  const [onset, last] = [seen.onset, instants.at(-1)];
  if (!onset || last === undefined || far.length < all.length || !isOnlyWhy(seen)) return [];
  const times = Math.max(1, last - onset.from) / Math.max(1, onset.from - since);
  const first = loudest(
    patterns.filter(
      ({ before, after }) => after >= manyMore && after >= muchMore * Math.max(1, before) * Math.max(1, times),
    ),
  );
  if (!first) return [];
  const cites = citesOf(far);
  const weakenedBy = [...missingFor(seen, ["lines-around"]), ...lossesOf(seen, "lines")];
  const service = services[first.example] ?? "";
  return [
    {
      id: `new-log-pattern ${first.id}`,
      kind: "new-log-pattern",
      sentence: [
        plain(
          `Far more often${service === "" ? "" : ` in the lines of ${service}`} since ${printClock(onset.at, seen.now)}: `,
        ),
        cite(`“${quoted(first.template, 120)}”`, "code", cites, "lines"),
        plain(
          `, ${plural(first.after, "time")}, and ${plural(first.before, "time")} before; of the warnings and errors read since ${printClock(since as Instant, seen.now)}.`,
        ),
      ],
      score: weakenedBy.length > 0 ? 0.4 : 0.75,
      at: instants[first.example] ?? onset.at,
      cites,
      weakenedBy: [...new Set(weakenedBy)].sort(),
    },
  ];
}
