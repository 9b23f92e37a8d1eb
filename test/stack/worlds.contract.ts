/** The drawn worlds told to real servers, all of them into one Prometheus, one Loki, one Jaeger: the same is found. */
import { beforeAll, describe, expect, test } from "vitest";
import { minute, shift, toInstant } from "@/lib/signal/time";
import { feedPlaced } from "@/test/stack/feed";
import { urlOf } from "@/test/stack/url-of";
import { drawings, notYet, signals } from "@/test/worlds/drawing";
import { investigated } from "@/test/worlds/investigated";
import { placedAt } from "@/test/worlds/placed";
import { judged } from "@/test/worlds/table";

const urls = {
  prometheus: urlOf("THROUGHLINE_PROMETHEUS_URL"),
  loki: urlOf("THROUGHLINE_LOKI_URL"),
  jaeger: urlOf("THROUGHLINE_JAEGER_URL"),
};
// On ten minutes, so that samples of any interval stand to zero as they do in the unit tests.
const until = Number(process.env.STACK_FED_UNTIL);
const zero = shift(toInstant(until - ((until - 12 * minute) % (10 * minute))), -12 * minute);
const worlds = drawings().map((drawing) => placedAt(drawing, zero));
const listed = notYet();

beforeAll(async () => {
  for (const placed of worlds) await feedPlaced(placed, { ...urls, otlp: [urlOf("STACK_OTLP_URL")] });
}, 120_000);

describe("each world in real servers, among all the others", () => {
  for (const placed of worlds)
    test(`${placed.drawing.name}: ${placed.drawing.title}`, async () => {
      const { name, expect: expected } = placed.drawing;
      const { cells } = judged({ placed, seen: await investigated(placed, urls) });
      // Jaeger has no search for the versions that spans tell.
      const compared = signals.filter((signal) => signal !== "changes");
      const due = compared.map((signal) => `${signal} ${listed.get(`${name} ${signal}`) ?? expected[signal].verdict}`);
      const words = signals.map((signal) => `${signal}: ${cells[signal].verdict}, ${cells[signal].words}`);
      expect(
        compared.map((signal) => `${signal} ${cells[signal].verdict}`),
        words.join("\n"),
      ).toEqual(due);
      const isKnown = listed.get(`${name} changes`) === "wrong";
      expect(cells.changes.verdict === "wrong" && !isKnown ? words : []).toEqual([]);
    });
});
