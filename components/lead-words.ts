import type { Reading } from "@/lib/lead";

/** What a reading is called where there is room for one word. */
export const kindWords = (kind: Reading["kind"]): string => (kind === "trace-id" ? "trace" : "id");
