/** "jaeger holds 21 spans of this trace, tempo 19": two stores that should hold the same do not; the fuller is shown. */
import { answersOf, type Found } from "@/lib/evidence";
import { type Claim, citesOf, unique, upstreamsOf } from "@/lib/finding/seen";
import { cite, list, plain, plural } from "@/lib/finding/words";
import { spanCount } from "@/lib/signal/trace";

const nameOf = (evidence: Found<"trace">): string => upstreamsOf([evidence])[0] ?? "";

export const differingTraces: Claim = {
  reads: ["trace-by-id"],
  judge: ({ trace, known }) => {
    if (!trace) return [];
    const same = answersOf(known, "trace").filter(({ answer }) => answer.trace.id === trace.answer.trace.id);
    // A store may have been asked twice while the trace grew: its fullest answer is what it holds.
    const stores = [...Map.groupBy(same, ({ question }) => question.upstream).values()].map((answers) =>
      answers.reduce((best, next) =>
        next.question.id === trace.question.id || spanCount(next.answer.trace) > spanCount(best.answer.trace)
          ? next
          : best,
      ),
    );
    const shown = new Set(trace.answer.trace.spanId);
    const others = stores
      .filter(({ question }) => question.upstream !== trace.question.upstream)
      .map((store) => ({
        store,
        count: spanCount(store.answer.trace),
        more: store.answer.trace.spanId.filter((id) => !shown.has(id)).length,
      }))
      .filter(({ count, more }) => count !== shown.size || more > 0);
    if (others.length === 0) return [];
    const cites = unique([trace.question.id, ...citesOf(others.map(({ store }) => store))]);
    const said = others.map(({ store, count }) => `${nameOf(store)} ${count.toLocaleString("en-US")}`);
    const hidden = others.filter(({ more }) => more > 0);
    const missing = hidden.map(({ store, more }) => `${plural(more, "span")} only in ${nameOf(store)}`);
    return [
      {
        id: `differing-traces ${trace.answer.trace.id}`,
        kind: "truncated-trace",
        sentence: [
          cite(`${nameOf(trace)} holds ${plural(shown.size, "span")} of this trace`, "plain", cites, "trace"),
          plain(`, ${list(said)}; ${missing.length > 0 ? `not shown: ${list(missing)}` : "the fuller one is shown"}.`),
        ],
        score: hidden.length > 0 ? 0.35 : 0.2,
        at: null,
        cites,
        weakenedBy: [],
      },
    ];
  },
};
