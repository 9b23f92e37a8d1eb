/** Which upstreams were asked for the trace and what each said: two may hold different parts of it. Pure. */
import type { Evidence, Question } from "@/lib/evidence";
import { spanCount } from "@/lib/signal/trace";
import { traceOf } from "@/lib/slot";

export type TraceSource = {
  readonly upstream: string;
  /** "27 spans (shown)", "25 spans", "no such trace", "asking …" */
  readonly words: string;
};

export function traceSources(
  questions: readonly Question[],
  evidence: readonly Evidence[],
  ended: boolean,
): readonly TraceSource[] {
  const shown = traceOf(evidence)?.question.id;
  const asked = questions.filter(({ purpose }) => purpose.kind === "trace-by-id");
  return asked.map(({ id, upstream }) => {
    const answer = evidence.find(({ question }) => question.id === id)?.answer;
    const name = upstream.split("/").pop() ?? upstream;
    if (!answer) return { upstream: name, words: ended ? "no answer" : "asking …" };
    if (answer.kind === "trace") {
      const count = spanCount(answer.trace);
      return {
        upstream: name,
        words: `${count.toLocaleString("en-US")} ${count === 1 ? "span" : "spans"}${id === shown && asked.length > 1 ? " (shown)" : ""}`,
      };
    }
    return { upstream: name, words: answer.kind === "gap" ? answer.text : "no trace" };
  });
}
