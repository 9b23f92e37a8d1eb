import fc from "fast-check";
import { expect, test } from "vitest";
import { crosshairMove } from "@/components/panels/crosshair-keys";
import { countUntil } from "@/components/panels/crosshair-rows";
import { onPoint, pointAt, pointed } from "@/components/panels/crosshair-store";
import { lookAt, lookBack, openView, viewNow } from "@/components/panels/view-store";
import { toInstant } from "@/lib/signal/time";
import { at, windowOf } from "../draw";

test("arrows move the crosshair, further with shift; plus and minus zoom; other keys are not its own", () => {
  expect(crosshairMove("ArrowLeft", false)).toEqual({ kind: "by", steps: -1 });
  expect(crosshairMove("ArrowRight", true)).toEqual({ kind: "by", steps: 10 });
  expect(crosshairMove("Home", true)).toEqual({ kind: "to", end: "from" });
  expect(crosshairMove("+", false)).toEqual({ kind: "zoom", factor: 0.5 });
  expect(crosshairMove("-", false)).toEqual({ kind: "zoom", factor: 2 });
  expect(crosshairMove("n", false)).toBeNull();
});

test("the crosshair stands after every row that was written by its instant", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 50 })), fc.integer({ min: -1, max: 51 }), (times, when) => {
      const rows = times.toSorted((a, b) => a - b);
      const until = countUntil(rows.length, (index) => toInstant(rows[index] ?? 0), toInstant(when));
      expect(until).toBe(rows.filter((time) => time <= when).length);
    }),
  );
});

test("who listens is told what is pointed at now, and then each change once", () => {
  const heard: (number | null)[] = [];
  pointAt(at("14:00:00"));
  const stop = onPoint((instant) => heard.push(instant));
  pointAt(at("14:00:00"));
  pointAt(null);
  stop();
  pointAt(at("14:01:00"));
  expect(heard).toEqual([at("14:00:00"), null]);
  expect(pointed()).toBe(at("14:01:00"));
});

test("going back retraces each step; a wheel's turn is one step, whatever it passed", () => {
  const [wide, close, closer] = [
    windowOf("14:00:00", "14:10:00"),
    windowOf("14:02:00", "14:04:00"),
    windowOf("14:03:00", "14:03:30"),
  ];
  openView(null);
  expect(lookBack()).toBe(false);
  lookAt(wide);
  lookAt(close);
  lookAt(closer, true);
  expect(viewNow()).toEqual(closer);
  lookBack();
  expect(viewNow()).toEqual(wide);
  lookBack();
  expect(viewNow()).toBeNull();
});

test("a page opened by a link with a view goes back to the whole window, and forgets other pages", () => {
  lookAt(windowOf("14:00:00", "14:10:00"));
  openView(windowOf("14:02:00", "14:04:00"));
  expect(lookBack()).toBe(true);
  expect(viewNow()).toBeNull();
  expect(lookBack()).toBe(false);
});
