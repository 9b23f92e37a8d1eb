/** Series that end or begin inside the window. Holes in the middle are no claim: the store may have been away. */
import { baselineOf, leastBaseline, leastSize } from "@/lib/detect/baseline";
import type { Onset } from "@/lib/detect/onset";
import type { Unit } from "@/lib/signal/series";

/** Numbers without the holes, and where on the grid they stand. */
export type Numbers = { readonly values: Float64Array; readonly positions: Int32Array };

export function withoutHoles(values: ArrayLike<number | null>): Numbers {
  const found = new Float64Array(values.length);
  const positions = new Int32Array(values.length);
  let count = 0;
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index];
    if (typeof value !== "number" || !Number.isFinite(value)) continue;
    found[count] = value;
    positions[count] = index;
    count += 1;
  }
  return { values: found.subarray(0, count), positions: positions.subarray(0, count) };
}

export type Presence = {
  readonly shape: "vanished" | "appeared";
  readonly onset: Onset;
  readonly level: number;
  readonly size: number;
};

/** Without a staleness marker a gauge is shown for five minutes more (source: Prometheus, query.lookback-delta). */
const lookBackMs = 300_000;
/** A hole at an end must be as many times as long as any other. */
const clearly = 3;

function longestHole(positions: Int32Array): number {
  let longest = 0;
  for (let index = 1; index < positions.length; index += 1)
    longest = Math.max(longest, (positions[index] ?? 0) - (positions[index - 1] ?? 0) - 1);
  return longest;
}

/** `least` = points that one lost sample may cost; times in ms. A rate needs two samples and outlives the last by its range. */
export function presenceOf(
  { values, positions }: Numbers,
  length: number,
  {
    unit,
    least,
    step,
    interval,
    rateWindow,
  }: {
    readonly unit: Unit;
    readonly least: number;
    readonly step: number;
    readonly interval: number;
    readonly rateWindow: number;
  },
): Presence | undefined {
  const first = positions[0] ?? 0;
  const last = positions[positions.length - 1] ?? 0;
  const vanished = length - 1 - last >= least;
  if (values.length < leastBaseline || !(vanished || first >= Math.max(leastBaseline, least))) return undefined;
  const { level, deviation } = baselineOf(values, unit);
  const size = Math.abs(level) / deviation;
  if (size < leastSize) return undefined;
  const hole = Math.max(least, clearly * longestHole(positions));
  const sample = interval / step;
  if (vanished && length - 1 - last >= hole) {
    const outlived = rateWindow > 0 ? Math.max(0, rateWindow / step - sample) : sample;
    const latest = rateWindow > 0 ? rateWindow / step : lookBackMs / step;
    const at = Math.min(last + 0.5 - outlived + (rateWindow > 0 ? sample / 2 : 0), last + 1);
    const onset = { from: Math.min(last - latest - sample, at), at, to: last + 1 };
    return { shape: "vanished", onset, level, size };
  }
  if (first >= Math.max(leastBaseline, hole)) {
    const samples = rateWindow > 0 ? 1.5 : 0.5;
    const from = first - 1 - (samples + 1.5) * sample;
    return { shape: "appeared", onset: { from, at: first - 0.5 - samples * sample, to: first }, level, size };
  }
  return undefined;
}
