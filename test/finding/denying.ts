/**
 * Sentences and the evidence they were made of -> what in them denies, or speaks of all, without having looked. A word that
 * may deny and stands in no phrase known here is told, too: a new denial must say here what it leans on.
 */
import type { Evidence, GapReason, Purpose } from "@/lib/evidence";
import type { Explanation, Phrase } from "@/lib/explanation";
import { changeSources } from "@/lib/finding/change-before-onset";
import { wasLookedAt } from "@/lib/finding/seen";
import { textOf } from "@/lib/finding/words";
import { gapOf } from "@/test/draw";

type Kind = Purpose["kind"];

const denying =
  /\bany\b|\b(?:no|none|nothing|never|not|nobody|nowhere|cannot|without|only|alone|all|alike|every|each|both|first|whole|healthy|quiet|steady)\b/i;

const ofLines: readonly Kind[] = ["lines-by-level", "lines-around", "lines-of-id", "lines-volume"];
const ofSeries: readonly Kind[] = ["red", "saturation", "identity", "interval"];
/** Of the one trace that is shown: that one must have come whole, whatever another store says. */
const shown = ["trace-by-id"] as const;
/** Phrases that deny, or speak of all, without reserve: all of these kinds that was asked must have come whole, and some. */
const claims: readonly { readonly words: RegExp; readonly of: readonly Kind[] }[] = [
  { words: /no service on the path logged one error line(?: since \([^)]*\))?/gi, of: ofLines },
  { words: /no other change is known(?: since [\d:]+Z)?(?=\.|$)/g, of: changeSources },
  { words: /No change (?:on this path )?is known that would explain this/g, of: changeSources },
  { words: /None of the [\d,]+ series judged changed between [^.;]*(?=\.)/g, of: ofSeries },
  {
    words:
      /no trace was found in [^:;.]*: (?:lost on its way, )?(?:not kept, or older than its retention|of the traces only .* are kept, and it may be one of the others)/g,
    of: ["trace-by-id"],
  },
  { words: /changed first, at/g, of: ["red", "saturation"] },
  { words: /^Of the [\d,]+ failures.*?(?=\.$)/g, of: ["breakdown"] },
  { words: /the failures counted of (?!those).* did not rise/g, of: ["red", "identity", "interval"] },
  { words: /: fewer asked, or what was asked never ended/g, of: ["red"] },
  { words: /Nothing was found under this (?:trace )?id in [^;]*\.$/g, of: ["trace-by-id", "lines-of-id"] },
  { words: /none of them a warning or an error/g, of: ["lines-of-id"] },
  { words: /The trace is healthy/g, of: shown },
  {
    words: /No span of the trace failed|, and in no single span below it; no span failed|; no span failed/g,
    of: shown,
  },
  { words: /and all of them failed/g, of: shown },
  {
    words: /no span of \S+ stands below it, though .*: the call never arrived, or its spans were not kept/g,
    of: shown,
  },
  { words: /no client's address got more than/g, of: ["refusals-by-client"] },
];

/** Phrases with their reserve in them: of what was seen, read, asked or told, or of what was not. */
const reserved: readonly RegExp[] = [
  /no trace was found in [^;]*; not every trace store could be read/g,
  /None of the [\d,]+ series judged changed between [^;]*; not all could be looked at/g,
  /no other change is known(?: since [\d:]+Z)?, but not every source could be read/g,
  /Of the sources that could be read, none knows a change(?: on this path)? that would explain this/g,
  /(?:; )?not every (?:source of changes|store(?: of metrics)?|trace store|metric) could be (?:read|asked)/gi,
  /no trace store (?:could be read|was asked)/g,
  /what came later was not looked at/g,
  /first of those that could be looked at/g,
  /the failures counted of those that could be judged .* did not rise/g,
  /the lines since then that could be read \([^)]*\) hold no error/g,
  /As far as could be read, of the [\d,]+ failures.*/g,
  /as far as could be read, (?:fewer asked, or what was asked never ended|other metrics)/g,
  /and whether it was asked is not known|nobody asked, or its telemetry is gone; nothing seen here tells which/g,
  /No span seen of the trace failed|and it is not whole|The trace is not whole/g,
  /and in no single span below it(?=, as far as the trace was given)|no span seen failed/g,
  /and all of those seen failed|before it none seen/g,
  /no span of \S+ stands below it, though .*: its spans were lost, or the call never arrived/g,
  /they are the newest, since .*, and (?:what was written before the onset was not read|hardly any written before the onset was read)/g,
  /none before, of the warnings and errors read from/g,
  /Nothing was found under this (?:trace )?id in .*; not asked with success: .*/g,
  /Where this (?:trace )?id would be found could not be asked: .*/g,
  /to whom was not counted|how many there were before was not counted/g,
  /\(of the whole log: [^)]*\)/g,
  /another store, which may hold the rest, could not be read/g,
];

/** What one answer says itself, of itself alone: the sentence stands on the evidence it cites. */
const own: readonly RegExp[] = [
  /p50 and p99 both (?:rose|fell)|only the tail: p50 steady at/g,
  /has not gone back|, but .* is not(?=[.;])/g,
  /, has no span in this trace/g,
  /went on and did not fail with it|no end was received|never ended/g,
  /of no service known here|\(not on this path\)|Not on this path:/g,
  /No failing trace confirms it|no changed series confirms it/gi,
  /cannot be ruled out|is not fully known|so nothing is denied of its time/g,
  /[\d.]+ m?s each/g,
  /caught and tried again, or counted by no metric/g,
  /names? a parent that is not in it|without an end/g,
  /so their times do not tell which came first/g,
];

/** Findings that say what is not, or what is of all, however carefully: with part of what they read missing they name it. */
const careful: Readonly<Partial<Record<string, readonly Kind[]>>> = {
  "spike-without-error-lines": ofLines,
  "error-lines-without-spike": ["red"],
  "no-known-change": changeSources,
  "change-before-onset": changeSources,
  "all-quiet": ofSeries,
  "vanished-traffic": ["red", "saturation", "telemetry-loss"],
  "order-of-onsets": ["red", "saturation"],
  "telemetry-loss": ["telemetry-loss"],
  "new-log-pattern": ["lines-around"],
  concentration: ["breakdown"],
  "ran-full": ["saturation"],
  onset: ["red"],
  "still-happening": ["red"],
  over: ["red"],
  "lines-without-trace": ["trace-by-id", "lines-of-id"],
  "failing-line": ["trace-by-id", "lines-of-id"],
  "slow-statement": ["database-lines"],
};

export type Told = { readonly known: readonly Evidence[]; readonly pending: readonly Evidence[] };

const isRead = (evidence: Evidence): boolean => wasLookedAt(evidence) && !evidence.partial;

/** What others wrote, and how things are called: no word of ours. */
const withoutNames = (phrases: readonly Phrase[]): string =>
  textOf(phrases.map((phrase) => (phrase.tone === "code" ? { ...phrase, text: "…" } : phrase))).replace(
    /“[^”]*”/g,
    "“…”",
  );

/** What is wrong with it; empty = every word is covered. */
export function overclaims({ known, pending }: Told, { findings, story, strong, weak }: Explanation): string[] {
  const asked = (kinds: readonly Kind[]): readonly Evidence[] =>
    [...known, ...pending].filter(({ question }) => kinds.includes(question.purpose.kind));
  const isWhole = (kinds: readonly Kind[]): boolean =>
    asked(kinds).some((evidence) => known.includes(evidence) && isRead(evidence)) &&
    (kinds === shown || asked(kinds).every((evidence) => known.includes(evidence) && isRead(evidence)));
  const gaps = known.flatMap(({ answer, notes }) => [...(answer.kind === "gap" ? [answer.text] : []), ...notes]);
  const ownWords = (text: string): string =>
    gaps.reduce((left, said) => left.replaceAll(said.replace(/[.\s]+$/, ""), "…"), text);
  const sentences = [
    withoutNames(story),
    ...findings.map(({ sentence }) => withoutNames(sentence)),
    ...findings.flatMap(({ parts }) => (parts ?? []).map(withoutNames)),
    ownWords(strong),
    ownWords(weak),
  ];
  const denied = sentences.flatMap((sentence) => {
    const bold = claims.filter(({ words, of }) => sentence.search(words) >= 0 && !isWhole(of));
    if (bold.length > 0) return [`denies without having looked: ${sentence}`];
    const rest = [...reserved, ...claims.map(({ words }) => words), ...own].reduce(
      (left, words) => left.replace(words, "…"),
      sentence,
    );
    return denying.test(rest) ? [`leans on nothing: ${rest}`] : [];
  });
  const read = new Set(known.filter(wasLookedAt).map(({ question }) => question.id));
  const uncited = [...findings.flatMap(({ sentence }) => sentence), ...story].flatMap(({ text, cites }) =>
    cites.some((id) => !read.has(id)) ? [`cites what was not read: ${text}`] : [],
  );
  const silent = findings.flatMap(({ kind, weakenedBy, sentence }) => {
    const failed = asked(careful[kind] ?? []).filter((each) => known.includes(each) && !isRead(each));
    return failed.length > 0 && weakenedBy.length === 0 ? [`names no gap: ${textOf(sentence)}`] : [];
  });
  return [...denied, ...uncited, ...silent];
}

/** What may become of an answer on its way, beside that it comes whole. */
export const fates = ["unreachable", "timeout", "over-budget", "not-configured", "none-in-window", "cut"] as const;
type Fate = (typeof fates)[number];

const said: Readonly<Record<Exclude<Fate, "cut">, string>> = {
  unreachable: "is unreachable.",
  timeout: "gave no complete answer in 10 s.",
  "over-budget": "was asked 200 questions, and no more.",
  "not-configured": "is not configured.",
  "none-in-window": "has none in the window.",
};

const gapFor = ({ question: { upstream } }: Evidence, reason: Exclude<Fate, "cut"> & GapReason) =>
  gapOf(reason, `${upstream} ${said[reason]}`);

/** The same question, answered otherwise. */
export function fated(evidence: Evidence, fate: Fate): Evidence {
  if (fate !== "cut") return { ...evidence, notes: [], partial: false, answer: gapFor(evidence, fate) };
  const { answer } = evidence;
  return {
    ...evidence,
    ...{ notes: ["the answer was cut"], partial: true },
    answer: answer.kind === "lines" ? { ...answer, limited: true } : answer,
  };
}

/** By upstream, by slot and by kind: what goes missing together. */
export function groupsOf(world: readonly Evidence[]): ReadonlyMap<string, (evidence: Evidence) => boolean> {
  const by = (of: (evidence: Evidence) => string): [string, (evidence: Evidence) => boolean][] =>
    [...new Set(world.map(of))].map((name) => [name, (evidence) => of(evidence) === name]);
  return new Map([
    ...by(({ question }) => question.upstream),
    ...by(({ question }) => `slot ${question.slot}`),
    ...by(({ question }) => question.purpose.kind),
  ]);
}

/** `world` with each group in turn under each fate, still under way, or never asked; in words which. */
export function* withoutEach(world: readonly Evidence[]): Generator<Told & { readonly how: string }> {
  yield { how: "whole", known: world, pending: [] };
  for (const [name, isIn] of groupsOf(world)) {
    const [gone, rest] = [world.filter(isIn), world.filter((each) => !isIn(each))];
    yield { how: `${name} not asked`, known: rest, pending: [] };
    yield { how: `${name} under way`, known: rest, pending: gone };
    for (const fate of fates)
      yield { how: `${name} ${fate}`, known: [...rest, ...gone.map((each) => fated(each, fate))], pending: [] };
  }
}
