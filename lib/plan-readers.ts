/**
 * Traces that go on where one of Jaeger's ends: it searches no links, so the newest traces of whoever is known to read
 * what the trace publishes are looked through, once each. Only where no span of the trace takes the message.
 */
import type { Question, Unasked } from "@/lib/evidence";
import { fullestTrace } from "@/lib/fullest-trace";
import { type Published, publishedIn } from "@/lib/neighbours-spans";
import type { Plan } from "@/lib/planning";
import { type Facts, upstreamsOf } from "@/lib/recipes/facts";
import { traceReaders } from "@/lib/recipes/trace-links";
import { type Edge, isCalledLike } from "@/lib/signal/edge";
import { type Service, serviceKey } from "@/lib/signal/service";
import { instantAfter } from "@/lib/signal/time";

const mostReaders = 2;
const mostNamed = 3;

/** `edges`: all that is known of who calls whom around the path. */
export function planReaders(facts: Facts, edges: readonly Edge[]): Pick<Plan, "questions" | "unasked"> {
  const told = fullestTrace(facts.evidence);
  const upstream = upstreamsOf(facts.environment, "jaeger").find(({ id }) => id === told?.question.upstream);
  const published = told && upstream ? publishedIn(told.answer) : [];
  if (!told || !upstream || published.length === 0) return { questions: [], unasked: [] };
  const { trace } = told.answer;
  const window = {
    from: instantAfter(trace.base, Math.min(...published.map((each) => each.first))),
    to: instantAfter(trace.base, Math.max(...published.map((each) => each.last))),
  };
  const readers = readersOf(edges, published);
  const questions = readers
    .slice(0, mostReaders)
    .flatMap((reader): Question[] =>
      traceReaders(facts, { upstream, reader, traceId: trace.id, published: window, after: told.question.id }),
    );
  return { questions, unasked: [...unknown(readers, published), ...leftOut(readers.slice(mostReaders))] };
}

/** Each once, in the order of the edges. */
function readersOf(edges: readonly Edge[], published: readonly Published[]): readonly Service[] {
  // A reply queue a request is a topic each: thousands of them.
  const byTopic = Map.groupBy(published, ({ topic }) => topic);
  const publishers = [...new Map(published.map(({ from }) => [serviceKey(from), from])).values()];
  const isTopic = ({ from, through }: Edge): boolean =>
    through === null
      ? publishers.some((each) => isCalledLike(each, from))
      : (byTopic.get(through) ?? []).some((each) => isCalledLike(each.from, from));
  const found = edges.filter((edge) => edge.via === "queue" && !edge.outside && isTopic(edge)).map(({ to }) => to);
  return [...new Map(found.map((service) => [serviceKey(service), service])).values()];
}

/** "orders, refunds, returns and 40 more", each cut where it is long. */
function listed(names: readonly string[]): string {
  const each = [...new Set(names)].sort().map((name) => (name.length > 80 ? `${name.slice(0, 79)}…` : name));
  const [told, more] = [each.slice(0, mostNamed).join(", "), each.length - mostNamed];
  return more > 0 ? `${told} and ${more} more` : told;
}

const gap = (reason: Unasked["reason"], text: string, next: string): Unasked => ({
  ...{ kind: "gap", slot: "trace", reason, text, next },
});

const unknown = (readers: readonly Service[], published: readonly Published[]): Unasked[] =>
  readers.length > 0
    ? []
    : [
        gap(
          "not-linked",
          `Nobody is known who reads ${listed(published.map(({ topic }) => topic))}: whether another trace goes on from this one was not looked for.`,
          "Name the consumer under neighbours of this environment, with the topic under through.",
        ),
      ];

const leftOut = (readers: readonly Service[]): Unasked[] =>
  readers.length === 0
    ? []
    : [
        gap(
          "over-budget",
          `Not looked for links to this trace: the traces of ${listed(readers.map(({ name }) => name))}.`,
          "Open one of their traces: it links back to this one.",
        ),
      ];
