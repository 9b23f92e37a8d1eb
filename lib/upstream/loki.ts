/** Loki: lines, metric queries, volume, labels, series -> a reading. Its window's end is exclusive there, inclusive here. */
import "server-only";
import type { Question } from "@/lib/evidence";
import { type Instant, shift, toUnixNanos, type Window } from "@/lib/signal/time";
import { type Client, gapReading, settle, withNotes } from "@/lib/upstream/client";
import type { ReadTask } from "@/lib/upstream/readers";
import { found, gap, type Http, type Reading, type Received, type Reply, type WireRequest } from "@/lib/upstream/reply";

/** Shown in Loki's own query statistics; and metadata apart from labels, or each line becomes a stream of its own. */
const headers = { "x-query-tags": "Source=throughline", "x-loki-response-encoding-flags": "categorize-labels" };
/** Beyond this a URL is refused by common proxies; Loki takes forms too. */
const longestUrl = 4_000;
/** Loki's default volume_max_series; more is refused. */
const volumeSeries = "1000";

const bounds = (window: Window | null): [string, string][] =>
  window === null
    ? []
    : [
        ["start", toUnixNanos(window.from)],
        ["end", toUnixNanos(shift(window.to, 1))],
      ];

function send(
  http: Http,
  path: string,
  parameters: WireRequest["parameters"],
  signal: AbortSignal,
): Promise<Reply<Received>> {
  const length = parameters.reduce((sum, [, value]) => sum + value.length, 0);
  return http.send(
    { method: length > longestUrl ? "POST" : "GET", path: `/loki/api/v1${path}`, parameters, headers },
    signal,
  );
}

type Plan = {
  readonly path: string;
  readonly parameters: WireRequest["parameters"];
  readonly reader: ReadTask["reader"];
};

function planOf({ call, window, purpose }: Question): Plan | undefined {
  switch (call.api) {
    case "loki-lines":
      return {
        path: "/query_range",
        parameters: [
          ["query", call.query],
          ...bounds(window),
          ["limit", String(call.limit)],
          ["direction", call.direction],
        ],
        reader: "lines",
      };
    case "loki-changes":
      return {
        path: "/query_range",
        parameters: [
          ["query", call.query],
          ...bounds(window),
          ["limit", String(call.limit)],
          ["direction", "backward"],
        ],
        reader: purpose.kind === "cluster-events" ? "cluster-events" : "stream-changes",
      };
    case "loki-range":
      return {
        path: "/query_range",
        parameters: [["query", call.query], ...bounds(window), ["step", String(call.step / 1_000)]],
        reader: "series",
      };
    case "loki-labels":
      return { path: "/labels", parameters: bounds(window), reader: "loki-labels" };
    case "loki-series":
      return {
        path: "/series",
        parameters: [...call.matches.map((match): [string, string] => ["match[]", match]), ...bounds(window)],
        reader: "loki-series",
      };
    case "loki-volume":
      return {
        path: "/index/volume",
        parameters: [["query", call.query], ...bounds(window), ["limit", volumeSeries]],
        reader: "loki-volume",
      };
    default:
      return undefined;
  }
}

/** Behind Prometheus' own path, where the ruler runs at all. It writes no record of what fired (grafana/loki#13132). */
async function askRuler(http: Http, question: Question, now: Instant, signal: AbortSignal): Promise<Reading> {
  const reply = await http.send({ method: "GET", path: "/prometheus/api/v1/rules", parameters: [] }, signal);
  if (reply.ok || reply.cause !== "not-found")
    return settle(http, reply, { reader: "alert-rules", question, now, upstream: http.config.id }, signal);
  return found(
    gap("not-configured", `${http.config.id} runs no ruler.`, "Nothing to do, if no alert rules are kept in Loki."),
  );
}

export const askLoki: Client = async (http, question, now, signal) => {
  if (question.call.api === "loki-rules") return askRuler(http, question, now, signal);
  const plan = planOf(question);
  if (plan === undefined) return undefined;
  const task = { reader: plan.reader, question, now, upstream: http.config.id };
  const reply = await send(http, plan.path, plan.parameters, signal);
  if (question.call.api !== "loki-volume" || reply.ok || reply.cause !== "not-found")
    return settle(http, reply, task, signal);

  // volume_enabled is off, or Loki is older than it: the index still knows the flushed part.
  const stats = await send(http, "/index/stats", [["query", question.call.query], ...bounds(question.window)], signal);
  if (stats.ok) return settle(http, stats, { ...task, reader: "loki-stats" }, signal);
  if (stats.cause !== "not-found") return withNotes(gapReading(stats, http), ["index/volume is off there"]);
  return found(
    gap(
      "not-configured",
      `${http.config.id} does not tell how much it would read: neither index/volume nor index/stats is there.`,
      "Set volume_enabled: true in Loki's limits_config; until then wide searches are only made on request.",
    ),
  );
};
