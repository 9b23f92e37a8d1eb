/**
 * "429 answers rose from 1 to 361 a minute in alb_logs: 5,400 of the 5,412 went to 198.51.100.23": refusals that an access
 * log counted, and whether most went to one client's address.
 */
import { answersOf, type Evidence, type Found, type Purpose } from "@/lib/evidence";
import type { Finding } from "@/lib/finding/finding";
import { type Risen, risenRefusals } from "@/lib/finding/refusals";
import { type Claim, isPending, missingFor, unique, wasLookedAt } from "@/lib/finding/seen";
import { cite, list, plain, printShare, printSince, quoted } from "@/lib/finding/words";
import type { LinesRead } from "@/lib/signal/refusals";
import { type Instant, printClock } from "@/lib/signal/time";

type ByClient = Extract<Purpose, { kind: "refusals-by-client" }>;
type Counts = Extract<Purpose, { kind: "refusals" }>;
const reads = ["refusals", "refusals-by-client"] as const;

/** One address has most of them. */
const most = 0.5;
const nearlyAll = 0.8;

export type Client = { readonly address: string; readonly count: number };
/** A log's own words for no address. */
const isNobody = (address: string): boolean => address === "" || address === "-";
/** Most first; whoever stands without an address is nobody that could be named. */
export const clientsOf = ({ answer }: Found<"series">, { client }: ByClient): Client[] =>
  answer.series
    .map(({ labels, values }) => ({ address: labels[client] ?? "", count: values[values.length - 1] ?? 0 }))
    .filter(({ address, count }) => count > 0 && !isNobody(address))
    .toSorted((a, b) => b.count - a.count || (a.address < b.address ? -1 : 1));

const many = (count: number): string => Math.round(count).toLocaleString("en-US");
const perMinute = (level: number | null): string => (level === null || level < 0.5 ? "0" : many(level));

/** How far it goes: whom the log says the requests went to, or that it does not. */
function scopeOf({ served }: Counts, whose: readonly string[] | null): string {
  if (whose !== null)
    return `, of what went to ${list(
      whose.map((each) => quoted(each, 60)),
      3,
    )}`;
  if (served.kind === "own") return "";
  return ` (of the whole log: ${served.kind === "told" ? "no line seen names a service of this path" : "its lines do not name a service"})`;
}

/** Of the lines that were read: how many were answered so, and who got most of them. "" = none of them. */
function readInWords({ lines, refused }: LinesRead, answered: string): string {
  const own = refused.filter((each) => each.answered === answered);
  const [top] = own;
  const sum = own.reduce((all, { count }) => all + count, 0);
  if (!top || sum === 0) return "";
  // A line may name no client.
  const alone =
    top.client !== "" && top.count / sum >= most
      ? `, and ${many(top.count)} of those went to ${quoted(top.client, 60)}`
      : "";
  return `of the ${many(lines)} lines read, ${many(sum)} were answered ${answered}${alone}`;
}

function claimed(clients: Evidence, purpose: ByClient, counts: Counts, risen: Risen, now: Instant): Finding | null {
  const named = clients.answer.kind === "series" ? clientsOf({ ...clients, answer: clients.answer }, purpose) : [];
  const [top] = named;
  // Of a service of the path no line was read: those that were read speak of others.
  const isOfOthers = risen.whose !== null && !(counts.served.kind === "told" && counts.served.isSeen);
  const read = isOfOthers ? "" : readInWords(counts.read, purpose.answered);
  const isCounted = top !== undefined;
  if (!isCounted && (wasLookedAt(clients) || read === "")) return null;
  const share = top ? top.count / Math.max(top.count, purpose.total) : 0;
  // That a failing server fails for many is told by its errors already.
  if (share < most && purpose.answered.startsWith("5")) return null;
  const cites = isCounted ? [clients.question.id] : clients.question.after;
  const until = risen.end === null ? "" : ` until ${printClock(risen.end, now)}`;
  const score = share >= nearlyAll ? 0.55 : share >= most ? 0.45 : 0.3;
  const isWhole = risen.whose === null && counts.served.kind !== "own";
  return {
    id: `refused-clients ${purpose.of} ${purpose.answered}`,
    kind: "refused-clients",
    sentence: [
      cite(`${purpose.answered} answers`, "error", cites, "lines"),
      plain(
        ` rose from ${perMinute(risen.before)} to ${perMinute(risen.after)} a minute in ${quoted(purpose.of, 60)}${scopeOf(counts, risen.whose)}, ${risen.end === null ? "since" : "from"} ${printSince(risen.onset, now)}${until}: `,
      ),
      ...(top === undefined
        ? [plain(`to whom was not counted; ${read}.`)]
        : share < most
          ? [plain(`no client's address got more than ${printShare(share)} of ${many(purpose.total)}.`)]
          : [
              plain(`${many(top.count)} of the ${many(Math.max(top.count, purpose.total))} went to `),
              cite(quoted(top.address, 60), "code", cites, "lines"),
              plain("."),
            ]),
    ],
    score: score - (isWhole ? 0.05 : 0),
    at: risen.onset.at,
    cites,
    weakenedBy: [],
  };
}

/** A share of the lines read; fewer are what there always is. */
const manyRead = 0.2;

/** They could not be counted: then the lines that were read speak, of themselves alone. */
function readAlone({ question }: Evidence, purpose: Counts): Finding[] {
  const { lines, refused } = purpose.read;
  const sums = Map.groupBy(refused, ({ answered }) => answered);
  const [worst] = [...sums]
    .map(([answered, all]) => ({ answered, all, sum: all.reduce((sum, { count }) => sum + count, 0) }))
    .toSorted((a, b) => b.sum - a.sum || (a.answered < b.answered ? -1 : 1));
  if (!worst || worst.sum < lines * manyRead || lines < 2 * leastRead) return [];
  const isOne = (worst.all[0]?.count ?? 0) / worst.sum >= most;
  if (!isOne && worst.answered.startsWith("5")) return [];
  const whose = purpose.served.kind === "told" && purpose.served.isSeen ? " of this path" : scopeOf(purpose, null);
  return [
    {
      id: `refused-clients ${purpose.of} ${worst.answered}`,
      kind: "refused-clients",
      sentence: [
        plain(
          `In ${quoted(purpose.of, 60)}${whose}, ${readInWords(purpose.read, worst.answered)}; how many there were before was not counted.`,
        ),
      ],
      score: 0.25,
      at: null,
      cites: question.after,
      weakenedBy: [],
    },
  ];
}
const leastRead = 10;

export const refusedClients: Claim = {
  reads,
  judge: (seen) => {
    if (isPending(seen, reads)) return [];
    const weakenedBy = missingFor(seen, reads);
    return seen.known.flatMap((evidence) => {
      const { purpose } = evidence.question;
      if (purpose.kind === "refusals")
        return wasLookedAt(evidence) ? [] : readAlone(evidence, purpose).map((each) => ({ ...each, weakenedBy }));
      if (purpose.kind !== "refusals-by-client") return [];
      const counts = answersOf(seen.known, "series").find(({ question }) =>
        evidence.question.after.includes(question.id),
      );
      const risen = counts ? risenRefusals(counts) : null;
      const of = counts?.question.purpose;
      const finding = risen && of?.kind === "refusals" ? claimed(evidence, purpose, of, risen, seen.now) : null;
      if (!counts || !finding) return [];
      const cites = unique([...finding.cites, counts.question.id]);
      const partly = weakenedBy.length > 0 ? [plain("As far as could be read, ")] : [];
      return [
        {
          ...finding,
          cites,
          weakenedBy,
          sentence: [...partly, ...finding.sentence],
          score: finding.score - (weakenedBy.length > 0 ? 0.1 : 0),
        },
      ];
    });
  },
};
