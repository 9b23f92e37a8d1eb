import { expect, test } from "vitest";
import { type LeadReading, parseLead } from "@/lib/lead";
import { casesOf } from "@/test/cases/cases";

const what = (reading: LeadReading): string => {
  if (reading.kind === "trace-id") return `trace ${reading.spelling} ${reading.traceId}`;
  if (reading.kind === "correlation-id") return `id ${reading.spelling}`;
  return reading.kind === "alert" ? `alert ${reading.spelling}` : reading.spelling;
};
const said = (reading: LeadReading, others: number): string =>
  [
    what(reading),
    reading.kind === "trace-id" && reading.spanId ? `span ${reading.spanId}` : "",
    others ? `others ${others}` : "",
    `(${reading.from})`,
  ]
    .filter(Boolean)
    .join(" ");

const cases = casesOf("leads.txt", "escaped");

test("the table of leads is long enough to be worth its name", () => {
  expect(cases.length).toBeGreaterThanOrEqual(80);
});

test.each(cases)("$at is read as written there", ({ input, expected }) => {
  const parsed = parseLead(input);
  if (parsed.ok) expect(said(parsed.lead.reading, parsed.lead.others.length)).toBe(expected);
  // The table holds only the beginning of a message.
  else expect(`none ${parsed.message}`.slice(0, expected.length)).toBe(expected);
});
