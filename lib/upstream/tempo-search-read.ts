/** Tempo's search answer -> hits, newest first. Ids come without leading zeros, a missing root as a phrase. */
import "server-only";
import { z } from "zod";
import { fromUnixNanos } from "@/lib/signal/time";
import type { TraceHit } from "@/lib/signal/trace-hit";
import { canonicalTraceId } from "@/lib/signal/trace-id";
import { shaped } from "@/lib/upstream/json-shape";
import { idOf } from "@/lib/upstream/otlp-id";
import { attributeValueOf } from "@/lib/upstream/otlp-value";
import { noneIn } from "@/lib/upstream/prometheus-read";
import type { ReadContext } from "@/lib/upstream/read-context";
import { type Failure, fail, found, gap, type Reading } from "@/lib/upstream/reply";

/** Tempo 3 clips every search to now − 30 s (query_end_cutoff). ms */
const cutOff = 30_000;
const rootMissing = "<root span not yet received>";
/** Durations of spans that end before they start wrap around as unsigned; none lasts a hundred days. ms */
const longest = 100 * 86_400_000;

const nanos = z.string().regex(/^\d{1,20}$/);
const span = z.object({
  spanID: z.string().default(""),
  startTimeUnixNano: nanos.default("0"),
  attributes: z.array(z.object({ key: z.string(), value: z.unknown() })).nullish(),
});
const spanSet = z.object({ spans: z.array(span).nullish() });
const trace = z.object({
  traceID: z.string(),
  rootServiceName: z.string().nullish(),
  rootTraceName: z.string().nullish(),
  startTimeUnixNano: nanos.default("0"),
  durationMs: z.number().default(0),
  spanSets: z.array(spanSet).nullish(),
  spanSet: spanSet.nullish(),
});
// `traces` must be there: without it any JSON object would pass for "no hit".
const answer = z.object({ traces: z.array(trace).nullable() });

const wordOf = (value: unknown): string => {
  const plain = attributeValueOf(value);
  return typeof plain === "string" ? plain : (JSON.stringify(plain) ?? "");
};
const nameOf = (text: string | null | undefined): string | null => (!text || text === rootMissing ? null : text);

function hitOf(wire: z.infer<typeof trace>): TraceHit | undefined {
  const traceId = canonicalTraceId(wire.traceID);
  if (traceId === undefined) return undefined;
  // `spanSet` repeats the first of `spanSets`; only old servers send it alone.
  const sets = wire.spanSets ?? (wire.spanSet ? [wire.spanSet] : []);
  return {
    traceId,
    rootService: nameOf(wire.rootServiceName),
    rootName: nameOf(wire.rootTraceName),
    at: fromUnixNanos(wire.startTimeUnixNano),
    duration: wire.durationMs >= 0 && wire.durationMs < longest ? wire.durationMs : 0,
    spans: sets
      .flatMap(({ spans }) => spans ?? [])
      .map(({ spanID, startTimeUnixNano, attributes }) => ({
        id: idOf(spanID, 8),
        at: fromUnixNanos(startTimeUnixNano),
        attributes: Object.fromEntries((attributes ?? []).map(({ key, value }) => [key, wordOf(value)])),
      })),
  };
}

export function readTempoSearch(json: unknown, context: ReadContext): Reading | Failure {
  const { call, window } = context.question;
  if (call.api !== "tempo-search") return fail("wrong-shape", "not a search");
  return shaped(answer, json, ({ traces }) => {
    const hits = (traces ?? [])
      .flatMap((wire) => hitOf(wire) ?? [])
      .sort((a, b) => b.at - a.at || (a.traceId < b.traceId ? -1 : 1));
    const newest = context.now - cutOff;
    const clipped = window !== null && window.to > newest;
    const notes = [
      ...(clipped ? ["traces of the newest 30 s are not searchable yet"] : []),
      ...(hits.length >= call.limit ? [`only the first ${hits.length} traces were read`] : []),
    ];
    if (hits.length > 0) return found({ kind: "trace-hits", hits }, notes, hits.length >= call.limit);
    if (window !== null && window.from >= newest)
      return found(
        gap(
          "too-new",
          `${context.upstream} does not search the newest 30 s, and the window lies within them.`,
          "Ask again in half a minute; by its id a trace is found at once.",
        ),
        notes,
      );
    if (context.question.purpose.kind === "trace-links")
      return found(
        noneIn(
          "trace that links to this one",
          context,
          window,
          "A message that waited longer is found from the other side: the trace that took it links back to this one.",
        ),
        notes,
      );
    return found(
      noneIn(
        "trace that matches",
        context,
        window,
        "Check attribute names and types in the query, or look at a wider window.",
      ),
      notes,
    );
  });
}
