/** Grafana's annotations API -> changes; its alert rules. `type=annotation`, or alert state changes would fill the limit. */
import "server-only";
import { type Client, settle } from "@/lib/upstream/client";

/** Rules in Prometheus' form tell no threshold; the provisioning API does. Source: Grafana, "Alerting provisioning API". */
const askRules: Client = async (http, question, now, signal) => {
  const { call } = question;
  const isOne = call.api === "grafana-rule";
  const path = isOne
    ? `/api/v1/provisioning/alert-rules/${encodeURIComponent(call.uid)}`
    : "/api/prometheus/grafana/api/v1/rules";
  const reply = await http.send({ method: "GET", path, parameters: [] }, signal);
  const reader = isOne ? "grafana-rule" : "alert-rules";
  return settle(http, reply, { reader, question, now, upstream: http.config.id }, signal);
};

export const askGrafana: Client = async (http, question, now, signal) => {
  const { call, window } = question;
  if (call.api === "grafana-rules" || call.api === "grafana-rule") return askRules(http, question, now, signal);
  if (call.api !== "grafana-annotations") return undefined;
  const bounds: [string, string][] =
    window === null
      ? []
      : [
          ["from", String(window.from)],
          ["to", String(window.to)],
        ];
  // Several tags mean all of them unless told otherwise; a setting names the kinds of change, of which one is enough.
  const any: [string, string][] = call.tags.length > 1 ? [["matchAny", "true"]] : [];
  const tags = [...call.tags.map((tag): [string, string] => ["tags", tag]), ...any];
  const parameters: [string, string][] = [...bounds, ["type", "annotation"], ["limit", String(call.limit)], ...tags];
  const reply = await http.send({ method: "GET", path: "/api/annotations", parameters }, signal);
  return settle(http, reply, { reader: "annotations", question, now, upstream: http.config.id }, signal);
};
