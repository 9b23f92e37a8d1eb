import type { LeadReading } from "@/lib/lead";

/** What the paste box is called, and what it says while it is empty. */
export const leadBoxLabel = "Id, alert, service or deploy, or any text that holds one";
export const leadBoxPrompt = "Paste an id, an alert, a service …";

/** What a reading is called where there is room for one word. */
export const kindWords = (kind: LeadReading["kind"]): string =>
  kind === "trace-id" ? "trace" : kind === "correlation-id" ? "id" : kind;
