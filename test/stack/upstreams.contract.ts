/** The clients against real servers that were told a world: what comes back is what the world says, to the sample. */
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { readCurrent } from "@/lib/config/current";
import type { Answer, AnswerOf, Call, Evidence, Slot } from "@/lib/evidence";
import { question } from "@/lib/recipes/question";
import type { UpstreamKind } from "@/lib/setting";
import { lineInstant } from "@/lib/signal/lines";
import { instantOf } from "@/lib/signal/series";
import { hour, minute, second, shift, toInstant, type Window } from "@/lib/signal/time";
import { spanAt, spanCount } from "@/lib/signal/trace";
import { type Asker, createAsk } from "@/lib/upstream/ask";
import { createBudget } from "@/lib/upstream/budget";
import { stackWorld } from "@/test/stack/start";

const zero = toInstant(Number(process.env.STACK_ZERO));
const until = toInstant(Number(process.env.STACK_FED_UNTIL));
const world = stackWorld(zero);
const whole: Window = { from: shift(until, -2 * hour), to: until };
const recent: Window = { from: shift(until, -10 * minute), to: until };
const traceId = process.env.STACK_TRACE_ID ?? "";

let asker: Asker;
let setting: Extract<ReturnType<typeof readCurrent>, { ok: true }>["current"]["setting"];
beforeAll(() => {
  const current = readCurrent(process.env, process.cwd());
  if (!current.ok) throw new Error(current.text);
  setting = current.current.setting;
  asker = createAsk(current.current.upstreams, () => toInstant(Date.now()));
});

async function ask(kind: UpstreamKind, call: Call, window: Window | null, slot: Slot = "spike"): Promise<Evidence> {
  const upstream = setting.environments[0]?.upstreams.find((each) => each.kind === kind);
  if (!upstream) throw new Error(`no ${kind} in ${readFileSync(process.env.THROUGHLINE_CONFIG ?? "", "utf8")}`);
  const asked = question({
    upstream,
    slot,
    purpose: { kind: "alerts" },
    call,
    text: call.api,
    window,
    why: "contract",
    after: [],
  });
  return asker.ask(asked, new AbortController().signal, createBudget());
}
function as<Kind extends Answer["kind"]>(evidence: Evidence, kind: Kind): AnswerOf<Kind> {
  const { answer } = evidence;
  const is = (each: Answer): each is AnswerOf<Kind> => each.kind === kind;
  if (!is(answer)) throw new Error(`${evidence.receipt.request}: ${JSON.stringify(answer).slice(0, 400)}`);
  return answer;
}

describe("Prometheus", () => {
  test("every sample of a counter is the world's, to the digit", async () => {
    const { series } = as(
      await ask(
        "prometheus",
        { api: "prometheus-range", query: "http_requests_total", step: 15 * second },
        { from: toInstant(Math.floor(recent.from / 15_000) * 15_000), to: recent.to },
      ),
      "series",
    );
    const told = world.series(whole, ({ __name__ }) => __name__ === "http_requests_total");
    expect(series.length).toBeGreaterThan(5);
    let compared = 0;
    for (const each of series) {
      const same = told.find(({ labels }) =>
        Object.entries(each.labels).every(([label, value]) => label === "__name__" || labels[label] === value),
      );
      expect(same, JSON.stringify(each.labels)).toBeDefined();
      for (let index = 0; index < each.values.length; index += 1) {
        const value = each.values[index] ?? null;
        const at = instantOf(each, index);
        const last = same?.at.findLastIndex((sampled) => sampled <= at) ?? -1;
        if (value === null || last < 0) continue;
        expect(value).toBe(same?.values[last]);
        compared += 1;
      }
    }
    expect(compared).toBeGreaterThan(200);
  });

  test("exemplars lead to traces that were kept", async () => {
    const { exemplars } = as(
      await ask(
        "prometheus",
        { api: "prometheus-exemplars", query: "http_server_request_duration_seconds_bucket" },
        recent,
      ),
      "exemplars",
    );
    expect(exemplars.length).toBeGreaterThan(5);
    for (const exemplar of exemplars) {
      const request = world.request(exemplar.traceId);
      expect(request && world.isTraceKept(request)).toBe(true);
    }
  });

  test("a query that does not parse is refused with Prometheus' own words and place", async () => {
    const { answer } = await ask("prometheus", { api: "prometheus-instant", query: "rate(x[1m]", at: until }, null);
    expect(answer).toMatchObject({
      kind: "gap",
      reason: "query-rejected",
      text: expect.stringContaining("unclosed left parenthesis"),
    });
  });

  test("more than 11,000 points are refused, and an unknown metric is none in the window", async () => {
    const many = await ask(
      "prometheus",
      { api: "prometheus-range", query: "up", step: second },
      { from: shift(until, -5 * hour), to: until },
    );
    expect(many.answer).toMatchObject({
      kind: "gap",
      reason: "query-rejected",
      text: expect.stringContaining("11,000"),
    });
    const none = await ask("prometheus", { api: "prometheus-range", query: "no_such_metric", step: minute }, whole);
    expect(none.answer).toMatchObject({ kind: "gap", reason: "none-in-window" });
  });

  test("a warning of a good answer reaches the reader", async () => {
    const warned = await ask(
      "prometheus",
      { api: "prometheus-instant", query: "histogram_quantile(0.9, http_requests_total)", at: until },
      null,
    );
    expect(warned.notes.join(" ")).toContain("bucket label");
  });
});

describe("Jaeger", () => {
  test("a trace is whole: every span, its service, time and failure", async () => {
    const { trace } = as(await ask("jaeger", { api: "jaeger-trace", traceId }, null, "trace"), "trace");
    const request = world.request(traceId);
    const told = request
      ? world.traceOf(request).flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans))
      : [];
    expect(spanCount(trace)).toBe(told.length);
    const arrived = Array.from({ length: spanCount(trace) }, (_, row) => spanAt(trace, row));
    expect(arrived.map(({ id }) => id).sort()).toEqual(told.map(({ spanId }) => spanId).sort());
    for (const span of arrived) {
      const same = told.find(({ spanId }) => spanId === span.id);
      expect([span.name, span.duration]).toEqual([
        same?.name,
        Number(BigInt(same?.endTimeUnixNano ?? 0) - BigInt(same?.startTimeUnixNano ?? 0)),
      ]);
    }
    expect(arrived.some(({ failed }) => failed)).toBe(true);
    expect(arrived[0]?.service).toEqual({ name: "gateway", namespace: "shop" });
  });

  test("an unknown id is not found, which is no failure", async () => {
    const { answer } = await ask(
      "jaeger",
      { api: "jaeger-trace", traceId: "00000000000000000000000000000abc" },
      null,
      "trace",
    );
    expect(answer).toMatchObject({ kind: "gap", reason: "not-found" });
  });
});

describe("Loki", () => {
  const lines = (query: string, limit = 1_000, window = whole): Promise<Evidence> =>
    ask("loki", { api: "loki-lines", query, limit, direction: "forward" }, window, "lines");

  test("lines of an id, in text and beside it, are the world's, in order", async () => {
    const request = world.request(traceId);
    const told = request ? world.linesOf(request) : [];
    const inText = as(await lines(`{service_name=~".+"} |= "${traceId}"`), "lines").lines;
    const beside = as(await lines(`{service_name=~".+"} != "${traceId}" | trace_id="${traceId}"`), "lines").lines;
    expect(inText.text.length + beside.text.length).toBe(told.length);
    expect(beside.text.length).toBeGreaterThan(0);
    for (const block of [inText, beside])
      for (let row = 1; row < block.text.length; row += 1)
        expect(lineInstant(block, row)).toBeGreaterThanOrEqual(lineInstant(block, row - 1));
  });

  test("a limit cuts, and the cut is said", async () => {
    const evidence = await lines('{service_name=~".+"}', 50);
    expect(as(evidence, "lines").limited).toBe(true);
    expect(evidence.partial).toBe(true);
    expect(evidence.notes.join(" ")).toContain("50 lines");
  });

  test("labels, streams, volume and counts by level can be had", async () => {
    expect(as(await ask("loki", { api: "loki-labels" }, whole, "lines"), "names").names).toContain("service_name");
    const streams = as(
      await ask("loki", { api: "loki-series", matches: ['{service_name=~"(?:[^/]+/)?(?:payment)"}'] }, whole, "lines"),
      "label-sets",
    ).sets;
    expect(new Set(streams.map(({ service_name }) => service_name))).toEqual(new Set(["payment"]));
    expect(
      as(await ask("loki", { api: "loki-volume", query: '{service_name=~".+"}' }, whole, "lines"), "volume").bytes,
    ).toBeGreaterThan(100_000);
    const counted = as(
      await ask(
        "loki",
        {
          api: "loki-range",
          query: 'sum by (detected_level) (count_over_time({service_name=~".+"}[60s]))',
          step: minute,
        },
        recent,
        "lines",
      ),
      "series",
    );
    expect(counted.series.map(({ labels }) => labels.detected_level)).toContain("error");
  });

  test("a selector that matches everything is refused in Loki's own words", async () => {
    expect((await lines('{app=~".*"}')).answer).toMatchObject({
      kind: "gap",
      reason: "query-rejected",
      text: expect.stringContaining("at least one regexp or equality matcher"),
    });
  });
});

describe("Alertmanager and Grafana", () => {
  test("the alert of the incident is there with its expression, and its lease is no end", async () => {
    const { alerts } = as(await ask("alertmanager", { api: "alertmanager-alerts" }, whole, "alerts"), "alerts");
    expect(alerts).toContainEqual(
      expect.objectContaining({ name: "CheckoutErrorRateHigh", state: "firing", endsAt: null }),
    );
  });

  test("one of the named tags is enough for an annotation", async () => {
    const { changes } = as(
      await ask("grafana", { api: "grafana-annotations", tags: ["deploy", "rollback"], limit: 100 }, whole, "changes"),
      "changes",
    );
    expect(changes.map(({ at }) => at)).toEqual(
      world
        .annotations(whole)
        .filter(({ alertId }) => alertId === 0)
        .map(({ time }) => time)
        .sort((a, b) => a - b),
    );
  });
});

// No registry has Tempo: a running one is used where its URL is given; its recorded answers are tested everywhere.
if (process.env.STACK_TEMPO_URL) {
  describe("Tempo", () => {
    test("holds the same trace as Jaeger, span by span", async () => {
      const { trace } = as(await ask("tempo", { api: "tempo-trace", traceId }, null, "trace"), "trace");
      const { trace: same } = as(await ask("jaeger", { api: "jaeger-trace", traceId }, null, "trace"), "trace");
      const spansOf = (each: typeof trace) =>
        Array.from({ length: spanCount(each) }, (_, row) => spanAt(each, row))
          .map(({ id, name, start, duration, kind, failed, service }) => ({
            id,
            name,
            start,
            duration,
            kind,
            failed,
            service,
          }))
          .sort((a, b) => (a.id < b.id ? -1 : 1));
      expect(spansOf(trace)).toEqual(spansOf(same));
    });

    test("an unknown id is not found, though Tempo answers 200", async () => {
      const { answer } = await ask(
        "tempo",
        { api: "tempo-trace", traceId: "00000000000000000000000000000abc" },
        null,
        "trace",
      );
      expect(answer).toMatchObject({ kind: "gap", reason: "not-found" });
    });

    test("the search for versions is understood", async () => {
      const query =
        '{ resource.service.name =~ "payment|cart" } | select(resource.service.version) with (most_recent=true)';
      const { answer } = await ask(
        "tempo",
        { api: "tempo-search", query, limit: 20, spansPerTrace: 5 },
        whole,
        "changes",
      );
      // Back-dated traces are found by id at once, by search only later (measured): an empty answer is right, an error is not.
      expect(answer.kind === "trace-hits" || (answer.kind === "gap" && answer.reason === "none-in-window")).toBe(true);
    });
  });
}
