/**
 * Findings -> the one or two sentences on top of the page: what, since when, where it breaks, what changed; and what makes
 * them strong or weak. Says when it does not know, and never denies more than was looked at.
 */
import { answersOf, askedFor, type Evidence, type Purpose, type Slot } from "@/lib/evidence";
import { changeLooks, changeSources, mayDeny, othersInWords, suspectPhrases } from "@/lib/finding/change-before-onset";
import { originPhrases } from "@/lib/finding/error-origin";
import type { Finding, Phrase } from "@/lib/finding/finding";
import { movementPhrase } from "@/lib/finding/onset";
import { citesOf, isPending, isStray, missingFor, type Seen, upstreamsOf, wasLookedAt } from "@/lib/finding/seen";
import { momentOf, suspicionsOf } from "@/lib/finding/suspect";
import { lossesOf, surelyLost } from "@/lib/finding/telemetry-loss";
import { cite, list, plain, plural, printValue, textOf } from "@/lib/finding/words";
import type { Lead } from "@/lib/lead";
import { countLines } from "@/lib/signal/merged-lines";
import { type Instant, instantAfter, printClock, printDuration, toInstant } from "@/lib/signal/time";
import { servicesOf, spanCount, type Trace, traceEnd } from "@/lib/signal/trace";

/** A story is read at a glance; what merely happened too stands in the findings. Letters. */
const longest = 200;

const idSources: readonly Purpose["kind"][] = ["trace-by-id", "lines-of-id"];

/**
 * "payment 9.2.0 was deployed 85 s before; no other change is known." Empty where no source of changes answered, and while
 * one may still; a denial only where all that could tell of a change was read. `room` in letters, for what is aside.
 */
function changePhrases(seen: Seen, room: number): Phrase[] {
  const moment = momentOf(seen);
  const read = changeLooks(seen);
  if (!moment || (read.length === 0 && seen.changes.length === 0)) return [];
  const [suspect, ...rest] = suspicionsOf(seen, moment);
  const isWhole = missingFor(seen, changeSources).length === 0;
  if (suspect?.onPath) {
    const said = suspectPhrases(suspect, seen);
    const others = rest.length > 0 || isWhole ? othersInWords(rest, seen) : "";
    const fits = others !== "" && textOf(said).length + others.length + 3 <= room;
    return [...said, plain(fits || (others !== "" && rest.length === 0) ? `; ${others}.` : ".")];
  }
  const denied = "No change on this path is known";
  const because = " that would explain this";
  const aside = suspect ? `elsewhere ${othersInWords([suspect, ...rest], seen)}` : "";
  if (!mayDeny(seen, moment)) return [];
  if (!isWhole) return [plain("Not every source of changes could be read.")];
  const fits = aside !== "" && denied.length + because.length + aside.length + 3 <= room;
  return [cite(denied, "plain", citesOf(read), "changes"), plain(`${because}${fits ? `; ${aside}` : ""}.`)];
}

function healthyPhrases(seen: Seen, findings: readonly Finding[]): Phrase[] {
  const { trace, onset } = seen;
  if (!trace) return [];
  const columns = trace.answer.trace;
  const early = onset ? onset.from - endOf(columns) : 0;
  const ran = early > 0 ? `, and it ran ${printDuration(early)} before that` : "";
  const size = `${plural(spanCount(columns), "span")}, ${plural(servicesOf(columns).length, "service")}, ${printDuration(traceEnd(columns) / 1e6)}`;
  const isCut = findings.some(({ id }) => id.startsWith("truncated-trace "));
  const isPart = isCut || lossesOf(seen, "traces").length > 0;
  // What nobody marks as failed may hang all the same.
  const hangs = findings.some(({ kind }) => kind === "hung-child");
  const said = isPart
    ? "No span seen of the trace failed"
    : hangs
      ? "No span of the trace failed"
      : "The trace is healthy";
  return [
    cite(said, "plain", [trace.question.id], "trace"),
    plain(`: ${size}${isCut ? ", and it is not whole" : ""}${ran}. `),
  ];
}
const endOf = (trace: Trace): Instant => instantAfter(trace.base, traceEnd(trace));

/** From when all upstreams that hold lines were searched: each from its earliest question, together from the latest of those. */
function searchedSince(read: readonly Evidence[]): Instant | null {
  const lines = read.filter(({ question }) => question.purpose.kind === "lines-of-id");
  const starts = [...Map.groupBy(lines, ({ question }) => question.upstream).values()].flatMap((own) => {
    const from = own.flatMap(({ question }) => (question.window ? [question.window.from] : []));
    return from.length > 0 ? [Math.min(...from)] : [];
  });
  return starts.length > 0 ? toInstant(Math.max(...starts)) : null;
}

/** Nothing carries the id: where it was looked for, and where it could not be. */
function notFoundPhrases(lead: Lead, seen: Seen): Phrase[] {
  const asked = seen.known.filter(({ question }) => idSources.includes(question.purpose.kind));
  const read = asked.filter(wasLookedAt);
  const unread = [...new Set(missingFor(seen, idSources))];
  const what = lead.reading.kind === "trace-id" ? "this trace id" : "this id";
  const start = searchedSince(read);
  const stopped = seen.unasked.some(({ slot, reason }) => slot === "lines" && reason === "over-budget");
  const since =
    start === null ? "" : ` (lines since ${printClock(start, seen.now)}${stopped ? ", no further back" : ""})`;
  if (asked.length === 0 || isPending(seen, idSources)) return [];
  if (read.length === 0) return [plain(`Where ${what} would be found could not be asked: ${list(unread, 2)}.`)];
  return [
    cite(`Nothing was found under ${what}`, "plain", citesOf(read), "trace"),
    plain(
      ` in ${list(upstreamsOf(read))}${since}${unread.length > 0 ? `; not asked with success: ${list(unread, 2)}` : ""}.`,
    ),
  ];
}

/**
 * Of an alert whose own series tell no more by their numbers: when they passed its bound, or that in what was drawn they
 * never did.
 */
function boundPhrases({ onset, leading, known, now }: Seen): Phrase[] {
  const drawn = answersOf(known, "series").flatMap((evidence) => {
    const { purpose } = evidence.question;
    const isOwn = purpose.kind === "alert-expression" && purpose.part === 0 && purpose.of === "value";
    return isOwn ? [{ evidence, purpose }] : [];
  });
  const [own] = drawn;
  const [, way, bound] = /^alert (above|below) (.+)$/.exec(own?.purpose.words ?? "") ?? [];
  if (!own || !way || drawn.length > 1 || leading?.question === own.evidence.question.id) return [];
  const { id } = own.evidence.question;
  const subject = `what ${own.purpose.title} watches`;
  if (onset?.cites.includes(id) && onset.from < onset.at)
    return [
      cite(`${subject} ${way === "above" ? "rose" : "fell"} ${way} ${bound}`, "error", [id], "spike"),
      plain(` at ${printClock(onset.at, now)}. `),
    ];
  const values = own.evidence.answer.series.flatMap(({ values: all }) =>
    Array.from(all).filter((each) => each !== null),
  );
  const [limit] = own.purpose.limits;
  const farthest = way === "above" ? Math.max(...values) : Math.min(...values);
  const isWithin = limit !== undefined && (way === "above" ? farthest < limit.value : farthest > limit.value);
  if (values.length === 0 || !isWithin || own.evidence.partial || own.purpose.limits.length > 1) return [];
  const most = `${way === "above" ? "at most" : "at least"} ${printValue(farthest, own.purpose.unit)}`;
  return [
    cite(`${subject} was ${most} in this window`, "plain", [id], "spike"),
    plain(`; it alerts ${way} ${bound}. `),
  ];
}

/** One or two sentences, made from what was seen and the findings of it. Empty as long as nothing can be said. */
export function storyOf(lead: Lead, seen: Seen, findings: readonly Finding[]): Phrase[] {
  const { leading, origin, trace, now } = seen;
  const sentenceOf = (kind: Finding["kind"]): readonly Phrase[] =>
    findings.find((finding) => finding.kind === kind)?.sentence ?? [];
  const moved =
    leading?.onset != null ? [movementPhrase(leading), plain(` at ${printClock(leading.onset.at, now)}. `)] : [];
  const what = [...boundPhrases(seen), ...moved];
  const where = trace && origin ? [...originPhrases(origin, trace.question.id), plain(". ")] : [];
  const over = sentenceOf("over");
  const failing = sentenceOf("failing-line");
  const linesPhrases = failing.length > 0 ? failing : sentenceOf("lines-without-trace");
  // Where the trace breaks says more than who stands beside it.
  const beside = where.length > 0 ? [] : sentenceOf("unseen-neighbour");
  const refused = findings.find(({ kind, score }) => kind === "refused-clients" && score >= 0.4)?.sentence ?? [];
  const found = isStray(seen) ? sentenceOf("error-origin") : [];
  if (what.length === 0 && (found.length > 0 || (refused.length > 0 && where.length === 0))) {
    const said = refused.length > 0 ? refused : sentenceOf("all-quiet");
    return trimmed([...withSpace(said), ...found]);
  }
  if (what.length > 0 || where.length > 0) {
    const healthy = where.length === 0 && trace ? healthyPhrases(seen, findings) : [];
    // What is new in the lines says why where nothing else does.
    const fresh = (
      findings.find(({ kind, score }) => kind === "new-log-pattern" && score >= 0.75) ??
      findings.find(({ kind }) => kind === "frequent-line")
    )?.sentence.slice(0, -1);
    const why = failing.length === 0 && fresh ? [...fresh, plain(". ")] : withSpace(linesPhrases);
    const lines = where.length === 0 ? why : [];
    // Only where nothing else says why.
    const silence = findings.find(({ kind }) => kind === "spike-without-error-lines");
    const unsaid =
      origin?.message === null && silence?.weakenedBy.length === 0
        ? [cite("No service on the path logged one error line.", "plain", silence.cites, "lines"), plain(" ")]
        : [];
    const told = [...what, ...where, ...unsaid, ...healthy, ...withSpace(beside), ...lines, ...withSpace(over)];
    return trimmed([...told, ...changePhrases(seen, longest - textOf(told).length)]);
  }
  if (trace)
    return trimmed([...healthyPhrases(seen, findings), ...(beside.length > 0 ? beside : sentenceOf("all-quiet"))]);
  const lines = linesPhrases;
  if (lines.length > 0) return trimmed([...withSpace(lines), ...sentenceOf("all-quiet")]);
  // Of a service that tells of no requests: what runs full in it, and in the one it hands its work to.
  const full = [...withSpace(sentenceOf("ran-full")), ...beside];
  return full.length > 0 ? trimmed(full) : notFoundPhrases(lead, seen);
}

const withSpace = (phrases: readonly Phrase[]): Phrase[] => (phrases.length > 0 ? [...phrases, plain(" ")] : []);
const trimmed = (phrases: readonly Phrase[]): Phrase[] => {
  const last = phrases.at(-1);
  if (!last) return [];
  const text = last.text.trimEnd();
  return text === "" ? trimmed(phrases.slice(0, -1)) : [...phrases.slice(0, -1), { ...last, text }];
};

/** "onset, trace and 37 log lines agree": independent signals that point to the same moment; empty for fewer than two. */
export function strongOf(seen: Seen): string {
  const { onset, origin, trace, known } = seen;
  const own = answersOf(askedFor(known, "lines-of-id"), "lines");
  const { errors } = countLines(own.map(({ answer }) => answer.lines));
  const moment = momentOf(seen);
  const suspect = moment ? suspicionsOf(seen, moment).find(({ onPath }) => onPath) : undefined;
  const speakers = [
    ...(onset ? ["onset"] : []),
    ...(trace && origin ? ["trace"] : []),
    ...(errors > 0 ? [plural(errors, "error line")] : []),
    ...(suspect && suspect.relation === "before" ? ["the change before it"] : []),
  ];
  // A change alone agrees with nothing; signals agree when at least two of them show the failure itself.
  return speakers.filter((speaker) => speaker !== "the change before it").length >= 2 ? `${list(speakers)} agree` : "";
}

const consequences: readonly { slot: Slot; kinds: readonly Purpose["kind"][]; so: string }[] = [
  { slot: "trace", kinds: ["trace-by-id"], so: "where it breaks may be elsewhere" },
  {
    slot: "spike",
    kinds: ["red", "saturation", "identity", "interval"],
    so: "how many are affected is not fully known",
  },
  { slot: "changes", kinds: changeSources, so: "another change cannot be ruled out" },
  { slot: "events", kinds: ["change-stream", "cluster-events"], so: "a restart cannot be ruled out" },
  {
    slot: "lines",
    kinds: ["lines-of-id", "lines-around", "lines-by-level", "lines-volume"],
    so: "lines may be missing",
  },
  { slot: "alerts", kinds: ["alerts", "alert-history"], so: "alerts may be missing" },
];

/** "tempo: …; …" of "tempo: …" and "tempo: …". */
const byUpstream = (missing: readonly string[]): string[] =>
  [...Map.groupBy(missing, (text) => text.split(": ")[0] ?? "")].map(([who, all]) =>
    all.map((text, index) => (index === 0 ? text : text.slice(who.length + 2))).join("; "),
  );

/** What could not be read, and what therefore cannot be said; at most three, the rest counted. Of slots that have settled. */
export function weakOf(seen: Seen): string {
  const unsettled = new Set(seen.pending.map(({ slot }) => slot));
  const words = consequences.flatMap(({ slot, kinds, so }) => {
    if (unsettled.has(slot)) return [];
    const missing = missingFor({ ...seen, known: seen.known.filter(({ question }) => question.slot === slot) }, kinds);
    return missing.length > 0 ? [`${list(byUpstream(missing), 2)}, so ${so}`] : [];
  });
  const { onset, origin, trace, ahead } = seen;
  const isOpen = unsettled.has("trace") || unsettled.has("spike");
  const lonely = !isOpen && (onset ? 1 : 0) + (trace && origin ? 1 : 0) === 1;
  const alone = lonely ? [onset ? "no failing trace confirms it" : "no changed series confirms it"] : [];
  const clock =
    ahead > 0 ? [`the trace is ${printDuration(ahead)} ahead of this clock, so nothing is denied of its time`] : [];
  const lost = surelyLost(seen);
  const losses = lost.length > 0 ? [`${list(lost, 2)}, so the evidence itself is incomplete`] : [];
  const all = [...clock, ...words, ...losses, ...(ahead > 0 ? [] : alone)];
  return all.length > 3 ? `${all.slice(0, 3).join("; ")}; and ${plural(all.length - 3, "more gap")}` : all.join("; ");
}
