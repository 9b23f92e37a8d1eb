import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { placeLabels, textWidth } from "@/components/panels/change-labels";
import {
  byNearness,
  changeCount,
  changeDistance,
  changeName,
  changeRest,
  suspectsFirst,
} from "@/components/panels/change-words";
import { clamped, fractionOf, instantAt, narrowTicks, ticksOf } from "@/components/panels/timeline-axis";
import { onsetWords } from "@/components/panels/timeline-head";
import { utc } from "@/components/ui/zone";
import { at, changeFrom, drawnWindow, windowOf } from "@/test/draw";

describe("axis", () => {
  const wordsOf = (zone: string, width = 1_100) => ticksOf(drawnWindow, zone, width).map(({ words }) => words);

  test("labels stand at round times, with room between them", () => {
    expect(wordsOf("UTC")).toEqual(["13:35", "13:40", "13:45", "13:50", "13:55", "14:00", "14:05", "14:10", "14:15"]);
    expect(wordsOf("UTC", 330)).toEqual(["13:40", "13:50", "14:00", "14:10"]);
  });

  test("round in the reader's zone, also where it is half an hour off", () => {
    expect(ticksOf(windowOf("08:00:00", "14:00:00"), "Asia/Kolkata", 700).map(({ words }) => words)).toEqual([
      "14:00",
      "15:00",
      "16:00",
      "17:00",
      "18:00",
      "19:00",
    ]);
  });

  test("a window of seconds shows seconds, midnight shows the date", () => {
    expect(ticksOf(windowOf("14:03:10", "14:03:22"), "UTC", 600)[0]?.words).toBe("14:03:10");
    expect(ticksOf(windowOf("00:00:00", "06:00:00"), "UTC", 700)[0]?.words).toBe("11-21");
  });

  test("a narrow axis says its two ends, unless the onset's name stands there", () => {
    const words = (blocked: readonly [number, number]) =>
      narrowTicks(drawnWindow, "UTC", 330, blocked).map((tick) => tick.words);
    expect(words([60, 260])).toEqual(["13:33", "14:18"]);
    expect(words([0, 0])).toEqual(["13:33", "13:40", "13:50", "14:00", "14:18"]);
    expect(words([200, 330])[0]).toBe("13:33");
    expect(words([200, 330])).not.toContain("14:18");
  });

  test("nothing is drawn before there is a width or a window", () => {
    expect(ticksOf(drawnWindow, "UTC", 0)).toEqual([]);
    expect(ticksOf(windowOf("14:00:00", "14:00:00"), "UTC", 500)).toEqual([]);
    expect(fractionOf(at("14:00:00"), windowOf("14:00:00", "14:00:00"))).toBe(0);
  });

  test("an instant and its place on the axis are the same thing", () => {
    fc.assert(
      fc.property(fc.integer({ min: drawnWindow.from, max: drawnWindow.to }), (ms) => {
        expect(instantAt((ms - drawnWindow.from) / (drawnWindow.to - drawnWindow.from), drawnWindow)).toBe(ms);
      }),
    );
    expect([clamped(-1), clamped(0.4), clamped(2)]).toEqual([0, 0.4, 1]);
  });

  const berlin = { zone: "Europe/Berlin", name: "Europe/Berlin" };
  test("the onset says how unsure it is, and nothing where it is exact", () => {
    const onset = { at: at("14:03:10"), from: at("14:02:55"), to: at("14:03:20"), cites: [], of: "" };
    expect(onsetWords(onset, utc)).toBe("onset 14:03:10 UTC ±15 s");
    expect(onsetWords({ ...onset, from: onset.at, to: onset.at }, berlin)).toBe("onset 15:03:10");
  });
});

describe("names of changes", () => {
  test("a suspect stands left of its tick, the others right of theirs", () => {
    const placed = placeLabels(
      [
        { id: "payment", x: 700, width: 90, prefers: "left" },
        { id: "cart", x: 300, width: 60, prefers: "right" },
      ],
      1_000,
    );
    expect(placed.map(({ id, side, row }) => [id, side, row])).toEqual([
      ["payment", "left", 0],
      ["cart", "right", 0],
    ]);
  });

  test("one that would be cut off or run through by the onset goes elsewhere", () => {
    const edge = placeLabels([{ id: "late", x: 980, width: 90, prefers: "right" }], 1_000);
    expect(edge[0]).toMatchObject({ side: "left", left: 884 });
    const onset = placeLabels([{ id: "near", x: 500, width: 90, prefers: "right" }], 1_000, 2, [540]);
    expect(onset[0]?.side).toBe("left");
  });

  test("no name stands across the onset, and a minor one nowhere near another's tick", () => {
    const wide = [{ id: "wide", x: 500, width: 480, prefers: "right" as const }];
    expect(placeLabels(wide, 1_000, 2, [520, 480])).toEqual([]);
    const minor = { id: "event", x: 500, width: 90, prefers: "right" as const, minor: true };
    expect(placeLabels([minor], 1_000)).toHaveLength(1);
    const between = [440, 560].map((x) => ({ id: `${x}`, x, width: 900, prefers: "right" as const }));
    expect(placeLabels([...between, minor], 1_000)).toEqual([]);
  });

  test("one whose count finds no room is named without it", () => {
    const wish = { id: "payment", x: 113, width: 112, brief: 98, prefers: "left" as const };
    expect(placeLabels([wish], 307, 2, [131])).toMatchObject([{ id: "payment", isBrief: true, left: 9 }]);
    expect(placeLabels([wish], 307)).toMatchObject([{ id: "payment", isBrief: false, side: "right" }]);
  });

  test("whatever is asked for, no two overlap and none leaves the lane", () => {
    const wish = fc.record({ x: fc.integer({ min: 0, max: 500 }), width: fc.integer({ min: 10, max: 200 }) });
    fc.assert(
      fc.property(fc.array(wish, { maxLength: 30 }), (wishes) => {
        const asked = wishes.map((each, index) => ({ ...each, id: `${index}`, prefers: "right" as const }));
        const placed = placeLabels(asked, 500).map((each) => ({ ...each, width: asked[Number(each.id)]?.width ?? 0 }));
        for (const a of placed) {
          expect(a.left).toBeGreaterThanOrEqual(0);
          expect(a.left + a.width).toBeLessThanOrEqual(500);
          for (const b of placed) {
            if (a === b || a.row !== b.row) continue;
            expect(a.left + a.width <= b.left || b.left + b.width <= a.left).toBe(true);
          }
        }
        if (asked.some(({ width }) => width < 240)) expect(placed.length).toBeGreaterThan(0);
      }),
    );
  });

  test("a bold name is taken to be wider", () => {
    expect(textWidth("payment 9.2.0", true)).toBeGreaterThan(textWidth("payment 9.2.0", false));
  });
});

describe("changes in words", () => {
  const onset = { at: at("14:03:10"), from: at("14:03:10"), to: at("14:03:10") };

  test("distance is told from the onset, in the reader's words", () => {
    expect(changeDistance(changeFrom("payment 9.2.0", "14:01:45"), onset)).toBe("85 s before the onset");
    expect(changeDistance(changeFrom("payment 9.2.1", "14:10:10"), onset)).toBe("7 min after the onset");
    expect(changeDistance(changeFrom("payment 9.2.0", "14:03:10"), onset)).toBe("at the onset");
    expect(changeDistance(changeFrom("payment 9.2.0", "14:01:45"), null)).toBe("");
  });

  test("a change that is only bracketed is not told to the second", () => {
    const seen = (from: string, to: string) => changeFrom("cart 3.3.3", to, { notBefore: at(from) });
    expect(changeDistance(seen("13:45:10", "13:45:40"), onset)).toBe("about 18 min before the onset");
    expect(changeDistance(seen("13:43:10", "14:00:10"), onset)).toBe("between 3 min and 20 min before the onset");
    expect(changeDistance(seen("14:03:00", "14:04:00"), onset)).toBe("between 10 s before and 50 s after the onset");
    expect(changeDistance(seen("14:05:10", "14:13:10"), onset)).toBe("between 2 min and 10 min after the onset");
  });

  test("which came first is not told of a change within what is uncertain of the onset", () => {
    const unsure = { at: at("14:03:10"), from: at("14:02:10"), to: at("14:04:10") };
    expect(changeDistance(changeFrom("payment 9.2.0", "14:02:40"), unsure)).toBe(
      "around the onset, within what is uncertain",
    );
    expect(changeDistance(changeFrom("payment 9.2.0", "14:01:45"), unsure)).toBe("85 s before the onset");
  });

  test("nearest before the onset comes first, what came after it last", () => {
    const changes = [
      changeFrom("cart 3.3.3", "13:45:40"),
      changeFrom("stock 2", "14:03:40"),
      changeFrom("payment 9.2.0", "14:01:45"),
    ];
    expect(byNearness(changes, onset).map(changeName)).toEqual(["payment 9.2.0", "cart 3.3.3", "stock 2"]);
    expect(byNearness(changes, null).map(changeName)).toEqual(["stock 2", "payment 9.2.0", "cart 3.3.3"]);
  });

  test("an event is named by its subject, and its reason is told once", () => {
    const event = {
      ...changeFrom("x 1", "14:00:00"),
      kind: "event" as const,
      title: "Unhealthy: Readiness probe failed",
      service: { name: "payment-fd777758-kvkzh", namespace: "shop" },
    };
    expect(changeName(event)).toBe("payment-fd77… Unhealthy");
    expect(changeRest(event)).toBe("Readiness probe failed");
    expect(changeName({ ...event, service: null })).toBe("Unhealthy");
    expect(changeRest(changeFrom("payment 9.2.0", "14:01:45"))).not.toBe("payment 9.2.0");
  });

  test("suspects stand before all others", () => {
    const [cart, payment] = [changeFrom("cart 3.3.3", "13:45:40"), changeFrom("payment 9.2.0", "14:01:45")];
    expect(suspectsFirst([cart, payment], new Set([payment.id]))).toEqual([payment, cart]);
  });

  test("they are counted by kind", () => {
    const deploy = changeFrom("a 1", "14:00:00");
    expect(changeCount([deploy, deploy, { ...deploy, kind: "restart" }])).toBe("2 deploys, 1 restart");
    expect(changeCount([deploy, { ...deploy, kind: "job" }, { ...deploy, kind: "flag" }])).toBe("3 changes");
    expect(changeCount([])).toBe("");
  });
});
