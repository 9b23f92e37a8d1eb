import { describe, expect, test } from "vitest";
import { ruleLines } from "@/components/panels/own-series";
import type { TimelineInput } from "@/components/panels/timeline-lanes";
import { timelineLanes } from "@/components/panels/timeline-lanes";
import type { Answer, Evidence, Purpose, Unasked } from "@/lib/evidence";
import { nothingYet } from "@/lib/explanation";
import { drawnWindow, evidenceOf, gapOf, seriesFrom } from "@/test/draw";

type Expression = Extract<Purpose, { kind: "alert-expression" }>;
const purpose: Expression = {
  kind: "alert-expression",
  ...{ title: "CheckoutErrorRateHigh", words: "alert above 5 %", unit: "ratio", part: 0, of: "value" },
  ...{ limits: [{ op: ">", value: 0.05 }], isAbsence: false, reach: 0, activeAt: null, endsAt: null },
};
const drawn = (...texts: readonly string[]): Answer => ({
  kind: "series",
  series: texts.map((text, index) => ({ ...seriesFrom({ text }), labels: { zone: `${index}` } })),
});
const answered = (answer: Answer, more: Partial<Expression> = {}): Evidence =>
  evidenceOf(
    answer,
    { ...purpose, ...more },
    { id: `own-${more.of ?? "value"}`, text: `part ${more.part ?? 0} ${more.of ?? "value"}` },
  );

function lanesOf(evidence: readonly Evidence[], more: Partial<TimelineInput> = {}) {
  const input: TimelineInput = {
    ...{ questions: evidence.map(({ question }) => question), evidence, unasked: [], explanation: nothingYet },
    ...{ environment: null, identities: [], stream: "ended", caughtUp: true, ofAlert: true, ...more },
  };
  const look = { shown: drawnWindow, ghosts: new Map(), thresholds: ruleLines(evidence) };
  return timelineLanes(input, drawnWindow, [], look);
}
const ownOf = (...given: Parameters<typeof lanesOf>) => {
  const { own } = lanesOf(...given);
  if (!own) throw new Error("no place");
  return "lane" in own ? own.lane : own.empty;
};

describe("what the lead's alert looks at", () => {
  test("has a place above all charts before anything has come, and none where the lead is no alert", () => {
    expect(ownOf([], { stream: "open" })).toMatchObject({ words: "asking …", waiting: true, foremost: true });
    expect(lanesOf([], { ofAlert: false }).own).toBeNull();
  });

  test("is drawn in its rule's words, against its rule's line, which is on the scale", () => {
    const lane = ownOf([answered(drawn("0x120 0.02x60"))]);
    expect(lane).toMatchObject({
      name: "CheckoutErrorRateHigh",
      about: "exactly its own series",
      words: "part 0 value",
      thresholds: [{ value: 0.05, words: "alert above 5 %" }],
    });
    expect("top" in lane && lane.top).toBeGreaterThan(0.05);
  });

  test("of several series the one furthest beyond the bound is drawn, the others stand below", () => {
    const lanes = lanesOf([answered(drawn("0.1x180", "0.9x180", "0.2x180"))]);
    expect(lanes.own).toMatchObject({ lane: { place: { index: 1 }, about: "highest of its 3 series" } });
    expect(
      [...lanes.entry, ...lanes.others].flatMap((each) => ("lane" in each ? [each.lane.place.index] : [])),
    ).toEqual([2, 0]);
    const low = { limits: [{ op: "<", value: 0.5 }] };
    expect(ownOf([answered(drawn("0.1x180", "0.9x180"), low)])).toMatchObject({
      place: { index: 0 },
      about: "lowest of its 2 series",
    });
  });

  test("between two bounds both lines are drawn and named once", () => {
    const limits = [
      { op: ">", value: 0.5 },
      { op: "<", value: 0.9 },
    ];
    const lane = ownOf([answered(drawn("0.6x180"), { limits, words: "alert above 50 % and below 90 %" })]);
    expect(lane).toMatchObject({
      thresholds: [
        { value: 0.5, words: "alert above 50 % and below 90 %" },
        { value: 0.9, words: "" },
      ],
    });
  });

  test("compared with another series, that one is drawn beside it", () => {
    const beside = answered(drawn("7x180"), { of: "bound", limits: [] });
    const lane = ownOf([answered(drawn("1x180"), { limits: [] }), beside]);
    expect("bound" in lane && lane.bound?.value[0]).toBe(7);
  });

  test("nothing to draw is the alert itself where it waits for that, and else says why", () => {
    const none = gapOf("none-in-window", "prometheus has no such series.");
    expect(ownOf([answered(none, { isAbsence: true })])).toMatchObject({
      words: "No sample in this window: that is what this alert looks for.",
    });
    expect(ownOf([answered(none)]).words).toContain("prometheus has no such series.");
    const unread: Unasked = { kind: "gap", slot: "spike", reason: "not-linked", text: "It always fires.", next: "" };
    expect(ownOf([], { unasked: [unread] }).words).toBe("It always fires.");
  });
});
