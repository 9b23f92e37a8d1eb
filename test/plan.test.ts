import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Answer, Question } from "@/lib/evidence";
import { nextQuestions } from "@/lib/plan";
import { day, durationOf, hour, minute, shift } from "@/lib/signal/time";
import { at, correlationLead, drawnLead, drawnTraceId, gapOf, linesFrom, traceAnswer } from "@/test/draw";
import { environment, everything, purposes, type World, walk } from "@/test/installation";

const now = at("14:18:05");
const found = traceAnswer(
  `
  gateway     POST /checkout  0-30140 ! [server]
    order     CreateOrder     5-30120 ! [server]
      payment Charge         20-30010 ! [server]
`,
  { start: at("14:03:12") },
);
const lines = linesFrom(`
  14:03:12.481 INFO gateway POST /checkout accepted
  14:03:42.502 ERROR payment handshake timeout
`);
const shop: World = {
  trace: ({ upstream }) => (upstream === "shop/tempo" ? found : undefined),
  lines: ({ purpose }) => (purpose.kind === "lines-of-id" ? { kind: "lines", lines, limited: false } : undefined),
  families: [
    { __name__: "http_server_request_duration_seconds_count", job: "order" },
    { __name__: "http_server_request_duration_seconds_count", job: "gateway" },
    { __name__: "target_info", job: "order" },
    { __name__: "http_requests_total", job: "payment", service: "payment", namespace: "shop" },
    { __name__: "http_request_duration_seconds_count", job: "payment", service: "payment", namespace: "shop" },
  ],
  errorLabels: {
    http_requests_total: ["code"],
    http_server_request_duration_seconds_count: ["http_response_status_code"],
  },
  streams: [{ service_name: "gateway" }, { service_name: "order" }, { service_name: "payment" }],
};
const environments = [environment(everything)];
/** The id's lines by their text; those by metadata are asked beside them. */
const searches = (questions: readonly Question[]): Question[] =>
  ofKind(questions, "lines-of-id").filter(({ text }) => text.includes("} |= "));
const ofKind = (questions: readonly Question[], kind: Question["purpose"]["kind"]): Question[] =>
  questions.filter(({ purpose }) => purpose.kind === kind);

describe("id first, time follows", () => {
  test("every trace backend is asked at once, without a range, and Loki is not searched yet", () => {
    const { first } = walk({ lead: drawnLead, environments, world: shop, now });
    expect(ofKind(first, "trace-by-id").map(({ upstream, window }) => [upstream, window])).toEqual([
      ["shop/tempo", null],
      ["shop/jaeger", null],
    ]);
    expect(purposes(first)).not.toContain("lines-of-id");
  });

  test("without an environment named, all are asked, and the one that answers is taken", () => {
    const two = [environment(everything, { name: "staging" }), environment(everything)];
    const { first, plan } = walk({ lead: drawnLead, environments: two, world: shop, now });
    expect(ofKind(first, "trace-by-id").map(({ upstream }) => upstream)).toEqual([
      "staging/tempo",
      "staging/jaeger",
      "shop/tempo",
      "shop/jaeger",
    ]);
    expect(plan.environment?.name).toBe("shop");
  });

  test("the trace gives the window: half an hour before to a quarter after", () => {
    const { plan } = walk({ lead: drawnLead, environments, world: shop, now: at("15:00:00") });
    expect(plan.window).toEqual({ from: at("13:33:12"), to: at("14:18:43") });
  });

  test("the window ends now where the trace is younger than a quarter of an hour", () => {
    expect(walk({ lead: drawnLead, environments, world: shop, now }).plan.window?.to).toBe(now);
  });

  test("a window from the link is kept as it is", () => {
    const window = { from: at("13:00:00"), to: at("14:00:00") };
    expect(walk({ lead: drawnLead, environments, world: shop, now, window }).plan.window).toEqual(window);
  });

  test("Loki is searched as soon as every trace backend said no, in disjoint slices back from now", () => {
    const { asked } = walk({
      lead: drawnLead,
      environments,
      world: { ...shop, trace: () => undefined, lines: () => undefined },
      now,
    });
    const slices = searches(asked).map(({ window }) => window && [now - window.from, now - window.to]);
    expect(slices).toEqual([
      [15 * minute, 0],
      [hour, 15 * minute],
      [6 * hour, hour],
      [day, 6 * hour],
      [7 * day, day],
    ]);
  });

  test("Loki is searched after a second even if a trace backend still keeps silent", () => {
    const input = { lead: drawnLead, setting: { environments }, window: null, known: [], startedAt: now, deep: false };
    expect(nextQuestions({ ...input, now }).wake).toBe(shift(now, 1_000));
    const labels = nextQuestions({ ...input, now: shift(now, 1_000) });
    expect(labels.wake).toBeNull();
    expect(purposes(labels.questions)).toEqual(["trace-by-id", "trace-by-id", "line-labels", "line-labels"]);
  });

  test("a correlation id goes to Loki at once, and the window follows from its lines", () => {
    const { first, plan } = walk({
      lead: correlationLead,
      environments,
      world: { ...shop, trace: () => undefined },
      now: at("15:00:00"),
    });
    expect(purposes(first)).toContain("line-labels");
    expect(plan.window).toEqual({ from: at("13:33:12"), to: at("14:18:43") });
  });

  test("a trace id that stands in a correlation id's lines leads on to the trace", () => {
    const spoken = linesFrom("14:03:12.481 INFO gateway accepted", { trace_id: drawnTraceId });
    const world: World = { ...shop, lines: () => ({ kind: "lines", lines: spoken, limited: false }) };
    const { asked, plan } = walk({ lead: correlationLead, environments, world, now });
    expect(ofKind(asked, "trace-by-id").map(({ call }) => call)).toContainEqual({
      api: "tempo-trace",
      traceId: drawnTraceId,
    });
    expect(plan.identities.map(({ service }) => service.name)).toContain("payment");
  });

  test("a young trace is asked for once more, an old one is not", () => {
    const young = walk({ lead: drawnLead, environments, world: shop, now: at("14:03:50") });
    const again = ofKind(young.asked, "trace-by-id").filter(({ after }) => after.length > 0);
    expect(again.map(({ upstream }) => upstream)).toEqual(["shop/tempo"]);
    expect(young.plan.because).toContain("may still grow, it is asked for again at 14:03:56Z");
    expect(ofKind(walk({ lead: drawnLead, environments, world: shop, now }).asked, "trace-by-id")).toHaveLength(2);
  });
});

describe("kind to Loki", () => {
  const nowhere: World = { ...shop, trace: () => undefined, lines: () => undefined };

  test("no slice is read before its volume is known, and none over the budget", () => {
    const { asked, plan } = walk({
      lead: drawnLead,
      environments,
      now,
      world: { ...nowhere, volume: ({ window }) => (window && durationOf(window) > hour ? 170e9 : 1e9) },
    });
    expect(searches(asked)).toHaveLength(2);
    expect(plan.unasked).toContainEqual(
      expect.objectContaining({ slot: "lines", reason: "over-budget", next: "Search ≈ 340 GB" }),
    );
  });

  test("the reader may ask for the search all the same", () => {
    const { asked } = walk({
      lead: drawnLead,
      environments,
      now,
      deep: true,
      world: { ...nowhere, volume: () => 340e9 },
    });
    expect(searches(asked)).toHaveLength(5);
  });

  test("the sum of the slices is bounded, too", () => {
    const { asked } = walk({ lead: drawnLead, environments, now, world: { ...nowhere, volume: () => 2.45e9 } });
    expect(searches(asked)).toHaveLength(4);
  });

  test("an id that travels beside the line is asked for as well, and no line twice", () => {
    const { asked } = walk({ lead: drawnLead, environments, world: shop, now });
    const [, beside] = ofKind(asked, "lines-of-id").map(({ text }) => text);
    expect(beside).toContain(`!= "${drawnTraceId}"`);
    expect(beside).toContain(`| trace_id=~"${drawnTraceId}|`);
    expect(beside).toContain(` or traceID=~"${drawnTraceId}|`);
  });

  test("the widest legal selector is found, not assumed", () => {
    const { asked } = walk({
      lead: drawnLead,
      environments,
      now,
      world: { ...nowhere, streamLabels: ["filename", "job"] },
    });
    expect(ofKind(asked, "lines-of-id")[0]?.text).toMatch(/^\{job=~"\.\+"\} \|= /);
  });

  test("a label that Loki requires is used from then on", () => {
    const refused = gapOf(
      "query-rejected",
      "stream selector is missing required matchers [cluster], labels present in the query were [service_name]",
    );
    const { asked } = walk({
      lead: drawnLead,
      environments,
      now,
      world: {
        ...nowhere,
        lines: ({ text }) => (text.includes("cluster") ? { kind: "lines", lines, limited: false } : refused),
      },
    });
    expect(ofKind(asked, "lines-of-id").map(({ text }) => text.slice(0, 24))).toContain('{cluster=~".+"} |= "7c9d');
  });

  test("a label that Loki requires stands in the selectors of services, too", () => {
    const refused = gapOf(
      "query-rejected",
      "stream selector is missing required matchers [cluster], labels present in the query were [service_name]",
    );
    const { asked } = walk({
      lead: drawnLead,
      environments,
      now,
      world: {
        ...shop,
        lines: ({ text }) => (text.includes("cluster") ? { kind: "lines", lines, limited: false } : refused),
      },
    });
    expect(ofKind(asked, "lines-of-id").map(({ text }) => text.slice(0, 52))).toContain(
      '{cluster=~".+",service_name=~"gateway|order|payment"',
    );
  });

  test("no selector leaves signs out: `[^/]+` costs Loki a tenth of a second of a core each time", () => {
    const labels = ["service_name", "service", "app", "container", "container_name", "k8s_deployment_name", "job"];
    const { asked } = walk({ lead: drawnLead, environments, world: { ...shop, streamLabels: labels }, now });
    const matches = asked.flatMap(({ call }) => (call.api === "loki-series" ? call.matches : []));
    expect(matches.length).toBeGreaterThan(12);
    expect(matches.filter((each) => each.includes("[^"))).toEqual([]);
  });

  describe("what the search back has read is not read again for its services", () => {
    const byText = (question: Question): boolean => question.text.includes("} |= ");
    const told = (world: World, zero = at("14:10:00")): readonly Question[] =>
      walk({ lead: correlationLead, environments, world: { ...shop, ...world }, now: zero }).asked.filter(
        ({ purpose }) => purpose.kind === "lines-of-id" && purpose.rung < 0,
      );

    test("where it reached a minute before the lead and a minute behind it", () => {
      expect(told({})).toEqual([]);
    });

    test("but it is where the slice ends within that minute", () => {
      expect(told({}, at("14:18:05"))).toHaveLength(2);
    });

    test.each<{ readonly why: string; readonly answer: Answer }>([
      { why: "its limit was reached", answer: { kind: "lines", lines, limited: true } },
      { why: "it was refused", answer: gapOf("query-rejected") },
      { why: "it took too long", answer: gapOf("timeout") },
    ])("and where one of its two questions is not wholly answered: $why", ({ answer }) => {
      const once = (question: Question): Answer =>
        byText(question) ? { kind: "lines", lines, limited: false } : answer;
      expect(told({ lines: once })).toHaveLength(2);
    });
  });

  test("with the trace known, only its services and its minutes are read", () => {
    const { asked } = walk({ lead: drawnLead, environments, world: shop, now });
    const [own] = ofKind(asked, "lines-of-id");
    expect(own?.text).toContain('{service_name=~"gateway|order|payment"} |= "7c9d1e2f3a4b5c6d7e8f90a1b2c3d4e5"');
    expect(own?.window).toEqual({ from: at("14:02:12"), to: at("14:04:43") });
  });
});

describe("the right series", () => {
  test("services of one convention are asked together, by the label that names them", () => {
    const { asked } = walk({ lead: drawnLead, environments, world: shop, now });
    const red = ofKind(asked, "red").map(({ text }) => text);
    const rates =
      'sum by (job) (rate(http_server_request_duration_seconds_count{job=~"gateway|order",http_route!~".*/(?:health|healthz|livez|readyz|ready|live|ping|metrics|actuator(?:/.*)?)"}[60s]))';
    expect(red.filter((text) => text.includes(rates))).toHaveLength(1);
    expect(red.filter((text) => text.includes("http_requests_total") && text.includes('code=~"5..|5xx'))).toHaveLength(
      1,
    );
  });

  test("a family without a status label gives way to one that has it", () => {
    const world: World = { ...shop, errorLabels: { http_request_duration_seconds_count: ["status"] } };
    const payment = ofKind(walk({ lead: drawnLead, environments, world, now }).asked, "red").filter(
      ({ purpose }) => purpose.kind === "red" && purpose.services.some(({ service }) => service.name === "payment"),
    );
    expect(payment.every(({ text }) => !text.includes("http_requests_total"))).toBe(true);
    expect(payment.some(({ text }) => text.includes('status=~"5..|5xx'))).toBe(true);
  });

  test("rates reach over four samples, and steps are never finer than one", () => {
    const { asked } = walk({ lead: drawnLead, environments, world: { ...shop, samples: 5 }, now });
    const rates = ofKind(asked, "red");
    expect(rates.length).toBeGreaterThan(0);
    for (const { purpose, call } of rates) {
      expect(purpose).toMatchObject({ interval: minute, rateWindow: 4 * minute });
      expect(call).toMatchObject({ step: minute });
    }
  });

  test("a service no family names is said, with what to do", () => {
    const { plan } = walk({
      lead: drawnLead,
      environments,
      world: { ...shop, families: shop.families?.slice(0, 3) ?? [] },
      now,
    });
    expect(plan.unasked).toContainEqual(
      expect.objectContaining({
        slot: "spike",
        reason: "not-linked",
        text: "No known metric family in prometheus names payment.",
      }),
    );
  });

  test("a service of another namespace with the same name is not taken", () => {
    const world: World = {
      ...shop,
      trace: () => traceAnswer("shop/payment Charge 0-10 [server]", { start: at("14:03:12") }),
      families: [{ __name__: "http_requests_total", job: "payment", namespace: "billing" }],
    };
    expect(ofKind(walk({ lead: drawnLead, environments, world, now }).asked, "red")).toEqual([]);
  });
});

describe("bounded", () => {
  const wide = (services: number): World => ({
    ...shop,
    trace: ({ upstream }) =>
      upstream === "shop/tempo"
        ? traceAnswer(
            [
              "gateway GET / 0-1000 [server]",
              ...Array.from(
                { length: services - 1 },
                (_, index) => `  svc${index} call ${index}-${index + 5} [server]`,
              ),
            ].join("\n"),
            { start: at("14:03:12") },
          )
        : undefined,
    families: ["gateway", ...Array.from({ length: services }, (_, index) => `svc${index}`)].flatMap((job) => [
      { __name__: "http_server_request_duration_seconds_count", job },
      { __name__: "traces_spanmetrics_calls_total", service: job },
      { __name__: "target_info", job },
    ]),
    streams: ["gateway", ...Array.from({ length: services }, (_, index) => `svc${index}`)].map((service_name) => ({
      service_name,
    })),
  });

  test("five services cost at most 40 questions, sixty at most 60", () => {
    expect(walk({ lead: drawnLead, environments, world: wide(5), now }).asked.length).toBeLessThanOrEqual(40);
    expect(walk({ lead: drawnLead, environments, world: wide(60), now }).asked.length).toBeLessThanOrEqual(60);
  });

  test("services beyond sixty are named as not asked", () => {
    const { plan } = walk({ lead: drawnLead, environments, world: wide(63), now });
    expect(plan.unasked).toContainEqual(
      expect.objectContaining({
        reason: "over-budget",
        text: "Not asked for 3 more services on the path: svc59, svc60, svc61.",
      }),
    );
  });

  test("whatever the order of the answers, the same questions are asked", () => {
    const ids = (pick: (open: readonly Question[]) => number): string[] =>
      walk({ lead: drawnLead, environments, world: shop, now, window: { from: at("13:33:12"), to: now }, pick })
        .asked.map(({ id }) => id)
        .sort();
    // The first answers decide whether Loki must be searched without the trace; from the trace on all is one.
    const expected = ids(() => 0);
    fc.assert(
      fc.property(fc.infiniteStream(fc.nat(50)), (stream) => {
        const numbers = stream[Symbol.iterator]();
        const traceFirst = (open: readonly Question[]): number => {
          const trace = open.findIndex(({ purpose }) => purpose.kind === "trace-by-id");
          return trace >= 0 ? trace : Number(numbers.next().value ?? 0) % Math.max(open.length, 1);
        };
        expect(ids(traceFirst)).toEqual(expected);
      }),
      { numRuns: 30 },
    );
  });

  test("where an upstream gave no answer, nothing is denied", () => {
    const { plan } = walk({ lead: drawnLead, environments, now, world: { trace: () => gapOf("unreachable") } });
    for (const { text } of plan.unasked) expect(text).toContain("not known, as shop/jaeger, shop/tempo gave no answer");
  });

  test("nothing found anywhere: each slot that lives on it says why", () => {
    const { plan } = walk({ lead: drawnLead, environments, world: {}, now });
    expect(new Set(plan.unasked.map(({ slot }) => slot))).toEqual(new Set(["spike", "changes", "alerts"]));
  });
});
