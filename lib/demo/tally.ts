/**
 * How far every meter has counted at an instant: true prefix sums over all requests since the origin, kept at the edge
 * of coarse bins, so that any instant costs one bin at most. Integers only (microseconds for sums), hence exact,
 * monotone, and the same in whatever order instants are asked.
 */
import type { Draw, Draws } from "@/lib/demo/draws";
import { type Meter, type Meters, type Observation, widthOf } from "@/lib/demo/meters";
import type { Pod } from "@/lib/demo/roster";
import { type Instant, minute, second } from "@/lib/signal/time";

const bin = 10 * minute;

export type Tally = {
  /** Cells of all meters: every observation that ended before `at` (ms). The array is the caller's. */
  readonly at: (at: number) => Float64Array;
  /** Visits every observation that starts or ends within [from, to) ms, of the draws wanted (all unless given); times in
   * epoch microseconds. */
  readonly visit: (
    from: number,
    to: number,
    see: (meter: Meter, observation: Observation, draw: Draw) => void,
    isWanted?: (draw: Draw) => boolean,
  ) => void;
};

export function createTally(draws: Draws, meters: Meters, origin: Instant): Tally {
  const names = meters.services.map(({ name }) => name);
  const visit: Tally["visit"] = (from, to, see, isWanted = () => true) => {
    // Several spans of one request run in one pod: looked up once.
    const pods = names.map((): Pod | undefined => undefined);
    for (let atSecond = Math.floor((from - draws.longest) / second); atSecond * second < to; atSecond++) {
      for (const draw of draws.ofSecond(atSecond)) {
        if (!isWanted(draw)) continue;
        pods.fill(undefined);
        for (const observation of meters.observations[draw.take.id] ?? []) {
          const { service } = observation;
          const pod = pods[service] ?? draws.podFor(names[service] ?? "", draw);
          pods[service] = pod;
          const meter = pod && meters.meterOf(observation.shape, pod);
          if (meter) see(meter, observation, draw);
        }
      }
    }
  };

  const add = (cells: Float64Array, from: number, to: number): void => {
    const first = from * 1_000;
    const last = to * 1_000;
    visit(from, to, ({ shape, cell }, { start, end, bucket, amount }, { at }) => {
      if (at + start >= first && at + start < last) cells[cell] = (cells[cell] ?? 0) + amount;
      if (at + end < first || at + end >= last) return;
      const sum = cell + widthOf(shape) - 1;
      cells[cell + 1 + bucket] = (cells[cell + 1 + bucket] ?? 0) + amount;
      cells[sum] = (cells[sum] ?? 0) + (end - start);
    });
  };

  const edges: Float64Array[] = [new Float64Array(meters.cells)];
  const edge = (number: number): Float64Array => {
    for (let next = edges.length; next <= number; next++) {
      const cells = Float64Array.from(edges[next - 1] ?? []);
      add(cells, origin + (next - 1) * bin, origin + next * bin);
      edges.push(cells);
    }
    return edges[number] ?? new Float64Array(meters.cells);
  };

  return {
    at: (at) => {
      const number = Math.max(0, Math.floor((at - origin) / bin));
      const cells = Float64Array.from(edge(number));
      add(cells, origin + number * bin, Math.max(origin, at));
      return cells;
    },
    visit,
  };
}
