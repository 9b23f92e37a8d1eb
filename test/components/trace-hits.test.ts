import { expect, test } from "vitest";
import { hitRows, hitWords } from "@/components/panels/trace-hit-rows";
import { durationWords } from "@/components/panels/waterfall-words";
import type { Evidence } from "@/lib/evidence";
import { at, evidenceOf, serviceFrom } from "@/test/draw";

/** "a 30000, b 12": ids with ms. */
const search = (of: "errors" | "slow", drawn: string): Evidence =>
  evidenceOf(
    {
      kind: "trace-hits",
      hits: drawn.split(", ").map((each) => {
        const [traceId = "", duration] = each.split(" ");
        const root = { rootService: "gateway", rootName: "POST /checkout" };
        return { traceId, ...root, at: at("14:03:12"), duration: Number(duration), spans: [] };
      }),
    },
    { kind: "trace-search", of, services: [serviceFrom("gateway")] },
    { id: of },
  );
const exemplars = evidenceOf(
  {
    kind: "exemplars",
    exemplars: [
      { traceId: "b", at: at("14:03:12"), value: 2, labels: {} },
      { traceId: "e", at: at("14:03:12"), value: 31, labels: {} },
      { traceId: "f", at: at("14:03:12"), value: null, labels: {} },
    ],
  },
  { kind: "exemplars", recipe: "otel", label: "job", services: [] },
);
const said = (evidence: readonly Evidence[]): string[] =>
  hitRows(evidence).map(
    ({ traceId, duration, status }) => `${duration === null ? "?" : durationWords(duration)} ${status} ${traceId}`,
  );

test("failing traces come first, then the slowest, then what exemplars name; each once", () => {
  expect(said([search("slow", "b 900, a 30000, c 1200"), exemplars, search("errors", "a 30000, d 12")])).toEqual([
    "30.00 s failing a",
    "12 ms failing d",
    "1.20 s slow c",
    "900 ms slow b",
    "31.00 s not told e",
    "? not told f",
  ]);
});

test("the line above them counts them", () => {
  const rows = hitRows([search("slow", "b 900"), search("errors", "a 30000, d 12"), exemplars]);
  expect(hitWords(rows)).toBe("5 traces of these services: 2 failing, 1 slow, 2 named by exemplars");
  expect(hitWords(hitRows([search("slow", "b 900")]))).toBe("1 trace of these services: 1 slow");
});
