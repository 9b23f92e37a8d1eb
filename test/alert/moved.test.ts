/** An alert that names no service, on drawn numbers: who is taken, who is not, and how that is said. */
import { describe, expect, test } from "vitest";
import type { Answer, Question } from "@/lib/evidence";
import { parseLead } from "@/lib/lead";
import type { MappingSetting } from "@/lib/setting";
import type { AlertRule } from "@/lib/signal/alert";
import type { Labels } from "@/lib/signal/labels";
import type { Series } from "@/lib/signal/series";
import { minute, shift } from "@/lib/signal/time";
import { at, gapOf } from "@/test/draw";
import { environment, everything, type World, walk } from "@/test/installation";

const now = at("14:30:00");
const active = at("14:10:00");
const sum = 'sum(rate(http_requests_total{code=~"5.."}[2m]))';
const rule: AlertRule = {
  ...{ name: "AnyErrors", group: "g", expression: `${sum} > 1`, for: 0, keepFiringFor: 0, interval: 30_000 },
  ...{ labels: { severity: "page" }, annotations: {}, problem: null, source: "shop/prometheus", uid: null },
  alerts: [
    {
      ...{ name: "AnyErrors", labels: { alertname: "AnyErrors" }, annotations: {}, state: "firing", endsAt: null },
      ...{ startsAt: active, activeAt: active, expression: null, link: null, source: "shop/prometheus" },
    },
  ],
};

/** Failures a second before and behind its own onset; of 20 requests a second, unless told. */
type Fares = {
  readonly failed?: readonly [number, number];
  readonly since?: string;
  readonly requests?: readonly [number, number];
  readonly series?: number;
  readonly seconds?: readonly [number, number];
};
type Drawn = Readonly<Record<string, Fares>>;

const quiet: readonly [number, number] = [0.02, 0.02];
const failed = { failed: [0.02, 5] } as const;
function seriesOf(
  { window, call }: Question,
  labels: Labels,
  since: string,
  levels: readonly [number, number],
): Series {
  const step = "step" in call ? call.step : 30_000;
  const from = window?.from ?? now;
  const values = Array.from({ length: Math.floor(((window?.to ?? now) - from) / step) + 1 }, (_, n) => {
    const [before, after] = levels;
    // As a rate over two minutes shows a step.
    const share = Math.min(1, Math.max(0, (from + n * step - at(since)) / (2 * minute)));
    return (before + share * (after - before)) * (1 + 0.03 * (((n * 7) % 5) - 2));
  });
  return { labels, start: from, step, values: Float64Array.from(values) };
}

/** `apart`: what the alert's own expression holds of each service. */
function worldOf(drawn: Drawn, own: AlertRule = rule, apart: Drawn = {}): World {
  const names = Object.keys(drawn);
  const all = (question: Question, levels: (fares: Fares) => readonly [number, number]): Answer => ({
    kind: "series",
    series: names.flatMap((service) => {
      const fares = drawn[service] ?? {};
      return question.text.includes(service)
        ? [seriesOf(question, { service }, fares.since ?? "14:09:00", levels(fares))]
        : [];
    }),
  });
  return {
    answer: (question) => {
      const { purpose, text, call } = question;
      if (purpose.kind === "alert-rules")
        return question.upstream === "shop/prometheus" ? { kind: "rules", rules: [own] } : gapOf("none-in-window");
      if (purpose.kind === "alert-expression")
        return { kind: "series", series: [seriesOf(question, {}, "14:09:00", [0.1, 6])] };
      if (purpose.kind !== "identity" || purpose.signal !== "alerts") return undefined;
      if (isApart(question)) {
        const told = Object.entries(apart).map(([service, { failed = quiet, since = "14:09:00" }]) =>
          seriesOf(question, { service, job: "any" }, since, failed),
        );
        return told.length > 0 ? { kind: "series", series: told } : gapOf("none-in-window");
      }
      if (call.api === "prometheus-instant")
        return {
          kind: "series",
          series: names.map((service) => ({
            labels: { family: "http_requests_total", service },
            ...{ start: now, step: 0, values: Float64Array.of(drawn[service]?.series ?? 4) },
          })),
        };
      if (text.includes("_sum")) return all(question, ({ seconds = [0.1, 0.1] }) => seconds);
      return text.includes("5..")
        ? all(question, ({ failed = quiet }) => failed)
        : all(question, ({ requests = [20, 20] }) => requests);
    },
  };
}

const isApart = ({ call, text }: Question): boolean =>
  call.api === "prometheus-range" && text.startsWith("sum by (service_name");

function looked(drawn: Drawn, own: AlertRule = rule, mappings: readonly MappingSetting[] = [], apart: Drawn = {}) {
  const parsed = parseLead("AnyErrors{}");
  if (!parsed.ok) throw new Error(parsed.message);
  const { plan, asked } = walk({
    ...{
      lead: parsed.lead,
      environments: [environment(everything, { mappings })],
      world: worldOf(drawn, own, apart),
      now,
    },
  });
  const all = asked.filter(({ purpose }) => purpose.kind === "identity" && purpose.signal === "alerts");
  const compared = all.filter((question) => !isApart(question));
  return {
    ...{
      plan,
      compared,
      taken: all.filter(isApart),
      whose: plan.whose?.map(({ service }) => service),
      others: plan.others,
    },
    why: plan.whose?.map(({ why }) => why).join("; ") ?? "",
    gaps: plan.unasked.map(({ text }) => text).join(" "),
  };
}

describe("what its expression sums, service by service", () => {
  const apart = (drawn: Drawn, own: AlertRule = rule) => looked({ payment: failed, cart: failed }, own, [], drawn);

  test("is one question to the server of the rule; whoever alone has such series is meant, and nothing else is asked", () => {
    const { whose, why, taken, compared } = apart({ core: {} });
    expect(whose).toEqual(["core"]);
    expect(why).toBe("http_requests_total, which it alone has");
    expect(taken.map(({ text }) => text.replace(/by \(.*?\)/, "by (…)"))).toEqual([
      'sum by (…) (rate(http_requests_total{code=~"5.."}[2m]))',
    ]);
    expect(compared).toEqual([]);
  });

  test("of several it is the one that moved with the alert's value, in the alert's direction", () => {
    const { whose, why, others } = apart({
      core: failed,
      web: { failed: [0.02, 0.4] },
      cart: {},
      low: { failed: [5, 0.1] },
    });
    expect(whose).toEqual(["core"]);
    expect(why).toMatch(
      /^http_requests_total from 0\.02 \/s to 5 \/s at 14:0[89]:\d\dZ, when the alert's value moved$/,
    );
    expect(others?.text).toContain("next is web (from 0.02 /s to 0.4 /s); those of 2 other services did not");
    const low = { ...rule, expression: `${sum} < 1` };
    expect(apart({ core: failed, low: { failed: [5, 0.1] } }, low).whose).toEqual(["low"]);
  });

  test("where none of them moved, or they name nobody, the requests of all are compared", () => {
    expect(apart({ core: {}, web: {} }).whose).toEqual(["cart", "payment"]);
    expect(apart({}).whose).toEqual(["cart", "payment"]);
  });

  test("is not asked of buckets, which mean nothing one by one", () => {
    const slow = { ...rule, expression: "histogram_quantile(0.99, sum by (le) (rate(x_bucket[5m]))) > 1" };
    expect(apart({ core: {} }, slow).taken).toEqual([]);
  });
});

describe("of the services whose failures rose when the alert's value did", () => {
  test("the one that leaves all others far behind is taken, with when, how much, and how the others fared", () => {
    const { whose, why, others, gaps } = looked({ payment: failed, cart: {}, stock: { failed: [0.02, 0.6] }, web: {} });
    expect(whose).toEqual(["payment"]);
    expect(why).toMatch(
      /^failed requests from 0\.02 \/s to 4\.[5-9] \/s at 14:0[89]:\d\dZ, when the alert's value moved$/,
    );
    expect(others).toEqual({
      text: "Nothing names a service, so the failed requests of all were compared: next is stock (from 0.02 /s to 0.6 /s); those of 2 other services did not.",
      services: ["stock"],
    });
    expect(gaps).not.toContain("name a service");
  });

  test("up to three that rose alike are taken together: a failed call fails at both its ends", () => {
    const { whose } = looked({ payment: failed, order: { failed: [0.02, 4.5] }, web: { failed: [0, 4] }, cart: {} });
    expect(whose).toEqual(["payment", "order", "web"]);
  });

  test("none of four or more that rose alike is taken, and that is said with their names", () => {
    const { whose, others, gaps } = looked({ a1: failed, a2: failed, a3: failed, a4: failed, cart: {} });
    expect(whose).toEqual([]);
    expect(others?.services).toEqual(["a1", "a2", "a3", "a4"]);
    expect(gaps).toContain("The failed requests of a1, a2, a3 and a4 moved alike when the alert's value moved");
    expect(gaps).toContain("none stands apart");
  });

  test("one that rose a quarter of an hour before has nothing to do with it", () => {
    const { whose } = looked({ payment: failed, cart: { failed: [0.02, 50], since: "13:52:00" }, web: {} });
    expect(whose).toEqual(["payment"]);
  });
});

test("where no failures rose, requests that fell away tell it", () => {
  const { whose, why } = looked({ payment: { requests: [20, 1] }, cart: {}, web: {} });
  expect(whose).toEqual(["payment"]);
  expect(why).toMatch(/^requests from 20 \/s to 1 \/s at /);
});

test("an alert about seconds compares mean latencies first", () => {
  const slow = {
    ...rule,
    expression: "histogram_quantile(0.99, sum by (le) (rate(http_request_duration_seconds_bucket[5m]))) > 1",
  };
  const { whose, why, compared } = looked({ payment: failed, cart: { seconds: [0.1, 2] }, web: {} }, slow);
  expect(compared.some(({ text }) => text.includes("_sum"))).toBe(true);
  expect(whose).toEqual(["cart"]);
  expect(why).toMatch(/^mean latency from 100 ms to 2 s at /);
  expect(looked({ payment: failed, cart: {} }).compared.some(({ text }) => text.includes("_sum"))).toBe(false);
});

test("where nothing moved, that is said, and nobody is taken", () => {
  const { whose, gaps } = looked({ payment: {}, cart: {} });
  expect(whose).toEqual([]);
  expect(gaps).toContain("None of the 2 services that count requests here moved when the alert's value moved.");
});

describe("what comparing them costs", () => {
  test("is one question who there is and two how they fared, around the onset alone", () => {
    const { compared } = looked({ payment: failed, cart: {}, web: {} });
    expect(compared).toHaveLength(3);
    for (const { window } of compared) {
      if (!window) continue;
      expect(window.from).toBeGreaterThanOrEqual(shift(active, -35 * minute));
      expect(window.to).toBeLessThanOrEqual(shift(active, 20 * minute));
    }
  });

  test("is never more than 20,000 series; who has more is left out, and that is said", () => {
    const { compared, whose, others } = looked({ payment: failed, cart: {}, huge: { ...failed, series: 30_000 } });
    expect(compared.some(({ text }) => text.includes("huge"))).toBe(false);
    expect(whose).toEqual(["payment"]);
    expect(others?.text).toContain("1 service of many series was not looked at.");
  });

  test("is nothing where a label names the service, or where the rule fires always", () => {
    const named = { ...rule, expression: 'sum(rate(http_requests_total{service="cart"}[2m])) > 1' };
    expect(looked({ payment: failed, cart: {} }, named)).toMatchObject({ compared: [], whose: ["cart"] });
    const always = { ...rule, expression: "vector(1)" };
    expect(looked({ payment: failed, cart: {} }, always).compared).toEqual([]);
  });
});

test("series that a mapping gives to a service are that service's", () => {
  const matchers = [{ label: "service", op: "=", value: "pay-v2" }] as const;
  const { whose } = looked({ "pay-v2": failed, cart: {} }, rule, [{ service: "payment", signal: "metrics", matchers }]);
  expect(whose).toEqual(["payment"]);
});
