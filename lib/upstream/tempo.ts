/** Tempo: trace by id (v2, v1 where it is older), search -> a reading. No time hint by id: a wrong one hides the trace. */
import "server-only";
import type { Question } from "@/lib/evidence";
import type { Window } from "@/lib/signal/time";
import { canonicalTraceId } from "@/lib/signal/trace-id";
import { type Client, gapReading, settle, withNotes } from "@/lib/upstream/client";
import { found, type Http, type Reading, type Received, type Reply } from "@/lib/upstream/reply";
import { traceNotFound } from "@/lib/upstream/tempo-read";

/** Tempo refuses more spans of one trace. */
const mostSpans = 100;
const mostRecent = /\s*with\s*\(\s*most_recent\s*=\s*true\s*\)\s*$/;

/** The router's words for an unknown path; "trace not found" has an empty body. */
const isUnknownPath = (said: string): boolean => /page not found/i.test(said);

/** Unsigned seconds only; the end rounds up, and must lie behind the start. */
function bounds(window: Window | null): [string, string][] {
  if (window === null) return [];
  const start = Math.max(0, Math.floor(window.from / 1_000));
  return [
    ["start", String(start)],
    ["end", String(Math.max(start + 1, Math.ceil(window.to / 1_000)))],
  ];
}

async function traceById(
  http: Http,
  spelling: string,
  task: Parameters<typeof settle>[2],
  signal: AbortSignal,
): Promise<Reading> {
  const traceId = canonicalTraceId(spelling) ?? spelling;
  const get = (path: string): Promise<Reply<Received>> =>
    http.send({ method: "GET", path: `${path}/${encodeURIComponent(traceId)}`, parameters: [] }, signal);
  const second = await get("/api/v2/traces");
  if (second.ok || second.cause !== "not-found") return settle(http, second, task, signal);

  const first = await get("/api/traces");
  const notes = ["asked by the v1 path: /api/v2/traces is not there"];
  if (first.ok || first.cause !== "not-found") return withNotes(await settle(http, first, task, signal), notes);
  return isUnknownPath(first.said)
    ? gapReading(first, http, notes)
    : found(traceNotFound(http.config.id, traceId), notes);
}

async function search(
  http: Http,
  question: Question,
  { query, limit, spansPerTrace }: { readonly query: string; readonly limit: number; readonly spansPerTrace: number },
  task: Parameters<typeof settle>[2],
  signal: AbortSignal,
): Promise<Reading> {
  const get = (text: string): Promise<Reply<Received>> =>
    http.send(
      {
        method: "GET",
        path: "/api/search",
        parameters: [
          ["q", text],
          ["limit", String(limit)],
          ["spss", String(Math.min(mostSpans, spansPerTrace))],
          ...bounds(question.window),
        ],
      },
      signal,
    );
  const reply = await get(query);
  const plain = query.replace(mostRecent, "");
  if (reply.ok || reply.cause !== "bad-request" || plain === query) return settle(http, reply, task, signal);
  // Servers before 2.8 do not know the hint. Where the query is wrong anyway, the second answer says so.
  const again = await settle(http, await get(plain), task, signal);
  return again.answer.kind === "gap" && again.answer.reason === "query-rejected"
    ? again
    : withNotes(again, ["asked without most_recent, which this server does not know: not certain to be the newest"]);
}

export const askTempo: Client = async (http, question, now, signal) => {
  const { call } = question;
  const task = { question, now, upstream: http.config.id };
  if (call.api === "tempo-trace") return traceById(http, call.traceId, { ...task, reader: "tempo-trace" }, signal);
  if (call.api === "tempo-search") return search(http, question, call, { ...task, reader: "tempo-search" }, signal);
  return undefined;
};
