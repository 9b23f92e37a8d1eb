/** The median beside a p99 that changed: whether everything slowed, or only the tail. */
import type { Question, QuestionId } from "@/lib/evidence";
import { withQuantile } from "@/lib/query/promql";
import { question } from "@/lib/recipes/question";
import type { UpstreamSetting } from "@/lib/setting";

/**
 * On the grid of `asked`, with its labels, from the same buckets, native histogram or summary. null where it told no
 * quantile: a number ready made has no other beside it.
 */
export function medianQuestion(
  { id, slot, call, window, why, purpose }: Question,
  upstream: UpstreamSetting,
  after: readonly QuestionId[],
): Question | null {
  if (purpose.kind !== "red" || purpose.role !== "latency-p99" || call.api !== "prometheus-range") return null;
  const query = withQuantile(call.query, "0.99", "0.5");
  if (query === null) return null;
  return question({
    upstream,
    slot,
    purpose: { kind: "red-median", of: id },
    call: { ...call, query },
    window,
    why: `the median beside it, to tell whether all requests slowed or only the slowest: ${why}`,
    after: [id, ...after],
  });
}
