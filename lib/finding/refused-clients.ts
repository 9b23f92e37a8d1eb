/**
 * "429 answers rose from 1 to 361 a minute in alb_logs: 5,400 of the 5,412 went to 198.51.100.23": refusals that an access
 * log counted, and whether most went to one client's address.
 */
import { answersOf, type Found, type Purpose } from "@/lib/evidence";
import type { Finding } from "@/lib/finding/finding";
import { type Risen, risenRefusals } from "@/lib/finding/refusals";
import { type Claim, isPending, missingFor, unique } from "@/lib/finding/seen";
import { cite, plain, printShare, printSince, quoted } from "@/lib/finding/words";
import { type Instant, printClock } from "@/lib/signal/time";

type ByClient = Extract<Purpose, { kind: "refusals-by-client" }>;
const reads = ["refusals", "refusals-by-client"] as const;

/** One address has most of them. */
const most = 0.5;
const nearlyAll = 0.8;

export type Client = { readonly address: string; readonly count: number };
/** Most first. */
export const clientsOf = ({ answer }: Found<"series">, { client }: ByClient): Client[] =>
  answer.series
    .map(({ labels, values }) => ({ address: labels[client] ?? "", count: values[values.length - 1] ?? 0 }))
    .filter(({ count }) => count > 0)
    .toSorted((a, b) => b.count - a.count || (a.address < b.address ? -1 : 1));

const many = (count: number): string => Math.round(count).toLocaleString("en-US");
const perMinute = (level: number | null): string => (level === null || level < 0.5 ? "0" : many(level));

function claimed(clients: Found<"series">, purpose: ByClient, risen: Risen, now: Instant): Finding | null {
  const [top] = clientsOf(clients, purpose);
  if (!top) return null;
  const share = top.count / Math.max(top.count, purpose.total);
  // That a failing server fails for many is told by its errors already.
  if (share < most && purpose.answered.startsWith("5")) return null;
  const cites = [clients.question.id];
  const until = risen.end === null ? "" : ` until ${printClock(risen.end, now)}`;
  return {
    id: `refused-clients ${purpose.of} ${purpose.answered}`,
    kind: "refused-clients",
    sentence: [
      cite(`${purpose.answered} answers`, "error", cites, "lines"),
      plain(
        ` rose from ${perMinute(risen.before)} to ${perMinute(risen.after)} a minute in ${quoted(purpose.of, 60)}, ${risen.end === null ? "since" : "from"} ${printSince(risen.onset, now)}${until}: `,
      ),
      ...(share < most
        ? [plain(`no client's address got more than ${printShare(share)} of ${many(purpose.total)}.`)]
        : [
            plain(`${many(top.count)} of the ${many(Math.max(top.count, purpose.total))} went to `),
            cite(quoted(top.address, 60), "code", cites, "lines"),
            plain("."),
          ]),
    ],
    score: share >= nearlyAll ? 0.55 : share >= most ? 0.45 : 0.3,
    at: risen.onset.at,
    cites,
    weakenedBy: [],
  };
}

export const refusedClients: Claim = {
  reads,
  judge: (seen) => {
    if (isPending(seen, reads)) return [];
    const all = answersOf(seen.known, "series");
    const weakenedBy = missingFor(seen, reads);
    return all.flatMap((clients) => {
      const { purpose } = clients.question;
      if (purpose.kind !== "refusals-by-client") return [];
      const counts = all.find(({ question }) => clients.question.after.includes(question.id));
      const risen = counts ? risenRefusals(counts) : null;
      const finding = counts && risen ? claimed(clients, purpose, risen, seen.now) : null;
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
