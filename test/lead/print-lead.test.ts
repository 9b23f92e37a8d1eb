import fc from "fast-check";
import { expect, test } from "vitest";
import { type LeadReading, parseLead, printLead } from "@/lib/lead";
import { isIdReading } from "@/lib/lead-kinds";

const hex = (length: number) =>
  fc.string({ unit: fc.constantFrom(..."0123456789abcdefABCDEF"), minLength: length, maxLength: length });
const digits = (minLength: number, maxLength: number) =>
  fc.string({ unit: fc.constantFrom(..."0123456789"), minLength, maxLength });
const idText = fc.oneof(
  hex(32),
  hex(31),
  hex(16),
  fc.integer({ min: 1, max: 40 }).chain(hex),
  digits(1, 24),
  fc.uuid(),
  hex(16).map((id) => `0x${id}`),
  fc.tuple(hex(8), hex(24)).map(([a, b]) => `1-${a}-${b}`),
  fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Buffer.from(bytes).toString("base64")),
  fc.uint8Array({ minLength: 8, maxLength: 8 }).map((bytes) => Buffer.from(bytes).toString("base64")),
  fc.string({ unit: fc.constantFrom(..."abf01-._~:/?#@!$&*+,;=|%é"), minLength: 4, maxLength: 20 }),
  fc.string({ unit: "binary", maxLength: 140 }),
);
const key = fc.constantFrom(
  ..."trace_id traceId dd.trace_id dd.span_id span_id X-Trace-Id request_id correlationId trace traceparent b3 uber-trace-id X-Amzn-Trace-Id x-cloud-trace-context lead id hex decimal".split(
    " ",
  ),
);
const piece = fc.oneof(
  idText,
  fc.tuple(key, fc.constantFrom("=", ": ", '":"', '="', "%3D"), idText).map((parts) => parts.join("")),
  fc.tuple(idText, fc.constantFrom("-", ":", "/", "..."), idText).map((parts) => parts.join("")),
  fc.constantFrom(
    "00-",
    "[app,",
    "]",
    "{",
    '"',
    "/trace/",
    "/api/v2/traces/",
    "/investigate?lead=",
    "&",
    "?panes=",
    '"query":"',
    "span:",
  ),
);
const pasted = fc
  .array(fc.tuple(piece, fc.constantFrom("", " ", "\n", ",", '"', "&")), { minLength: 1, maxLength: 6 })
  .map((pieces) => pieces.flat().join(""));

const meaningOf = (reading: LeadReading): unknown =>
  !isIdReading(reading)
    ? { ...reading, from: "" }
    : reading.kind === "trace-id"
      ? { kind: reading.kind, spelling: reading.spelling, traceId: reading.traceId, spanId: reading.spanId }
      : { kind: reading.kind, spelling: reading.spelling };

test("every reading that a text can give prints as a text that gives it again, alone", () => {
  let read = 0;
  fc.assert(
    fc.property(fc.oneof(pasted, idText), (text) => {
      const parsed = parseLead(text);
      if (!parsed.ok) return;
      for (const reading of [parsed.lead.reading, ...parsed.lead.others]) {
        const again = parseLead(printLead({ reading }));
        if (!again.ok) throw new Error(again.message);
        expect(meaningOf(again.lead.reading)).toEqual(meaningOf(reading));
        // Sixteen hex digits alone may also be an alert's fingerprint: no second id.
        expect({ ...again.lead, reading: null, others: again.lead.others.filter(isIdReading) }).toEqual({
          reading: null,
          others: [],
          environment: null,
          window: null,
        });
        read += 1;
      }
    }),
    { numRuns: 5_000 },
  );
  expect(read).toBeGreaterThan(2_000);
});

test("a printed lead is short and holds nothing that cannot be seen", () => {
  fc.assert(
    fc.property(fc.oneof(pasted, idText), (text) => {
      const parsed = parseLead(text);
      if (!parsed.ok) return;
      const printed = printLead(parsed.lead);
      expect(printed.length).toBeLessThanOrEqual(200);
      expect(printed).not.toMatch(/\p{C}|\p{Zl}|\p{Zp}/u);
    }),
    { numRuns: 1_000 },
  );
});

test("an id in plain hex prints as itself", () => {
  for (const id of ["4bf92f3577b34da6a3ce929d0e0e4736", "A3CE929D0E0E4736", "bf92f3577b34da6a3ce929d0e0e4736"]) {
    const parsed = parseLead(`{"trace_id":"${id}"}`);
    expect(parsed.ok && printLead(parsed.lead)).toBe(id);
  }
});

test("an id with its span prints as b3 does", () => {
  const parsed = parseLead("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
  expect(parsed.ok && printLead(parsed.lead)).toBe("4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7");
});

test("what would be misread alone is marked", () => {
  const printed = (text: string) => {
    const parsed = parseLead(text);
    return parsed.ok ? printLead(parsed.lead) : parsed.message;
  };
  expect(printed("dd.trace_id=1234567890123456")).toBe("decimal:1234567890123456");
  expect(printed("trace_id=beef")).toBe("hex:beef");
  expect(printed("request_id=4bf92f3577b34da6a3ce929d0e0e4736")).toBe("id:4bf92f3577b34da6a3ce929d0e0e4736");
});
