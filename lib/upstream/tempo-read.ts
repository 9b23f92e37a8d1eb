/** Tempo's trace answers (v2 `trace`, v1 `batches`) -> a trace, or why there is none. */
import "server-only";
import { canonicalTraceId } from "@/lib/signal/trace-id";
import { cleanText } from "@/lib/upstream/error-text";
import { isRecord } from "@/lib/upstream/json-shape";
import { readOtlp } from "@/lib/upstream/otlp";
import type { ReadContext } from "@/lib/upstream/read-context";
import { type Failure, fail, found, gap, type Reading } from "@/lib/upstream/reply";

/** A 200 with `{"trace":{}}` is Tempo v2's way to say so; v1 says 404. */
export const traceNotFound = (upstream: string, traceId: string): Reading["answer"] =>
  gap(
    "not-found",
    `${upstream} does not know trace ${traceId}.`,
    "A trace of the last seconds may still arrive: ask again. An older one may be past the retention, in another tenant, or was never sampled.",
  );

function groupsOf(json: Record<string, unknown>): readonly unknown[] | undefined {
  const root = isRecord(json.trace) ? json.trace : json;
  const groups = root.resourceSpans ?? root.batches;
  if (Array.isArray(groups)) return groups;
  return groups === undefined || groups === null ? (root === json ? undefined : []) : undefined;
}

export function readTempoTrace(json: unknown, { question, upstream }: ReadContext): Reading | Failure {
  if (question.call.api !== "tempo-trace") return fail("wrong-shape", "not a question for a trace");
  const groups = isRecord(json) ? groupsOf(json) : undefined;
  if (!isRecord(json) || groups === undefined) return fail("wrong-shape", "neither trace nor batches");
  const traceId = canonicalTraceId(question.call.traceId) ?? question.call.traceId;
  const cut = json.status === "PARTIAL";
  const message = typeof json.message === "string" ? cleanText(json.message) : "";
  const notes = cut || message !== "" ? [message === "" ? "Tempo says that this trace is not complete" : message] : [];
  const read = readOtlp(groups, traceId);
  if (read === undefined) return found(traceNotFound(upstream, traceId), notes, cut);
  return found({ kind: "trace", trace: read.trace, details: read.details }, [...notes, ...read.notes], cut);
}
