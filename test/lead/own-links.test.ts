import { expect, test } from "vitest";
import { type Lead, parseLead } from "@/lib/lead";
import { parseInstant } from "@/lib/signal/time";

const id = "4bf92f3577b34da6a3ce929d0e0e4736";
const window = { from: parseInstant("2026-11-21T14:00:00.000Z"), to: parseInstant("2026-11-21T15:00:00.000Z") };
const query = (lead: string): string =>
  `${new URLSearchParams({ environment: "eu-prod", lead, from: "2026-11-21T14:00:00.000Z", to: "2026-11-21T15:00:00.000Z" })}`;
const leadOf = (text: string): Lead => {
  const parsed = parseLead(text);
  if (!parsed.ok) throw new Error(parsed.message);
  return parsed.lead;
};

test("our own link gives lead, environment and window", () => {
  const lead = leadOf(`https://throughline.example/investigate?${query(id)}&view=1#spike`);
  expect(lead.reading).toMatchObject({ kind: "trace-id", spelling: id });
  expect(lead).toMatchObject({ environment: "eu-prod", window });
});

test.each([
  ["without a host", (link: string) => link],
  ["with a path prefix", (link: string) => `https://ops.example/tools${link}`],
  [
    "encoded once more by a mail filter",
    (link: string) => `https://safe.example/?url=${encodeURIComponent(`https://x${link}`)}`,
  ],
  ["encoded twice more", (link: string) => encodeURIComponent(encodeURIComponent(`https://x${link}`))],
  ["inside a chat message", (link: string) => `look: <https://x${link}|payment fails> now`],
  ["inside Markdown", (link: string) => `[payment fails](https://x${link}) now`],
  ["inside HTML", (link: string) => `<a href="https://x${link.replaceAll("&", "&amp;")}">`],
])("our own link is read %s", (_, dressed) => {
  const lead = leadOf(dressed(`/investigate?${query(id)}`));
  expect(lead.reading.spelling).toBe(id);
  expect(lead).toMatchObject({ environment: "eu-prod", window });
});

test.each([
  "ORD-2026/118812",
  "a+b=c:d&e#f",
  "Lqq3PzhrVmBPm60wxQD/kA==",
  "decimal:1234567890123456 span:000000000000002a",
])("the lead %s survives being a parameter", (lead) => {
  expect(leadOf(`https://x/investigate?${query(lead)}`).reading).toEqual(leadOf(lead).reading);
});

test("the short way /trace/<id> takes environment and window over", () => {
  const lead = leadOf(`https://x/trace/${id}?environment=eu-prod&from=2026-11-21T14:00:00Z&to=2026-11-21T15:00:00Z`);
  expect(lead).toMatchObject({ reading: { traceId: id }, environment: "eu-prod", window });
});

test.each([
  ["backwards", "from=2026-11-21T15:00:00Z&to=2026-11-21T14:00:00Z"],
  ["relative", "from=now-1h&to=now"],
  ["half", "from=2026-11-21T15:00:00Z"],
])("a window that is %s is none", (_, times) => {
  expect(leadOf(`https://x/investigate?lead=${id}&${times}`).window).toBeNull();
});

test("an environment that is no name is none", () => {
  expect(leadOf(`https://x/investigate?lead=${id}&environment=%3Cb%3E`).environment).toBeNull();
});

test("a link whose lead cannot be read says so of the lead", () => {
  const parsed = parseLead("https://x/investigate?environment=eu-prod&lead=oh");
  expect(parsed).toMatchObject({ ok: false, message: expect.stringContaining("“oh”") });
});

test("a window stands only in our own links", () => {
  expect(leadOf(`trace_id=${id} from=2026-11-21T14:00:00Z to=2026-11-21T15:00:00Z environment=prod`)).toMatchObject({
    environment: null,
    window: null,
  });
});
