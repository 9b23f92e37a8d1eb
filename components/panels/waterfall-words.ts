/** A trace and its spans in words: durations, the line above the waterfall, and what is odd about the clocks. */
import type { WaterfallLayout } from "@/components/panels/waterfall-rows";
import { type Span, spanCount, spanFlag, type Trace } from "@/lib/signal/trace";
import { countServices } from "@/lib/slot";

/** Nanoseconds as one reads them beside a bar: `30.14 s`, `11 ms`, `1.2 ms`, `350 µs`, `4 min 10 s`. */
export function durationWords(nanos: number): string {
  const seconds = nanos / 1e9;
  if (seconds >= 119.995) {
    const whole = Math.round(seconds);
    const minutes = Math.floor(whole / 60);
    if (minutes >= 120) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
    return `${minutes} min ${whole % 60} s`;
  }
  if (seconds >= 0.9995) return `${seconds.toFixed(2)} s`;
  const fine = (value: number, unit: string): string => `${value >= 9.95 ? Math.round(value) : trimmed(value)} ${unit}`;
  if (nanos >= 999_500) return fine(nanos / 1e6, "ms");
  if (nanos >= 999.5) return fine(nanos / 1e3, "µs");
  return `${Math.round(nanos)} ns`;
}
const trimmed = (value: number): string => value.toFixed(1).replace(/\.0$/, "");

const plural = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString("en-US")} ${count === 1 ? one : many}`;

/** "30.14 s · 3 services · 27 spans, 4 failed" */
export function traceWords(layout: WaterfallLayout): string {
  const { trace, total, failedBefore } = layout;
  const count = spanCount(trace);
  const failed = failedBefore[count] ?? 0;
  return `${durationWords(total)} · ${countServices(trace)} · ${plural(count, "span")}, ${failed === 0 ? "none" : failed.toLocaleString("en-US")} failed`;
}

type Oddity = {
  readonly flag: number;
  readonly mark: string;
  readonly words: string;
  readonly many: (count: string) => string;
};
/** What a flag means for the reader; `mark` stands in the row, the rest in the detail and under the rows. */
const oddities: readonly Oddity[] = [
  {
    flag: spanFlag.orphan,
    mark: "parent missing",
    words: "Its parent is not in this trace: dropped, sampled out, or not yet received.",
    many: (count) => `${count} whose parent is missing`,
  },
  {
    flag: spanFlag.skewed,
    mark: "clock skew",
    words: "It starts before its parent does: the clocks of the two hosts disagree.",
    many: (count) => `${count} starting before their parent (clocks disagree)`,
  },
  {
    flag: spanFlag.unfinished,
    mark: "no end",
    words: "No end was received: it still runs, or its process died.",
    many: (count) => `${count} without an end`,
  },
  {
    flag: spanFlag.negative,
    mark: "ends before start",
    words: "Its end lies before its start; it is drawn as an instant.",
    many: (count) => `${count} ending before they start`,
  },
];

/** Short words for a row: "parent missing", "clock skew". */
export const oddMarks = (flags: number): string[] =>
  oddities.filter(({ flag }) => (flags & flag) !== 0).map(({ mark }) => mark);
/** The same as sentences. */
export const oddWords = (flags: number): string[] =>
  oddities.filter(({ flag }) => (flags & flag) !== 0).map(({ words }) => words);

/** What is odd about the whole trace: "2 spans whose parent is missing"; empty where nothing is. O(n). */
export function oddSummary(trace: Trace): string[] {
  const counts = oddities.map(() => 0);
  let roots = 0;
  for (let row = 0; row < spanCount(trace); row += 1) {
    const flags = trace.flags[row] ?? 0;
    if (trace.parent[row] === -1 && (flags & spanFlag.orphan) === 0) roots += 1;
    for (const [at, { flag }] of oddities.entries()) if ((flags & flag) !== 0) counts[at] = (counts[at] ?? 0) + 1;
  }
  const said = oddities.flatMap(({ many }, at) => {
    const count = counts[at] ?? 0;
    return count > 0 ? [many(plural(count, "span"))] : [];
  });
  if (spanCount(trace) > 0 && roots === 0) said.unshift("no root span");
  return roots > 1 ? [`${roots} root spans`, ...said] : said;
}

/** One sentence a row, for a screen reader. */
export function rowWords(span: Span, selfTime: number, critical: boolean): string {
  return [
    `${span.service.name} ${span.name}`,
    durationWords(span.duration),
    span.failed ? "failed" : "",
    `self ${durationWords(selfTime)}`,
    critical ? "on the critical path" : "",
    ...oddMarks(span.flags),
  ]
    .filter((part) => part !== "")
    .join(", ");
}
