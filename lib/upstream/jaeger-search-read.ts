/** Jaeger's search answer -> hits, newest first. It sends whole traces; a hit keeps when, how long, and what it began with. */
import "server-only";
import { toInstant } from "@/lib/signal/time";
import type { TraceHit } from "@/lib/signal/trace-hit";
import { canonicalTraceId } from "@/lib/signal/trace-id";
import { isRecord } from "@/lib/upstream/json-shape";
import { idOf } from "@/lib/upstream/otlp-id";
import { listOf } from "@/lib/upstream/otlp-value";
import { noneIn } from "@/lib/upstream/prometheus-read";
import type { ReadContext } from "@/lib/upstream/read-context";
import { type Failure, fail, found, type Reading } from "@/lib/upstream/reply";

type Span = { readonly start: number; readonly end: number; readonly wire: Readonly<Record<string, unknown>> };

const textOf = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null);
/** Microseconds; a negative length is none. */
const micros = (value: unknown): number => (typeof value === "number" && value >= 0 ? value : 0);

function hitOf(wire: unknown): TraceHit | undefined {
  if (!isRecord(wire)) return undefined;
  const traceId = canonicalTraceId(typeof wire.traceID === "string" ? wire.traceID : "");
  const spans = listOf(wire.spans)
    .filter(isRecord)
    .map((span): Span => {
      const start = micros(span.startTime);
      return { start, end: start + micros(span.duration), wire: span };
    });
  const first = spans.reduce<Span | null>((best, next) => (best && best.start <= next.start ? best : next), null);
  if (traceId === undefined || !first) return undefined;
  const ids = new Set(spans.map(({ wire: { spanID } }) => idOf(spanID, 8)));
  const isRoot = ({ wire: { references } }: Span): boolean =>
    !listOf(references).some((each) => isRecord(each) && each.refType === "CHILD_OF" && ids.has(idOf(each.spanID, 8)));
  const root = spans.filter(isRoot).toSorted((a, b) => a.start - b.start)[0] ?? first;
  const process = isRecord(wire.processes) ? wire.processes[String(root.wire.processID)] : undefined;
  const end = spans.reduce((last, span) => Math.max(last, span.end), first.end);
  return {
    traceId,
    rootService: isRecord(process) ? textOf(process.serviceName) : null,
    rootName: textOf(root.wire.operationName),
    at: toInstant(Math.floor(first.start / 1_000)),
    duration: Math.round((end - first.start) / 1_000),
    spans: [],
  };
}

export function readJaegerSearch(json: unknown, context: ReadContext): Reading | Failure {
  const { call, window } = context.question;
  if (call.api !== "jaeger-search") return fail("wrong-shape", "not a search");
  if (!isRecord(json) || !(Array.isArray(json.data) || json.data === null)) return fail("wrong-shape", "no data");
  const hits = listOf(json.data)
    .flatMap((wire) => hitOf(wire) ?? [])
    .sort((a, b) => b.at - a.at || (a.traceId < b.traceId ? -1 : 1));
  if (hits.length === 0)
    return found(noneIn("trace that matches", context, window, "Look at a wider window, or at another service."));
  // Examples are looked for: that there may be more of them is worth a note, and no lack.
  const notes = hits.length >= call.limit ? [`first ${hits.length} traces; there may be more`] : [];
  return found({ kind: "trace-hits", hits }, notes);
}
