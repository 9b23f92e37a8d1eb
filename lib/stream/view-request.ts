/** A request for the series of a view, from a JSON body -> what to ask again, or the field that is wrong. */
import { z } from "zod";
import type { ViewRequest } from "@/lib/series-again";
import { instant, longestWindow, type Refused, refusedBy, wrong } from "@/lib/stream/request";
import { earlier, mostAgain } from "@/lib/view";

const fields = z.strictObject({
  questions: z
    .array(z.string().regex(/^[0-9a-f]{16}$/, "expected ids of questions, 16 hex digits each"))
    .min(1, "expected at least one id")
    .max(mostAgain, `expected at most ${mostAgain} ids`),
  from: instant,
  to: instant,
  earlier: z.enum(earlier, { error: `expected ${earlier.map((each) => `"${each}"`).join(" or ")}` }).optional(),
});

export type ParsedView = { readonly ok: true; readonly request: ViewRequest } | Refused;

export function parseViewRequest(raw: unknown): ParsedView {
  const parsed = fields.safeParse(raw);
  if (!parsed.success) return refusedBy(parsed.error, Object.keys(fields.shape));
  const { questions, from, to } = parsed.data;
  if (from >= to) return wrong("to", "expected to be after from");
  if (to - from > longestWindow) return wrong("from", "a view of more than 31 days is not asked of any backend");
  return {
    ok: true,
    request: { questions: [...new Set(questions)], view: { from, to }, earlier: parsed.data.earlier ?? null },
  };
}
