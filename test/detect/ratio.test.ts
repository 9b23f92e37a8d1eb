import { expect, test } from "vitest";
import { ratioSeries } from "@/lib/detect/ratio";
import { at, seriesFrom } from "@/test/draw";

const ratio = (errors: string, rate: string): (number | null)[] =>
  Array.from(ratioSeries(seriesFrom({ text: errors }), seriesFrom({ text: rate })).values);

test("0/0 and a missing rate are holes; a missing error beside a rate is 0", () => {
  expect(ratio("0 1 _ 2", "0 _ 4 4")).toEqual([null, null, 0, 0.5]);
});

test("more errors than requests, read a moment apart, are all of them", () => {
  expect(ratio("3 -1", "2 2")).toEqual([1, 0]);
});

test("errors that began later are laid on the grid of the requests", () => {
  const errors = seriesFrom({ text: "1x2", start: at("13:33:30"), labels: { code: "500" } });
  const share = ratioSeries(errors, seriesFrom({ text: "2x5" }));
  expect(Array.from(share.values)).toEqual([0, 0, 0.5, 0.5, 0]);
  expect(share).toMatchObject({ start: at("13:33:00"), labels: { code: "500" } });
});
