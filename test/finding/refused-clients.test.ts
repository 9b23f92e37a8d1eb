import { describe, expect, test } from "vitest";
import type { Evidence, Purpose, Question } from "@/lib/evidence";
import { risenRefusals } from "@/lib/finding/refusals";
import { at, evidenceOf, gapOf, seriesFrom } from "@/test/draw";
import { findingOf, healthyTrace, quietErrors, rate, said, storySaid } from "@/test/finding/checkout";

const access = { upstream: "shop/loki" };
/** `429 1x120 60x60`: answers each 15 s, by status; the drawn window begins at 13:33. */
const counts = (text: string, more: Partial<Question> = {}): Evidence =>
  evidenceOf(
    {
      kind: "series",
      series: text
        .trim()
        .split("\n")
        .map((row) => {
          const [status = "", ...values] = row.trim().split(" ");
          return seriesFrom({ text: values.join(" "), labels: { status } });
        }),
    },
    { kind: "refusals", of: "alb_logs", status: "status" },
    { id: "counts", ...access, ...more },
  );
const byClient = (answered: string, total: number): Purpose => ({
  ...{ kind: "refusals-by-client", of: "alb_logs", client: "ip", answered, total },
  counted: { from: at("14:03:00"), to: at("14:18:00") },
});
const clients = (answered: string, total: number, own: Readonly<Record<string, number>>): Evidence =>
  evidenceOf(
    {
      kind: "series",
      series: Object.entries(own).map(([ip, count]) => seriesFrom({ values: [count], step: 15_000, labels: { ip } })),
    },
    byClient(answered, total),
    { id: "clients", after: ["counts"], ...access },
  );
const flood = counts("429 0x60 1 0x60 90x59\n403 1x180");
const whole = [healthyTrace, rate, quietErrors];
const one = clients("429", 5_311, { "198.51.100.23": 5_300, "203.0.113.7": 6, "203.0.113.8": 5 });

describe("refused answers that rose", () => {
  test("are told with the one address that got most of them, which begins the story where nothing else changed", () => {
    expect(said([...whole, flood, one], "refused-clients")).toMatch(
      /^429 answers rose from 0 to 360 a minute in alb_logs, since .*: 5,300 of the 5,311 went to 198\.51\.100\.23\.$/,
    );
    expect(storySaid([...whole, flood, one])).toMatch(/^429 answers rose/);
  });

  test("of many clients alike, that is said", () => {
    const many = clients("429", 5_311, { "203.0.113.7": 60, "203.0.113.8": 50 });
    expect(said([...whole, flood, many], "refused-clients")).toContain(
      "no client's address got more than 1.1 % of 5,311.",
    );
    expect(findingOf([...whole, flood, many], "refused-clients")?.score).toBeLessThan(0.4);
  });
});

describe("silent", () => {
  test.each([
    ["where they are as many as ever", [counts("429 3x180"), one]],
    ["where they became fewer", [counts("429 90x121 0x59"), one]],
    ["where a handful was refused", [counts("429 0x178 3 3"), one]],
    ["where it was not asked to whom", [flood]],
    [
      "of a failing server's answers that went to many",
      [counts("503 0x121 90x59"), clients("503", 5_310, { "203.0.113.7": 60 })],
    ],
  ])("%s", (_, told) => {
    expect(said([...whole, ...told], "refused-clients")).toBe("");
  });
});

test("a second log that could not be read weakens the sentence", () => {
  const down = evidenceOf(
    gapOf("timeout", "No answer in 10 s."),
    { kind: "refusals", of: "waf", status: "status" },
    { id: "down", upstream: "shop/loki-2" },
  );
  expect(said([...whole, flood, one, down], "refused-clients")).toMatch(/^As far as could be read, 429 answers rose/);
  expect(findingOf([...whole, flood, one, down], "refused-clients")?.weakenedBy).toEqual(["loki-2: No answer in 10 s"]);
});

test("of several statuses the one with most answers is looked at, over the time in which they were more", () => {
  const told = counts("403 0x121 20x20 0x39\n429 0x121 90x20 0x39");
  if (told.answer.kind !== "series") throw new Error("drawn wrongly");
  const risen = risenRefusals({ ...told, answer: told.answer });
  expect(risen?.answered).toBe("429");
  expect(risen?.total).toBe(1_800);
  expect(risen?.end).not.toBeNull();
});
