"use client";
/** One lane's line, by recharts; loaded behind the page. Pointer, read-out and axis are not its business. */
import { memo, useMemo } from "react";
import { Area, ComposedChart, XAxis, YAxis } from "recharts";
import type { Points } from "@/components/panels/lane-points";
import type { Window } from "@/lib/signal/time";

type Props = {
  readonly points: Points;
  readonly window: Window;
  /** Of the scale, in the unit of the points. */
  readonly top: number;
  /** px */
  readonly width: number;
  readonly height: number;
  /** A colour as CSS knows it. */
  readonly tone: string;
};

/** px above the top of the scale: there its words stand, and no line runs through them. */
const scaleRoom = 15;

type Row = { readonly at: number; readonly value: number | null; readonly alone: boolean };

/** Equal points are drawn once: whatever else its lane says. */
export const Chart = memo(function Chart({ points, window, top, width, height, tone }: Props) {
  const rows = useMemo(() => rowsOf(points), [points]);
  return (
    <ComposedChart
      width={width}
      height={height}
      data={rows}
      margin={{ top: scaleRoom, right: 0, bottom: 1, left: 0 }}
      accessibilityLayer={false}
      style={{ pointerEvents: "none" }}
    >
      <XAxis dataKey="at" type="number" domain={[window.from, window.to]} allowDataOverflow hide />
      <YAxis type="number" domain={[0, top]} allowDataOverflow hide />
      <Area
        dataKey="value"
        type="linear"
        stroke={tone}
        strokeWidth={1.5}
        fill={tone}
        fillOpacity={0.14}
        connectNulls={false}
        isAnimationActive={false}
        activeDot={false}
        dot={<LonePoint tone={tone} />}
      />
    </ComposedChart>
  );
});

/** A point between two holes has no line to stand on. */
function rowsOf({ at, value }: Points): readonly Row[] {
  return at.map((instant, index) => ({
    at: instant,
    value: value[index] ?? null,
    alone: (value[index - 1] ?? null) === null && (value[index + 1] ?? null) === null,
  }));
}

type DotProps = { readonly tone: string; readonly cx?: number; readonly cy?: number; readonly payload?: Row };
function LonePoint({ tone, cx, cy, payload }: DotProps) {
  if (!payload?.alone || payload.value === null || cx === undefined || cy === undefined) return null;
  return <circle cx={cx} cy={cy} r={1.75} fill={tone} />;
}
