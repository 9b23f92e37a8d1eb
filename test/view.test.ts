import { describe, expect, test } from "vitest";
import type { Evidence, Purpose, Question } from "@/lib/evidence";
import { createSeriesAgain } from "@/lib/series-again";
import type { Setting, UpstreamSetting } from "@/lib/setting";
import { hour, minute, second, shift, toInstant, type Window } from "@/lib/signal/time";
import { parseViewRequest } from "@/lib/stream/view-request";
import { finerStep } from "@/lib/view";
import { viewQuestion } from "@/lib/view-questions";
import { at, evidenceOf, gapOf, redOf, seriesFrom } from "./draw";

const upstream: UpstreamSetting = {
  id: "shop/prometheus",
  kind: "prometheus",
  name: "prometheus",
  environment: "shop",
  publicUrl: null,
  grafanaDatasource: null,
  tenants: [],
};
const setting: Setting = {
  environments: [
    {
      ...{ name: "shop", zone: "UTC", upstreams: [upstream], mappings: [], changeStreams: [], annotationTags: [] },
      ...{ links: [], lokiBudget: { sliceBytes: 1, totalBytes: 1 }, grafanaUrl: null },
    },
  ],
};
const now = at("20:00:00");
const view: Window = { from: at("14:00:00"), to: at("14:10:00") };
const query = 'sum by (job) (rate(http_requests_total{path="[120s]"}[120s]))';
/** Six hours of a service that is scraped every 15 s, asked every two minutes. */
const { question: wide } = redOf(
  "rate",
  { cart: "1x180" },
  { rateWindow: 2 * minute, step: 2 * minute },
  {
    call: { api: "prometheus-range", query, step: 2 * minute },
    upstream: upstream.id,
  },
);
const counts = (step: number): Question => {
  const purpose: Purpose = { kind: "lines-by-level", services: [] };
  const counted = `sum by (level) (count_over_time({app="[${step / second}s]"}[${step / second}s]))`;
  return evidenceOf({ kind: "series", series: [] }, purpose, {
    id: `counts-${step}`,
    call: { api: "loki-range", query: counted, step },
    upstream: upstream.id,
  }).question;
};
const ask = (of: Question = wide, earlier: "day" | "week" | null = null): Question | null =>
  viewQuestion(of, upstream, view, earlier, now);

describe("a closer look", () => {
  test("asks as finely as the samples are, and a rate looks back no further than it must", () => {
    const again = ask();
    expect(again?.call).toEqual({
      api: "prometheus-range",
      query: 'sum by (job) (rate(http_requests_total{path="[120s]"}[60s]))',
      step: 15 * second,
    });
    expect(again?.window).toEqual({ from: shift(view.from, -15 * second), to: shift(view.to, 15 * second) });
    expect(again?.why).toMatch(/^closer, every 15 s: /);
    expect(again?.after).toEqual([wide.id]);
    expect(again?.purpose).toEqual({ ...wide.purpose, rateWindow: minute });
  });

  const ruled = (api: "prometheus-range" | "loki-range", interval?: number): Question => {
    const purpose: Purpose = {
      ...{ kind: "alert-expression", title: "A", words: "alert above 1", unit: "per-second", part: 0, of: "value" },
      ...{ limits: [{ op: ">", value: 1 }], isAbsence: false, reach: 2 * minute, activeAt: null, endsAt: null },
      ...(interval === undefined ? {} : { interval }),
    };
    const own = api === "loki-range" ? 'rate({app="x"}[120s])' : "rate(x[120s])";
    const call = { api, query: own, step: 2 * minute };
    return evidenceOf({ kind: "series", series: [] }, purpose, { call, upstream: upstream.id }).question;
  };
  test.each(["prometheus-range", "loki-range"] as const)(
    "asks what an alert looks at (%s) as often as its rule is evaluated, over the rule's own ranges",
    (api) => {
      expect(ask(ruled(api, 30 * second))?.call).toMatchObject({
        step: 30 * second,
        query: expect.stringContaining("[120s]"),
      });
      expect(ask(ruled(api, 5 * minute))).toBeNull();
    },
  );

  test("asks nothing where the step is that of the samples already, or of what is no range", () => {
    const fine = { ...wide, call: { api: "prometheus-range" as const, query, step: 15 * second } };
    expect(finerStep(fine, view)).toBeNull();
    expect(ask(fine)).toBeNull();
    expect(ask({ ...wide, call: { api: "prometheus-instant", query, at: now } })).toBeNull();
    expect(ask({ ...wide, call: { api: "alertmanager-alerts" } }, "day")).toBeNull();
  });

  test("counts lines over shorter stretches, and leaves what stands in texts alone", () => {
    expect(ask(counts(2 * minute))?.call).toEqual({
      api: "loki-range",
      query: 'sum by (level) (count_over_time({app="[120s]"}[5s]))',
      step: 5 * second,
    });
  });

  test("a view of hours stays within 240 points a series", () => {
    const day = { from: toInstant(at("14:00:00") - 20 * hour), to: at("14:00:00") };
    const coarse = { ...wide, call: { api: "prometheus-range" as const, query, step: hour } };
    expect(finerStep(coarse, day)).toBe(5 * minute);
  });
});

test("a day or a week earlier is the same question at that time, finer only where the view is", () => {
  const day = ask({ ...wide, call: { api: "prometheus-range", query, step: 15 * second } }, "day");
  expect(day?.window?.from).toBe(shift(view.from, -24 * hour - 15 * second));
  expect(day?.call).toMatchObject({ step: 15 * second });
  expect(ask(wide, "week")?.window?.to).toBe(shift(view.to, -7 * 24 * hour + 15 * second));
});

describe("who looks closer names questions, never queries", () => {
  const answered = (question: Question): Evidence => ({
    ...evidenceOf({ kind: "series", series: [seriesFrom({ text: "1x3" })] }, question.purpose),
    question,
  });
  const made = (clock = () => 0) =>
    createSeriesAgain({ setting, clock, keepMs: minute, most: { questions: 2, answers: 10 } });
  const request = { questions: [wide.id], view, earlier: null };

  test("what was asked is asked again; what was not is said to be unknown, and nothing is asked", async () => {
    const again = made();
    const put: string[] = [];
    const record = async (question: Question) => {
      put.push(question.text);
      return answered(question);
    };
    expect(await again.answer(request, record, now)).toEqual({ answers: [], unknown: [wide.id] });
    again.remember(wide);
    const { answers, unknown } = await again.answer(request, record, now);
    expect(answers.map(({ question }) => question)).toEqual([wide.id]);
    expect(unknown).toEqual([]);
    expect(put).toHaveLength(1);
  });

  test("twenty readers of one view cost one question, a gap is asked again, and a minute later all is", async () => {
    let time = 0;
    let asked = 0;
    let sick = true;
    const again = made(() => time);
    again.remember(wide);
    const record = async (question: Question): Promise<Evidence> => {
      asked += 1;
      return sick ? { ...answered(question), answer: gapOf("timeout") } : answered(question);
    };
    await again.answer(request, record, now);
    sick = false;
    for (let reader = 0; reader < 20; reader += 1) await again.answer(request, record, now);
    expect(asked).toBe(2);
    time = minute;
    await again.answer(request, record, now);
    expect(asked).toBe(3);
  });

  test("twenty readers at the same time cost one question, too", async () => {
    const again = made();
    again.remember(wide);
    let asked = 0;
    const slow = async (question: Question): Promise<Evidence> => {
      asked += 1;
      await new Promise((done) => setTimeout(done, 5));
      return answered(question);
    };
    const all = await Promise.all(Array.from({ length: 20 }, () => again.answer(request, slow, now)));
    expect(asked).toBe(1);
    expect(all.every(({ answers }) => answers.length === 1)).toBe(true);
  });

  test("only so many questions are remembered, the oldest go first", async () => {
    const again = made();
    for (const each of [wide, counts(minute), counts(2 * minute)]) again.remember(each);
    const { unknown } = await again.answer(request, async (question) => answered(question), now);
    expect(unknown).toEqual([wide.id]);
  });
});

describe("a request for a view", () => {
  const good = { questions: ["0123456789abcdef"], from: "2026-11-21T14:00:00.000Z", to: "2026-11-21T14:10:00.000Z" };
  test("is read, each question once", () => {
    expect(parseViewRequest({ ...good, questions: [...good.questions, ...good.questions], earlier: "week" })).toEqual({
      ok: true,
      request: { questions: good.questions, view, earlier: "week" },
    });
  });
  test.each([
    [{ ...good, questions: [] }, "questions", /at least one/],
    [{ ...good, questions: ['up{job="x"}'] }, "questions.0", /16 hex digits/],
    [{ ...good, questions: Array.from({ length: 25 }, () => "0123456789abcdef") }, "questions", /at most 24/],
    [{ ...good, query: "up" }, "query", /unknown field/],
    [{ ...good, from: "yesterday" }, "from", /RFC 3339/],
    [{ ...good, to: good.from }, "to", /after from/],
    [{ ...good, from: "2026-01-01T00:00:00Z" }, "from", /31 days/],
    [{ ...good, earlier: "year" }, "earlier", /"day" or "week"/],
    [undefined, "body", /./],
  ])("%j is refused, naming the field", (raw, field, error) => {
    expect(parseViewRequest(raw)).toMatchObject({ ok: false, status: 400, field, error: expect.stringMatching(error) });
  });
});
