/** One investigation -> Markdown for a chat: story, findings, slots with verdict and cost, gaps with the next step, link. */
import type { Gap } from "@/lib/evidence";
import type { Explanation } from "@/lib/explanation";
import { textOf } from "@/lib/finding/words";
import { withoutSecrets } from "@/lib/signal/secrets";
import { type Instant, printInstant, type Window } from "@/lib/signal/time";
import type { SlotState, Verdict } from "@/lib/slot";

export type SummaryInput = {
  /** The id in its pasted spelling. */
  readonly lead: string;
  readonly window: Window | null;
  readonly environment: string | null;
  readonly explanation: Explanation;
  readonly slots: readonly SlotState[];
  /** Absolute address of the page. */
  readonly link: string;
  readonly now: Instant;
};

const mark: Readonly<Record<Verdict, string>> = {
  found: "●",
  partial: "◐",
  nothing: "○",
  failed: "✕",
  waiting: "…",
};

/** Text of others on one line: nothing that cannot be seen, and nothing that nobody may pass on. */
export const oneLine = (text: string): string =>
  withoutSecrets(text)
    .replace(/[\p{C}\u2028\u2029]/gu, " ")
    .replace(/ +/g, " ")
    .trim();

/**
 * Text of others as text: no markup, link, mention, heading or table can come of it. Escapes what CommonMark, GitHub and
 * Slack give a meaning; breaks `@name`, `<!here>` and `scheme://` with a zero-width space, which no escape does in all of them.
 */
export function escapeMarkdown(text: string): string {
  return oneLine(text)
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;")
    .replace(/[\\`*_[\]~$|]/g, "\\$&")
    .replace(/^[#+=:-]/, "\\$&")
    .replace(/@/g, "@\u200b")
    .replace(/:\/\//g, ":\u200b//")
    .replace(/\bwww\./gi, (found) => `${found.slice(0, 3)}\u200b.`)
    .replace(/^(\d+)([.)])/, "$1\\$2");
}

/** In backticks, fenced by one more than the longest run inside (CommonMark 6.1); line breaks become spaces. */
export function codeMarkdown(text: string): string {
  const line = withoutSecrets(text).replace(/[\p{C}\u2028\u2029]/gu, " ");
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  const pad = longest > 0 || line.trim() !== line || line === "" ? " " : "";
  return `${fence}${pad}${line}${pad}${fence}`;
}

/** An address of our own; what could end it or begin markup is percent-encoded. */
const address = (link: string): string => `<${link.replace(/[\s<>\\`"|]/g, (letter) => encodeURIComponent(letter))}>`;

const sentence = (text: string): string => (text === "" || /[.!?…]$/.test(text) ? text : `${text}.`);

/** `2026-11-21 14:03:10Z`: a chat is read on other days. */
const dated = (at: Instant): string => `${printInstant(at).slice(0, 10)} ${printInstant(at).slice(11, 19)}Z`;

/** Failed or not asked: as against looked at, and there is nothing. */
const isMissing = ({ reason }: Gap): boolean => reason !== "none-in-window" && reason !== "not-found";

export function summaryMarkdown(input: SummaryInput): string {
  const { lead, window, environment, explanation, slots, link, now } = input;
  const { story, strong, weak, findings } = explanation;
  const told = textOf(story);
  const strength = [
    ...(strong === "" ? [] : [`Strong: ${escapeMarkdown(sentence(strong))}`]),
    ...(weak === "" ? [] : [`Weaker: ${escapeMarkdown(sentence(weak))}`]),
  ];
  // What the story tells already is not told twice.
  const isTold = (text: string): boolean => told.includes(text.replace(/\.$/, ""));
  const more = findings.filter(({ sentence: phrases }) => !isTold(textOf(phrases)));
  const findingLines = more.flatMap((finding) => [
    `- ${escapeMarkdown(textOf(finding.sentence))}`,
    ...finding.weakenedBy.map((why) => `  - weaker: ${escapeMarkdown(sentence(why))}`),
  ]);
  const slotLines = slots.map(
    ({ title, verdict, headline, detail }) =>
      `- ${mark[verdict]} **${escapeMarkdown(title)}** (${verdict}): ${escapeMarkdown([headline, detail].filter((part) => part !== "").join(" · "))}`,
  );
  const gapLines = slots.flatMap(({ title, gaps, headline }) =>
    gaps
      .filter((gap) => isMissing(gap) && gap.text !== headline)
      .map(
        ({ text, next }) =>
          `- **${escapeMarkdown(title)}**: ${escapeMarkdown(sentence(text))}${next === "" ? "" : ` Next: ${escapeMarkdown(sentence(next))}`}`,
      ),
  );
  const where = environment === null ? "" : ` in ${escapeMarkdown(environment)}`;
  const when = window === null ? "window not known" : `${dated(window.from)} … ${dated(window.to)}`;
  const section = (title: string, lines: readonly string[]): string[] =>
    lines.length > 0 ? ["", `**${title}**`, "", ...lines] : [];
  return [
    `**${told === "" ? "Nothing can be said yet." : escapeMarkdown(told)}**`,
    ...(strength.length > 0 ? ["", ...strength.flatMap((line, index) => (index > 0 ? ["", line] : [line]))] : []),
    ...section("Findings", findingLines),
    ...section("Looked at", slotLines),
    ...section("Gaps", [...new Set(gapLines)]),
    "",
    `${codeMarkdown(lead)}${where} · ${when} · as of ${dated(now)}`,
    "",
    address(link),
    "",
  ].join("\n");
}
