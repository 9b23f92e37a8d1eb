/**
 * "postgres logged 37 plans of queryid -412… since 13:59:10Z, of order, 1.9 s to 2.9 s each: Seq Scan on orders": the slow
 * statement that a database of the path told of, where it began near the onset.
 */
import { answersOf, type Found } from "@/lib/evidence";
import type { Finding } from "@/lib/finding/finding";
import { type Claim, isPending, missingFor, type Seen, unique } from "@/lib/finding/seen";
import { type StatementLine, statementOf } from "@/lib/finding/statement-line";
import { cite, list, plain, plural, quoted } from "@/lib/finding/words";
import { lineInstant } from "@/lib/signal/lines";
import { type Instant, minute, printClock, printDuration } from "@/lib/signal/time";

const reads = ["database-lines"] as const;
/** What was slow all along explains no onset: of its lines, so many stand further than this before. */
const near = 10 * minute;
const mostBefore = 0.2;

type Told = StatementLine & { readonly at: Instant };
type Statement = { readonly key: string; readonly all: readonly Told[]; readonly evidence: Found<"lines"> };

/** Findings are worked out again after every answer; what a line says stays the same. */
const held = new WeakMap<Found<"lines">["answer"], readonly Told[]>();
function toldBy({ answer }: Found<"lines">): readonly Told[] {
  const known = held.get(answer);
  if (known) return known;
  const told = answer.lines.text.flatMap((text, row): Told[] => {
    const statement = statementOf(text);
    return statement ? [{ ...statement, at: lineInstant(answer.lines, row) }] : [];
  });
  held.set(answer, told);
  return told;
}

function rangeOf(all: readonly Told[]): string {
  const times = all.flatMap(({ ms }) => ms ?? []);
  if (times.length === 0) return "";
  const [low, high] = [printDuration(Math.min(...times)), printDuration(Math.max(...times))];
  return low === high ? `, ${low}${all.length > 1 ? " each" : ""}` : `, ${low} to ${high} each`;
}

/** It has the name of a series that rose, or is of a service on the path. */
function isTied({ all }: Statement, { movements, path }: Seen): boolean {
  const id = all[0]?.id;
  const rose = movements.some(
    ({ verdict, series }) =>
      verdict === "changed" && id !== null && (series.labels.queryid === id || series.labels.query_id === id),
  );
  return rose || all.some(({ owner }) => path.some(({ name }) => name === owner));
}

function claimed(statement: Statement, seen: Seen, onset: Instant): Finding | null {
  const { key, all, evidence } = statement;
  const [first] = all;
  const { purpose, id } = evidence.question;
  if (!first || purpose.kind !== "database-lines") return null;
  const early = all.filter(({ at }) => at < onset - near).length;
  if (early > mostBefore * all.length) return null;
  const owners = [...new Set(all.flatMap(({ owner }) => owner ?? []))].sort();
  const step = all.find((each) => each.step !== null)?.step;
  const query = all.find((each) => each.query !== null)?.query;
  const name = first.id === null ? "a slow statement" : `queryid ${first.id}`;
  const weakenedBy = missingFor(seen, reads);
  return {
    id: `slow-statement ${purpose.database} ${key}`,
    kind: "slow-statement",
    sentence: [
      cite(quoted(purpose.database, 60), "service", [id], "lines"),
      plain(
        ` logged ${evidence.answer.limited || evidence.partial ? "at least " : ""}${plural(all.length, step ? "plan" : "time")} of `,
      ),
      cite(name, "code", [id], "lines"),
      plain(
        ` since ${printClock(first.at, seen.now)}${owners.length > 0 ? `, of ${list(owners)}` : ""}${rangeOf(all)}${step ? `: ${quoted(step, 120)}` : ""}${query ? `, “${quoted(query, 160)}”` : ""}.`,
      ),
    ],
    score: (isTied(statement, seen) ? 0.88 : 0.4) - (weakenedBy.length > 0 ? 0.05 : 0),
    at: first.at,
    cites: unique([id]),
    weakenedBy,
  };
}

export const slowStatement: Claim = {
  reads,
  judge: (seen) => {
    const moment = seen.onset?.from;
    if (isPending(seen, reads) || moment === undefined) return [];
    const statements = answersOf(seen.known, "lines").flatMap((evidence): Statement[] =>
      evidence.question.purpose.kind === "database-lines"
        ? [...Map.groupBy(toldBy(evidence), ({ id, query }) => id ?? query ?? "")].map(([key, all]) => ({
            key,
            all: all.toSorted((a, b) => a.at - b.at),
            evidence,
          }))
        : [],
    );
    // The one told of most often speaks; the others are in the lines.
    const [best] = statements
      .toSorted((a, b) => b.all.length - a.all.length || (a.key < b.key ? -1 : 1))
      .flatMap((each) => claimed(each, seen, moment) ?? []);
    return best ? [best] : [];
  },
};
