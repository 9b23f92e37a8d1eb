/**
 * "340 of the 382 error lines read of api say “strategy <_> failed”": where so much is written that only the newest lines
 * were read, nothing is known of before; what most of them say is told all the same, where nothing else says why.
 */
import { logPatterns } from "@/lib/detect/log-patterns";
import { answersOf, type Found } from "@/lib/evidence";
import { isOnlyWhy, linesRead, readFrom, silence } from "@/lib/finding/new-log-pattern";
import { type Claim, citesOf, isPending, missingFor } from "@/lib/finding/seen";
import { cite, list, plain, quoted } from "@/lib/finding/words";
import { type Instant, printClock } from "@/lib/signal/time";

const reads = ["lines-around"] as const;
/** Fewer are read by everybody; and a pattern of fewer is one of many. */
const least = 20;
const most = 0.5;

const isCut = (found: Found<"lines">, onset: Instant): boolean =>
  found.answer.limited && (readFrom(found) ?? onset) > onset - silence;

export const frequentLine: Claim = {
  reads,
  judge: (seen) => {
    const { onset } = seen;
    if (!onset || isPending(seen, reads) || !isOnlyWhy(seen)) return [];
    const all = answersOf(seen.known, "lines").filter(({ question }) => question.purpose.kind === "lines-around");
    const cut = all.filter((each) => isCut(each, onset.from));
    const { texts, instants, services, levels } = linesRead(cut);
    const errors = texts.flatMap((text, at) =>
      levels[at] === "error" || levels[at] === "fatal" ? [{ text, at }] : [],
    );
    const [top] = logPatterns(errors.map(({ text }) => text)).toSorted(
      (a, b) => b.count - a.count || (a.id < b.id ? -1 : 1),
    );
    const first = top && errors[top.example];
    if (!top || !first || top.count < least || top.count < most * errors.length) return [];
    const cites = citesOf(cut);
    const own = new Set(errors.map(({ at }) => services[at] ?? ""));
    const named = [...own].filter((name) => name !== "").sort();
    const names = named.length > 0 && own.has("") ? [...named, "others"] : named;
    const from = instants[errors[0]?.at ?? first.at] ?? onset.at;
    const unread = cut.every((each) => (readFrom(each) ?? onset.from) >= onset.from)
      ? "what was written before the onset was not read"
      : "hardly any written before the onset was read";
    const warned = texts.filter((_, at) => levels[at] === "warn" && own.has(services[at] ?? ""));
    const [warning] = logPatterns(warned).toSorted((x, y) => y.count - x.count || (x.id < y.id ? -1 : 1));
    // "play failed" tells nothing of why, and "prize is out of stock", as often warned of, does.
    const isWhy =
      warning !== undefined && warning.count >= least && warning.count >= most * Math.max(top.count, warned.length);
    const weakenedBy = missingFor(seen, reads);
    // That these lines are cut is said in the sentence.
    const isCutOnly =
      missingFor({ ...seen, known: seen.known.filter((each) => !cut.some((own) => own === each)) }, reads).length === 0;
    return [
      {
        id: `frequent-line ${top.id}`,
        kind: "frequent-line",
        sentence: [
          plain(
            `${top.count.toLocaleString("en-US")} of the ${errors.length.toLocaleString("en-US")} error lines read${names.length === 0 ? "" : ` of ${list(names)}`} say `,
          ),
          cite(`“${quoted(top.template, 120)}”`, "error", cites, "lines"),
          ...(isWhy
            ? [
                plain(
                  `, ${warning.count.toLocaleString("en-US")} of the ${warned.length.toLocaleString("en-US")} warnings `,
                ),
                cite(`“${quoted(warning.template, 100)}”`, "code", cites, "lines"),
              ]
            : []),
          plain(`; they are the newest, since ${printClock(from, seen.now)}, and ${unread}.`),
        ],
        score: isCutOnly ? 0.6 : 0.5,
        at: from,
        cites,
        weakenedBy,
      },
    ];
  },
};
