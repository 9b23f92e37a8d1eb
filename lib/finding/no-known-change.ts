/** "No change explains this": said only of the sources that were read, with their names. */
import type { Evidence } from "@/lib/evidence";
import { changeLooks, changeSources, isElsewhere, lookedSince, mayDeny } from "@/lib/finding/change-before-onset";
import { type Claim, citesOf, missingFor, unique, upstreamsOf } from "@/lib/finding/seen";
import { asideOf, momentOf, suspicionsOf } from "@/lib/finding/suspect";
import { list, plain, plural } from "@/lib/finding/words";

/** "annotations (grafana), versions of 3 services in metrics (prometheus)". */
export function sourcesInWords(evidence: readonly Evidence[]): string {
  const words = changeSources.flatMap((kind) => {
    const own = evidence.filter(({ question }) => question.purpose.kind === kind);
    if (own.length === 0) return [];
    const from = ` (${upstreamsOf(own).join(", ")})`;
    const services = Math.max(
      ...own.map(({ question: { purpose } }) => ("services" in purpose ? purpose.services.length : 0)),
    );
    if (kind === "annotations") return [`annotations${from}`];
    if (kind === "versions-of-metrics") return [`versions of ${plural(services, "service")} in metrics${from}`];
    if (kind === "versions-of-spans") return [`versions of ${plural(services, "service")} in spans${from}`];
    if (kind === "changes-of-cluster") return [`pods and processes${from}`];
    const names = own.flatMap(({ question: { purpose } }) => (purpose.kind === kind ? [purpose.name] : []));
    return [`${list([...new Set(names)].sort())}${from}`];
  });
  return list(words);
}

export const noKnownChange: Claim = {
  reads: [...changeSources],
  judge: (seen) => {
    const moment = momentOf(seen);
    // Spans are kept by chance and versions only where they are told: alone they do not show that nothing changed.
    const read = changeLooks(seen);
    if (moment?.is !== "onset" || read.length === 0) return [];
    const suspicions = suspicionsOf(seen, moment);
    if (suspicions.some((each) => !isElsewhere(each)) || !mayDeny(seen, moment)) return [];
    const weakenedBy = missingFor(seen, changeSources);
    // Events are what changes do: they are told as such, and may well stand right before it.
    const rest = seen.changes.filter(({ kind }) => kind !== "event").length - suspicions.length;
    const later = rest > 0 ? ` ${plural(rest, "change")} came after it or long before.` : "";
    const aside = suspicions.map((each) => asideOf(each, moment));
    const elsewhere = aside.length > 0 ? ` Not on this path: ${list(aside, 2)}.` : "";
    const where = aside.length > 0 ? " on this path" : "";
    const lead =
      weakenedBy.length > 0
        ? `Of the sources that could be read, none knows a change${where}`
        : `No change${where} is known`;
    return [
      {
        id: "no-known-change",
        kind: "no-known-change",
        sentence: [
          plain(
            `${lead} that would explain this${lookedSince(read, seen)}: looked at ${sourcesInWords(read)}.${elsewhere}${later}`,
          ),
        ],
        score: weakenedBy.length > 0 ? 0.35 : 0.6,
        at: null,
        cites: unique(citesOf(read)),
        weakenedBy,
      },
    ];
  },
};
