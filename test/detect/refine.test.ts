import fc from "fast-check";
import { expect, test } from "vitest";
import { type Increments, refineOnset } from "@/lib/detect/refine";
import { chanceFrom } from "@/test/detect/chance";

/** Samples every 15 s, `before` and then `after` events a second from `onset` ms on; each event counts `each`. */
function incrementsOf(seed: number, { before, after, onset, each = 1, length = 60 }: Drawn): Increments {
  const { poisson, uniform } = chanceFrom(seed);
  const phase = uniform() * 15_000;
  const times = Array.from({ length: length + 1 }, (_, index) => phase + index * 15_000);
  const counts = times.slice(1).map((to, index) => {
    const from = times[index] ?? 0;
    const changed = Math.min(to, Math.max(from, onset));
    return each * poisson((before * (changed - from) + after * (to - changed)) / 1_000 / each);
  });
  return { times, counts };
}
type Drawn = { before: number; after: number; onset: number; each?: number; length?: number };
const coarseAt = (onset: number) => ({ from: onset - 100_000, at: onset - 20_000, to: onset + 60_000 });

test.each([
  ["requests that triple", { before: 5, after: 15 }],
  ["requests that stop", { before: 20, after: 0 }],
  ["the first failures ever", { before: 0, after: 1 }],
  ["rare events", { before: 0.05, after: 0.8 }],
  ["requests that come in dozens", { before: 20, after: 80, each: 12 }],
])("%s: the onset is narrowed and still inside", (_, rates) => {
  const widths: number[] = [];
  let inside = 0;
  for (let seed = 1; seed <= 200; seed += 1) {
    const onset = 400_000 + seed * 613;
    const { from, at, to } = refineOnset(incrementsOf(seed, { ...rates, onset }), coarseAt(onset));
    if (from <= onset && onset <= to) inside += 1;
    expect(from).toBeLessThanOrEqual(at);
    expect(at).toBeLessThanOrEqual(to);
    widths.push(to - from);
  }
  expect(inside).toBeGreaterThanOrEqual(190);
  // 160 s entered.
  expect(widths.toSorted((a, b) => a - b)[100]).toBeLessThan(40_000);
});

test("plenty of requests place it within a sample", () => {
  const onset = 433_000;
  const { from, to } = refineOnset(incrementsOf(1, { before: 200, after: 600, onset }), coarseAt(onset));
  expect(to - from).toBeLessThan(15_000);
});

test.each([
  ["too few samples before", incrementsOf(1, { before: 5, after: 50, onset: 40_000 }), coarseAt(140_000)],
  ["no samples at all", { times: [], counts: [] }, coarseAt(400_000)],
  ["rates that differ by chance only", incrementsOf(3, { before: 5, after: 5, onset: 0 }), coarseAt(400_000)],
])("%s leaves the onset as it was", (_, increments, coarse) => {
  expect(refineOnset(increments, coarse)).toEqual(coarse);
});

test("resets, holes and samples told twice are left out", () => {
  const onset = 430_000;
  const { times, counts } = incrementsOf(2, { before: 50, after: 200, onset });
  const odd = [...Array.from(counts)];
  odd[10] = -4_000;
  odd[12] = null;
  odd[40] = Number.NaN;
  const twice = [...Array.from(times)];
  twice[20] = twice[19] ?? 0;
  const { from, to } = refineOnset({ times: twice, counts: odd }, coarseAt(onset));
  expect(from).toBeLessThanOrEqual(onset);
  expect(to).toBeGreaterThanOrEqual(onset);
  expect(to - from).toBeLessThan(15_000);
});

test("whatever enters, it is never widened", () => {
  const odd = fc.oneof(fc.double(), fc.constant(null), fc.constant(0), fc.integer());
  fc.assert(
    fc.property(fc.array(fc.double(), { maxLength: 40 }), fc.array(odd, { maxLength: 40 }), (times, counts) => {
      const coarse = { from: -10, at: 0, to: 30 };
      const { from, at, to } = refineOnset({ times, counts }, coarse);
      expect([from >= -10, from <= at, at <= to, to <= 30]).toEqual([true, true, true, true]);
    }),
  );
});
