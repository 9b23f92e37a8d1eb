/** Where the id was looked for and how far back: what may be denied, and no more. */

import { traceUpstreams } from "@/lib/answering";
import type { Evidence, Unasked } from "@/lib/evidence";
import { wasLookedAt } from "@/lib/finding/seen";
import { list } from "@/lib/finding/words";
import type { Reading } from "@/lib/lead";
import { upstreamsOf } from "@/lib/recipes/facts";
import type { EnvironmentSetting, UpstreamSetting } from "@/lib/setting";
import { type Instant, printDuration, type Window } from "@/lib/signal/time";

export type LookedForInput = {
  readonly environments: readonly EnvironmentSetting[];
  readonly reading: Reading;
  readonly known: readonly Evidence[];
  /** What the search in Loki would not ask. */
  readonly unasked: readonly Unasked[];
  readonly startedAt: Instant;
  /** The link's. */
  readonly window: Window | null;
};

const sources: ReadonlySet<string> = new Set(["trace-by-id", "lines-of-id", "line-labels"]);

/** Once nothing more can come, the slots that live on time and services say why they are empty. */
export function nothingToGoBy(input: LookedForInput): Unasked[] {
  const { environments, reading, known } = input;
  const silent = [
    ...new Set(
      known
        .filter((evidence) => sources.has(evidence.question.purpose.kind) && !wasLookedAt(evidence))
        .map(({ question }) => question.upstream),
    ),
  ].sort();
  const because = silent.length > 0 ? notKnown(silent) : lookedInWords(input);
  const next =
    silent.length > 0
      ? "See the gaps of Trace and Log lines for what to mend, then look again."
      : "Check the id, or paste a whole log line: its other ids are tried too.";
  const gap = (slot: Unasked["slot"], what: string): Unasked => ({
    kind: "gap",
    slot,
    reason: "not-linked",
    text: `${because} ${what}.`,
    next,
  });
  const hasMetrics = environments.some((environment) => upstreamsOf(environment, "prometheus").length > 0);
  return [
    ...(hasMetrics ? [gap("spike", "no service is known whose series could be drawn")] : []),
    ...(reading.kind === "correlation-id" ? [noTraceId(false)] : []),
    gap("changes", "no time is known to look for changes around"),
    gap("alerts", "no time is known to look for alerts around"),
  ];
}

const notKnown = (silent: readonly string[]): string =>
  `Whether anything holds this id is not known, as ${silent.join(", ")} gave no answer; so`;

/** "This id was not found in tempo and loki back to 15 min (the next slice was over the budget), so". */
function lookedInWords({ environments, reading, known, unasked, startedAt, window }: LookedForInput): string {
  const read = known.filter(wasLookedAt);
  // Two environments may call two upstreams by one name.
  const nameOf = ({ id, name }: UpstreamSetting): string => (environments.length > 1 ? id : name);
  const stores = environments.flatMap(traceUpstreams);
  const lokis = environments.flatMap((environment) => upstreamsOf(environment, "loki"));
  const ofTrace = stores.filter(({ id }) =>
    read.some(({ question }) => question.upstream === id && question.purpose.kind === "trace-by-id"),
  );
  const stopped = unasked.some(({ slot, reason }) => slot === "lines" && reason === "over-budget");
  const ofLines = lokis.flatMap((loki) => {
    const { id } = loki;
    const starts = read.flatMap(({ question }) =>
      question.upstream === id && question.purpose.kind === "lines-of-id" && question.window
        ? [question.window.from]
        : [],
    );
    if (starts.length === 0) return [];
    if (window) return [`${nameOf(loki)} within the window of the link`];
    const more = unasked.some(({ text }) => stopped && text.includes(loki.name))
      ? " (the next slice was over the budget)"
      : "";
    return [`${nameOf(loki)} back to ${printDuration(startedAt - Math.min(...starts))}${more}`];
  });
  const looked = [...ofTrace.map(nameOf), ...ofLines];
  const missing = [
    ...(stores.length === 0 && reading.kind === "trace-id" ? ["no trace store is configured"] : []),
    ...(lokis.length === 0 ? ["no Loki is configured"] : []),
    ...(lokis.length > 0 && ofLines.length === 0 ? ["no lines could be searched"] : []),
  ];
  const aside = missing.length > 0 ? `, and ${list(missing)}` : "";
  return looked.length > 0
    ? `This id was not found in ${list(looked)}${aside}; so`
    : `This id could not be looked for: ${missing.length > 0 ? list(missing) : "nothing was asked"}; so`;
}

/** Said in the trace's place; nothing was asked there. */
export const noTraceId = (linesFound: boolean): Unasked => ({
  kind: "gap",
  slot: "trace",
  reason: "not-linked",
  text: `A correlation id is no trace id${linesFound ? "; its lines carry none" : ", and no line was found that could carry one"}.`,
  next: "Paste a trace id, or a whole log line that holds one.",
});
