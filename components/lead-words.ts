import type { LeadReading } from "@/lib/lead";

/** What a reading is called where there is room for one word. */
export const kindWords = (kind: LeadReading["kind"]): string =>
  kind === "trace-id" ? "trace" : kind === "correlation-id" ? "id" : kind;
