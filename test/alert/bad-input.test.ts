/** What nobody would write by hand: the page says what it could not read, and asks no question that is broken by it. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { alertSources, listedAlerts, listQuestions } from "@/lib/alert-list";
import type { Answer, Question } from "@/lib/evidence";
import { parseLead } from "@/lib/lead";
import { alertReading } from "@/lib/lead-kinds";
import { isValid, selectorsOf } from "@/lib/query/promql";
import type { EnvironmentSetting } from "@/lib/setting";
import type { Alert, AlertRule } from "@/lib/signal/alert";
import type { Labels, Matcher } from "@/lib/signal/labels";
import { day } from "@/lib/signal/time";
import { at, drawnLead, evidenceOf, gapOf } from "@/test/draw";
import { environment, everything, type World, walk } from "@/test/installation";

const now = at("14:30:00");
const alertOf = (labels: Labels, more: Partial<Alert> = {}): Alert => ({
  ...{ name: "Bad", labels: { alertname: "Bad", ...labels }, annotations: {}, state: "firing", endsAt: null },
  ...{ startsAt: at("14:10:00"), expression: null, link: null, source: "shop/alertmanager", ...more },
});
const ruleOf = (name: string, expression: string): AlertRule => ({
  ...{ name, group: "g", expression, for: 0, keepFiringFor: 0, interval: null, labels: {}, annotations: {} },
  ...{ problem: null, alerts: [], source: "shop/prometheus", uid: null },
});
const worldOf = (alerts: readonly Alert[], rules: readonly AlertRule[]): World => ({
  answer: ({ purpose, upstream }): Answer | undefined => {
    if (purpose.kind === "alerts") return { kind: "alerts", alerts };
    if (purpose.kind === "alert-rules" && upstream === "shop/prometheus") return { kind: "rules", rules };
    return undefined;
  },
  streams: [{ service_name: "gateway" }],
});
const planned = (
  world: World,
  reading = alertReading({ name: "Bad" }, ""),
  mappings: EnvironmentSetting["mappings"] = [],
) => walk({ lead: { ...drawnLead, reading }, environments: [environment(everything, { mappings })], world, now });

/** Quotes, lines, braces, emoji, what SQL and RE2 mean something by, and 4 kB of it. */
const hostile = fc.oneof(
  fc.string({ unit: "binary", minLength: 1, maxLength: 40 }),
  fc.constantFrom(
    '"',
    '"} or up{x="',
    "a\nb",
    "\\",
    "`",
    "😀".repeat(40),
    "x".repeat(4_096),
    "$1",
    ".*",
    "{{ $value }}",
  ),
);
const expression = "sum by (service, path) (rate(e[5m])) > 2";

test("labels of any text enter queries as themselves: every query reads, and no selector has another value", () => {
  fc.assert(
    fc.property(hostile, hostile, (service, path) => {
      const { asked } = planned(worldOf([alertOf({ service, path })], [ruleOf("Bad", expression)]));
      const metrics = asked.filter(({ call }) => call.api === "prometheus-range" || call.api === "prometheus-instant");
      expect(metrics.filter(({ text }) => !isValid(text)).map(({ text }) => text)).toEqual([]);
      const drawn = asked.find(({ purpose }) => purpose.kind === "alert-expression");
      const [selector] = selectorsOf(drawn?.text ?? "");
      const values = Object.fromEntries((selector?.matchers ?? []).map(({ label, value }) => [label, value]));
      expect(values).toEqual({ service, path });
    }),
    { numRuns: 40 },
  );
});

test("a service of four kilobytes is asked for as any other", () => {
  const long = "x".repeat(4_096);
  const { asked } = planned(worldOf([alertOf({ service: long })], [ruleOf("Bad", expression)]));
  expect(asked.some(({ purpose, text }) => purpose.kind === "identity" && text.includes(long))).toBe(true);
});

test("an alert that a mapping gives to a service nobody knows says where that name stands; of a known one, nothing", () => {
  const queue: Matcher = { label: "queue", op: "=", value: "x" };
  const saidOf = (service: string): string => {
    const world = {
      ...worldOf([alertOf({ queue: "x" })], []),
      families: [{ __name__: "http_requests_total", job: "rewards" }],
    };
    const { plan } = planned(world, alertReading({ name: "Bad" }, ""), [
      { service, signal: "alerts", matchers: [queue] },
    ]);
    return plan.unasked.map(({ text }) => text).join("\n");
  };
  expect(saidOf("rewrds")).toContain('environments.shop.mappings[0].service is "rewrds", and no service is called so');
  expect(saidOf("rewards")).not.toContain("no service is called so");
});

test("a fingerprint that nobody knows says where it was looked for, and what would be found", () => {
  const parsed = parseLead("alert fingerprint 764c888e53942f3c");
  if (!parsed.ok) throw new Error(parsed.message);
  const { plan } = planned(
    worldOf([alertOf({ service: "cart" })], []),
    alertReading({ fingerprint: "764c888e53942f3c" }, ""),
  );
  const [first] = plan.unasked;
  expect(plan.unasked.map(({ slot }) => slot)).toEqual(["spike", "lines", "trace", "changes", "alerts"]);
  expect(first?.text).toContain("No source in shop knows of");
  expect(first?.next).toContain("Its name, or its whole link, is found in the record.");
});

test("three thousand rules are a list of what fires of them, each with its own rule's words", () => {
  const rules = Array.from({ length: 3_000 }, (_, n) => ({
    ...ruleOf(`Rule${n}`, `sum(rate(e{service="s${n}"}[5m])) > 1`),
    annotations: { summary: `summary ${n}` },
  }));
  const alerts = [7, 2_999].map((n) => alertOf({}, { name: `Rule${n}`, labels: { alertname: `Rule${n}` } }));
  const listed = listedAlerts(
    environment(everything),
    [
      evidenceOf({ kind: "rules", rules }, { kind: "alert-rules" }, { id: "r" }),
      evidenceOf({ kind: "alerts", alerts }, { kind: "alerts" }, { id: "a" }),
    ],
    now,
    "",
  );
  expect(listed.map(({ name, service, annotations }) => [name, service, annotations.summary]).sort()).toEqual([
    ["Rule2999", "s2999", "summary 2999"],
    ["Rule7", "s7", "summary 7"],
  ]);
});

test("an Alertmanager that answers 500 takes nothing from what Prometheus tells, and the list says so", () => {
  const where = environment(["prometheus", "alertmanager"]);
  const questions = listQuestions(where, day, now);
  const answer = ({ upstream, purpose }: Question): Answer => {
    if (upstream === "shop/alertmanager") return gapOf("server-error");
    return purpose.kind === "alert-rules"
      ? {
          kind: "rules",
          rules: [{ ...ruleOf("Bad", "up == 0"), alerts: [alertOf({ service: "cart" }, { source: upstream })] }],
        }
      : gapOf("none-in-window");
  };
  const known = questions.map((question) => ({ ...evidenceOf(answer(question), question.purpose), question }));
  expect(listedAlerts(where, known, now, "").map(({ name, service }) => [name, service])).toEqual([["Bad", "cart"]]);
  expect(alertSources(where, questions, known).map(({ upstream, state }) => [upstream, state])).toEqual([
    ["shop/prometheus", "answered"],
    ["shop/alertmanager", "failed"],
  ]);
});
