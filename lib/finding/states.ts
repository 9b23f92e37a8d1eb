/** A series that is 1 or 0 (a breaker, a crash loop) -> since when it is on. No statistics: the samples say it. Pure. */
import type { ChangePoint } from "@/lib/detect/change-point";

/** Between a scrape that failed and its absence: so many values in a row without a sample are "off". */
const leastHole = 3;

/** Off where there is no sample for a while: such series often exist only while they are on. */
function isOnAt(values: ArrayLike<number | null>): boolean[] {
  const on = Array.from({ length: values.length }, (_, index) => (values[index] ?? 0) > 0);
  for (let index = 1; index < on.length; index += 1) {
    if (values[index] != null || !on[index - 1]) continue;
    let next = index;
    while (next < on.length && values[next] == null) next += 1;
    if (next < on.length && next - index < leastHole) on.fill(on[next] ?? false, index, next);
    else if (next === on.length && next - index < leastHole) on.fill(true, index, next);
    index = next;
  }
  return on;
}

/**
 * The first time it goes on; else, where it was on from the start, the first time it goes off. Positions in steps from the
 * first value, as of every change point; `lag` = steps by which a sample may be late. Levels are 0 and 1.
 */
export function stateChangeOf(values: ArrayLike<number | null>, lag: number): ChangePoint {
  const on = isOnAt(values);
  if (on.length === 0) return { verdict: "too-few", level: null, because: "no samples" };
  const begin = on[0] === true;
  const turn = on.findIndex((each) => each !== begin);
  if (turn < 0) return { verdict: "quiet", level: begin ? 1 : 0 };
  const back = on.findIndex((each, index) => index > turn && each === begin);
  return {
    verdict: "changed",
    shape: back < 0 ? "step" : "spike",
    direction: begin ? "down" : "up",
    onset: { from: turn - Math.max(1, lag), at: turn - 0.5, to: turn },
    end: back < 0 ? null : back,
    // From one of two states into the other: as sharp as a change can be, and no more than that is known.
    size: 20,
    before: begin ? 1 : 0,
    after: begin ? 0 : 1,
    // Its samples say it, no noise was weighed.
    chance: 0,
  };
}
