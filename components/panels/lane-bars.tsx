"use client";
/** Log lines by level: stacked bars, three paths whatever their number. */
import { useCallback, useMemo } from "react";
import { Lane, LaneNote } from "@/components/panels/lane";
import { type LevelBars, levelWords, levelWordsAt } from "@/components/panels/lane-levels";
import marks from "@/components/panels/lane-marks.module.css";
import { LaneValue } from "@/components/panels/lane-value";
import { valueWords } from "@/components/panels/lane-words";
import styles from "@/components/panels/timeline.module.css";
import { fractionOf } from "@/components/panels/timeline-axis";
import { inZone, useZone } from "@/components/ui/zone";
import { durationOf, type Instant, printDuration, type Window } from "@/lib/signal/time";

type Props = {
  readonly levels: LevelBars | undefined;
  readonly window: Window;
  readonly empty: { readonly words: string; readonly waiting: boolean };
};

const count = (value: number): string => valueWords(Math.round(value), "count");

export function LevelLane({ levels, window, empty }: Props) {
  const wordsAt = useCallback((at: Instant): string => (levels ? levelWordsAt(levels, at) : ""), [levels]);
  const paths = useMemo(() => (levels ? pathsOf(levels, window) : null), [levels, window]);
  const none = !levels || !paths || levels.totals.all === 0;
  const totals = levels?.totals;
  const resting = totals && totals.all > 0 ? levelWords(totals.error, totals.all) : "";
  const { zone } = useZone();
  const uncounted = levels && levels.totals.all > 0 ? uncountedOf(levels, window) : [];
  const clock = (at: Instant): string => inZone(at, zone).clock;
  const where =
    levels && uncounted.length > 0
      ? `between ${clock(levels.counted.from)} and ${clock(levels.counted.to)}`
      : "in the window";
  const heard =
    totals && totals.all > 0
      ? `${count(totals.all)} log lines ${where}: ${count(totals.error)} errors, ${count(totals.warn)} warnings.`
      : empty.words;
  return (
    <Lane
      id="lane-lines"
      name="Log lines"
      about="by level"
      {...(none ? {} : { value: <LaneValue resting={resting} title={`Counted ${where}`} wordsAt={wordsAt} /> })}
      size="bars"
      heard={heard}
    >
      {none ? (
        <LaneNote {...(levels ? { words: "No line was counted in this window." } : empty)} />
      ) : (
        <>
          <svg className={marks.levels} viewBox="0 0 1000 100" preserveAspectRatio="none" aria-hidden="true">
            <path d={paths.rest} fill="var(--quiet-bar)" />
            <path d={paths.warn} fill="var(--warning)" />
            <path d={paths.error} fill="var(--error)" />
          </svg>
          {uncounted.map(({ from, to }) => (
            <span
              key={from}
              className={marks.uncounted}
              style={{ "--left": from, "--width": to - from }}
              title={`Counted ${where} alone`}
              aria-hidden="true"
            >
              <span>not counted</span>
            </span>
          ))}
          <span className={styles.top} aria-hidden="true">
            {count(levels.top)} lines in {printDuration(levels.width)}
          </span>
        </>
      )}
    </Lane>
  );
}

/** Stretches of the axis, as shares of it, for which nobody was asked; one bar more or less is how steps fall. */
function uncountedOf({ counted, width }: LevelBars, window: Window): readonly { from: number; to: number }[] {
  return [
    { from: window.from, to: counted.from },
    { from: counted.to, to: window.to },
  ]
    .filter(({ from, to }) => to - from > 2 * width)
    .map(({ from, to }) => ({ from: fractionOf(from, window), to: fractionOf(to, window) }));
}

/** Quiet lines at the foot, warnings on them, errors on top. */
function pathsOf({ bars, width, top }: LevelBars, window: Window): { rest: string; warn: string; error: string } {
  const across = (width / Math.max(1, durationOf(window))) * 1_000;
  const gap = Math.min(1, across * 0.18);
  const out = { rest: "", warn: "", error: "" };
  for (const [index, bar] of bars.entries()) {
    let foot = 100;
    for (const level of ["rest", "warn", "error"] as const) {
      const height = (bar[level] / top) * 96;
      if (height === 0) continue;
      foot -= height;
      out[level] +=
        `M${(index * across).toFixed(2)} ${foot.toFixed(2)}h${(across - gap).toFixed(2)}v${height.toFixed(2)}h${(gap - across).toFixed(2)}z`;
    }
  }
  return out;
}
