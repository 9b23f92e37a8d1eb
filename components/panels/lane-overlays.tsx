/** What lies over a lane's line, placed by hand: the rule's threshold, a chosen change with the levels around it, an earlier day. */
import { type BeforeAfter, type Level, levelsAround } from "@/components/panels/lane-before-after";
import marks from "@/components/panels/lane-marks.module.css";
import type { Points } from "@/components/panels/lane-points";
import { valueWords } from "@/components/panels/lane-words";
import type { Threshold } from "@/components/panels/own-series";
import { clamped, fractionOf } from "@/components/panels/timeline-axis";
import { arrowed } from "@/components/ui/arrowed";
import type { Change } from "@/lib/signal/change";
import type { Series, Unit } from "@/lib/signal/series";
import { durationOf, isWithin, type Window } from "@/lib/signal/time";

type Scale = { readonly shown: Window; readonly top: number };

/** Named where it is; beyond the scale it is named at the top. */
export function ThresholdLine({ threshold, top }: { readonly threshold: Threshold; readonly top: number }) {
  const up = threshold.value / top;
  return (
    <div className={marks.threshold} data-beyond={up > 1} style={{ "--up": clamped(up) }} aria-hidden="true">
      {threshold.words !== "" && (
        <span>
          {up > 1 ? "↑ " : ""}
          {threshold.words}
        </span>
      )}
    </div>
  );
}

/** "0.1 % → 38 %", or which side has too few samples to tell. */
export function beforeAfterWords({ before, after }: BeforeAfter, unit: Unit): string {
  const say = (level: Level | null): string => (level === null ? "too few samples" : valueWords(level.value, unit));
  return `${say(before)} → ${say(after)}`;
}

type ChangeProps = Scale & { readonly change: Change; readonly series: Series; readonly unit: Unit };

/** Medians of the quarter of an hour on either side of the change, as two short lines and in words. */
export function ChangeMark({ change, series, unit, shown, top }: ChangeProps) {
  const levels = levelsAround(series, change);
  const line = (level: Level | null) =>
    level && (
      <i
        className={marks.levelLine}
        style={{
          "--left": clamped(fractionOf(level.from, shown)),
          "--width": clamped(fractionOf(level.to, shown)) - clamped(fractionOf(level.from, shown)),
          "--up": clamped(level.value / top),
        }}
      />
    );
  const at = clamped(fractionOf(change.at, shown));
  return (
    <div aria-hidden="true">
      {isWithin(change.at, shown) && <i className={marks.changeLine} style={{ "--left": at }} />}
      {line(levels.before)}
      {line(levels.after)}
      <span className={marks.levelWords} data-late={at > 0.6} style={{ "--left": at }}>
        {arrowed(beforeAfterWords(levels, unit))}
      </span>
    </div>
  );
}

type GhostProps = Scale & { readonly points: Points; readonly isBound?: boolean };

/** The same series earlier, faint and dashed under today's; or the series that it is compared with. Holes stay holes. */
export function Ghost({ points, shown, top, isBound = false }: GhostProps) {
  let path = "";
  let open = false;
  for (const [index, at] of points.at.entries()) {
    const value = points.value[index] ?? null;
    if (value === null) open = false;
    else {
      const x = ((at - shown.from) / Math.max(1, durationOf(shown))) * 1_000;
      path += `${open ? "L" : "M"}${x.toFixed(1)} ${(100 - clamped(value / top) * 100).toFixed(2)}`;
      open = true;
    }
  }
  return (
    <svg
      className={marks.ghost}
      data-bound={isBound}
      viewBox="0 0 1000 100"
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <path d={path} vectorEffect="non-scaling-stroke" />
    </svg>
  );
}
