"use client";
/** One series as a lane: line, scale, what lies over it, exemplars; or, in the same place, why there is none. */
import dynamic from "next/dynamic";
import { memo, useCallback } from "react";
import { laneId } from "@/components/panels/cited-series";
import { Lane, LaneNote } from "@/components/panels/lane";
import { levelsAround } from "@/components/panels/lane-before-after";
import marks from "@/components/panels/lane-marks.module.css";
import { beforeAfterWords, ChangeMark, Ghost, ThresholdLine } from "@/components/panels/lane-overlays";
import { valueAt } from "@/components/panels/lane-points";
import { StateBand } from "@/components/panels/lane-state-band";
import { LaneValue } from "@/components/panels/lane-value";
import { valueWords } from "@/components/panels/lane-words";
import styles from "@/components/panels/timeline.module.css";
import { clamped, fractionOf } from "@/components/panels/timeline-axis";
import { asAbove, type ChartLane, type Place } from "@/components/panels/timeline-lanes";
import { useIsNarrow } from "@/components/panels/timeline-width";
import { arrowed } from "@/components/ui/arrowed";
import { inZone, useZone } from "@/components/ui/zone";
import type { Change } from "@/lib/signal/change";
import type { Unit } from "@/lib/signal/series";
import { type Instant, isWithin, shift, type Window } from "@/lib/signal/time";

const Chart = dynamic(() => import("@/components/panels/chart").then(({ Chart }) => Chart), { ssr: false });
const ExemplarDots = dynamic(() => import("@/components/panels/lane-dots").then(({ ExemplarDots }) => ExemplarDots), {
  ssr: false,
});

/** px; the lanes are as high in `timeline.module.css`, and on a phone all that are not folded the same. */
const chartHeights = { chart: 78, small: 60, folded: 44 } as const;
const narrowHeights = { chart: 78, small: 78, folded: 44 } as const;

type Props = {
  readonly place: Place;
  /** The reader was led here. */
  readonly wanted: boolean;
  readonly size: keyof typeof chartHeights;
  /** What the axis shows. */
  readonly window: Window;
  /** px of the axis; 0 until it is measured. */
  readonly width: number;
  /** Before and after which levels are told. */
  readonly change: Change | null;
  /** Whether series that stop here stop because the present does: nothing is later. */
  readonly dataEnd: Instant;
  /** "yesterday": what the ghost line is. */
  readonly ghostName: string;
  /** Trace the page is about: its own dot stands out. */
  readonly traceId: string | null;
};

/** Looking closer and pointing at other lanes are no reason to draw it again. */
export const ChartLaneView = memo(function ChartLaneView(props: Props) {
  const { place, size } = props;
  if ("empty" in place) {
    const { name, about, words, waiting, foremost } = place.empty;
    return (
      <Lane name={name} about={about} size={size} heard={words} foremost={foremost} joined={words === asAbove}>
        {words !== asAbove && <LaneNote words={words} waiting={waiting} />}
      </Lane>
    );
  }
  return <Drawn {...props} lane={place.lane} />;
});

const tones: Readonly<Record<ChartLane["role"], string>> = {
  alert: "var(--error)",
  errors: "var(--error)",
  latency: "var(--warning)",
  requests: "var(--change)",
  other: "var(--action)",
};

const wordsOf = (value: number, unit: Unit, state: ChartLane["state"]): string =>
  state ? (value === 1 ? state.on : state.off) : valueWords(value, unit);

function Drawn(props: Omit<Props, "place"> & { readonly lane: ChartLane }) {
  const { lane, wanted, size, window, width, change, dataEnd, ghostName, traceId } = props;
  const { points, unit, extremes, top, topWords, ghost, bound, thresholds, state } = lane;
  const { zone, name: zoneName } = useZone();
  const height = useIsNarrow() ? narrowHeights[size] : chartHeights[size];
  const wordsAt = useCallback(
    (at: Instant): string => {
      const value = valueAt(points, at);
      const was = ghost ? valueAt(ghost, at) : null;
      const now = value === null ? "no sample" : wordsOf(value, unit, state);
      return was === null ? now : `${now} · ${wordsOf(was, unit, state)}`;
    },
    [points, ghost, unit, state],
  );
  const clock = (at: Instant): string => `${inZone(at, zone).clock} ${zoneName}`;
  const { last, lastAt, highest, highestAt } = extremes;
  const end = Math.min(window.to, dataEnd);
  // A series that stops before the others do has ended: its last number is no news.
  const ended = lastAt !== null && end - lastAt > Math.max(3 * points.step, 60_000);
  const resting =
    last === null
      ? "no sample"
      : `${wordsOf(last, unit, state)}${ended ? ` until ${inZone(lastAt, zone).clock.slice(0, 5)}` : ""}`;
  const levels = change ? levelsAround(lane.series, change) : null;
  // Of a quiet one its place says nothing more.
  const because = lane.verdict === "changed" ? lane.because : "";
  const said = [lane.words, because].filter((part) => part !== "").join(" · ");
  const told = [
    lane.words,
    because,
    levels === null ? "" : `around the chosen change ${beforeAfterWords(levels, unit)}`,
    ...thresholds.map(({ words }) => words),
  ].filter((part) => part !== "");
  const whose = lane.role === "alert" ? `${lane.name}, ${lane.about}` : `${lane.name} of ${lane.about}`;
  const heard =
    last === null || highestAt === null
      ? `${whose}: no sample in this window.`
      : `${whose}: ${told.map((part) => `${part}. `).join("")}Last ${valueWords(last, unit)}, highest ${valueWords(highest, unit)} at ${clock(highestAt)}.`;
  return (
    <Lane
      id={laneId(lane.place)}
      wanted={wanted}
      name={lane.name}
      about={lane.about}
      value={
        <LaneValue
          resting={resting}
          title={
            lastAt === null ? "No sample" : `Last sample, ${clock(lastAt)}${ghost ? `; beside it ${ghostName}` : ""}`
          }
          wordsAt={wordsAt}
        />
      }
      size={size}
      heard={heard}
      named={lane.role === "alert"}
      foremost={lane.foremost}
    >
      {last === null ? (
        <LaneNote words="No sample in this stretch of time." />
      ) : state ? (
        <StateBand points={points} window={window} width={width} names={state} />
      ) : (
        width > 0 && (
          <>
            {ghost && <Ghost points={ghost} shown={window} top={top} />}
            {bound && <Ghost points={bound} shown={window} top={top} isBound />}
            <Chart points={points} window={window} top={top} width={width} height={height} tone={tones[lane.role]} />
          </>
        )
      )}
      {ended && isWithin(lastAt, window) && (
        <span
          className={marks.ended}
          style={{ "--left": clamped(fractionOf(shift(lastAt, points.step), window)) }}
          aria-hidden="true"
        >
          <span>ended {inZone(lastAt, zone).clock.slice(0, 5)}</span>
        </span>
      )}
      {last !== null && thresholds.map((each) => <ThresholdLine key={each.value} threshold={each} top={top} />)}
      {change && last !== null && (
        <ChangeMark change={change} series={lane.series} unit={unit} shown={window} top={top} />
      )}
      <span className={styles.top} aria-hidden="true">
        {!state && <span>{topWords}</span>}
        {change === null && said !== "" && (
          <span className={styles.said} data-code={lane.role === "alert"} title={said}>
            {arrowed(said)}
          </span>
        )}
      </span>
      {lane.exemplars.length > 0 && (
        <ExemplarDots
          exemplars={lane.exemplars}
          window={window}
          width={width}
          height={height}
          top={top}
          clock={clock}
          traceId={traceId}
        />
      )}
    </Lane>
  );
}
