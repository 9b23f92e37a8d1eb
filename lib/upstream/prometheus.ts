/** Prometheus: range, instant, exemplars, series -> a reading. Forms are POSTed, since alert expressions outgrow URLs. */
import "server-only";
import type { Question } from "@/lib/evidence";
import { type Instant, toUnixSeconds } from "@/lib/signal/time";
import { type Client, settle } from "@/lib/upstream/client";
import { noExemplars } from "@/lib/upstream/exemplars-read";
import type { ReadTask } from "@/lib/upstream/readers";
import { found, type Http, type Reading, type WireRequest } from "@/lib/upstream/reply";

/** The server should give up a little before we do, so that it tells why. */
const serverTimeout = ({ config }: Http): string => `${Math.max(1, Math.round(config.timeoutMs * 0.9))}ms`;
const seconds = (at: Instant): string => String(toUnixSeconds(at));

type Plan = {
  readonly path: string;
  readonly parameters: WireRequest["parameters"];
  readonly reader: ReadTask["reader"];
};

function planOf({ call, window, purpose }: Question, http: Http): Plan | undefined {
  const bounds: [string, string][] =
    window === null
      ? []
      : [
          ["start", seconds(window.from)],
          ["end", seconds(window.to)],
        ];
  switch (call.api) {
    case "prometheus-range":
      return {
        path: "/api/v1/query_range",
        parameters: [
          ["query", call.query],
          ...bounds,
          ["step", String(call.step / 1_000)],
          ["timeout", serverTimeout(http)],
        ],
        reader: purpose.kind === "changes-of-cluster" ? "cluster-changes" : "series",
      };
    case "prometheus-instant":
      return {
        path: "/api/v1/query",
        parameters: [
          ["query", call.query],
          ["time", seconds(call.at)],
          ...(call.limit === undefined ? [] : [["limit", String(call.limit)] as const]),
          ["timeout", serverTimeout(http)],
        ],
        reader: "series",
      };
    case "prometheus-exemplars":
      return { path: "/api/v1/query_exemplars", parameters: [["query", call.query], ...bounds], reader: "exemplars" };
    case "prometheus-series":
      return {
        path: "/api/v1/series",
        parameters: [
          ...call.matches.map((match): [string, string] => ["match[]", match]),
          ...bounds,
          ["limit", String(call.limit)],
        ],
        reader: "prometheus-series",
      };
    default:
      return undefined;
  }
}

/** The rules API takes no form. An older server ignores the name: then the reader chooses. */
const askRules = async (
  http: Http,
  question: Question,
  name: string | null,
  now: Instant,
  signal: AbortSignal,
): Promise<Reading> => {
  const parameters: [string, string][] = [["type", "alert"], ...named(name)];
  const reply = await http.send({ method: "GET", path: "/api/v1/rules", parameters }, signal);
  return settle(http, reply, { reader: "alert-rules", question, now, upstream: http.config.id }, signal);
};
const named = (name: string | null): [string, string][] => (name === null ? [] : [["rule_name[]", name]]);

export const askPrometheus: Client = async (http, question, now, signal) => {
  const { call } = question;
  if (call.api === "prometheus-rules") return askRules(http, question, call.name, now, signal);
  const plan = planOf(question, http);
  if (plan === undefined) return undefined;
  const { reader, ...request } = plan;
  const reply = await http.send({ method: "POST", ...request }, signal);
  // An expression without selectors has no exemplars: 204 without a body.
  if (reply.ok && reply.value.bytes.length === 0 && reader === "exemplars")
    return found(noExemplars({ question, upstream: http.config.id, now }));
  return settle(http, reply, { reader, question, now, upstream: http.config.id }, signal);
};
