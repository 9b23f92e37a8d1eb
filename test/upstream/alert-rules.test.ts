import { expect, test } from "vitest";
import type { AlertRule } from "@/lib/signal/alert";
import { minute, second } from "@/lib/signal/time";
import { answering } from "@/test/upstream/answering";
import { answerOf, askOnce, gapIn, now, upstreamAt } from "@/test/upstream/fixtures";

const json = (body: unknown, status = 200) => ({ body: JSON.stringify(body), type: "application/json", status });
const groups = (...rules: readonly unknown[]) => ({
  status: "success",
  data: { groups: [{ name: "g", interval: 30, rules }] },
});
const rule = {
  type: "alerting",
  name: "HighErrors",
  query: "e > 1",
  duration: 60,
  labels: { severity: "page" },
  annotations: { summary: "{{ $value }}" },
  alerts: [
    {
      labels: { alertname: "HighErrors", service: "a", severity: "page" },
      annotations: {},
      state: "firing",
      activeAt: "2026-11-21T05:40:00.123456789Z",
      value: "4e-01",
    },
    {
      labels: { alertname: "HighErrors", service: "b" },
      annotations: {},
      state: "pending",
      activeAt: "2026-11-21T05:59:30Z",
      value: "4e-01",
    },
  ],
  health: "ok",
};
const askPrometheus = (body: unknown, name: string | null = null) =>
  answering({ "/api/v1/rules": json(body) }, async ({ url }) =>
    askOnce(upstreamAt("prometheus", url), { api: "prometheus-rules", name }, { window: null }),
  );
const rulesOf = async (body: unknown, name: string | null = null): Promise<readonly AlertRule[]> =>
  answerOf(await askPrometheus(body, name), "rules").rules;

test("a rule and what is active of it, pending too: since when its condition holds, and since when it fires", async () => {
  const [read] = await rulesOf(groups(rule));
  expect(read).toMatchObject({
    name: "HighErrors",
    expression: "e > 1",
    for: minute,
    interval: 30 * second,
    problem: null,
  });
  const active = now - 20 * minute + 123;
  expect(read?.alerts.map(({ state, activeAt, startsAt }) => [state, activeAt, startsAt])).toEqual([
    ["firing", active, active + minute],
    ["pending", now - 30 * second, now - 30 * second],
  ]);
});

test("a server that ignores the name sends all rules: only those of that name are kept, recording rules never", async () => {
  const others = [
    { ...rule, name: "Other" },
    { type: "recording", name: "HighErrors", query: "x" },
  ];
  expect((await rulesOf(groups(...others, rule), "HighErrors")).map(({ name }) => name)).toEqual(["HighErrors"]);
  expect(gapIn(await askPrometheus(groups(...others), "Gone\u202e"))).toMatchObject({
    reason: "none-in-window",
    text: expect.stringMatching(/has no alert rule called Gone\.?/),
  });
});

test("one broken rule is counted and takes no other with it; what a rule complains of is told", async () => {
  const evidence = await askPrometheus(groups({ name: 5 }, { ...rule, health: "err", lastError: "many-to-many" }));
  expect(answerOf(evidence, "rules").rules.map(({ problem }) => problem)).toEqual(["many-to-many"]);
  expect(evidence.notes).toEqual(["1 rules could not be read"]);
  expect(evidence.partial).toBe(true);
});

test("three thousand rules are read", async () => {
  const many = Array.from({ length: 3_000 }, (_, index) => ({ ...rule, name: `Rule${index}` }));
  expect(await rulesOf(groups(...many))).toHaveLength(3_000);
});

test("a Loki without a ruler says so, and that is no failure", async () => {
  const evidence = await answering({}, async ({ url }) =>
    askOnce(upstreamAt("loki", url), { api: "loki-rules", name: null }, { window: null }),
  );
  expect(gapIn(evidence)).toMatchObject({ reason: "not-configured", text: expect.stringMatching(/runs no ruler/) });
});

const expressionStep = (refId: string, model: Readonly<Record<string, unknown>>) => ({
  refId,
  datasourceUid: "__expr__",
  model,
});
const provisioned = (data: readonly unknown[], condition: string) =>
  answering(
    {
      "/api/v1/provisioning/alert-rules/abc": json({
        ...{ uid: "abc", title: "High error rate", condition, data, for: "5m", labels: { team: "shop" } },
        annotations: { runbook_url: "https://wiki.example/r" },
      }),
    },
    async ({ url }) => askOnce(upstreamAt("grafana", url), { api: "grafana-rule", uid: "abc" }, { window: null }),
  );
const query = { refId: "A", datasourceUid: "prom", model: { expr: "rate(e[5m])" } };

test("a Grafana rule is one expression with its threshold", async () => {
  const reduce = expressionStep("B", { type: "reduce", expression: "A", reducer: "last" });
  const threshold = expressionStep("C", {
    ...{ type: "threshold", expression: "B", conditions: [{ evaluator: { type: "gt", params: [0.05] } }] },
  });
  const [read] = answerOf(await provisioned([query, reduce, threshold], "C"), "rules").rules;
  expect(read).toMatchObject({
    name: "High error rate",
    expression: "(rate(e[5m])) > 0.05",
    for: 5 * minute,
    uid: "abc",
  });
});

test("a condition that no query can say is told as such", async () => {
  const broken = expressionStep("B", { type: "sql", expression: "select 1" });
  expect(gapIn(await provisioned([query, broken], "B")).text).toMatch(/High error rate cannot be said as one query/);
});

test.each([
  ["a bare string", "not today"],
  ["another document", { status: "success", data: [] }],
])("%s in place of rules is unreadable, not a crash", async (_, body) => {
  expect(gapIn(await askPrometheus(body))).toMatchObject({ reason: "unreadable" });
});
