/** Since when an alert is one: its own series first, its bound next, its record last. */
import { describe, expect, test } from "vitest";
import type { Evidence, Purpose } from "@/lib/evidence";
import { textOf } from "@/lib/finding/words";
import { explain } from "@/lib/findings";
import { alertReading } from "@/lib/lead-kinds";
import { minute } from "@/lib/signal/time";
import { at, changeFrom, drawnLead, drawnWindow, evidenceOf, gapOf, seriesFrom } from "@/test/draw";
import { annotations, errors, rate } from "@/test/finding/checkout";

const reading = alertReading({ name: "CheckoutFails", labels: { service: "gateway" } }, "");
const now = at("14:18:00");

type More = Partial<Extract<Purpose, { kind: "alert-expression" }>>;
const purposeOf = (more: More): Purpose => ({
  ...{
    kind: "alert-expression",
    title: "CheckoutFails",
    words: "alert above 5 %",
    unit: "ratio",
    part: 0,
    of: "value",
  },
  ...{ limits: [{ op: ">", value: 0.05 }], isAbsence: false, reach: minute, activeAt: at("14:07:15"), endsAt: null },
  ...more,
});
/** 180 values of 15 s from 13:33; 14:03:00 is the 120th. */
const watched = (text: string, more: More = {}): Evidence =>
  evidenceOf({ kind: "series", series: [seriesFrom({ text })] }, purposeOf(more), { id: "watched" });
const told = (known: readonly Evidence[]) => explain({ ...drawnLead, reading }, known, now, drawnWindow);

describe("the page's onset of an alert", () => {
  test("is where its own series began to move, long before its bound held for the told time", () => {
    const { onset } = told([watched("0.001x121 0.1 0.2 0.3 0.38x56"), rate, errors]);
    expect(onset).toMatchObject({ cites: ["watched"], of: "what CheckoutFails watches" });
    expect(onset?.from).toBeLessThanOrEqual(at("14:03:15"));
    expect(onset?.at).toBeGreaterThanOrEqual(at("14:02:00"));
    expect(onset?.to).toBeLessThan(at("14:05:00"));
  });

  test("is told in the story, too, by the same instant", () => {
    const { story, onset } = told([watched("0.001x121 0.1 0.2 0.3 0.38x56"), rate, errors]);
    expect(textOf(story)).toMatch(/^What CheckoutFails watches rose from 0\.1 % to 38 % at 14:0/);
    expect(story[0]?.cites).toEqual(onset?.cites);
  });

  test("of a movement the other way, or after it fired, says nothing: then its bound tells", () => {
    const fell = told([watched("0.38x60 0.06x77 0.07x43", { activeAt: at("14:07:15") })]);
    expect(fell.onset?.of).toBe("CheckoutFails");
    const later = told([watched("0.06x60 0.04x40 0.06x40 0.9x40", { activeAt: at("13:58:00") })]);
    // Under the bound at 13:57:45, over it at 13:58:00.
    expect(later.onset).toMatchObject({ from: at("13:57:45"), to: at("13:58:00"), cites: ["watched"] });
  });

  test("told by its bound alone begins the story, and a bound that was never passed is said", () => {
    const later = watched("0.06x60 0.04x40 0.06x40 0.9x40", { activeAt: at("13:58:00") });
    expect(textOf(told([later]).story)).toMatch(/^What CheckoutFails watches rose above 5 % at 13:57:52Z\./);
    const quiet = watched("0.001x180", { activeAt: at("14:13:00") });
    expect(textOf(told([quiet, rate]).story)).toMatch(
      /^What CheckoutFails watches was at most 0\.1 % in this window; it alerts above 5 %\./,
    );
  });

  test("of an alert that was pasted and is not known ever to have fired is no instant of its own", () => {
    const unheard = { ...reading, startsAt: null };
    const rule = evidenceOf(
      {
        kind: "rules",
        rules: [
          {
            ...{ name: "CheckoutFails", group: "g", expression: "a > 0.05", for: 0, keepFiringFor: 0, interval: null },
            ...{ labels: { service: "gateway" }, annotations: {}, problem: null, alerts: [], source: "p", uid: null },
          },
        ],
      },
      { kind: "alert-rules" },
      { id: "rules" },
    );
    const quiet = watched("0.001x180", { activeAt: at("14:13:00") });
    const { onset } = explain({ ...drawnLead, reading: unheard }, [quiet, rule, rate, errors], now, drawnWindow);
    expect(onset?.of).toBe("gateway errors");
    const held = watched("0.06x180", { activeAt: at("14:13:00") });
    expect(explain({ ...drawnLead, reading: unheard }, [held, rule, rate], now, drawnWindow).onset).not.toBeNull();
  });

  test("of a count says where it stands, not how much came in two minutes", () => {
    const grown = watched("2x121 3 9 20x57", {
      unit: "count",
      words: "alert above 5",
      limits: [{ op: ">", value: 5 }],
    });
    const still = told([grown]).findings.find(({ kind }) => kind === "still-happening");
    expect(textOf(still?.sentence ?? [])).toMatch(
      /^What CheckoutFails watches has not gone back: still 20, as of 14:1/,
    );
  });

  test("of an absence is where the series vanished", () => {
    const { onset } = told([
      watched("1x120 _x60", { isAbsence: true, limits: [], unit: "count", reach: 0, activeAt: at("14:03:15") }),
    ]);
    expect(onset?.at).toBeGreaterThan(at("14:02:30"));
    expect(onset?.at).toBeLessThanOrEqual(at("14:03:15"));
  });

  test("where nothing can be drawn is the start of its condition", () => {
    const gap = evidenceOf(gapOf("none-in-window"), purposeOf({}), { id: "watched" });
    expect(told([gap, rate, errors]).onset).toEqual({
      ...{ at: at("14:07:15"), from: at("14:07:15"), to: at("14:07:15") },
      ...{ cites: ["watched"], of: "CheckoutFails" },
    });
  });

  test("there measures no change: how long before, is told from what the story begins with", () => {
    const gap = evidenceOf(gapOf("none-in-window"), purposeOf({}), { id: "watched" });
    const { story } = told([gap, rate, errors, annotations(changeFrom("payment 9.2.0", "14:01:45"))]);
    expect(textOf(story)).toMatch(/^gateway errors rose from .* at 14:0[23]:.*payment 9\.2\.0 .*about 7\d s before/);
  });

  test("where its rule is gone is what its record tells", () => {
    const record = evidenceOf(
      {
        kind: "series",
        series: [
          seriesFrom({
            values: Array.from({ length: 180 }, (_, step) => (step < 140 ? null : at("14:07:30") / 1_000)),
            labels: { alertname: "CheckoutFails", service: "gateway" },
          }),
          seriesFrom({
            text: "_x145 1x35",
            labels: { __name__: "ALERTS", alertstate: "firing", alertname: "CheckoutFails", service: "gateway" },
          }),
        ],
      },
      { kind: "alert-record" },
      { id: "record" },
    );
    expect(told([record, rate, errors]).onset).toMatchObject({ at: at("14:07:30"), cites: ["record"] });
  });

  test("is no other in whatever order the answers come", () => {
    const known = [watched("0.001x121 0.1 0.2 0.3 0.38x56"), rate, errors];
    expect(told(known.toReversed()).onset).toEqual(told(known).onset);
  });
});
