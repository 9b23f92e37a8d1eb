/** Jaeger's search answer -> hits, newest first. It sends whole traces; a hit keeps when, how long, and what it began with. */
import "server-only";
import { printClock, toInstant } from "@/lib/signal/time";
import type { TraceHit } from "@/lib/signal/trace-hit";
import { canonicalTraceId } from "@/lib/signal/trace-id";
import { isRecord } from "@/lib/upstream/json-shape";
import { idOf } from "@/lib/upstream/otlp-id";
import { listOf } from "@/lib/upstream/otlp-value";
import { noneIn } from "@/lib/upstream/prometheus-read";
import type { ReadContext } from "@/lib/upstream/read-context";
import { type Failure, fail, found, gap, type Reading } from "@/lib/upstream/reply";

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

/** Whether a span of another trace refers to this one: Jaeger keeps links among the references. */
const linksTo = (wire: unknown, traceId: string): boolean =>
  isRecord(wire) &&
  canonicalTraceId(String(wire.traceID)) !== traceId &&
  listOf(wire.spans).some(
    (span) =>
      isRecord(span) &&
      listOf(span.references).some((each) => isRecord(each) && canonicalTraceId(String(each.traceID)) === traceId),
  );

/** Says how far it was looked, which is never all there is. */
function noneLinks(service: string, looked: number, limit: number, context: ReadContext): Reading["answer"] {
  const { window } = context.question;
  const next =
    "A message that waited longer is found from the other side: the trace that took it links back to this one.";
  if (looked === 0 || window === null)
    return noneIn(`trace in which ${service} takes a message`, context, window, next);
  const when = `in which ${service} took a message from ${printClock(window.from, context.now)} to ${printClock(window.to, context.now)}`;
  const newest = looked >= limit ? "newest " : "";
  return gap(
    "none-in-window",
    looked === 1
      ? `The one trace ${when} does not link to this one.`
      : `None of the ${looked} ${newest}traces ${when} links to this one.`,
    next,
  );
}

export function readJaegerSearch(json: unknown, context: ReadContext): Reading | Failure {
  const { call, window } = context.question;
  if (call.api !== "jaeger-search") return fail("wrong-shape", "not a search");
  if (!isRecord(json) || !(Array.isArray(json.data) || json.data === null)) return fail("wrong-shape", "no data");
  const { linkingTo, service, limit } = call;
  const traces = listOf(json.data);
  const hits = traces
    .filter((wire) => linkingTo === undefined || linksTo(wire, linkingTo))
    .flatMap((wire) => hitOf(wire) ?? [])
    .sort((a, b) => b.at - a.at || (a.traceId < b.traceId ? -1 : 1));
  if (linkingTo !== undefined && hits.length === 0) return found(noneLinks(service, traces.length, limit, context));
  if (linkingTo !== undefined)
    return found(
      { kind: "trace-hits", hits },
      traces.length < limit ? [] : [`only the ${limit} newest traces of ${service} were looked through`],
    );
  if (hits.length === 0)
    return found(noneIn("trace that matches", context, window, "Look at a wider window, or at another service."));
  // Examples are looked for: that there may be more of them is worth a note, and no lack.
  const notes = hits.length >= limit ? [`only the first ${hits.length} traces were read`] : [];
  return found({ kind: "trace-hits", hits }, notes);
}
