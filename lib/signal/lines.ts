/** Log lines as columns: streams once, then time and text. */
import type { Labels } from "@/lib/signal/labels";
import { type Instant, instantAfter } from "@/lib/signal/time";

export type Level = "trace" | "debug" | "info" | "warn" | "error" | "fatal" | "unknown";

/** Ascending in time. Row i: `text[i]` of `streams[stream[i]]`, `offset[i]` ns after `base` (epoch ns). */
export type LogLines = {
  readonly base: string;
  readonly streams: readonly Labels[];
  readonly stream: ArrayLike<number>;
  readonly offset: ArrayLike<number>;
  readonly text: readonly string[];
  /** Structured metadata by row; null where there is none. */
  readonly metadata: readonly (Labels | null)[];
  readonly level: readonly Level[];
};

export const lineInstant = (lines: LogLines, row: number): Instant => instantAfter(lines.base, lines.offset[row] ?? 0);
export const lineLabels = (lines: LogLines, row: number): Labels => ({
  ...lines.streams[lines.stream[row] ?? 0],
  ...lines.metadata[row],
});

const spellings: Readonly<Record<string, Level>> = {
  trace: "trace",
  trc: "trace",
  verbose: "trace",
  finest: "trace",
  debug: "debug",
  dbg: "debug",
  fine: "debug",
  info: "info",
  inf: "info",
  information: "info",
  notice: "info",
  informational: "info",
  warn: "warn",
  warning: "warn",
  wrn: "warn",
  error: "error",
  err: "error",
  severe: "error",
  fatal: "fatal",
  critical: "fatal",
  crit: "fatal",
  panic: "fatal",
  alert: "fatal",
  emerg: "fatal",
  emergency: "fatal",
};
/** Words of others find nothing here but what stands here: every object has a `constructor`. */
const levels = new Map(Object.entries(spellings));
/** Any spelling a logger uses (`WARN`, `warning`, `E`), OpenTelemetry's `ERROR2` too. */
export function levelOf(text: string | undefined): Level {
  return levels.get((text ?? "").toLowerCase().replace(/\d$/, "")) ?? "unknown";
}
