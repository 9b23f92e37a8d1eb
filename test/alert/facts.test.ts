import { expect, test } from "vitest";
import { alertFacts } from "@/lib/alert-facts";
import type { Evidence } from "@/lib/evidence";
import { alertReading } from "@/lib/lead-kinds";
import type { Labels } from "@/lib/signal/labels";
import { at, evidenceOf } from "@/test/draw";

const now = at("15:00:00");
const told = (annotations: Labels, labels: Labels = {}): Evidence =>
  evidenceOf(
    {
      kind: "alerts",
      alerts: ["09:00:00", "14:10:00"].map((start, index) => ({
        ...{ name: "HighErrors", labels: { alertname: "HighErrors", service: "gateway", ...labels }, annotations },
        ...{ state: index === 0 ? ("resolved" as const) : ("firing" as const), startsAt: at(start) },
        ...{ endsAt: index === 0 ? at("09:20:00") : null, expression: null, link: null, source: "shop/alertmanager" },
      })),
    },
    { kind: "alerts" },
  );
const reading = alertReading({ name: "HighErrors" }, "");

test("summary, description, runbook, dashboards and owner come from labels and annotations", () => {
  const facts = alertFacts(
    reading,
    [
      told(
        {
          ...{ summary: "5 % fail", description: "since noon", runbook_url: "https://wiki.example/high-errors" },
          ...{ dashboard_url: "http://g.example/d/1", note: "see https://no.example for more" },
        },
        { team: "checkout" },
      ),
    ],
    now,
  );
  expect(facts).toMatchObject({
    ...{
      summary: "5 % fail",
      description: "since noon",
      runbook: "https://wiki.example/high-errors",
      owner: "checkout",
    },
    links: [{ title: "dashboard", url: "http://g.example/d/1" }],
  });
});

test.each(["javascript:alert(1)", "data:text/html,x", "//evil.example", "file:///etc/passwd", "https:", "not a link"])(
  "%s is no link",
  (url) => {
    expect(alertFacts(reading, [told({ runbook_url: url, dashboard: url })], now)).toMatchObject({
      runbook: null,
      links: [],
    });
  },
);

test("its firings are listed newest first, each with the lead that opens it", () => {
  expect(alertFacts(reading, [told({})], now)?.firings.map(({ startsAt, lead }) => [startsAt, lead])).toEqual([
    [at("14:10:00"), 'HighErrors{service="gateway"} since 2026-11-21T14:10:00.000Z'],
    [at("09:00:00"), 'HighErrors{service="gateway"} since 2026-11-21T09:00:00.000Z until 2026-11-21T09:20:00.000Z'],
  ]);
});

test("of an alert that nobody knows nothing is said", () => {
  expect(alertFacts(alertReading({ name: "Other" }, ""), [told({})], now)).toBeNull();
});
