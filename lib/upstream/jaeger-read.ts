/** Jaeger's two trace answers -> a trace: v3 is OTLP under `result`; the older one is rewritten to OTLP first. */
import "server-only";
import { canonicalTraceId } from "@/lib/signal/trace-id";
import { groupsOfJaeger } from "@/lib/upstream/jaeger-legacy";
import { isRecord } from "@/lib/upstream/json-shape";
import { readOtlp } from "@/lib/upstream/otlp";
import type { ReadContext } from "@/lib/upstream/read-context";
import { type Failure, fail, found, type Reading } from "@/lib/upstream/reply";
import { traceNotFound } from "@/lib/upstream/tempo-read";

export function readJaegerTrace(json: unknown, { question, upstream }: ReadContext): Reading | Failure {
  if (question.call.api !== "jaeger-trace") return fail("wrong-shape", "not a question for a trace");
  if (!isRecord(json)) return fail("wrong-shape", "not an object");
  const traceId = canonicalTraceId(question.call.traceId) ?? question.call.traceId;
  const result = isRecord(json.result) ? json.result : undefined;
  const groups = result
    ? (result.resourceSpans ?? [])
    : Array.isArray(json.data)
      ? groupsOfJaeger(json.data[0])
      : undefined;
  if (!Array.isArray(groups)) return fail("wrong-shape", "neither result.resourceSpans nor data");
  const read = readOtlp(groups, traceId);
  return read === undefined
    ? found(traceNotFound(upstream, traceId))
    : found({ kind: "trace", trace: read.trace, details: read.details }, read.notes);
}
