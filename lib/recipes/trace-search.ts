/** Traces of services around a time, where no id is known: the failing ones, and the slow ones. Tempo alone is searched. */
import type { Question } from "@/lib/evidence";
import { attributeIn, withMostRecent } from "@/lib/query/traceql";
import { type Facts, upstreamsOf } from "@/lib/recipes/facts";
import { question } from "@/lib/recipes/question";
import type { Window } from "@/lib/signal/time";

const limit = 20;
/** Slow, where no alert says what that is. Seconds. */
const usuallySlow = 0.5;

export function traceSearches(facts: Facts, window: Window, slowerThan: number | null): Question[] {
  const services = facts.subjects.map(({ service }) => service);
  if (services.length === 0 || window.to <= window.from) return [];
  const named = attributeIn(
    "resource",
    "service.name",
    services.map(({ name }) => name),
  );
  // Milliseconds are exact enough, and TraceQL takes no exponent.
  const bound = Math.max(1, Math.round((slowerThan ?? usuallySlow) * 1_000));
  const ask = (of: "errors" | "slow", condition: string, why: string): Question[] =>
    upstreamsOf(facts.environment, "tempo").map((upstream) =>
      question({
        ...{ upstream, slot: "trace", purpose: { kind: "trace-search", of, services }, window, why },
        call: {
          api: "tempo-search",
          query: withMostRecent(`{ ${named} && ${condition} }`),
          limit,
          spansPerTrace: 3,
        },
        after: facts.cites,
      }),
    );
  return [
    ...ask("errors", "status = error", "failing requests of these services around the onset"),
    ...ask("slow", `duration > ${bound}ms`, "slow requests of these services around the onset"),
  ];
}
