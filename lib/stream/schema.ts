/** What the server checks of each line before it leaves. Columns are checked for being columns, not number by number. */
import { z } from "zod";
import { slots } from "@/lib/evidence";
import type { StreamLine } from "@/lib/stream/lines";

const column = z.custom<readonly unknown[]>(Array.isArray, "expected a column");
const instant = z.int();
const window = z.object({ from: instant, to: instant });
const question = z.looseObject({
  id: z.string(),
  upstream: z.string(),
  slot: z.enum(slots),
  text: z.string(),
  why: z.string(),
  window: window.nullable(),
});
const receipt = z.looseObject({
  upstream: z.string(),
  request: z.string(),
  sent: z.number(),
  lastByte: z.number(),
  bytes: z.number(),
  rows: z.number(),
});
const about = { question: z.string(), revision: z.int() };
const lead = z.looseObject({
  reading: z.looseObject({
    kind: z.enum(["trace-id", "correlation-id", "alert", "service", "change"]),
    spelling: z.string(),
  }),
});

const lines = z.discriminatedUnion("type", [
  z.looseObject({
    type: z.literal("hello"),
    version: z.int(),
    now: instant,
    startedAt: instant,
    run: z.int(),
    lead,
    environments: column,
  }),
  z.looseObject({
    type: z.literal("window"),
    environment: z.string().nullable(),
    window: window.nullable(),
    because: z.string(),
    whose: z.array(z.looseObject({ service: z.string(), why: z.string() })).optional(),
    others: z.looseObject({ text: z.string(), services: z.array(z.string()) }).optional(),
  }),
  z.looseObject({ type: z.literal("identity"), identities: column }),
  z.looseObject({
    type: z.literal("planned"),
    questions: z.array(question),
    unasked: column,
    superseded: column.optional(),
  }),
  z.looseObject({
    type: z.literal("evidence"),
    ...about,
    evidence: z.looseObject({
      question,
      receipt,
      notes: z.array(z.string()),
      partial: z.boolean(),
      answer: z.looseObject({ kind: z.string() }),
    }),
  }),
  z.looseObject({
    type: z.literal("trace-head"),
    ...about,
    spans: z.int(),
    head: z.looseObject({ id: z.string(), base: z.string(), strings: column, resources: column }),
  }),
  z.looseObject({
    type: z.literal("trace-rows"),
    ...about,
    from: z.int(),
    rows: z.looseObject({ spanId: column, parent: column, start: column, duration: column }),
  }),
  z.looseObject({
    type: z.literal("trace-attributes"),
    ...about,
    from: z.int(),
    details: z.looseObject({ keys: column, values: column, attributes: column }),
  }),
  z.looseObject({
    type: z.literal("findings"),
    explanation: z.looseObject({ story: column, findings: column, movements: column }),
  }),
  z.looseObject({ type: z.literal("beat"), now: instant }),
  z.looseObject({
    type: z.literal("end"),
    now: instant,
    reason: z.enum(["complete", "deadline"]),
    unanswered: z.array(z.string()),
  }),
]);

/** The same line, once it has been seen to be one. */
export function checkLine(line: StreamLine): StreamLine {
  lines.parse(line);
  return line;
}
