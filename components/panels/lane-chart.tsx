"use client";
/** One series as a lane: line, scale, exemplars; or, in the same place, why there is none. */
import dynamic from "next/dynamic";
import { useCallback } from "react";
import { laneId } from "@/components/panels/cited-series";
import { Lane, LaneNote } from "@/components/panels/lane";
import { valueAt } from "@/components/panels/lane-points";
import { LaneValue } from "@/components/panels/lane-value";
import { valueWords } from "@/components/panels/lane-words";
import styles from "@/components/panels/timeline.module.css";
import type { ChartLane, Place } from "@/components/panels/timeline-lanes";
import { useIsNarrow } from "@/components/panels/timeline-width";
import { inZone, useZone } from "@/components/ui/zone";
import type { Instant, Window } from "@/lib/signal/time";

const Chart = dynamic(() => import("@/components/panels/chart").then(({ Chart }) => Chart), { ssr: false });
const ExemplarDots = dynamic(() => import("@/components/panels/lane-dots").then(({ ExemplarDots }) => ExemplarDots), {
  ssr: false,
});

/** px; the lanes are as high in `timeline.module.css`, and on a phone all that are not folded the same. */
const chartHeights = { chart: 78, small: 54, folded: 44 } as const;
const narrowHeights = { chart: 78, small: 78, folded: 44 } as const;

type Props = {
  readonly place: Place;
  /** Element id of the lane that a click leads to. */
  readonly wanted: string | null;
  readonly size: keyof typeof chartHeights;
  readonly window: Window;
  /** px of the axis; 0 until it is measured. */
  readonly width: number;
};

export function ChartLaneView({ place, wanted, size, window, width }: Props) {
  if ("empty" in place) {
    const { name, about, words, waiting, foremost } = place.empty;
    return (
      <Lane name={name} about={about} size={size} heard={words} foremost={foremost}>
        <LaneNote words={words} waiting={waiting} />
      </Lane>
    );
  }
  return <Drawn lane={place.lane} wanted={wanted} size={size} window={window} width={width} />;
}

const tones: Readonly<Record<ChartLane["role"], string>> = {
  errors: "var(--error)",
  latency: "var(--warning)",
  requests: "var(--change)",
  other: "var(--action)",
};

function Drawn({ lane, wanted, size, window, width }: Omit<Props, "place"> & { readonly lane: ChartLane }) {
  const { points, unit, extremes, top, topWords } = lane;
  const { zone, name: zoneName } = useZone();
  const height = useIsNarrow() ? narrowHeights[size] : chartHeights[size];
  const wordsAt = useCallback(
    (at: Instant): string => {
      const value = valueAt(points, at);
      return value === null ? "no sample" : valueWords(value, unit);
    },
    [points, unit],
  );
  const clock = (at: Instant): string => `${inZone(at, zone).clock} ${zoneName}`;
  const { last, lastAt, highest, highestAt } = extremes;
  // A series that stops before the window does has ended: its last number is no news.
  const ended = lastAt !== null && window.to - lastAt > Math.max(3 * points.step, 60_000);
  const resting =
    last === null
      ? "no sample"
      : `${valueWords(last, unit)}${ended ? ` until ${inZone(lastAt ?? window.to, zone).clock.slice(0, 5)}` : ""}`;
  const heard =
    last === null || highestAt === null
      ? `${lane.name} of ${lane.about}: no sample in this window.`
      : `${lane.name} of ${lane.about}: ${lane.words === "" ? "" : `${lane.words}. `}Last ${valueWords(last, unit)}, highest ${valueWords(highest, unit)} at ${clock(highestAt)}.`;
  return (
    <Lane
      id={laneId(lane.place)}
      wanted={wanted === laneId(lane.place)}
      name={lane.name}
      about={lane.about}
      value={
        <LaneValue
          resting={resting}
          title={lastAt === null ? "No sample" : `Last sample, ${clock(lastAt)}`}
          wordsAt={wordsAt}
        />
      }
      size={size}
      heard={heard}
      foremost={lane.foremost}
    >
      {last === null ? (
        <LaneNote words="No sample in this window." />
      ) : (
        width > 0 && (
          <Chart points={points} window={window} top={top} width={width} height={height} tone={tones[lane.role]} />
        )
      )}
      <span className={styles.top} aria-hidden="true">
        {topWords}
      </span>
      {lane.exemplars.length > 0 && (
        <ExemplarDots
          exemplars={lane.exemplars}
          window={window}
          width={width}
          height={height}
          top={top}
          clock={clock}
        />
      )}
    </Lane>
  );
}
