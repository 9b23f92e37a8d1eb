import { describe, expect, test } from "vitest";
import { movementsOf } from "@/lib/finding/movements";
import { textOf } from "@/lib/finding/words";
import { at, evidenceOf, redOf } from "@/test/draw";
import { healthyTrace, rate, tell } from "@/test/finding/checkout";

const now = at("14:18:05");
/** The median beside the p99 of `redOf`, drawn the same way. */
const medianOf = (services: Readonly<Record<string, string>>) => {
  const { answer, question } = redOf("latency-p50", services, {}, { id: "red-median" });
  return {
    ...evidenceOf(answer, { kind: "red-median", of: "red-latency-p99" }),
    question: { ...question, purpose: { kind: "red-median", of: "red-latency-p99" } as const },
  };
};
const p99 = redOf("latency-p99", { gateway: "0.4x121 12 20 30x57" });
const wordsBeside = (median: string, drawn = p99): string =>
  movementsOf([rate, drawn, medianOf({ gateway: median })], now).find(({ role }) => role === "latency-p99")?.words ??
  "";

describe("a p99 that changed, and the median beside it", () => {
  test.each([
    [
      "both rose",
      "0.08x121 1 1.8 2.1x57",
      /^400 ms → 30 s, since 14:0\d:\d\dZ ± \d+ s; p50 and p99 both rose, p50 80 ms → 2\.1 s$/,
    ],
    ["only the tail", "0.08x180", /; only the tail: p50 steady at 80 ms$/],
    ["a median that moves by a hair is steady", "0.08x121 0.09x59", /; only the tail: p50 steady at 90 ms$/],
    ["a median that fell says nothing", "0.08x121 0.02x59", /± \d+ s$/],
    ["a median that rose twenty minutes before says nothing", "0.02x40 0.08x140", /± \d+ s$/],
    [
      "a median that wandered, too little for a claim, is not called steady",
      "0.08x100 0.09x10 0.1x10 0.08x20 0.13 0.12x39",
      /± \d+ s$/,
    ],
    ["no median at all", "_x180", /± \d+ s$/],
  ])("%s", (_, median, words) => {
    expect(wordsBeside(median)).toMatch(words);
  });

  test("a fall is told like a rise", () => {
    const fell = redOf("latency-p99", { gateway: "30x121 0.4x59" });
    expect(wordsBeside("2x121 0.08x59", fell)).toMatch(/; p50 and p99 both fell, p50 2 s → 80 ms$/);
  });

  test("a quiet p99 says nothing of it", () => {
    expect(wordsBeside("0.08x180", redOf("latency-p99", { gateway: "0.4x180" }))).toBe("400 ms, quiet");
  });

  test("the finding says it too, and cites the question", () => {
    const told = tell([healthyTrace, rate, p99, medianOf({ gateway: "0.08x180" })]);
    const onset = told.findings.find(({ kind }) => kind === "onset");
    expect(textOf(onset?.sentence ?? [])).toMatch(
      /^gateway p99 latency rose from 400 ms to 30 s \(only the tail: p50 steady at 80 ms\)/,
    );
    expect(onset?.cites).toContain("red-median");
  });
});
