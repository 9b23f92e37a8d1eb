import { expect, test } from "vitest";
import { fooledIn, scoresOf, together } from "@/test/detect/score";

test("of 100 windows of 40 quiet series at most one claims anything", () => {
  expect(fooledIn(100, 40_001).windows).toBeLessThanOrEqual(1);
}, 20_000);

test("whatever the shape and the noise, onsets lie where they are said to lie", () => {
  const scores = scoresOf(8, 70_001);
  const { drawn, found, inside, error, width } = together(scores);
  expect(inside / found).toBeGreaterThanOrEqual(0.95);
  expect(error).toBeLessThanOrEqual(1);
  // An interval as wide as the window would hold the truth as well.
  expect(width).toBeLessThanOrEqual(7);
  expect(found / drawn).toBeGreaterThanOrEqual(0.6);
}, 20_000);
