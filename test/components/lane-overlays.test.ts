import { describe, expect, test } from "vitest";
import { groupedLabels } from "@/components/panels/change-labels";
import { levelsAround } from "@/components/panels/lane-before-after";
import { beforeAfterWords } from "@/components/panels/lane-overlays";
import { stretchesOf } from "@/components/panels/lane-states";
import { withAnswers } from "@/components/panels/sharper-series";
import { relativeWords } from "@/components/panels/timeline-words";
import { day, minute, second, shift, toInstant } from "@/lib/signal/time";
import { at, drawnWindow, evidenceOf, gapOf, redOf, seriesFrom } from "../draw";

describe("before and after a change", () => {
  // Every 15 s from 13:33; the change at 13:48.
  const change = { at: at("13:48:00"), notBefore: at("13:48:00") };
  test("are the medians of a quarter of an hour on either side, the first minute after it left out", () => {
    const levels = levelsAround(seriesFrom({ text: "1x60 5x4 9x116" }), change);
    expect([levels.before?.value, levels.after?.value]).toEqual([1, 9]);
    expect(beforeAfterWords(levels, "count")).toBe("1 → 9");
  });
  test("a side with too few samples says so, holes are none", () => {
    const levels = levelsAround(seriesFrom({ text: "_x59 9x120" }), change);
    expect(levels.before).toBeNull();
    expect(beforeAfterWords(levels, "ratio")).toBe("too few samples → 900 %");
  });
  test("where a change is not known to the second, before it is before all of that", () => {
    const vague = { at: at("13:48:00"), notBefore: at("13:43:00") };
    expect(levelsAround(seriesFrom({ text: "1x40 5x20 9x120" }), vague).before?.value).toBe(1);
  });
});

test("a state is stretches of up and down, and nothing where it was not sampled", () => {
  const instants = [0, 1, 2, 3, 4, 5].map((each) => shift(at("14:00:00"), each * 15 * second));
  const points = { at: instants, value: [1, 1, 0, null, 1, 1], step: 15 * second };
  expect(
    stretchesOf(points).map(({ from, to, up }) => [(from - at("14:00:00")) / second, (to - from) / second, up]),
  ).toEqual([
    [0, 30, true],
    [30, 15, false],
    [60, 30, true],
  ]);
});

test("events take no name of their own beside a deploy; far from it they do", () => {
  const wishes = [
    { id: "deploy", x: 100 },
    { id: "other deploy", x: 104 },
    { id: "near", x: 110, minor: true },
    { id: "nearest", x: 101, minor: true },
    { id: "far", x: 300, minor: true },
    { id: "beside far", x: 310, minor: true },
  ];
  expect(groupedLabels(wishes).map(({ id, more }) => [id, ...more])).toEqual([
    ["deploy", "nearest"],
    ["other deploy", "near"],
    ["far", "beside far"],
  ]);
});

describe("series that were asked again", () => {
  const asked = redOf("rate", { cart: "1x4", payment: "2x4" });
  const finer = (drawn: Readonly<Record<string, string>>) => [
    { question: asked.question.id, evidence: redOf("rate", drawn) },
  ];
  const drawn = (evidence: ReturnType<typeof withAnswers>): unknown =>
    evidence.map(({ question, answer }) =>
      answer.kind === "series"
        ? [
            question.id === asked.question.id,
            answer.series.map(({ labels, values }) => [labels.job, ...Array.from(values)]),
          ]
        : answer.kind,
    );
  test("keep question and order, so that what cites them still does; one that is gone is empty", () => {
    expect(drawn(withAnswers([asked], finer({ stock: "9x1", payment: "7x2" })))).toEqual([
      [true, [["cart"], ["payment", 7, 7], ["stock", 9]]],
    ]);
  });
  test("a gap leaves what was there", () => {
    const gap = [{ question: asked.question.id, evidence: evidenceOf(gapOf("timeout"), asked.question.purpose) }];
    expect(withAnswers([asked], gap)).toEqual([asked]);
  });
  test("an earlier day lies under today's", () => {
    const [one] = withAnswers([asked], finer({ cart: "1x4", payment: "2x4" }), day);
    expect(one?.answer.kind === "series" && one.answer.series[0]?.start).toBe(shift(drawnWindow.from, day));
  });
});

test("a time is told against the onset, without one against the present, and without both not at all", () => {
  const now = at("14:18:00");
  expect(relativeWords(at("14:00:00"), { onset: at("14:02:30"), now })).toBe("2.5 min before the onset");
  expect(relativeWords(at("14:08:00"), { onset: null, now })).toBe("10 min ago");
  expect(relativeWords(shift(now, 2 * minute), { onset: null, now })).toBe("in 2 min");
  expect(relativeWords(at("14:08:00"), { onset: null, now: toInstant(0) })).toBe("");
});
