/** The trace itself, by id and without a range, on every trace backend; once more where it may still be growing. */
import type { Question, QuestionId } from "@/lib/evidence";
import { question } from "@/lib/recipes/question";
import type { UpstreamSetting } from "@/lib/setting";

export function traceQuestion(
  upstream: UpstreamSetting,
  traceId: string,
  after: readonly QuestionId[],
  again = false,
): Question {
  const isTempo = upstream.kind === "tempo";
  return question({
    upstream,
    slot: "trace",
    purpose: { kind: "trace-by-id" },
    call: isTempo ? { api: "tempo-trace", traceId } : { api: "jaeger-trace", traceId },
    text: isTempo ? `GET /api/v2/traces/${traceId}` : `GET /api/v3/traces/${traceId}`,
    window: null,
    why: again ? "the trace is young and may have grown" : "the trace by its id, whenever it was",
    after,
    again,
  });
}
