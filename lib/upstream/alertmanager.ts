/** Alertmanager's list of active alerts -> those that overlap the window; it has no paging and no time range. */
import "server-only";
import { withSilences } from "@/lib/upstream/alertmanager-silences";
import { type Client, settle } from "@/lib/upstream/client";

export const askAlertmanager: Client = async (http, question, now, signal) => {
  if (question.call.api !== "alertmanager-alerts") return undefined;
  const reply = await http.send({ method: "GET", path: "/api/v2/alerts", parameters: [] }, signal);
  const reading = await settle(http, reply, { reader: "alerts", question, now, upstream: http.config.id }, signal);
  return withSilences(http, reading, signal);
};
