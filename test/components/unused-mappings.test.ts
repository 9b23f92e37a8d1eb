import { describe, expect, test } from "vitest";
import { type Hello, initialState } from "@/components/investigation-state";
import { type Known, servicesMet, unusedMappings, unusedWords } from "@/components/panels/unused-mappings";
import type { LeadReading } from "@/lib/lead";
import type { MappingSetting } from "@/lib/setting";
import { at, evidenceOf, linesFrom, redOf, serviceFrom, traceAnswer } from "@/test/draw";
import { environment } from "@/test/installation";

const mapping = (service: string, more: Partial<MappingSetting> = {}): MappingSetting => ({
  ...{ service, signal: "metrics", matchers: [{ label: "job", op: "=", value: "x" }], ...more },
});
const configured = (...names: readonly string[]) => environment([], { mappings: names.map((name) => mapping(name)) });
const known = (more: Partial<Known>): Known => ({ ...initialState, stream: "ended", ...more });
const trace = evidenceOf(traceAnswer("gateway POST /checkout 0-9\n  payment Charge 1-8"), { kind: "trace-by-id" });

test("a mapping of which no service here has the name is told with its field; namespace or not, and in the file's order", () => {
  const own = configured("payment", "shop/cart", "nobody", "shop/order");
  expect(unusedMappings(own, ["shop/payment", "shop/cart", "cart"])).toEqual([
    "nobody (environments.shop.mappings[2])",
    "shop/order (environments.shop.mappings[3])",
  ]);
  expect(unusedMappings(null, ["cart"])).toEqual([]);
});

describe("a mapping was used", () => {
  const lead = { spelling: "a", from: "trace id" } as const;
  const reading = { kind: "trace-id", traceId: "4bf92f3577b34da6a3ce929d0e0e4736", spanId: null, ...lead } as const;
  const lines = evidenceOf(
    { kind: "lines", limited: false, lines: linesFrom("14:03:12 INFO payment took it") },
    { kind: "lines-of-id", rung: 0 },
  );
  const hello = (of: LeadReading): Hello => ({
    ...{ type: "hello", version: 1, run: 1, now: at("14:18:05"), startedAt: at("14:18:00"), environments: [] },
    lead: { reading: of, others: [], environment: null, window: null },
  });

  test.each([
    ["on the trace", { evidence: [trace] }],
    ["that was asked for", { questions: [redOf("rate", { payment: "1x2" }).question] }],
    ["that the lines with the id name", { evidence: [lines], hello: hello(reading) }],
    ["that the alert is of", { whose: [{ service: "shop/payment", why: "its label" }] }],
    ["that was asked about", { hello: hello({ kind: "service", service: serviceFrom("payment"), at: null, ...lead }) }],
  ] as const)("for a service %s, though nothing carried its labels", (_, met) => {
    expect(servicesMet(known(met)).join()).toContain("payment");
    expect(unusedWords(configured("payment", "nobody"), known(met))).toBe("nobody (environments.shop.mappings[1])");
  });
});

test("nothing is called unused while services may still be met, or where they no longer can be", () => {
  expect(unusedWords(configured("nobody"), known({ stream: "open" }))).toBe("");
  expect(unusedWords(configured("nobody"), known({ stream: "lost" }))).toBe("");
});

test("of many the first five are named, and the others counted", () => {
  const many = configured(...Array.from({ length: 45 }, (_, index) => `service-${index}`));
  const words = unusedWords(many, known({ evidence: [trace] }));
  expect(words).toMatch(/^service-0 .*; service-4 \(environments\.shop\.mappings\[4\]\) and 40 more$/);
});
