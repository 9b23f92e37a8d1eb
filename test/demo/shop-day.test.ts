/** A day of the shop with four incidents: its alerts hold in what is told, and each lead comes to its conclusion. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Lead } from "@/lib/demo/environment";
import { shopDayEnvironment } from "@/lib/demo/scenarios/shop-day-environments";
import { createStorage } from "@/lib/demo/servers/prometheus-storage";
import { instantQuery } from "@/lib/engine/promql/query";
import { hour, minute, second, shift, toInstant } from "@/lib/signal/time";
import { type Installed, installed, linksIn } from "@/test/demo/looked-at";
import { alarming, healthyBefore } from "@/test/incidents/lived";

const now = toInstant(Date.UTC(2026, 10, 21, 14, 18, 5));
let day: Installed;
let leads: readonly Lead[];
beforeAll(async () => {
  day = await installed(shopDayEnvironment, now);
  leads = shopDayEnvironment.leads(day.world, now);
}, 120_000);
afterAll(() => day.stop());

const pasted = (title: string): string => {
  const text = leads.find((lead) => lead.title.startsWith(title))?.text ?? "";
  return text.startsWith("/") ? `http://127.0.0.1:3000${text}` : text;
};

test("four incidents, an id and an alert's link each, and one of no concern", () => {
  expect(leads.map(({ title }) => title.replace(/,.*/, ""))).toEqual([
    "An order that could not be read",
    "The alert PostgresConnectionsOfOneService",
    "A question the assistant did not answer",
    "The alert AssistantTurnsFail",
    "A checkout that failed without a word",
    "The alert CheckoutServerErrors",
    "A payment whose confirmation failed",
    "The alert saga-order-stalled",
    "A checkout that goes on in another trace",
    "A request that went well",
  ]);
});

test("each alert fires while its expression holds, and not before or after", () => {
  const storage = createStorage(day.world, () => shift(now, hour));
  const holds = (expression: string, at: number): boolean => {
    const outcome = instantQuery(expression, storage, toInstant(at));
    if (!outcome.ok) throw new Error(`${expression}: not answered`);
    return outcome.result.type === "vector" && outcome.result.series.length > 0;
  };
  const alerts = day.world.alerts({ from: day.world.origin, to: now });
  expect(alerts).toHaveLength(4);
  for (const { name, expression, activeAt, endsAt } of alerts) {
    for (let at = activeAt + 15 * second; at < (endsAt ?? now) - 15 * second; at += 2 * minute)
      expect(holds(expression, at), `${name} at ${new Date(at).toISOString()}`).toBe(true);
    expect(holds(expression, activeAt - minute), `${name} before`).toBe(false);
    if (endsAt) expect(holds(expression, endsAt + 45 * second), `${name} after`).toBe(false);
  }
});

const why =
  /^Before the onset in order: killed for memory, \d+ % of its limit in use before, .*queryid -4127690034518820931/;
describe.each([
  ["An order that could not be read", [/^order hangs 5 s in SELECT orders.*too many clients already/, why]],
  [
    "The alert PostgresConnectionsOfOneService",
    [
      /^order hangs 5 s in SELECT orders/,
      /^Around the onset in order: killed for memory, .* database connections 14 → 79/,
    ],
  ],
  [
    "A question the assistant did not answer",
    [/^assistant fails in tool track_parcel/, /^Step 6 of 6 .* failed: tool track_parcel: “arguments do not parse/],
  ],
  [
    "The alert AssistantTurnsFail",
    [
      /^Step 6 of 6 .*3 model calls \(openai\.chat gpt-5-mini ×2 and anthropic\.chat claude-haiku; 3,922 tokens in, 165 out\)/,
    ],
  ],
  [
    "A checkout that failed without a word",
    [
      /^order fails in CreateOrder/,
      /^order errors rose from 0 % to 1\d %, and no service on the path logged one error line/,
    ],
  ],
  ["The alert CheckoutServerErrors", [/logged one error line since .*: look for a swallowed exception/]],
  [
    "A payment whose confirmation failed",
    [
      /^order fails in ConfirmPayment/,
      /^order errors rose from 0 % to \d+ %, and no service on the path logged one error line/,
    ],
  ],
  ["The alert saga-order-stalled", [/logged one error line since .*: look for a swallowed exception/]],
] as const)("%s", (title, conclusions) => {
  test("says so first or second", { timeout: 60_000 }, async () => {
    const { sentences } = await day.look(pasted(title));
    for (const conclusion of conclusions) expect(sentences.slice(0, 2).join("\n")).toMatch(new RegExp(conclusion, "m"));
  });
});

test("of the database stand, one after the other: where, what ran full, the deploy, and the plan of the statement", {
  timeout: 60_000,
}, async () => {
  const { sentences, questions } = await day.look(pasted("The alert PostgresConnectionsOfOneService"));
  const drawn = questions.filter(({ purpose }) => purpose.kind === "alert-expression").map(({ text }) => text);
  expect(drawn).toEqual(['sum by (application_name) (pg_stat_activity_count{application_name="order"})']);
  expect(sentences[2]).toMatch(/^order 2\.33\.0 was deployed/);
  expect(sentences.slice(0, 5).join("\n")).toMatch(
    /^postgres logged at least \d+ plans of queryid -4127690034518820931 since 14:00:\d\dZ, of order, .*: Seq Scan on orders, 2,214,790 rows removed by the filter, “SELECT \* FROM orders WHERE customer_ref = \$1”\.$/m,
  );
  expect(questions.length).toBeLessThanOrEqual(60);
});

test.each([0, 2.5, 5])("the hour before the incident of %d h ago nothing alarms", { timeout: 60_000 }, async (ago) => {
  const before = shift(day.world.zero, -ago * hour - 50 * minute);
  const healthy = healthyBefore(day.world, before)?.traceId ?? "";
  const { explanation } = await day.look(healthy, { from: shift(before, -30 * minute), to: before });
  expect(alarming(explanation).map(({ kind }) => kind)).toEqual([]);
});

test("an agent's turn has lines of six layers with one id", () => {
  const request = day.world.request(leads.find(({ title }) => title.startsWith("A question"))?.traceId ?? "");
  const lines = request ? day.world.linesOf(request) : [];
  const own = lines.filter(({ labels }) => labels.app === "assistant");
  const layers = new Set(own.map(({ text }) => JSON.parse(text).layer));
  expect(layers).toEqual(new Set(["handler", "agent", "cache", "guardrail", "client", "tool"]));
  expect(new Set(own.map(({ text }) => JSON.parse(text).traceID))).toEqual(new Set([request?.traceId]));
});

test("that nobody logged an error stands in the story itself, where no failure says why", {
  timeout: 60_000,
}, async () => {
  const { story } = await day.look(pasted("A checkout that failed without a word"));
  expect(story).toContain("order fails in CreateOrder after 5.9 ms. No service on the path logged one error line.");
});

describe("a checkout whose order is counted in another trace", () => {
  test("goes on there, and that one tells where it came from", { timeout: 90_000 }, async () => {
    const checkout = pasted("A checkout that goes on in another trace");
    const there = await day.look(checkout);
    expect(there.questions.length).toBeLessThanOrEqual(60);
    const asked = there.questions.filter(({ purpose }) => purpose.kind === "trace-links");
    expect(asked.map(({ call }) => call)).toMatchObject([{ service: "analytics", linkingTo: checkout }]);
    expect(there.story).toContain("The trace is healthy: 26 spans");
    expect(linksIn(there)).toMatchObject([{ words: "continues in", where: "analytics orders process" }]);

    const traceId = linksIn(there)[0]?.traceIds[0] ?? "";
    const back = await day.look(traceId);
    expect(back.story).toMatch(/^The trace is healthy: 3 spans, 1 service/);
    expect(back.questions.filter(({ purpose }) => purpose.kind === "trace-links")).toEqual([]);
    const rows = linksIn(back);
    expect(new Set(rows.map(({ words }) => words))).toEqual(new Set(["came from"]));
    expect(rows.flatMap(({ traceIds }) => traceIds)).toContain(checkout);
  });
});
