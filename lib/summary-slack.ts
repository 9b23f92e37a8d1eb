/**
 * One investigation -> a message in Slack's own dialect ("mrkdwn"). Instants are date tokens: each reader sees the own zone,
 * a client that knows none sees UTC. https://docs.slack.dev/messaging/formatting-message-text
 */

import type { Phrase } from "@/lib/explanation";
import { textOf } from "@/lib/finding/words";
import { type Instant, printInstant } from "@/lib/signal/time";
import { oneLine, type SummaryInput } from "@/lib/summary";

const lookalikes: Readonly<Record<string, string>> = { "*": "∗", "~": "∼", "`": "ˋ" };

/**
 * Text of others as text. Slack knows no escape but `&lt; &gt; &amp;`, so what would mark it up is replaced by its
 * look-alike; mentions, emoji names and addresses are broken by a zero-width space. One line.
 */
export function escapeSlack(text: string): string {
  return oneLine(text)
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;")
    .replace(/[*~`]/g, (mark) => lookalikes[mark] ?? mark)
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, "ˍ")
    .replace(/[@#]/g, (mark) => `${mark}\u200b`)
    .replace(/:(?=[a-z+-][\w+-]*:)/gi, ":\u200b")
    .replace(/:\/\//g, ":\u200b//")
    .replace(/\bwww\./gi, (found) => `${found.slice(0, 3)}\u200b.`);
}

/** `<!date^1795269790^{date_short_pretty} {time_secs}|2026-11-21 14:03:10Z>`; seconds, so milliseconds are lost. */
export function slackDate(at: Instant): string {
  const printed = printInstant(at);
  return `<!date^${Math.floor(at / 1_000)}^{date_short_pretty} {time_secs}|${printed.slice(0, 10)} ${printed.slice(11, 19)}Z>`;
}

/** What ends a link in Slack is percent-encoded. */
const linkTo = (address: string, words: string): string =>
  `<${address.replace(/[\s<>|]/g, (letter) => encodeURIComponent(letter))}|${escapeSlack(words)}>`;

const sentence = (text: string): string => (/[.!?…]$/.test(text) ? text : `${text}.`);

const said = (phrases: readonly Phrase[]): string => escapeSlack(textOf(phrases));

export function summarySlack({ lead, window, environment, explanation, slots, link, now }: SummaryInput): string {
  const { story, strong, weak, onset, findings } = explanation;
  const told = said(story);
  const more = findings
    .map((finding) => said(finding.sentence))
    .filter((text) => !told.includes(text.replace(/\.$/, "")));
  const missing = slots.filter(({ verdict }) => verdict === "failed" || verdict === "partial");
  const where = environment === null ? "" : ` in ${escapeSlack(environment)}`;
  const when = window === null ? "" : ` · ${slackDate(window.from)} … ${slackDate(window.to)}`;
  return [
    `*${told === "" ? "Nothing can be said yet." : told}*`,
    ...(onset === null ? [] : [`Onset: ${slackDate(onset.at)} ± ${Math.round((onset.to - onset.from) / 2_000)} s`]),
    ...(strong === "" ? [] : [`Strong: ${escapeSlack(sentence(strong))}`]),
    ...(weak === "" ? [] : [`Weaker: ${escapeSlack(sentence(weak))}`]),
    ...more.map((text) => `• ${text}`),
    ...missing.map(({ title, verdict, headline }) => `• ${escapeSlack(title)} (${verdict}): ${escapeSlack(headline)}`),
    `${linkTo(link, lead === "" ? "Throughline" : lead)}${where}${when} · as of ${slackDate(now)}`,
    "",
  ].join("\n");
}
