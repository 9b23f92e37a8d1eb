/** Lines by level: series that carry a level -> one stack of bars. Pure. */
import { valueWords } from "@/components/panels/lane-words";
import type { Evidence } from "@/lib/evidence";
import { answersOf } from "@/lib/evidence";
import { levelOf } from "@/lib/signal/lines";
import { instantOf } from "@/lib/signal/series";
import { durationOf, type Instant, toInstant, type Window } from "@/lib/signal/time";

/** Lines counted in one stretch of time. */
export type LevelBar = { readonly at: Instant; readonly error: number; readonly warn: number; readonly rest: number };
export type LevelBars = {
  readonly bars: readonly LevelBar[];
  /** ms a bar covers. */
  readonly width: number;
  /** The highest stack. */
  readonly top: number;
  readonly totals: { readonly error: number; readonly warn: number; readonly all: number };
  /** What was asked for of the window: outside of it nobody counted, which is no zero. */
  readonly counted: Window;
};

const count = (value: number): string => valueWords(Math.round(value), "count");
/** "12 errors of 300"; of so many that both would not fit the gutter the share: "3,440 errors, 10 %". */
export function levelWords(error: number, all: number): string {
  if (all === 0) return "no line";
  return `${count(error)} errors${all < 10_000 ? ` of ${count(all)}` : `, ${valueWords(error / all, "ratio")}`}`;
}
export function levelWordsAt({ bars, width, counted }: LevelBars, at: Instant): string {
  if (at < counted.from || at > counted.to) return "not counted";
  const bar = bars[Math.floor((at - (bars[0]?.at ?? 0)) / (width || 1))];
  return bar ? levelWords(bar.error, bar.error + bar.warn + bar.rest) : "no line";
}

export const mostBars = 180;
/** Loki finds levels itself and calls them `detected_level`; the rest is what people label by hand. */
const levelLabels = ["detected_level", "level", "severity", "severity_text", "lvl"];

/** undefined: nothing of the kind has come. Several upstreams add up. */
export function levelBars(evidence: readonly Evidence[], window: Window): LevelBars | undefined {
  const counts = answersOf(evidence, "series").filter(({ question }) => question.purpose.kind === "lines-by-level");
  const series = counts.flatMap(({ answer }) => answer.series);
  if (series.length === 0) return undefined;
  const step = Math.max(...series.map((each) => each.step), 1);
  const width = step * Math.max(1, Math.ceil(durationOf(window) / step / mostBars));
  const count = Math.max(1, Math.ceil(durationOf(window) / width));
  const sums = { error: new Float64Array(count), warn: new Float64Array(count), rest: new Float64Array(count) };
  for (const each of series) {
    const label = levelLabels.find((name) => each.labels[name] !== undefined);
    const level = levelOf(label === undefined ? undefined : each.labels[label]);
    const kind = level === "error" || level === "fatal" ? "error" : level === "warn" ? "warn" : "rest";
    for (let index = 0; index < each.values.length; index += 1) {
      const value = each.values[index] ?? null;
      // A count at an instant counts the step that ended there.
      const bar = Math.floor((instantOf(each, index) - each.step / 2 - window.from) / width);
      if (value !== null && bar >= 0 && bar < count) sums[kind][bar] = (sums[kind][bar] ?? 0) + value;
    }
  }
  const bars = Array.from({ length: count }, (_, bar) => ({
    at: toInstant(window.from + bar * width),
    error: sums.error[bar] ?? 0,
    warn: sums.warn[bar] ?? 0,
    rest: sums.rest[bar] ?? 0,
  }));
  const sumOf = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0);
  const error = sumOf(sums.error);
  const warn = sumOf(sums.warn);
  // A count at an instant counts the step before it: the first one reaches back beyond what was asked.
  const asked = counts.map(({ question, answer }) => {
    const { from, to } = question.window ?? window;
    return { from: from - Math.max(0, ...answer.series.map((each) => each.step)), to };
  });
  return {
    counted: {
      from: toInstant(Math.max(window.from, Math.min(...asked.map(({ from }) => from)))),
      to: toInstant(Math.min(window.to, Math.max(...asked.map(({ to }) => to)))),
    },
    bars,
    width,
    top: Math.max(1, ...bars.map((bar) => bar.error + bar.warn + bar.rest)),
    totals: { error, warn, all: error + warn + sumOf(sums.rest) },
  };
}
