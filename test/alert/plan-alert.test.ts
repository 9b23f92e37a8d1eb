/** The planner on an alert, on installations drawn in a few lines: which firing, which rule, which window, which words. */
import { describe, expect, test } from "vitest";
import { listedAlerts } from "@/lib/alert-list";
import type { Answer, Question } from "@/lib/evidence";
import { parseLead } from "@/lib/lead";
import { alertReading } from "@/lib/lead-kinds";
import type { Alert, AlertRule } from "@/lib/signal/alert";
import type { Labels } from "@/lib/signal/labels";
import type { Service } from "@/lib/signal/service";
import { day, hour, type Instant, minute, shift, toInstant } from "@/lib/signal/time";
import { at, drawnLead, gapOf } from "@/test/draw";
import { environment, everything, type World, walk } from "@/test/installation";

const now = at("14:30:00");
const labels = { alertname: "HighErrors", service: "gateway", cluster: "eu" };
const rule: AlertRule = {
  ...{ name: "HighErrors", group: "g", expression: 'rate(e{job="x"}[5m]) > 2', for: 5 * minute, keepFiringFor: 0 },
  ...{
    interval: 30_000,
    labels: { severity: "page" },
    annotations: {},
    problem: null,
    alerts: [],
    source: "shop/prometheus",
  },
  uid: null,
};
const firing: Alert = {
  ...{ name: "HighErrors", labels, annotations: {}, state: "firing", startsAt: at("14:10:00"), endsAt: null },
  ...{ expression: rule.expression, link: null, source: "shop/alertmanager" },
};
const worldOf = (alerts: readonly Alert[], rules: readonly AlertRule[]): World => ({
  answer: ({ purpose, upstream }: Question): Answer | undefined => {
    if (purpose.kind === "alerts") return alerts.length > 0 ? { kind: "alerts", alerts } : gapOf("none-in-window");
    if (purpose.kind !== "alert-rules") return undefined;
    return upstream === "shop/prometheus" && rules.length > 0 ? { kind: "rules", rules } : gapOf("none-in-window");
  },
  families: [{ __name__: "http_requests_total", job: "gateway" }],
  streams: [{ service_name: "gateway" }],
});
const planned = (text: string, world: World, environments = [environment(everything)], then: Instant = now) => {
  const parsed = parseLead(text);
  if (!parsed.ok) throw new Error(parsed.message);
  return walk({ lead: parsed.lead, environments, world, now: then });
};
const drawnOf = (asked: readonly Question[]) => asked.filter(({ purpose }) => purpose.kind === "alert-expression");

describe("the window", () => {
  test("begins three times as far back as rule and range look, at least half an hour, and ends now", () => {
    const { plan } = planned("HighErrors{}", worldOf([firing], [rule]));
    expect(plan.window).toEqual({ from: at("13:35:00"), to: now }); // active at 14:05, 3 × (5 + 5) min = 30 min
    const long = { ...rule, expression: "rate(e[1h]) > 2" };
    expect(planned("HighErrors{}", worldOf([firing], [long])).plan.window?.from).toBe(at("10:50:00"));
  });

  test("never begins more than six hours before, also of a rule over three days, and nothing of it reaches Loki", () => {
    const burn = { ...rule, expression: "rate(e[3d]) > 2" };
    const { asked, plan } = planned("HighErrors{}", worldOf([firing], [burn]));
    expect(plan.window?.from).toBe(at("08:05:00"));
    const lines = asked.filter(({ upstream, window }) => upstream === "shop/loki" && window !== null);
    const bounded = lines.filter(({ purpose }) => purpose.kind.startsWith("lines-"));
    expect(bounded.length).toBeGreaterThan(0);
    for (const { window } of bounded) expect((window?.to ?? 0) - (window?.from ?? 0)).toBeLessThanOrEqual(21 * minute);
  });

  test("asks Alertmanager once: whatever is active, whenever it began", () => {
    const { asked } = planned("HighErrors{}", worldOf([firing], [rule]));
    expect(asked.filter(({ purpose }) => purpose.kind === "alerts").map(({ window }) => window)).toEqual([null]);
    expect(asked.some(({ purpose }) => purpose.kind === "alert-history")).toBe(true);
  });

  test("of a link is kept as it is", () => {
    const link =
      "/investigate?lead=HighErrors%7B%7D&environment=shop&from=2026-11-21T14:00:00.000Z&to=2026-11-21T14:20:00.000Z";
    const parsed = parseLead(link);
    if (!parsed.ok) throw new Error(parsed.message);
    const { window } = parsed.lead;
    const { plan } = walk({
      lead: parsed.lead,
      environments: [environment(everything)],
      world: worldOf([firing], [rule]),
      now,
      window,
    });
    expect(plan.window).toEqual({ from: at("14:00:00"), to: at("14:20:00") });
    expect(plan.because).toContain("as given by the link");
  });

  test("of an alert that is long over is that of its own time", () => {
    const text = 'HighErrors{service="gateway"} since 2026-11-20T02:10:00.000Z until 2026-11-20T02:40:00.000Z';
    const { plan } = planned(text, worldOf([], [rule]));
    const day0 = toInstant(at("00:00:00") - day);
    expect(plan.window).toEqual({ from: shift(day0, hour + 35 * minute), to: shift(day0, 2 * hour + 45 * minute) });
    expect(plan.because).toContain("no source knows of this firing any more");
  });
});

describe("its expression", () => {
  test("is asked of the server that evaluates it, narrowed to the alert's own series, against its threshold", () => {
    const [drawn, ...others] = drawnOf(planned("HighErrors{}", worldOf([firing], [rule])).asked);
    expect(others).toEqual([]);
    expect(drawn).toMatchObject({
      upstream: "shop/prometheus",
      // `cluster` is external, `severity` the rule's own; `service` is left as the series' own.
      text: 'rate(e{service="gateway",job="x"}[5m])',
      purpose: {
        words: "alert above 2 per second",
        limits: [{ op: ">", value: 2 }],
        activeAt: at("14:05:00"),
        endsAt: null,
      },
    });
  });

  test("of a rule that was edited since is the present one, and that is said", () => {
    const { plan } = planned("HighErrors{}", worldOf([firing], [{ ...rule, expression: "rate(e[5m]) > 9" }]));
    expect(plan.unasked.map(({ text }) => text)).toContain(
      "The rule HighErrors has another expression now than when this alert was sent.",
    );
  });

  test("of a rule that is gone comes from the alert itself; without that, its record must do, and that is said", () => {
    const gone = { ...firing, labels: { ...labels, instance: "gateway-1:80", severity: "page" } };
    // Nobody tells any more which labels were the rule's: a series has their value, or none. Each target has an instance.
    expect(drawnOf(planned("HighErrors{}", worldOf([gone], [])).asked).map(({ text }) => text)).toEqual([
      'rate(e{instance="gateway-1:80",service=~"gateway|",severity=~"page|",job="x"}[5m])',
    ]);
    const { asked, plan } = planned("HighErrors{}", worldOf([{ ...firing, expression: null }], []));
    expect(drawnOf(asked)).toEqual([]);
    expect(plan.unasked.map(({ text }) => text)).toContain(
      "No rule called HighErrors is there now, so it cannot be drawn.",
    );
    expect(asked.some(({ purpose }) => purpose.kind === "alert-history")).toBe(true);
  });

  test("that no grammar reads is shown as text", () => {
    const { plan } = planned(
      "HighErrors{}",
      worldOf([{ ...firing, expression: null }], [{ ...rule, expression: "sum(((" }]),
    );
    expect(plan.unasked.map(({ text }) => text)).toContain(
      "The expression of HighErrors is no query that could be read: sum(((",
    );
  });
});

describe("which firing", () => {
  const early = { ...firing, labels: { ...labels, service: "cart" }, startsAt: at("13:10:00") };

  test("without labels the oldest that fires, with labels its own", () => {
    const world = worldOf([firing, early], [rule]);
    expect(planned("HighErrors{}", world).plan.because).toContain("cart by label service");
    expect(planned('HighErrors{service="gateway"}', world).plan.because).toContain("gateway by label service");
  });

  test("by its fingerprint alone", () => {
    const { plan } = planned(
      "alert fingerprint 764c888e53942f3c",
      worldOf([early, { ...firing, fingerprint: "764c888e53942f3c" }], [rule]),
    );
    expect(plan.because).toContain("gateway by label service");
  });

  test("by its expression alone, as Prometheus' own link has it", () => {
    const link = `http://vm:9090/graph?g0.expr=${encodeURIComponent(rule.expression)}&g0.tab=1`;
    expect(planned(link, worldOf([firing], [rule])).plan.because).toContain("HighErrors became active at 14:05:00Z");
  });

  test("in the environment that knows it; the others that do are named", () => {
    const two = [environment(["prometheus"], { name: "staging" }), environment(everything)];
    const { plan } = planned("HighErrors{}", worldOf([firing], [rule]), two);
    expect(plan.environment?.name).toBe("shop");
  });
});

test("the service that the reader looks at takes the place of those inferred, in every question, and that is said", () => {
  const parsed = parseLead("HighErrors{}");
  if (!parsed.ok) throw new Error(parsed.message);
  const looked = (service: Service | null) =>
    walk({
      ...{ lead: parsed.lead, environments: [environment(everything)], world: worldOf([firing], [rule]), now, service },
    });
  const own = looked(null);
  expect(own.plan.whose).toEqual([{ service: "gateway", why: "label service" }]);
  const { plan, asked } = looked({ name: 'pay"ment', namespace: "shop" });
  expect(plan.whose).toEqual([{ service: 'shop/pay"ment', why: "your choice" }]);
  expect(plan.because).toContain('pay"ment by your choice');
  expect(plan.window).toEqual(own.plan.window);
  const lines = asked.filter(({ purpose }) => purpose.kind === "identity");
  expect(lines.length).toBeGreaterThan(0);
  for (const { text } of lines) expect(text).not.toContain("gateway");
  expect(lines.some(({ text }) => text.includes('pay\\"ment'))).toBe(true);
});

describe("a label that is named after a service", () => {
  const whose = (own: Labels, job: string, expression = 'aws_msk_consumergroup_lag_sum{job="msk"} > 9') => {
    const alert = { ...firing, labels: { alertname: "HighErrors", ...own }, expression };
    const world = {
      ...worldOf([alert], [{ ...rule, expression }]),
      families: [{ __name__: "http_requests_total", job }],
    };
    return planned("HighErrors{}", world).plan;
  };
  const inPrometheus = "in shop/prometheus";

  test.each<[string, Labels, string, string]>([
    ["whole", { consumergroup: "rewards" }, "rewards", `consumergroup rewards, as job rewards ${inPrometheus}`],
    [
      "up to a separator",
      { consumergroup: "rewards-service-bets-v2" },
      "rewards-service",
      `consumergroup rewards-service-bets-v2, as job rewards-service ${inPrometheus}`,
    ],
    ["of a queue", { queue: "payment.charges" }, "payment", `queue payment.charges, as job payment ${inPrometheus}`],
    [
      "with its namespace",
      { application_name: "order-worker" },
      "shop/order",
      `application_name order-worker, as job shop/order ${inPrometheus}`,
    ],
  ])("%s: it is the one that series know", (_, own, job, why) => {
    const plan = whose(own, job);
    expect(plan.whose).toEqual([{ service: job.replace("shop/", ""), why }]);
    expect(plan.unasked.map(({ text }) => text).join(" ")).not.toContain("name a service");
  });

  test("of a probe it stands in the address, never in the name of who measures", () => {
    const probe = { instance: "https://payment.shop.example:8443/healthz", job: "blackbox" };
    const told = { service: "payment", why: `instance ${probe.instance}, as job payment ${inPrometheus}` };
    expect(whose(probe, "payment", "probe_success == 0").whose).toEqual([told]);
    expect(whose(probe, "blackbox", "probe_success == 0").whose).toEqual([]);
    expect(whose({ instance: "10.0.0.1:9100", job: "blackbox" }, "10", "probe_success == 0").whose).toEqual([]);
  });

  test("that no series know stays what it is, and half a word is no name", () => {
    expect(whose({ consumergroup: "rewardsx" }, "rewards").whose).toEqual([
      { service: "rewardsx", why: "label consumergroup" },
    ]);
    expect(whose({ queue: "rewardsx" }, "rewards").whose).toEqual([]);
  });

  test("beside a label that names one adds its own", () => {
    expect(whose({ consumergroup: "rewards-bets", service: "cart" }, "rewards", "lag > 9").whose).toMatchObject([
      { service: "cart", why: "label service" },
      { service: "rewards" },
    ]);
  });
});

test("a configured mapping says whose alert it is, before any label", () => {
  const mapping = {
    service: "shop/rewards",
    signal: "metrics",
    matchers: [{ label: "consumergroup", op: "=", value: "r" }],
  } as const;
  const lag = { ...firing, labels: { alertname: "HighErrors", consumergroup: "r", service: "exporter" } };
  const { plan } = planned("HighErrors{}", worldOf([lag], [rule]), [environment(everything, { mappings: [mapping] })]);
  expect(plan.because).toContain("rewards by mapping of consumergroup");
});

test("a mapping of alerts takes any comparison; one of another signal speaks of alerts only where it is exact", () => {
  const mapping = (signal: "alerts" | "metrics") =>
    ({ service: "rewards", signal, matchers: [{ label: "queue", op: "=~", value: "rewards-.*" }] }) as const;
  const late = { ...firing, labels: { alertname: "HighErrors", queue: "rewards-in" } };
  const because = (signal: "alerts" | "metrics") =>
    planned("HighErrors{}", worldOf([late], [rule]), [environment(everything, { mappings: [mapping(signal)] })]).plan
      .because;
  expect(because("alerts")).toContain("rewards by mapping of queue");
  expect(because("metrics")).not.toContain("rewards");
});

test("copies of an alert that differ in a configured label alone are one", () => {
  const copies = ["a", "b"].map((shard) => ({ ...firing, labels: { ...labels, shard }, source: `shop/${shard}` }));
  const listed = (ignoredAlertLabels: readonly string[]) => {
    const where = environment(everything, { ignoredAlertLabels });
    const { known } = walk({
      ...{ environments: [where], world: worldOf(copies, []), now },
      lead: { ...drawnLead, reading: alertReading({ name: "HighErrors" }, "") },
    });
    return listedAlerts(where, known, now, "");
  };
  expect(listed([])).toHaveLength(2);
  expect(listed(["shard"])).toMatchObject([{ name: "HighErrors", sources: ["shop/a", "shop/b"] }]);
});

describe("a rule of Loki's ruler", () => {
  const lines = { ...rule, source: "shop/loki", expression: 'sum by (service) (rate({app="x"} |= "e" [5m])) > 2' };
  const world = (loki: AlertRule): World => ({
    ...worldOf([{ ...firing, expression: null }], []),
    answer: (question) => {
      const { purpose, upstream } = question;
      if (purpose.kind === "alert-rules")
        return upstream === "shop/loki" ? { kind: "rules", rules: [loki] } : gapOf("none-in-window");
      return worldOf([{ ...firing, expression: null }], []).answer?.(question);
    },
  });

  test("is drawn from that Loki, narrowed, against its threshold, an hour around its onset at most", () => {
    const [drawn, ...others] = drawnOf(planned("HighErrors{}", world(lines)).asked);
    expect(others).toEqual([]);
    expect(drawn).toMatchObject({
      upstream: "shop/loki",
      text: 'sum by (service) (rate({app="x"} |= "e" | service="gateway" [5m]))',
      call: { api: "loki-range" },
      purpose: { words: "alert above 2 per second", limits: [{ op: ">", value: 2 }] },
    });
    const { window } = drawn ?? {};
    expect((window?.to ?? 0) - (window?.from ?? 0)).toBeLessThanOrEqual(2 * hour);
  });

  test("that looks back over days reads no line to be drawn, and that is said", () => {
    const { asked, plan } = planned("HighErrors{}", world({ ...lines, expression: 'rate({app="x"}[3d]) > 2' }));
    expect(drawnOf(asked)).toEqual([]);
    expect(plan.unasked.map(({ text }) => text).join(" ")).toContain("looks back 3 d over lines at each point");
  });
});

test("an alert that nobody knows ends with a word in every slot that lives on it", () => {
  const { plan } = planned("NeverHeardOf{}", worldOf([], []), [
    environment(everything),
    environment(["loki"], { name: "b" }),
  ]);
  expect(plan.unasked.map(({ slot }) => slot)).toEqual(["spike", "lines", "trace", "changes", "alerts"]);
});
