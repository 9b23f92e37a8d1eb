/** Alertmanager's webhook (version 4) -> the link its message carries, or the field that is wrong. */
import { z } from "zod";
import { parseAlertLink } from "@/lib/lead-alert-link";
import type { Setting } from "@/lib/setting";
import { printInstant } from "@/lib/signal/time";
import { type InvestigationRequest, instant, parseRequest, type Refused, wrong } from "@/lib/stream/request";

/** Ten thousand alerts are about eight megabytes. */
export const maxWebhook = 16 * 1_024 * 1_024;

export type Webhook = {
  /** Of one message: Alertmanager's own key, and the environment where it was told. */
  readonly group: string;
  readonly alerts: number;
  /** As the link in the message asks it; null = all of them are over, or have nothing in common. */
  readonly request: InvestigationRequest | null;
};
export type ParsedWebhook = { readonly ok: true; readonly webhook: Webhook } | Refused;

const labels = z.record(z.string(), z.string(), { error: "expected a map from label to value" });
const alert = z.object({
  labels,
  startsAt: instant,
  fingerprint: z.string().optional(),
});
const body = z.object({
  version: z.literal("4", { error: 'expected "4"' }),
  status: z.enum(["firing", "resolved"], { error: "expected firing or resolved" }),
  groupKey: z.string().min(1).max(65_536),
  commonLabels: labels,
  // However many there are, one link leads to them: only the first is looked at, and only where it is alone.
  alerts: z.array(z.unknown(), { error: "expected a list of alerts" }).min(1, "expected at least one alert"),
});

/** `environment`: from the address of the webhook, as it stands in the links; null = none stands there. */
export function parseWebhook(raw: unknown, environment: string | null, setting: Setting): ParsedWebhook {
  const names = setting.environments.map(({ name }) => name);
  if (environment !== null && !names.includes(environment))
    return wrong("environment", `no such environment is configured; there is ${names.join(", ") || "none"}`);
  const parsed = body.safeParse(raw);
  if (!parsed.success) return wrongIn(parsed.error, []);
  const { alerts, status, groupKey, commonLabels } = parsed.data;
  const one = alert.safeParse(alerts[0]);
  if (!one.success) return wrongIn(one.error, ["alerts", 0]);
  const webhook = { group: `${environment ?? ""} ${groupKey}`, alerts: alerts.length };
  // As our template writes the link; of a name that is there twice the first counts, as it does where the link is opened.
  const { startsAt, fingerprint } = one.data;
  const told = [
    ...(environment === null ? [] : [["environment", environment] as const]),
    ...Object.entries(alerts.length === 1 ? one.data.labels : commonLabels),
    ...(alerts.length === 1 ? [["startsAt", printInstant(startsAt)] as const] : []),
    ...(alerts.length === 1 && fingerprint !== undefined ? [["fingerprint", fingerprint] as const] : []),
  ];
  const link = parseAlertLink(`${new URLSearchParams(Object.fromEntries(told.toReversed()))}`, names);
  if (status === "resolved" || link.reading === null) return { ok: true, webhook: { ...webhook, request: null } };
  const where = link.environment === null ? {} : { environment: link.environment };
  const request = parseRequest({ lead: link.reading.spelling, ...where }, setting);
  return request.ok ? { ok: true, webhook: { ...webhook, request: request.request } } : request;
}

function wrongIn({ issues: [issue] }: z.ZodError, before: readonly (string | number)[]): Refused {
  return wrong([...before, ...(issue?.path ?? [])].map(String).join(".") || "body", issue?.message ?? "not a webhook");
}
