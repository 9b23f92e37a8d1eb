/** Numbers and phrases as people say them, always with the unit and no more digits than mean something. */
import type { QuestionId, SeriesRole, Slot } from "@/lib/evidence";
import type { Phrase } from "@/lib/finding/finding";
import { withoutAnsi } from "@/lib/signal/ansi";
import { printBytes } from "@/lib/signal/bytes";
import type { Unit } from "@/lib/signal/series";
import { type Instant, printClock, printDuration } from "@/lib/signal/time";

const short = (value: number): string => {
  const size = Math.abs(value);
  if (size === 0) return "0";
  if (size >= 10) return Math.round(value).toLocaleString("en-US");
  return `${Number(value.toPrecision(size >= 1 ? 2 : 1))}`;
};

/** `0.1 %`, `3.8 %`, `38 %`, of a ratio 0..1. */
export const printShare = (ratio: number): string =>
  ratio > 0 && ratio < 0.000_05 ? "< 0.01 %" : `${short(Math.round(ratio * 1e6) / 1e4)} %`;

/** `38 %`, `1.2 s`, `10 /s`, `3.4 MB`, `12`. */
export function printValue(value: number | null, unit: Unit): string {
  if (value === null) return "no samples";
  switch (unit) {
    case "ratio":
      return printShare(value);
    case "seconds":
      return printDuration(value * 1_000);
    case "per-second":
      return `${short(value)} /s`;
    case "bytes":
      return printBytes(value);
    case "count":
      return short(value);
  }
}

/** "errors", "p99 latency", "requests": what moved, as a noun behind the service's name. */
export const nounOf = (role: SeriesRole, title: string): string => {
  switch (role) {
    case "rate":
      return "requests";
    case "errors":
    case "error-ratio":
      return "errors";
    case "latency-p50":
      return "p50 latency";
    case "latency-p99":
      return "p99 latency";
    case "latency-mean":
      return "mean latency";
    default:
      return title;
  }
};

export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString("en-US")} ${count === 1 ? one : many}`;

/** `a`, `a and b`, `a, b and c`, `a, b, c and 4 others`. */
export function list(items: readonly string[], most = 4): string {
  const shown = items.length > most ? [...items.slice(0, most - 1), `${items.length - most + 1} others`] : items;
  return shown.length < 2 ? (shown[0] ?? "") : `${shown.slice(0, -1).join(", ")} and ${shown.at(-1)}`;
}

/** `± 15 s`: how far the truth may be from `at`. */
export const printUncertainty = ({ at, from, to }: { at: Instant; from: Instant; to: Instant }): string =>
  `± ${printDuration(Math.ceil(Math.max(at - from, to - at) / 1_000) * 1_000)}`;

export const printSince = (onset: { at: Instant; from: Instant; to: Instant }, now: Instant): string =>
  `${printClock(onset.at, now)} ${printUncertainty(onset)}`;

/** What somebody else wrote, on one line and no longer than a sentence. */
export function quoted(text: string, most = 120): string {
  const line = [...withoutAnsi(text).replace(/\p{C}|\s/gu, " ")].join("").replace(/ +/g, " ").trim();
  const letters = [...line];
  return letters.length > most ? `${letters.slice(0, most - 1).join("")}…` : line;
}

/** Names of others within our words: nothing that cannot be seen, none longer than a line; the rest stays as it is. */
export const legible = (text: string): string => {
  const seen = text.replace(/\p{C}/gu, " ").replace(/\S{121,}/gu, (word) => quoted(word));
  return seen.length > mostSaid ? quoted(seen, mostSaid) : seen;
};
/** Letters; no sentence of ours is as long. */
const mostSaid = 1_000;

export const withoutStop = (text: string): string => text.replace(/[.\s]+$/, "");

export const plain = (text: string): Phrase => ({ text, tone: "plain", cites: [], target: null });
export const cite = (
  text: string,
  tone: Phrase["tone"],
  cites: readonly QuestionId[],
  slot: Slot,
  { row = null, change = null }: { row?: number | null; change?: string | null } = {},
): Phrase => ({ text, tone, cites, target: { slot, row, change } });

/** The phrases as one string. */
export const textOf = (phrases: readonly Phrase[]): string => phrases.map(({ text }) => text).join("");
