import fc from "fast-check";
import { expect, test } from "vitest";
import { leastView, panned, pinched, viewBetween, viewWithin, zoomed } from "@/components/panels/view-moves";
import { durationOf, minute, toInstant, type Window } from "@/lib/signal/time";
import { at, drawnWindow as whole, windowOf } from "../draw";

const share = fc.double({ min: 0, max: 1, noNaN: true });
const instant = share.map((each) => toInstant(whole.from + each * durationOf(whole)));
const shown = fc.tuple(instant, instant).map(([a, b]): Window => viewBetween(a, b, whole) ?? whole);
const isInside = (view: Window | null): boolean =>
  view === null || (view.from >= whole.from && view.to <= whole.to && view.to - view.from >= leastView - 1);

test("a drag looks at what lies between its ends, whichever way it went", () => {
  const view = windowOf("14:00:00", "14:05:00");
  expect(viewBetween(at("14:00:00"), at("14:05:00"), whole)).toEqual(view);
  expect(viewBetween(at("14:05:00"), at("14:00:00"), whole)).toEqual(view);
  expect(viewBetween(at("14:00:00"), at("14:00:00"), whole)).toBeNull();
});

test("a view is cut to the window; one beside it, or all of it, is none", () => {
  expect(viewWithin(windowOf("13:00:00", "13:40:00"), whole)).toEqual(windowOf("13:33:00", "13:40:00"));
  expect(viewWithin(windowOf("10:00:00", "11:00:00"), whole)).toBeNull();
  expect(viewWithin(windowOf("13:00:00", "15:00:00"), whole)).toBeNull();
});

test("zooming keeps what is under the pointer there, and never leaves the window", () => {
  fc.assert(
    fc.property(shown, share, fc.double({ min: 0.05, max: 20, noNaN: true }), (view, place, factor) => {
      const under = toInstant(view.from + place * durationOf(view));
      const next = zoomed(view, whole, under, factor);
      expect(isInside(next)).toBe(true);
      const after = next ?? whole;
      const touches = after.from === whole.from || after.to === whole.to;
      // Whole milliseconds: each edge may be half a one off.
      if (!touches)
        expect(Math.abs((under - after.from) / durationOf(after) - place)).toBeLessThan(1.5 / durationOf(after));
    }),
  );
});

test("panning keeps the length, up to the ends of the window", () => {
  fc.assert(
    fc.property(shown, fc.integer({ min: -90 * minute, max: 90 * minute }), (view, ms) => {
      const next = panned(view, whole, ms);
      expect(isInside(next)).toBe(true);
      if (next) expect(Math.abs(durationOf(next) - durationOf(view))).toBeLessThanOrEqual(1);
    }),
  );
  const view = windowOf("14:00:00", "14:10:00");
  expect(panned(view, whole, 2 * minute)).toEqual(windowOf("14:02:00", "14:12:00"));
  expect(panned(view, whole, 60 * minute)).toEqual(windowOf("14:08:00", "14:18:00"));
});

test("two fingers hold what is under them", () => {
  const held = [at("14:00:00"), at("14:10:00")] as const;
  expect(pinched(held, [0.25, 0.75], whole)).toEqual(windowOf("13:55:00", "14:15:00"));
  expect(pinched(held, [0.5, 0.505], whole)).toBeNull();
});
