import { describe, expect, test } from "vitest";
import type { Evidence, Purpose, Question } from "@/lib/evidence";
import { risenRefusals } from "@/lib/finding/refusals";
import { at, evidenceOf, gapOf, seriesFrom } from "@/test/draw";
import { findingOf, healthyTrace, quietErrors, rate, said, storySaid } from "@/test/finding/checkout";

const access = { upstream: "shop/loki" };
/** One a row: a word for each label, then answers each 15 s; the drawn window begins at 13:33. */
const seriesOf = (text: string, labels: readonly string[]) =>
  text
    .trim()
    .split("\n")
    .map((row) => {
      const words = row.trim().split(" ");
      return seriesFrom({
        text: words.slice(labels.length).join(" "),
        labels: Object.fromEntries(labels.map((label, index) => [label, words[index] ?? ""])),
      });
    });
type Counts = Extract<Purpose, { kind: "refusals" }>;
/** `429 1x120 60x60`: by status. */
const counts = (text: string, more: Partial<Question> = {}, of: Partial<Counts> = {}): Evidence =>
  evidenceOf(
    {
      kind: "series",
      series: seriesOf(text, ["status"]),
    },
    {
      kind: "refusals",
      of: "alb_logs",
      status: "status",
      served: { kind: "own" },
      read: { lines: 0, refused: [] },
      ...of,
    },
    { id: "counts", ...access, ...more },
  );
const byClient = (answered: string, total: number): Purpose => ({
  ...{ kind: "refusals-by-client", of: "alb_logs", client: "ip", answered, total },
  counted: { from: at("14:03:00"), to: at("14:18:00") },
  whose: [],
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

  test("whoever stands in the log without an address is named by nobody", () => {
    const nobody = clients("429", 5_311, { "": 5_300, "-": 4_000, "203.0.113.7": 11 });
    expect(said([...whole, flood, nobody], "refused-clients")).toContain(
      "no client's address got more than 0.2 % of 5,311.",
    );
  });

  test("of many clients alike, that is said", () => {
    const many = clients("429", 5_311, { "203.0.113.7": 60, "203.0.113.8": 50 });
    expect(said([...whole, flood, many], "refused-clients")).toContain(
      "no client's address got more than 1.1 % of 5,311.",
    );
    expect(findingOf([...whole, flood, many], "refused-clients")?.score).toBeLessThan(0.4);
  });
});

describe("of a log that tells whom its requests went to", () => {
  /** `429 shop-payment-80 0x121 90x59` */
  const byUpstream = (text: string, more: Partial<Extract<Counts["served"], { kind: "told" }>> = {}): Evidence =>
    evidenceOf(
      {
        kind: "series",
        series: seriesOf(text, ["status", "to"]),
      },
      {
        ...{ kind: "refusals", of: "ingress", status: "status", read: { lines: 0, refused: [] } },
        served: { kind: "told", label: "to", own: "(?:^|[^a-z0-9])payment(?:$|[^a-z])", isSeen: false, ...more },
      },
      { id: "counts", ...access },
    );
  const flooded = byUpstream(
    "429 shop-payment-80 0x121 90x59\n429 shop-ads-80 0x100 500x80\n429 payment.shop 0x121 1x59",
  );

  test("those of this path alone are counted, and said by the name they have there", () => {
    expect(said([...whole, flooded, one], "refused-clients")).toMatch(
      /^429 answers rose from 0 to 364 a minute in alb_logs, of what went to payment\.shop and shop-payment-80, since 14:03/,
    );
    const { answer, question } = flooded;
    if (answer.kind !== "series") throw new Error("drawn wrongly");
    expect(risenRefusals({ ...flooded, answer, question })?.whose).toEqual(["payment.shop", "shop-payment-80"]);
  });

  test("others' refusals are not this path's, once the log is seen to name it", () => {
    const others = byUpstream("429 shop-ads-80 0x121 90x59", { isSeen: true });
    expect(said([...whole, others, one], "refused-clients")).toBe("");
  });

  test("where no line seen names a service of the path, that is said, and it weighs less", () => {
    const others = byUpstream("429 tg-1 0x121 90x59");
    expect(said([...whole, others, one], "refused-clients")).toContain(
      "in alb_logs (of the whole log: no line seen names a service of this path), since",
    );
    const own = findingOf([...whole, flooded, one], "refused-clients")?.score ?? 0;
    expect(findingOf([...whole, others, one], "refused-clients")?.score).toBeLessThan(own);
  });

  test("where no line names any service, that is said", () => {
    const untold = counts("429 0x121 90x59", {}, { served: { kind: "untold" } });
    expect(said([...whole, untold, one], "refused-clients")).toContain(
      "in alb_logs (of the whole log: its lines do not name a service), since",
    );
  });
});

describe("where counting failed", () => {
  const read: Counts["read"] = {
    lines: 100,
    refused: [
      { answered: "429", client: "198.51.100.23", count: 70 },
      { answered: "429", client: "203.0.113.7", count: 4 },
      { answered: "503", client: "203.0.113.8", count: 1 },
    ],
  };
  const refused = (purpose: Partial<Counts>, more: Partial<Question> = {}): Evidence => ({
    ...counts("429 0x180", { after: ["sample"], ...more }, { served: { kind: "untold" }, ...purpose }),
    answer: gapOf("query-rejected", "Too many series."),
  });

  test("the lines that were read speak, and of themselves alone", () => {
    const told = [...whole, refused({ read })];
    expect(said(told, "refused-clients")).toBe(
      "In alb_logs (of the whole log: its lines do not name a service), of the 100 lines read, 74 were answered 429, and 70 of those went to 198.51.100.23; how many there were before was not counted.",
    );
    const finding = findingOf(told, "refused-clients");
    expect(finding?.cites).toEqual(["sample"]);
    expect(finding?.score).toBeLessThan(0.3);
    expect(finding?.weakenedBy).toEqual(["loki: Too many series"]);
  });

  test.each([
    ["few of them were refused", { ...read, lines: 1_000 }],
    ["hardly any were read", { lines: 6, refused: [{ answered: "429", client: "1.2.3.4", count: 6 }] }],
    [
      "a failing server failed for many",
      { lines: 100, refused: [1, 2, 3].map((n) => ({ answered: "503", client: `1.2.3.${n}`, count: 20 })) },
    ],
    ["none was read", { lines: 0, refused: [] }],
  ])("silent where %s", (_, lines) => {
    expect(said([...whole, refused({ read: lines })], "refused-clients")).toBe("");
  });

  test("to whom alone: since when is told all the same, and whom the lines that were read name", () => {
    const down = { ...one, answer: gapOf("timeout", "No answer in 10 s.") };
    expect(said([...whole, counts("429 0x121 90x59", {}, { read }), down], "refused-clients")).toMatch(
      /^As far as could be read, 429 answers rose from 0 to 360 .*: to whom was not counted; of the 100 lines read, 74 were answered 429, and 70 of those went to 198\.51\.100\.23\.$/,
    );
  });

  test.each([
    ["none of the lines that were read is this path's: nothing of them", false, ""],
    [
      "they are of this path: what they say",
      true,
      "to whom was not counted; of the 100 lines read, 74 were answered 429",
    ],
  ])("to whom this path's went, where %s", (_, isSeen, words) => {
    const down = { ...one, answer: gapOf("timeout", "No answer in 10 s.") };
    const served: Counts["served"] = { kind: "told", label: "to", own: "payment", isSeen };
    const drawn = seriesFrom({ text: "0x121 90x59", labels: { status: "429", to: "shop-payment-80" } });
    const flooded: Evidence = {
      ...counts("429 0x180", {}, { served, read }),
      answer: { kind: "series", series: [drawn] },
    };
    const text = said([...whole, flooded, down], "refused-clients");
    expect(text === "").toBe(words === "");
    expect(text).toContain(words);
  });

  test("lines that name no client are told without an address", () => {
    const unnamed = { lines: 100, refused: [{ answered: "429", client: "", count: 40 }] };
    expect(said([...whole, refused({ read: unnamed })], "refused-clients")).toMatch(
      /of the 100 lines read, 40 were answered 429; how many there were before was not counted\.$/,
    );
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
    { kind: "refusals", of: "waf", status: "status", served: { kind: "own" }, read: { lines: 0, refused: [] } },
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
