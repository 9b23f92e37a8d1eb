import { describe, expect, test } from "vitest";
import type { Evidence } from "@/lib/evidence";
import { evidenceOf, gapOf, redOf } from "@/test/draw";
import { errors, findingOf, healthyTrace, latency, quietErrors, rate, said } from "@/test/finding/checkout";
import { levels as levelsOf, measured } from "@/test/finding/firing";

/** Of those whose failures are counted. */
const levels = (error: string): Evidence => levelsOf(error, measured);
/** `rpcs_total{code="Aborted"}` of order. */
const coded = (text: string): Evidence =>
  redOf("other", { order: text }, { recipe: "own-counters", title: 'rpcs_total{code="Aborted"}' });
const told = (...parts: readonly Evidence[]): string =>
  said([healthyTrace, rate, ...parts], "error-lines-without-spike");

test("fires where error lines rose and the failures counted did not", () => {
  expect(told(quietErrors, levels("0x121 9x59"))).toMatch(
    /^5\d\d error lines since 14:03:\d\dZ \(± \d+ s\), many more than before, and the failures counted of gateway, order and payment did not rise: caught and tried again, or counted by no metric\.$/,
  );
});

describe("silent", () => {
  test.each([
    ["where failures rose, too", [errors, levels("0x121 9x59")]],
    [
      "where a counter of theirs rose by its code: that is a count of them",
      [quietErrors, coded("0.01x121 0.9x59"), levels("0x121 9x59")],
    ],
    ["where error lines are as many as ever", [quietErrors, levels("2x180")]],
    ["of a handful", [quietErrors, levels("0x175 1x5")]],
    ["where no failures are counted at all", [levels("0x121 9x59")]],
    ["where no lines were read", [quietErrors]],
  ])("%s", (_, parts) => {
    expect(told(...parts)).toBe("");
  });
});

test("a counter of theirs that fell, or stayed, tells of no failure", () => {
  expect(told(quietErrors, coded("0.5x180"), levels("0x121 9x59"))).not.toBe("");
  expect(told(quietErrors, coded("5x121 2x59"), levels("0x121 9x59"))).not.toBe("");
});

test("of fewer services, and weaker, where some failures were not judged or could not be read", () => {
  const part = redOf("errors", { gateway: "0.01x180", order: "0.01x180" });
  expect(told(part, levels("0x121 9x59"))).toContain("of those that could be judged (gateway and order) did not rise");
  const gone = evidenceOf(gapOf("timeout", "No answer in 10 s."), latency.question.purpose);
  expect(
    findingOf([healthyTrace, rate, part, levels("0x121 9x59"), gone], "error-lines-without-spike")?.weakenedBy,
  ).toEqual(["prometheus: No answer in 10 s", "of payment no failures were judged"]);
});
