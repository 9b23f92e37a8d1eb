/**
 * Jaeger: trace by id, v3 (OTLP), or the older api of its own page where v3 is not there -> a reading. Searched by the
 * older one alone: v3 takes no tags, and every Jaeger's own page asks so.
 */
import "server-only";
import type { Call, Question } from "@/lib/evidence";
import type { Instant } from "@/lib/signal/time";
import { canonicalTraceId } from "@/lib/signal/trace-id";
import { type Client, gapReading, settle, withNotes } from "@/lib/upstream/client";
import { decode } from "@/lib/upstream/decode";
import { found, type Http, type Reading, type Received, type Reply } from "@/lib/upstream/reply";
import { traceNotFound } from "@/lib/upstream/tempo-read";

/** "trace not found" in one of Jaeger's two JSON forms; any other 404 is a path it does not know. */
const isTraceMissing = (said: string): boolean => /trace.*not found/i.test(said);

/** Times in microseconds; a duration as Go writes it. */
async function search(
  http: Http,
  question: Question,
  { service, tags, longerThan, limit }: Extract<Call, { api: "jaeger-search" }>,
  now: Instant,
  signal: AbortSignal,
): Promise<Reading> {
  const parameters: [string, string][] = [
    ["service", service],
    ...(Object.keys(tags).length > 0 ? [["tags", JSON.stringify(tags)] satisfies [string, string]] : []),
    ...(longerThan === null ? [] : [["minDuration", `${longerThan}ms`] satisfies [string, string]]),
    ["limit", String(limit)],
    ...(question.window
      ? [
          ["start", `${question.window.from}000`] satisfies [string, string],
          ["end", `${question.window.to}000`] satisfies [string, string],
        ]
      : []),
  ];
  const reply = await http.send({ method: "GET", path: "/api/traces", parameters }, signal);
  return settle(http, reply, { reader: "jaeger-search", question, now, upstream: http.config.id }, signal);
}

export const askJaeger: Client = async (http, question, now, signal) => {
  if (question.call.api === "jaeger-search") return search(http, question, question.call, now, signal);
  if (question.call.api !== "jaeger-trace") return undefined;
  const traceId = canonicalTraceId(question.call.traceId) ?? question.call.traceId;
  const task = { reader: "jaeger-trace", question, now, upstream: http.config.id } as const;
  const get = (path: string): Promise<Reply<Received>> =>
    http.send({ method: "GET", path: `${path}/${encodeURIComponent(traceId)}`, parameters: [] }, signal);

  const third = await get("/api/v3/traces");
  if (!third.ok && third.cause !== "not-found") return gapReading(third, http);
  if (!third.ok && isTraceMissing(third.said)) return found(traceNotFound(http.config.id, traceId));
  if (third.ok) {
    const decoded = await decode(third.value, task, signal);
    if (decoded.ok) return decoded.value;
    // Jaeger serves its own page under every path it does not know.
    if (decoded.cause !== "html") return gapReading(decoded, http);
  }
  const older = await get("/api/traces");
  const notes = ["asked by the older path: /api/v3/traces is not there"];
  if (!older.ok && older.cause === "not-found" && isTraceMissing(older.said))
    return found(traceNotFound(http.config.id, traceId), notes);
  return withNotes(await settle(http, older, task, signal), notes);
};
