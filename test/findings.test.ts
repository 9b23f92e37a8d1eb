import fc from "fast-check";
import { expect, test } from "vitest";
import { nothingYet } from "@/lib/explanation";
import { explain } from "@/lib/findings";
import { at, drawnLead, drawnWindow, evidenceOf, gapOf } from "@/test/draw";
import {
  annotations,
  cart333,
  errors,
  grafanaDown,
  latency,
  lines,
  payment920,
  rate,
  tell,
  trace,
} from "@/test/finding/checkout";

const known = [trace, rate, errors, latency, lines, annotations(payment920, cart333)].map((evidence, index) => ({
  ...evidence,
  question: { ...evidence.question, id: `${(index * 7) % 5}-${evidence.question.id}` },
}));
const jaeger = evidenceOf(
  gapOf("timeout", "No answer in 10 s."),
  { kind: "trace-by-id" },
  { id: "j", upstream: "shop/jaeger" },
);

test("the same evidence in any order gives the same story, findings, ids and order", () => {
  const expected = tell([...known, jaeger]);
  fc.assert(
    fc.property(fc.shuffledSubarray([...known, jaeger], { minLength: known.length + 1 }), (order) => {
      expect(tell(order)).toEqual(expected);
    }),
    { numRuns: 40 },
  );
});

test("whatever part of the evidence is there, every finding cites questions that were asked, and scores lie in 0..1", () => {
  fc.assert(
    fc.property(fc.shuffledSubarray([...known, jaeger, grafanaDown]), (part) => {
      const ids = new Set(part.map(({ question }) => question.id));
      const { findings, story } = tell(part);
      for (const finding of findings) {
        expect(finding.cites.length).toBeGreaterThan(0);
        for (const id of [...finding.cites, ...finding.sentence.flatMap(({ cites }) => cites)])
          expect(ids).toContain(id);
        expect(finding.score).toBeGreaterThan(0);
        expect(finding.score).toBeLessThanOrEqual(1);
      }
      for (const id of story.flatMap(({ cites }) => cites)) expect(ids).toContain(id);
      expect(new Set(findings.map(({ id }) => id)).size).toBe(findings.length);
    }),
    { numRuns: 60 },
  );
});

test("no sentence says that nothing else changed", () => {
  fc.assert(
    fc.property(fc.subarray([...known, jaeger, grafanaDown]), (part) => {
      expect(JSON.stringify(tell(part))).not.toMatch(/nothing (else )?changed/i);
    }),
    { numRuns: 40 },
  );
});

test("findings are ranked, the strongest first", () => {
  const scores = tell(known).findings.map(({ score }) => score);
  expect(scores).toEqual(scores.toSorted((a, b) => b - a));
  expect(tell(known).findings[0]?.kind).toBe("error-origin");
});

test("without evidence there is nothing to say", () => {
  expect(explain(drawnLead, [], at("14:18:05"), drawnWindow)).toEqual(nothingYet);
});

test("an explanation travels as JSON and comes back the same", () => {
  const told = tell(known);
  expect(JSON.parse(JSON.stringify(told))).toEqual(told);
});
