/** Alertmanager's webhook asks for exactly the page that the link in its message opens. */
import { describe, expect, test } from "vitest";
import { parseLead, printLead } from "@/lib/lead";
import { parseAlertLink } from "@/lib/lead-alert-link";
import { parseWebhook } from "@/lib/stream/alertmanager-webhook";
import { environment, everything } from "@/test/installation";

const setting = { environments: [environment(everything), environment(everything, { name: "eu" })] };
const labels = { alertname: "HighErrors", service: "pay ment", path: 'a&b="ü"' };
const alert = {
  status: "firing",
  labels,
  annotations: {},
  startsAt: "2026-11-21T04:03:13.315999Z",
  endsAt: "0001-01-01T00:00:00Z",
  generatorURL: "http://prometheus:9090/graph?g0.expr=up",
  fingerprint: "764c888e53942f3c",
};
const message = (more: Readonly<Record<string, unknown>> = {}): unknown => ({
  ...{ version: "4", status: "firing", receiver: "r", groupKey: '{}:{alertname="HighErrors"}', alerts: [alert] },
  ...{ groupLabels: {}, commonLabels: labels, commonAnnotations: {}, externalURL: "", truncatedAlerts: 0, ...more },
});
const asked = (raw: unknown, where: string | null = null) => {
  const parsed = parseWebhook(raw, where, setting);
  if (!parsed.ok) throw new Error(`${parsed.field}: ${parsed.error}`);
  return parsed.webhook;
};
/** What the page behind `/alert?…` asks for. */
const opened = (query: string): { readonly lead: string; readonly environment: string | null } => {
  const link = parseAlertLink(query, ["shop", "eu"]);
  const parsed = parseLead(link.reading?.spelling ?? "");
  if (!parsed.ok) throw new Error(parsed.message);
  return { lead: printLead(parsed.lead), environment: link.environment };
};
const pairs = Object.entries(labels).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
const keyOf = ({ request }: ReturnType<typeof asked>) =>
  request && { lead: printLead(request.lead), environment: request.lead.environment };

describe("the webhook", () => {
  test("of one alert asks what the link to that firing asks", () => {
    const link = [...pairs, "startsAt=2026-11-21T04:03:13.315Z", "fingerprint=764c888e53942f3c"].join("&");
    expect(keyOf(asked(message()))).toEqual(opened(link));
    expect(keyOf(asked(message(), "eu"))).toEqual(opened(`environment=eu&${link}`));
  });

  test("of several asks what the link to what they have in common asks", () => {
    const two = message({ alerts: [alert, { ...alert, labels: { ...labels, pod: "b" } }] });
    expect(keyOf(asked(two))).toEqual(opened(pairs.join("&")));
  });

  test("of ten thousand is one page, and how many there were is told", () => {
    const many = asked(message({ alerts: Array.from({ length: 10_000 }, () => alert) }));
    expect(many.alerts).toBe(10_000);
    expect(keyOf(many)).toEqual(opened(pairs.join("&")));
  });

  test("of what is over, or has nothing in common, asks for nothing", () => {
    expect(asked(message({ status: "resolved" })).request).toBeNull();
    expect(asked(message({ alerts: [alert, alert], commonLabels: {} })).request).toBeNull();
  });

  test.each([
    ["no object", [], "body"],
    ["another version", message({ version: "3" }), "version"],
    ["no status", message({ status: "maybe" }), "status"],
    ["no alerts", message({ alerts: [] }), "alerts"],
    ["alerts that are none", message({ alerts: "many" }), "alerts"],
    ["a label that is no text", message({ alerts: [{ ...alert, labels: { a: 1 } }] }), "alerts.0.labels.a"],
    ["a start that is none", message({ alerts: [{ ...alert, startsAt: "now" }] }), "alerts.0.startsAt"],
    ["no group", message({ groupKey: "" }), "groupKey"],
  ])("names the field that is wrong: %s", (_, raw, field) => {
    expect(parseWebhook(raw, null, setting)).toMatchObject({ ok: false, status: 400, field });
  });

  test("of an environment that is not configured names it", () => {
    expect(parseWebhook(message(), "moon", setting)).toMatchObject({ ok: false, status: 400, field: "environment" });
  });
});
