import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addressOfLead, printAddress } from "@/lib/address";
import { type LeadReading, parseLead, printLead } from "@/lib/lead";
import { parseAlertLink } from "@/lib/lead-alert-link";
import { alertReading } from "@/lib/lead-kinds";
import { parseTime } from "@/lib/lead-time";
import { parseInstant, printInstant } from "@/lib/signal/time";

const readingOf = (text: string): LeadReading => {
  const parsed = parseLead(text);
  if (!parsed.ok) throw new Error(parsed.message);
  return parsed.lead.reading;
};
const labelName = fc.stringMatching(/^[a-z_][a-z0-9_]{0,12}$/).filter((name) => name !== "alertname");
const labels = fc.dictionary(labelName, fc.string({ unit: "binary", minLength: 1, maxLength: 40 }), { maxKeys: 6 });
const start = fc.option(fc.date({ min: new Date("2020-01-01"), max: new Date("2040-01-01"), noInvalidDate: true }));
const alert = fc
  .record({
    name: fc.oneof(fc.string({ minLength: 1, maxLength: 30 }), fc.string({ unit: "binary", minLength: 1 })),
    labels,
    start,
  })
  .map((told) =>
    alertReading(
      {
        name: told.name.toWellFormed(),
        labels: told.labels,
        startsAt: told.start && (parseInstant(told.start.toISOString()) ?? null),
      },
      "drawn",
    ),
  );

describe("an alert as a lead", () => {
  test("prints as a text that means the same, with any name and labels, also once more through a URL", () => {
    fc.assert(
      fc.property(alert, (reading) => {
        const again = readingOf(printLead({ reading }));
        expect({ ...again, from: "" }).toEqual({ ...reading, from: "" });
        const url = new URL(printAddress(addressOfLead(printLead({ reading }))), "https://c.example");
        expect({ ...readingOf(url.searchParams.get("lead") ?? ""), from: "" }).toEqual({ ...reading, from: "" });
        expect({ ...readingOf(url.href), from: "" }).toEqual({ ...reading, from: "" });
      }),
    );
  });

  test("its printed form holds nothing that cannot be seen", () => {
    fc.assert(
      fc.property(alert, ({ spelling }) => {
        expect(spelling).not.toMatch(/\p{C}|\p{Zl}|\p{Zp}/u);
      }),
    );
  });

  test("of twenty labels the permalink stays below 2,000 characters, and so it does with values of 4 kB", () => {
    const twenty = Object.fromEntries(
      Array.from({ length: 20 }, (_, index) => [`kubernetes_label_${index}`, `some/value "quoted" ${index}`]),
    );
    const long = { ...twenty, huge: "x".repeat(4_096), emoji: "😀".repeat(60) };
    for (const each of [twenty, long]) {
      const reading = alertReading(
        { name: "HighErrorRate", labels: each, startsAt: parseTime("1795233536") ?? null },
        "",
      );
      const url = printAddress({ ...addressOfLead(reading.spelling), environment: "production", window: null });
      expect(url.length).toBeLessThan(1_880); // a window adds sixty
      expect(readingOf(reading.spelling)).toMatchObject({ name: "HighErrorRate" });
    }
    expect(Object.keys(alertReading({ name: "A", labels: twenty }, "").labels)).toHaveLength(20);
  });
});

test("a webhook with ten thousand alerts is read: the oldest that fires, and five more are offered", () => {
  const alerts = Array.from({ length: 10_000 }, (_, index) => ({
    status: index % 3 === 0 ? "resolved" : "firing",
    labels: { alertname: "HighErrorRate", pod: `pod-${index}`, note: 'a "b" c' },
    startsAt: new Date(Date.UTC(2026, 10, 21, 14) - index * 1_000).toISOString(),
  }));
  const parsed = parseLead(JSON.stringify({ version: "4", alerts }));
  expect(parsed.ok && parsed.lead.reading).toMatchObject({ kind: "alert", labels: { pod: "pod-9998" } });
  expect(parsed.ok && parsed.lead.others).toHaveLength(5);
});

describe("the short link", () => {
  test("a name that is a configured environment's is one; any other environment stays a label", () => {
    const query = "alertname=A&environment=production";
    expect(parseAlertLink(query, ["production"])).toMatchObject({ environment: "production", reading: { labels: {} } });
    expect(parseAlertLink(query, ["eu"])).toMatchObject({
      environment: null,
      reading: { labels: { environment: "production" } },
    });
  });

  test("without anything that names an alert there is none", () => {
    for (const query of ["", "alertname=", "startsAt=2026-11-21T14:03:00Z", "fingerprint=xyz", "environment=a"])
      expect(parseAlertLink(query, ["a"]).reading).toBeNull();
  });

  test("any subset in any order, encoded up to twice, is read as what the template wrote", () => {
    const part = fc.dictionary(
      labelName,
      fc.stringMatching(/^[\w /:@"{}+é-]{1,20}$/).filter((text) => text.trim() === text),
      {
        maxKeys: 5,
      },
    );
    fc.assert(
      fc.property(part, fc.integer({ min: 0, max: 2 }), (own, more) => {
        const reserved = /^(?:status|receiver|from|to|utm_.*|environment)$/;
        const written = Object.fromEntries(Object.entries(own).filter(([name]) => !reserved.test(name)));
        const encode = (text: string): string => encodeURIComponent(text);
        const query = Object.entries({ alertname: "A", ...written })
          .map(([name, value]) => `${name}=${Array.from({ length: more }).reduce<string>(encode, encode(value))}`)
          .reverse()
          .join("&");
        expect(parseAlertLink(query).reading).toMatchObject({ name: "A", labels: written });
      }),
    );
  });
});

test.each([
  ["2026-11-21T14:03:10Z", "2026-11-21T14:03:10.000Z"],
  ["2026-11-21T14:03:10.315999999Z", "2026-11-21T14:03:10.316Z"],
  ["2026-11-21T16:03:10+02:00", "2026-11-21T14:03:10.000Z"],
  ["2026-11-21T16:03:10 02:00", "2026-11-21T14:03:10.000Z"],
  ["2026-11-21T09:03:10-05:00", "2026-11-21T14:03:10.000Z"],
  ["2026-11-21 04:03:13.3 +0000 UTC", "2026-11-21T04:03:13.300Z"],
  ["2026-11-21 04:03:13.3  0000 UTC", "2026-11-21T04:03:13.300Z"],
  ["2026-11-21 06:03:13 +0200 CEST m=+0.000012", "2026-11-21T04:03:13.000Z"],
  ["2026-11-21 09:33:13.3 +0530 +0530", "2026-11-21T04:03:13.300Z"],
  ["2026-11-21 04:03", "2026-11-21T04:03:00.000Z"],
  ["1795233536", "2026-11-21T03:58:56.000Z"],
  ["1795233536.971", "2026-11-21T03:58:56.971Z"],
  ["1795233536971", "2026-11-21T03:58:56.971Z"],
  ["1795233536971123", "2026-11-21T03:58:56.971Z"],
  ["1795233536971123456", "2026-11-21T03:58:56.971Z"],
  ["0001-01-01T00:00:00Z", undefined],
  ["0", undefined],
  ["2026-02-31T00:00:00Z", undefined],
  ["2026-11-21T25:00:00Z", undefined],
  ["soon", undefined],
  ["", undefined],
] as const)("the time %s", (text, expected) => {
  const at = parseTime(text);
  expect(at === undefined ? undefined : printInstant(at)).toBe(expected);
});
