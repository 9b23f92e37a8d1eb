/**
 * Span links of a trace, and traces that link to it -> rows "came from", "continues in", each trace once, those of one span
 * in one row; or what was looked at in vain. Pure.
 */
import { type AnswerOf, answersOf, askedFor, type Evidence, isFailure } from "@/lib/evidence";
import { spanAt } from "@/lib/signal/trace";

export type TraceLinkRow = {
  readonly traceIds: readonly string[];
  /** How the trace that is shown is tied to these. */
  readonly words: "came from" | "continues in" | "is linked to";
  /** "orders-consumer orders process": whose span holds the link; "" = not told. */
  readonly where: string;
};

/**
 * Beside others the end tells one from another: an id of 64 bits begins with zeros (`canonicalTraceId`), one of X-Ray with
 * the second in which it was made.
 */
export const shortTraceId = (traceId: string): string => traceId.slice(-8);

/** More traces would be a list of its own: a batch may link to hundreds. */
const most = 8;

type Tie = Omit<TraceLinkRow, "traceIds"> & { readonly traceId: string };

function linksOf({ trace, details }: AnswerOf<"trace">): Tie[] {
  return details.links
    .filter(({ traceId }) => traceId !== "" && traceId !== trace.id)
    .map(({ traceId, row }) => {
      const { kind, service, name } = spanAt(trace, row);
      // A link points back in time, to what was there when the span began; only a producer's may point ahead.
      const words = kind === "consumer" || kind === "server" ? "came from" : "is linked to";
      return { traceId, words, where: `${service.name} ${name}` };
    });
}

const linkedBy = ({ trace }: AnswerOf<"trace">, evidence: readonly Evidence[]): Tie[] =>
  answersOf(evidence, "trace-hits").flatMap(({ question: { purpose }, answer }) =>
    purpose.kind === "trace-links" && purpose.of === trace.id
      ? answer.hits
          .toSorted((a, b) => a.at - b.at || (a.traceId < b.traceId ? -1 : 1))
          .filter(({ traceId }) => traceId !== trace.id)
          .map(({ traceId, rootService, rootName }) => ({
            traceId,
            words: "continues in" as const,
            where: [rootService, rootName].filter(Boolean).join(" "),
          }))
      : [],
  );

/** What was looked at in vain; what could not be looked at is said beside what was found, too. */
function inVain({ trace }: AnswerOf<"trace">, evidence: readonly Evidence[], isFound: boolean): readonly string[] {
  const said = askedFor(evidence, "trace-links").flatMap(({ question: { purpose }, answer }) => {
    if (purpose.kind !== "trace-links" || purpose.of !== trace.id || answer.kind !== "gap") return [];
    if (isFailure(answer))
      return [
        `Whether ${isFound ? "more traces go" : "another trace goes"} on from this one is not known: ${answer.text}`,
      ];
    return isFound ? [] : [answer.text];
  });
  return [...new Set(said)].sort();
}

/** `others`: how many more traces there are than the rows name. */
export function traceLinkRows(
  answer: AnswerOf<"trace">,
  evidence: readonly Evidence[],
): { readonly rows: readonly TraceLinkRow[]; readonly others: number; readonly inVain: readonly string[] } {
  const ahead = linkedBy(answer, evidence);
  const all = [...linksOf(answer), ...ahead];
  const each = [...new Map(all.toReversed().map((row) => [`${row.words} ${row.traceId}`, row])).values()].reverse();
  const alike = Map.groupBy(each.slice(0, most), ({ words, where }) => `${words} ${where}`);
  return {
    rows: [...alike.values()].flatMap((ties): TraceLinkRow[] => {
      const [first] = ties;
      return first ? [{ words: first.words, where: first.where, traceIds: ties.map(({ traceId }) => traceId) }] : [];
    }),
    others: Math.max(0, each.length - most),
    inVain: inVain(answer, evidence, ahead.length > 0),
  };
}
