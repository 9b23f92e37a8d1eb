/**
 * Traces that go on where this one ends: a consumer that begins a trace of its own links back to the producer's span. Asked
 * once, where the trace hands a message over and no span of it takes the message. Tempo is asked for the link itself;
 * Jaeger, which searches no links, for the newest traces of who reads the message.
 */
import type { Question, QuestionId } from "@/lib/evidence";
import { linkedTo, withMostRecent } from "@/lib/query/traceql";
import { type Facts, upstreamsOf } from "@/lib/recipes/facts";
import { alignWithin } from "@/lib/recipes/grid";
import { question } from "@/lib/recipes/question";
import type { UpstreamSetting } from "@/lib/setting";
import type { Service } from "@/lib/signal/service";
import { instantAfter, minute, second, type Window, widen } from "@/lib/signal/time";
import { spanCount, spanKinds, type Trace, traceEnd } from "@/lib/signal/trace";

const limit = 20;
/** Messages wait; what is taken later than this is found from the consumer's side. */
const later = 30 * minute;
const [producer, consumer] = [spanKinds.indexOf("producer"), spanKinds.indexOf("consumer")];

/** A message of which nothing in the trace tells that it was taken. */
function handsOver(trace: Trace): boolean {
  const taken = new Set<number>();
  for (let row = 0; row < spanCount(trace); row += 1)
    if (trace.kind[row] === consumer) taken.add(trace.parent[row] ?? -1);
  for (let row = 0; row < spanCount(trace); row += 1) if (trace.kind[row] === producer && !taken.has(row)) return true;
  return false;
}

export function planTraceLinks(facts: Facts): Question[] {
  const [told] = facts.evidence.flatMap(({ answer, question: { id } }) =>
    answer.kind === "trace" ? [{ id, trace: answer.trace }] : [],
  );
  if (!told || !handsOver(told.trace)) return [];
  const { trace } = told;
  const own = { from: instantAfter(trace.base, 0), to: instantAfter(trace.base, traceEnd(trace)) };
  const window: Window = alignWithin(widen(own, minute, later), minute, facts.now);
  if (window.to <= window.from) return [];
  return upstreamsOf(facts.environment, "tempo").map((upstream) =>
    question({
      upstream,
      slot: "trace",
      purpose: { kind: "trace-links", of: trace.id },
      call: { api: "tempo-search", query: withMostRecent(`{ ${linkedTo(trace.id)} }`), limit, spansPerTrace: 1 },
      window,
      why: "which traces link to this one: whoever took its messages",
      after: [told.id],
    }),
  );
}

/** Traces arrive whole: a minute of batches is a few, and of a consumer with a trace a message only the newest are seen. */
const mostRead = 50;
const soon = minute;

type Reading = {
  readonly upstream: UpstreamSetting;
  /** Who is known to read it. */
  readonly reader: Service;
  readonly traceId: string;
  /** When the messages were handed over. */
  readonly published: Window;
  readonly after: QuestionId;
};

/** Traces in which `reader` took a message then; kept are those that link to the one with `traceId`. */
export function traceReaders(facts: Facts, { upstream, reader, traceId, published, after }: Reading): Question[] {
  // A second for clocks that disagree.
  const window = alignWithin(widen(published, second, soon), second, facts.now);
  if (window.to <= window.from) return [];
  const { name } = reader;
  return [
    question({
      ...{ upstream, slot: "trace", purpose: { kind: "trace-links", of: traceId }, window },
      call: {
        ...{ api: "jaeger-search", service: name, tags: { "span.kind": "consumer" }, longerThan: null },
        ...{ limit: mostRead, linkingTo: traceId },
      },
      text: `service=${name} span.kind=consumer; of these, traces that link to ${traceId}`,
      why: `which traces of ${name}, known to read what this one publishes, link to it`,
      after: [...facts.cites, after],
    }),
  ];
}
