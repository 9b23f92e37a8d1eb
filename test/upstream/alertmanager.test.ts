import { expect, test } from "vitest";
import { minute, printInstant, shift } from "@/lib/signal/time";
import { expressionOf } from "@/lib/upstream/alertmanager-read";
import { answering } from "@/test/upstream/answering";
import { answerOf, askOnce, gapIn, lastHour, now, upstreamAt } from "@/test/upstream/fixtures";

const ask = (body: unknown, status = 200) =>
  answering({ "/api/v2/alerts": { body: JSON.stringify(body), type: "application/json", status } }, async ({ url }) =>
    askOnce(upstreamAt("alertmanager", url), { api: "alertmanager-alerts" }),
  );
const alert = (
  name: string,
  startsAgo: number,
  endsIn: number,
  status: Record<string, unknown> = { state: "active" },
) => ({
  labels: { alertname: name, severity: "page" },
  annotations: { summary: "13.7 %" },
  startsAt: printInstant(shift(now, -startsAgo)),
  endsAt: printInstant(shift(now, endsIn)),
  generatorURL: "http://vm:9090/graph?g0.expr=rate%28errors_total%5B1m%5D%29+%3E+0.05\u0026g0.tab=1",
  fingerprint: "764c888e53942f3c",
  status: { silencedBy: [], inhibitedBy: [], mutedBy: [], ...status },
});

test("a firing alert's lease into the future is no end; its expression is decoded", async () => {
  const { alerts } = answerOf(await ask([alert("HighErrorRate", 5 * minute, 4 * minute)]), "alerts");
  expect(alerts).toEqual([
    expect.objectContaining({
      name: "HighErrorRate",
      state: "firing",
      startsAt: now - 5 * minute,
      endsAt: null,
      expression: "rate(errors_total[1m]) > 0.05",
    }),
  ]);
});

test("only what overlaps the window, the earliest first", async () => {
  const list = [
    alert("Later", -5 * minute, 9 * minute),
    alert("B", minute, minute),
    alert("Old", 500 * minute, minute),
    alert("Over", 200 * minute, -90 * minute),
  ];
  expect(lastHour.to).toBe(now);
  expect(answerOf(await ask(list), "alerts").alerts.map(({ name }) => name)).toEqual(["Old", "B"]);
});

const suppressed = [
  alert("A", minute, minute, { state: "suppressed", silencedBy: ["3f2a"] }),
  alert("B", minute, minute, { state: "suppressed", inhibitedBy: ["aa", "bb"] }),
];
const silences = [
  { id: "3f2a", createdBy: "ana", comment: "disk swap", endsAt: printInstant(shift(now, 60 * minute)), status: {} },
];
const askSuppressed = (answer: unknown) =>
  answering(
    {
      "/api/v2/alerts": { body: JSON.stringify(suppressed), type: "application/json", status: 200 },
      "/api/v2/silences": { body: JSON.stringify(answer), type: "application/json", status: 200 },
    },
    async ({ url }) => askOnce(upstreamAt("alertmanager", url), { api: "alertmanager-alerts" }),
  );

test("a suppressed alert is listed, with who suppresses it, until when and why", async () => {
  const evidence = await askSuppressed(silences);
  const [a, b] = answerOf(evidence, "alerts").alerts;
  expect([a?.state, b?.state]).toEqual(["suppressed", "suppressed"]);
  expect(a?.silences).toEqual([{ id: "3f2a", by: "ana", until: shift(now, 60 * minute), comment: "disk swap" }]);
  expect(b?.inhibitedBy).toEqual(["aa", "bb"]);
  expect(evidence.notes).toEqual(["A is silenced by 3f2a", "B is inhibited by aa, bb"]);
});

test("silences that cannot be read leave their ids, and a note", async () => {
  const evidence = await askSuppressed("no silences today");
  expect(answerOf(evidence, "alerts").alerts[0]?.silences).toEqual([{ id: "3f2a", by: "", until: null, comment: "" }]);
  expect(evidence.notes).toContain("who silenced them could not be read");
});

test("none: Alertmanager forgets, and the gap says so", async () => {
  expect(gapIn(await ask([]))).toMatchObject({
    reason: "none-in-window",
    next: expect.stringMatching(/forgets resolved alerts/),
  });
});

test.each([
  ["a bare string", "bad matcher format: bogus(", /“bad matcher format: bogus\(”/],
  ["code and message", { code: 400, message: "parsing failed" }, /“parsing failed”/],
] as const)("an error as %s is told in its words", async (_, body, words) => {
  expect(gapIn(await ask(body, 400)).text).toMatch(words);
});

test.each([
  ["a bare string, as if all were well", "[]", 200, "unreadable"],
  ["an object, as if all were well", { alerts: [] }, 200, "unreadable"],
  ["500 with a bare string", "dial tcp: connection refused", 500, "server-error"],
  ["500 with a page", "<html>", 500, "server-error"],
] as const)("%s is a gap, never “no alerts”", async (_, body, status, reason) => {
  expect(gapIn(await ask(body, status)).reason).toBe(reason);
});

test.each([
  [null, null],
  ["not a url", null],
  ["https://grafana.example/alerting/x/view", null],
  ["http://vm/graph?g0.expr=up+%3D%3D+0", "up == 0"],
] as const)("expression of %s", (url, expression) => {
  expect(expressionOf(url)).toBe(expression);
});
