import { describe, expect, test } from "vitest";
import type { Purpose, Question } from "@/lib/evidence";
import { exemplarWindow } from "@/lib/recipes/red-exemplars";
import type { MappingSetting } from "@/lib/setting";
import { day, durationOf, hour, minute, second, shift } from "@/lib/signal/time";
import { at, drawnLead, gapOf, traceAnswer } from "@/test/draw";
import { environment, everything, type Walk, type World, walk } from "@/test/installation";

const now = at("15:00:00");
const counter = "http_requests_total";
const traceOf = (text: string): NonNullable<World["trace"]> => {
  const found = traceAnswer(text, { start: at("14:03:12") });
  return ({ upstream }) => (upstream === "shop/tempo" ? found : undefined);
};
const path = traceOf("gateway GET / 0-900 [server]\n  cart Add 5-40 [server]\n  payment Charge 50-800 [server]");
const shop: World = {
  trace: path,
  families: ["gateway", "cart", "payment"].map((job) => ({ __name__: counter, job })),
  errorLabels: { [counter]: ["code"] },
};
type Red = Extract<Purpose, { kind: "red" }>;
const redOf = ({ asked }: Walk): { readonly red: Red; readonly question: Question }[] =>
  asked.flatMap((question) => (question.purpose.kind === "red" ? [{ red: question.purpose, question }] : []));
const walked = (world: Partial<World>, more: Partial<Parameters<typeof walk>[0]> = {}): Walk =>
  walk({ lead: drawnLead, environments: [environment(everything)], world: { ...shop, ...world }, now, ...more });
const values = ({ services }: Red): string[] => services.map(({ value }) => value);
/** What each service's requests are asked with. */
const intervals = (run: Walk): Record<string, number> =>
  Object.fromEntries(
    redOf(run).flatMap(({ red }) => (red.role === "rate" ? values(red).map((value) => [value, red.interval]) : [])),
  );
const texts = (run: Walk, kind: Purpose["kind"]): string[] =>
  run.asked.filter(({ purpose }) => purpose.kind === kind).map(({ text }) => text);

describe("the range of rates", () => {
  test("covers the step of a long window", () => {
    const run = walked({}, { window: { from: shift(now, -day), to: now } });
    const found = redOf(run);
    expect(found).not.toEqual([]);
    for (const { red, question } of found) {
      expect(question.call).toMatchObject({ step: 10 * minute });
      expect(red.rateWindow).toBe(10 * minute);
      expect(question.text).toContain("[600s]");
    }
  });

  test("and its grid are those of the window, whenever it is opened", () => {
    const window = { from: at("13:33:12"), to: at("14:30:50") };
    const ids = (opened: typeof now): string[] =>
      redOf(walked({}, { window, now: opened })).map(({ question }) => question.id);
    expect(ids(window.to)).not.toEqual([]);
    expect(ids(shift(window.to, hour))).toEqual(ids(window.to));
  });
});

describe("the sample interval", () => {
  test("is each service's own", () => {
    const run = walked({ sampled: (value) => (value === "payment" ? { samples: 5 } : { samples: 20 }) });
    expect(intervals(run)).toEqual({ gateway: 15 * second, cart: 15 * second, payment: minute });
  });

  test("of pods younger than the range is the distance of their samples", () => {
    const run = walked({ sampled: (value) => (value === "payment" ? { samples: 12, span: 165 } : { samples: 20 }) });
    expect(intervals(run).payment).toBe(15 * second);
    expect(redOf(run).filter(({ red }) => red.role === "rate")).toHaveLength(1);
  });

  test("of pods too young to tell is their neighbours'", () => {
    const run = walked({ sampled: (value) => (value === "payment" ? { samples: 2, span: 30 } : { samples: 10 }) });
    expect(intervals(run).payment).toBe(30 * second);
  });

  test("is not shortened where samples are rare", () => {
    const run = walked({ sampled: () => ({ samples: 2, span: 240 }) });
    expect(intervals(run).payment).toBe(2 * minute);
  });

  test("of a scrape that failed now and then is no other one", () => {
    const run = walked({ sampled: (value) => ({ samples: value === "cart" ? 16 : 20 }) });
    expect(new Set(Object.values(intervals(run)))).toEqual(new Set([15 * second]));
  });
});

describe("spans that serve nobody", () => {
  const calls = "traces_spanmetrics_calls_total";
  const world: Partial<World> = {
    trace: traceOf("poller sync 0-900\n  poller send 50-60 [producer]"),
    families: [{ __name__: calls, service: "poller" }],
  };
  const isServed = ({ text }: Question): boolean => text.includes("SPAN_KIND_SERVER|SPAN_KIND_CONSUMER");
  const roles = (run: Walk): string[] =>
    redOf(run).map(({ red, question }) => `${red.role} ${isServed(question) ? "served" : "made"} ${red.title}`);

  test("hand over to the calls and messages that the service sends, asked for only then", () => {
    const silent = walked({
      ...world,
      answer: (question) =>
        question.purpose.kind === "interval" && isServed(question) ? gapOf("none-in-window") : undefined,
    });
    expect(roles(silent)).toEqual([
      "rate made calls it makes, of the traces kept",
      "errors made failed calls it makes, of the traces kept",
      "latency-p99 made p99 latency",
    ]);
    for (const { question } of redOf(silent)) expect(question.text).toContain("SPAN_KIND_CLIENT|SPAN_KIND_PRODUCER");
    expect(silent.plan.unasked.map(({ text }) => text).filter((text) => text.includes("told of no user"))).toEqual([]);
    const serving = walked(world);
    expect(texts(serving, "interval")).toHaveLength(1);
    expect(roles(serving)[0]).toBe("rate served spans served, of the traces kept");
  });

  test("where it sends none either, that is said as ever", () => {
    const { plan } = walked({
      ...world,
      answer: ({ purpose }) => (purpose.kind === "interval" ? gapOf("none-in-window") : undefined),
    });
    expect(plan.unasked.map(({ text }) => text).join(" ")).toContain(`${calls} of poller told of no user's request`);
  });
});

test("the label of failures is each service's own", () => {
  const run = walked({
    sampled: (value) => ({ samples: 20, errorLabels: value === "payment" ? ["status"] : ["code"] }),
  });
  const errors = redOf(run).flatMap(({ red, question }) => (red.role === "errors" ? [question.text] : []));
  expect(errors).toHaveLength(1);
  const operands = errors[0]?.split("\nor ");
  expect(operands?.find((text) => text.includes('job="payment"'))).toContain(',status=~"5..|5xx');
  expect(operands?.find((text) => text.includes('job=~"cart|gateway"'))).toContain(',code=~"5..|5xx');
});

describe("namespaces", () => {
  const inBoth = ["billing", "shop"].map((namespace) => ({ __name__: counter, job: "payment", namespace }));

  test("of one name are never summed: each has series of its own, in one question", () => {
    const run = walked({
      trace: traceOf("shop/payment Charge 0-900 [server]\n  billing/payment Book 5-40 [server]"),
      families: inBoth,
    });
    const rates = redOf(run).filter(({ red }) => red.role === "rate");
    expect(rates).toHaveLength(1);
    const [rate] = rates;
    expect(rate?.red.label).toBe("subject");
    expect(rate?.red.services.map(({ service, value }) => [service.namespace, value])).toEqual([
      ["shop", 'payment (http-requests job namespace="shop")'],
      ["billing", 'payment (http-requests job namespace="billing")'],
    ]);
    for (const space of ["shop", "billing"])
      expect(rate?.question.text).toContain(`job="payment",namespace="${space}"`);
    expect(texts(run, "versions-of-metrics").map((text) => /namespace="(\w+)"/.exec(text)?.[1])).toEqual([
      "shop",
      "billing",
    ]);
  });

  test("that the trace does not tell leave a gap, and no series", () => {
    const run = walked({ trace: traceOf("payment Charge 0-900 [server]"), families: inBoth });
    expect(redOf(run)).toEqual([]);
    expect(run.plan.unasked).toContainEqual(
      expect.objectContaining({
        slot: "spike",
        reason: "not-linked",
        text: "payment exists in namespaces billing and shop; the trace does not tell which.",
      }),
    );
  });
});

describe("a configured mapping", () => {
  const mapped = (mapping: MappingSetting): Partial<Parameters<typeof walk>[0]> => ({
    environments: [environment(everything, { mappings: [mapping] })],
  });
  const v2: MappingSetting = {
    service: "payment",
    signal: "metrics",
    matchers: [
      { label: "job", op: "=", value: "shop/payment-v2" },
      { label: "cluster", op: "!~", value: "dr-.*" },
    ],
  };

  test("is asked for, and all its matchers stand in every question", () => {
    const run = walked(
      {
        families: [{ __name__: counter, job: "shop/payment-v2", cluster: "eu" }],
        trace: traceOf("payment Charge 0-900"),
      },
      mapped(v2),
    );
    expect(texts(run, "identity")[0]).toContain('job="shop/payment-v2",cluster!~"dr-.*"');
    expect(redOf(run)).not.toEqual([]);
    for (const { question } of redOf(run)) expect(question.text).toContain('job="shop/payment-v2",cluster!~"dr-.*"');
  });

  test("that matches nothing is said, and nothing else is taken for it", () => {
    const run = walked({}, mapped(v2));
    expect(redOf(run).some(({ red }) => values(red).includes("payment"))).toBe(false);
    expect(run.plan.unasked.map(({ text }) => text)).toContain(
      'No series of a known metric family in prometheus matches the mapping {job="shop/payment-v2",cluster!~"dr-.*"} of payment.',
    );
  });

  test("may name several series of one service", () => {
    const run = walked(
      {
        families: ["pay-a", "pay-b"].map((job) => ({ __name__: counter, job })),
        trace: traceOf("payment Charge 0-900"),
      },
      mapped({ ...v2, matchers: [{ label: "job", op: "=~", value: "pay-.*" }] }),
    );
    const [rate] = redOf(run);
    expect(rate && values(rate.red)).toEqual(["pay-a", "pay-b"]);
    expect(rate?.question.why).toBe("HTTP requests of payment, by job");
  });
});

describe("versions in metrics", () => {
  test("are those of the service, not of what it runs on", () => {
    const [text] = texts(walked({}), "versions-of-metrics");
    const excluded = new RegExp(`^(?:${/__name__!~"([^"]+)"/.exec(text ?? "")?.[1]})$`);
    expect(["go_build_info", "jmx_exporter_build_info"].every((name) => excluded.test(name))).toBe(true);
    expect(["payment_build_info", "build_info", "target_info"].some((name) => excluded.test(name))).toBe(false);
  });

  test("are asked for once a service, however many families it has", () => {
    const run = walked({
      trace: traceOf("shop/payment Charge 0-900 [server]"),
      families: [
        { __name__: counter, job: "shop/payment" },
        { __name__: "target_info", job: "shop/payment", k8s_namespace_name: "shop" },
      ],
    });
    expect(texts(run, "versions-of-metrics")).toHaveLength(1);
  });
});

describe("exemplars are asked for", () => {
  const focus = { from: at("14:03:12"), to: at("14:03:43") };

  test("over five minutes before the lead and twenty-five after", () => {
    const window = { from: at("13:33:12"), to: at("14:48:43") };
    expect(exemplarWindow(window, focus)).toEqual({ from: at("13:58:12"), to: at("14:28:12") });
  });

  test("within the window", () => {
    const window = { from: at("14:00:00"), to: at("15:00:00") };
    expect(exemplarWindow(window, focus)).toEqual({ from: at("14:00:00"), to: at("14:28:12") });
  });

  test("over all of a short window", () => {
    const window = { from: at("13:40:00"), to: at("14:10:00") };
    expect(exemplarWindow(window, focus)).toEqual(window);
  });

  test.each([
    ["before", "11:00:00", "12:00:00", "11:50:00"],
    ["after", "16:00:00", "17:00:00", "16:50:00"],
  ])("over its last ten minutes where a link's window lies %s the lead", (_, from, to, start) => {
    expect(exemplarWindow({ from: at(from), to: at(to) }, focus)).toEqual({ from: at(start), to: at(to) });
  });

  test("never from an end to itself, even where a skewed clock left an empty window", () => {
    const instant = at("14:00:00");
    expect(durationOf(exemplarWindow({ from: instant, to: instant }, focus))).toBe(10 * minute);
  });

  test("together, whatever the interval and label of failures", () => {
    const run = walked({ sampled: (value) => ({ samples: value === "payment" ? 5 : 20 }) });
    expect(texts(run, "exemplars")).toHaveLength(1);
  });
});
