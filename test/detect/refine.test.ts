import fc from "fast-check";
import { expect, test } from "vitest";
import { changePointOf } from "@/lib/detect/change-point";
import { type Increments, incrementsOf, refineOnset, type Samples } from "@/lib/detect/refine";
import { chanceFrom } from "@/test/detect/chance";
import { rateOver, samplesOf } from "@/test/detect/store";

/** Samples every 15 s, `before` and then `after` events a second from `onset` ms on; each event counts `each`. */
function drawn(seed: number, { before, after, onset, each = 1, length = 60 }: Drawn): Increments {
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
    const { from, at, to } = refineOnset([drawn(seed, { ...rates, onset })], coarseAt(onset), 15_000);
    if (from <= onset && onset <= to) inside += 1;
    expect(from).toBeLessThanOrEqual(at);
    expect(at).toBeLessThanOrEqual(to);
    widths.push(to - from);
  }
  expect(inside).toBeGreaterThanOrEqual(190);
  // 160 s entered.
  expect(widths.toSorted((a, b) => a - b)[100]).toBeLessThan(50_000);
});

test("plenty of requests place it within a sample", () => {
  const onset = 433_000;
  const { from, to } = refineOnset([drawn(1, { before: 200, after: 600, onset })], coarseAt(onset), 15_000);
  expect(to - from).toBeCloseTo(15_000);
  expect(from).toBeLessThanOrEqual(onset);
  expect(to).toBeGreaterThanOrEqual(onset);
});

test.each([
  ["too few samples before", drawn(1, { before: 5, after: 50, onset: 40_000 }), coarseAt(140_000)],
  ["no samples at all", { times: [], counts: [] }, coarseAt(400_000)],
  ["rates that differ by chance only", drawn(3, { before: 5, after: 5, onset: 0 }), coarseAt(400_000)],
])("%s leaves the onset as it was", (_, increments, coarse) => {
  expect(refineOnset([increments], coarse, 15_000)).toEqual(coarse);
});

test("resets, holes and samples told twice are left out", () => {
  const onset = 430_000;
  const { times, counts } = drawn(2, { before: 50, after: 200, onset });
  const odd = [...Array.from(counts)];
  odd[10] = -4_000;
  odd[12] = null;
  odd[40] = Number.NaN;
  const twice = [...Array.from(times)];
  twice[20] = twice[19] ?? 0;
  const { from, to } = refineOnset([{ times: twice, counts: odd }], coarseAt(onset), 15_000);
  expect(from).toBeLessThanOrEqual(onset);
  expect(to).toBeGreaterThanOrEqual(onset);
  expect(to - from).toBeLessThanOrEqual(30_000);
});

test("whatever enters, it is never widened", () => {
  const odd = fc.oneof(fc.double(), fc.constant(null), fc.constant(0), fc.integer());
  fc.assert(
    fc.property(fc.array(fc.double(), { maxLength: 40 }), fc.array(odd, { maxLength: 40 }), (times, counts) => {
      const coarse = { from: -10, at: 0, to: 30 };
      const { from, at, to } = refineOnset([{ times, counts }], coarse, 5);
      expect([from >= -10, from <= at, at <= to, to <= 30]).toEqual([true, true, true, true]);
    }),
  );
});

/** Pods that are scraped each at its own second, some samples lost; their rates summed as the page's question does. */
function service(
  seed: number,
  {
    before,
    after,
    onset,
    pods,
    lasts = 0,
  }: { before: number; after: number; onset: number; pods: number; lasts?: number },
) {
  const chance = chanceFrom(seed);
  const all = Array.from({ length: pods }, (_, pod) => {
    const phase = chance.uniform() * 15_000;
    const increments = Array.from({ length: 140 }, (_, index) => {
      const from = phase + (index - 1) * 15_000;
      const parts = Array.from({ length: 15 }, (_, part) => from + (part + 0.5) * 1_000);
      const rate =
        parts.reduce(
          (sum, at) =>
            sum +
            before +
            (after - before) * Math.min(1, Math.max(0, lasts > 0 ? (at - onset) / lasts : Number(at >= onset))),
          0,
        ) / 15;
      return chance.poisson((rate * 15) / pods);
    });
    const arrived = increments.map(() => chance.uniform() > 0.02);
    return {
      key: `pod-${pod}`,
      ...samplesOf(increments, arrived, { interval: 15_000, phase, lost: 0, outage: null, restart: null }),
    };
  });
  const grid = { start: 300_000, step: 15_000, points: 120 };
  const rates = all.map((samples) => rateOver(samples, grid, 60_000));
  const values = Array.from({ length: grid.points }, (_, at) => rates.reduce((sum, own) => sum + (own[at] ?? 0), 0));
  const claim = changePointOf(values, {
    unit: "per-second",
    step: 15_000,
    interval: 15_000,
    rateWindow: 60_000,
    counted: true,
  });
  if (claim.verdict !== "changed") return null;
  const instant = (position: number): number => grid.start + position * grid.step;
  const coarse = { from: instant(claim.onset.from), at: instant(claim.onset.at), to: instant(claim.onset.to) };
  const [low, high] = [coarse.from - 180_000, coarse.to + 180_000];
  const seen = all.flatMap(({ key, at, totals }): (Samples & { key: string })[] => {
    const within = [...at.keys()].filter(
      (index) => (at[index] ?? 0) > low && (at[index] ?? 0) <= high && (totals[index] ?? 0) > 0,
    );
    return within.length === 0
      ? []
      : [{ key, at: within.map((index) => at[index] ?? 0), totals: within.map((index) => totals[index] ?? 0) }];
  });
  return { coarse, fine: refineOnset(incrementsOf(seen, { from: low, interval: 15_000 }), coarse, 15_000) };
}

test.each([
  ["requests that triple, one pod", { before: 5, after: 15, pods: 1 }, 0.5],
  ["requests that triple, eight pods", { before: 50, after: 150, pods: 8 }, 0.35],
  ["the first failures ever, three pods", { before: 0, after: 2, pods: 3 }, 0.7],
  ["failures among many, three pods", { before: 0.2, after: 12, pods: 3 }, 0.5],
  ["traffic that falls to a tenth", { before: 40, after: 4, pods: 4 }, 0.5],
])("%s: what detection claims is narrowed, and the truth stays inside", (_, rates, share) => {
  let [found, before, inside] = [0, 0, 0];
  const widths: number[] = [];
  for (let seed = 1; seed <= 200; seed += 1) {
    const onset = 900_000 + seed * 2_113;
    const both = service(seed * 7_919, { ...rates, onset });
    if (!both) continue;
    const { coarse, fine } = both;
    found += 1;
    if (coarse.from <= onset && onset <= coarse.to) before += 1;
    if (fine.from <= onset && onset <= fine.to) inside += 1;
    widths.push((fine.to - fine.from) / (coarse.to - coarse.from));
  }
  expect(found).toBeGreaterThan(190);
  expect(before / found).toBeGreaterThanOrEqual(0.95);
  expect(inside / found).toBeGreaterThanOrEqual(0.95);
  expect(widths.toSorted((a, b) => a - b)[100]).toBeLessThan(share);
});

test("a slow rise is not called sudden: its beginning stays inside", () => {
  let [found, inside] = [0, 0];
  for (let seed = 1; seed <= 200; seed += 1) {
    const onset = 900_000 + seed * 1_913;
    const both = service(seed * 104_729, { before: 20, after: 120, onset, pods: 3, lasts: 120_000 });
    if (!both) continue;
    found += 1;
    if (both.fine.from <= onset && onset <= both.fine.to) inside += 1;
  }
  expect(found).toBeGreaterThan(190);
  expect(inside / found).toBeGreaterThanOrEqual(0.95);
});

test("a counter born with the first failure began at nothing, one sample before", () => {
  const steady = { key: "a", at: [10, 20, 30, 40], totals: [5, 6, 8, 8] };
  const born = { key: "a", at: [30, 40], totals: [4, 9] };
  const alone = { key: "b", at: [36, 46], totals: [2, 2] };
  expect(incrementsOf([steady, born, alone], { from: 5, interval: 10 })).toEqual([
    { times: [10, 20, 30, 40], counts: [1, 6, 5] },
    { times: [6, 16, 26, 36, 46], counts: [0, 0, 2, 0] },
  ]);
});

test("a restart and a sample that one series lacks are holes", () => {
  const whole = { key: "a", at: [10, 20, 30, 40], totals: [5, 6, 1, 2] };
  expect(incrementsOf([whole], { from: 5, interval: 10 })).toEqual([{ times: [10, 20, 30, 40], counts: [1, null, 1] }]);
  const holed = { key: "a", at: [10, 30, 40], totals: [1, 2, 3] };
  expect(incrementsOf([{ ...whole, totals: [1, 2, 3, 4] }, holed], { from: 5, interval: 10 })).toEqual([
    { times: [10, 20, 30, 40], counts: [null, null, 2] },
  ]);
});
