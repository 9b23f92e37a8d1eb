/** Traces of services around a time, where no id is known: the failing ones, and the slow ones. */
import type { Question } from "@/lib/evidence";
import { attributeIn, withMostRecent } from "@/lib/query/traceql";
import { type Facts, upstreamsOf } from "@/lib/recipes/facts";
import { question } from "@/lib/recipes/question";
import type { Labels } from "@/lib/signal/labels";
import type { Window } from "@/lib/signal/time";

const limit = 20;
/** Jaeger is asked service by service, and sends every trace whole. */
const mostServices = 3;
const fewer = 8;
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
  const askJaeger = (of: "errors" | "slow", tags: Labels, longerThan: number | null, why: string): Question[] =>
    upstreamsOf(facts.environment, "jaeger").flatMap((upstream) =>
      services.slice(0, mostServices).map((service) =>
        question({
          ...{ upstream, slot: "trace", purpose: { kind: "trace-search", of, services: [service] }, window, why },
          call: { api: "jaeger-search", service: service.name, tags, longerThan, limit: fewer },
          text: `service=${service.name}${of === "errors" ? " error=true" : ` duration>${longerThan}ms`}`,
          after: facts.cites,
        }),
      ),
    );
  return [
    ...askJaeger("errors", { error: "true" }, null, "failing requests of this service around the onset"),
    ...askJaeger("slow", {}, bound, "slow requests of this service around the onset"),
    ...ask("errors", "status = error", "failing requests of these services around the onset"),
    ...ask("slow", `duration > ${bound}ms`, "slow requests of these services around the onset"),
  ];
}
