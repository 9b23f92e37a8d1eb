import { describe, expect, test } from "vitest";
import { alertBars, alertWords } from "@/components/panels/alert-bars";
import { barName, namePlace, severityOf } from "@/components/panels/alert-lane";
import { levelBars, levelWordsAt, mostBars } from "@/components/panels/lane-levels";
import { entryService, type Place, type TimelineInput, timelineLanes } from "@/components/panels/timeline-lanes";
import type { Evidence, SeriesRole } from "@/lib/evidence";
import { type Movement, nothingYet } from "@/lib/explanation";
import type { EnvironmentSetting } from "@/lib/setting";
import type { Alert } from "@/lib/signal/alert";
import { minute, second } from "@/lib/signal/time";
import { at, drawnWindow, evidenceOf, gapOf, redOf, seriesFrom, serviceFrom, traceAnswer, windowOf } from "@/test/draw";

const shop: EnvironmentSetting = {
  name: "shop",
  zone: "UTC",
  upstreams: [
    {
      id: "shop/prometheus",
      kind: "prometheus",
      name: "prometheus",
      environment: "shop",
      publicUrl: null,
      grafanaDatasource: null,
      tenants: [],
    },
  ],
  mappings: [],
  changeStreams: [],
  annotationTags: [],
  links: [],
  lokiBudget: { sliceBytes: 1, totalBytes: 1 },
  grafanaUrl: null,
};
const path = evidenceOf(
  traceAnswer(`
    gateway POST /checkout 0-100
      order CreateOrder 1-90
        payment Charge 2-80
  `),
  { kind: "trace-by-id" },
);
const quiet = "1x180";
const rise = "1x120 9x60";
const rate = redOf("rate", { gateway: "10x180", order: "10x180", payment: "10x180" });
const errors = redOf("errors", { gateway: "0.1x120 4x60", order: "0.1x120 4x60", payment: quiet });
const latency = redOf("latency-p99", { gateway: rise, order: rise, payment: quiet });
const median = redOf("latency-p50", { gateway: quiet, order: quiet, payment: quiet });
const red = [rate, errors, latency, median];

const moved = (of: Evidence, index: number, role: SeriesRole, size: number): Movement => ({
  question: of.question.id,
  cites: [of.question.id],
  index,
  service: serviceFrom(["gateway", "order", "payment"][index] ?? ""),
  role,
  title: role,
  unit: "ratio",
  verdict: size > 0 ? "changed" : "quiet",
  direction: size > 0 ? "up" : null,
  before: 0,
  after: 1,
  last: 1,
  onset: null,
  size,
  words: "",
  ...{ rank: 0, because: "", distance: null, away: null },
});
const movements = [
  ...[0, 1, 2].map((index) => moved(rate, index, "rate", 0)),
  moved(errors, 0, "error-ratio", 10),
  moved(errors, 1, "error-ratio", 40),
  moved(errors, 2, "error-ratio", 0),
  moved(latency, 0, "latency-p99", 5),
  moved(latency, 1, "latency-p99", 20),
  moved(latency, 2, "latency-p99", 0),
  ...[0, 1, 2].map((index) => moved(median, index, "latency-p50", 0)),
];

function known(came: readonly Evidence[], more: Partial<TimelineInput> = {}): TimelineInput {
  return {
    questions: [path, ...red].map(({ question }) => question),
    evidence: [path, ...came],
    unasked: [],
    explanation: nothingYet,
    environment: shop,
    identities: [],
    stream: "open",
    caughtUp: true,
    ...more,
  };
}
const all = known(red, { explanation: { ...nothingYet, movements } });
const say = (place: Place): string =>
  "lane" in place ? `${place.lane.about}: ${place.lane.name}` : `${place.empty.name} (${place.empty.words})`;
const drawn = (input: TimelineInput, kept: readonly string[] = []): string[] => {
  const { entry, others } = timelineLanes(input, drawnWindow, kept);
  return [...entry, ...others].map(say);
};
const settledLanes = [
  "gateway: Error ratio",
  "gateway: p99 latency",
  "gateway: Requests",
  "order: Error ratio",
  "order: p99 latency",
];

describe("places", () => {
  test("three are kept for the entry service and two for others before anything has come", () => {
    expect(drawn(known([]))).toEqual([
      "Error ratio (asking …)",
      "Latency (asking …)",
      "Requests (asking …)",
      "Others (asking …)",
      "Others (asking …)",
    ]);
  });

  test("a chart appears in its place as soon as its answer is here; failures wait for the requests they are a share of", () => {
    expect(drawn(known([latency])).slice(0, 3)).toEqual([
      "Error ratio (asking …)",
      "gateway: p99 latency",
      "Requests (asking …)",
    ]);
    expect(drawn(known([latency, errors]))[0]).toBe("Error ratio (asking …)");
    expect(drawn(known([latency, errors, rate])).slice(0, 3)).toEqual(settledLanes.slice(0, 3));
  });

  test("others are ranked once, when every series is in and judged", () => {
    expect(drawn(known(red)).slice(3)).toEqual(["Others (asking …)", "Others (asking …)"]);
    const lanes = timelineLanes(all, drawnWindow);
    expect([...lanes.entry, ...lanes.others].map(say)).toEqual(settledLanes);
    expect(lanes.settled).toBe(true);
  });

  test("an answer that may have made the planner ask more is no reason to rank: the findings are waited for", () => {
    const early = timelineLanes({ ...all, caughtUp: false }, drawnWindow);
    expect(early.keys).toEqual([]);
    expect(early.others.map(say)).toEqual(["Others (asking …)", "Others (asking …)"]);
  });

  test("the order of arrival changes nothing", () => {
    const reversed = { ...all, evidence: [...all.evidence].reverse(), questions: [...all.questions].reverse() };
    expect(drawn(reversed)).toEqual(settledLanes);
    expect(timelineLanes(reversed, drawnWindow).folded.map(({ key }) => key)).toEqual(
      timelineLanes(all, drawnWindow).folded.map(({ key }) => key),
    );
  });

  test("they wait while a question is under way that may tell of further services", () => {
    const lines = evidenceOf(gapOf("timeout", "", ""), { kind: "lines-of-id", rung: 0 });
    const waiting = { ...all, questions: [...all.questions, lines.question] };
    expect(drawn(waiting)[3]).toBe("Others (asking …)");
    expect(drawn(waiting, timelineLanes(all, drawnWindow).keys)).toEqual(settledLanes);
    expect(drawn({ ...waiting, evidence: [...all.evidence, lines] })).toEqual(settledLanes);
  });

  test("the series that the story cites is drawn, whatever else changed more, and a phone shows it", () => {
    const phrase = { text: "payment p99 rose", tone: "error", cites: [latency.question.id] } as const;
    const story = [{ ...phrase, target: { slot: "spike", row: null, change: null } as const }];
    const lanes = timelineLanes({ ...all, explanation: { ...all.explanation, story } }, drawnWindow);
    const places = [...lanes.entry, ...lanes.others];
    expect(places.map(say)).toContain("payment: p99 latency");
    expect(places.flatMap((place) => ("lane" in place && place.lane.foremost ? say(place) : []))).toContain(
      "payment: p99 latency",
    );
  });

  test("without a trace the lanes are of the service that the story speaks of, not of the first one recognised", () => {
    const identities = ["cart", "gateway"].map((name) => ({
      service: serviceFrom(name),
      signal: "metrics" as const,
      upstream: "shop/prometheus",
      matchers: [],
      basis: "inferred" as const,
      because: "",
      runnerUp: null,
      cites: [],
    }));
    const phrase = { text: "order errors rose", tone: "error", cites: [errors.question.id] } as const;
    const story = [{ ...phrase, target: { slot: "spike", row: null, change: null } as const }];
    const input = { ...all, evidence: red, questions: red.map(({ question }) => question), identities };
    const told = { ...input, explanation: { ...all.explanation, story } };
    expect(drawn(told).slice(0, 3)).toEqual(["order: Error ratio", "order: p99 latency", "order: Requests"]);
    expect(drawn({ ...told, explanation: nothingYet })[0]).toBe("Error ratio (asking …)");
  });

  test("what is drawn keeps its place when a later verdict would rank it elsewhere", () => {
    const { keys } = timelineLanes(all, drawnWindow);
    const later = movements.map((each) =>
      each.question === latency.question.id && each.index === 2
        ? { ...each, verdict: "changed" as const, size: 99 }
        : each,
    );
    const input = { ...all, explanation: { ...nothingYet, movements: later } };
    expect(drawn(input, keys)).toEqual(settledLanes);
    expect(timelineLanes(input, drawnWindow, keys).foldedWords).toContain("1 more changed: payment p99 latency");
    expect(drawn(input)[3]).toBe("payment: p99 latency");
  });

  test("the quiet ones are folded and named, the first few of them", () => {
    const { folded, foldedWords } = timelineLanes(all, drawnWindow);
    expect(folded).toHaveLength(7);
    expect(foldedWords).toBe(
      "7 other series quiet: payment p99 latency, order requests, payment requests and 4 others",
    );
  });

  test("an entry service without series leaves its places to those that changed most", () => {
    const only = redOf("latency-p99", { order: rise, payment: quiet });
    const input = known([only], { questions: [path.question, only.question], stream: "ended" });
    expect(entryService(input)?.name).toBe("order");
    expect(drawn(input)).toEqual([
      "payment: p99 latency",
      "order: p99 latency",
      "Requests (No further series is known for the services on this path.)",
      "Others (as above)",
      "Others (as above)",
    ]);
  });

  test("why a place is empty is said once for those that stand together, and again behind a lane that is drawn", () => {
    const only = redOf("latency-p99", { gateway: rise });
    const dead = evidenceOf(gapOf("timeout", "No answer", ""), errors.question.purpose, errors.question);
    const questions = [path, only, dead].map(({ question }) => question);
    expect(drawn(known([only, dead], { questions, stream: "ended" }))).toEqual([
      "Error ratio (No further series is known for the services on this path.)",
      "gateway: p99 latency",
      "Requests (No further series is known for the services on this path.)",
      "Others (as above)",
      "Others (as above)",
    ]);
  });

  test("the two that changed most are those a phone shows", () => {
    const { entry, others } = timelineLanes(all, drawnWindow);
    const foremost = [...entry, ...others].flatMap((place) =>
      "lane" in place && place.lane.foremost ? say(place) : [],
    );
    expect(foremost).toEqual(["order: Error ratio", "order: p99 latency"]);
  });

  test("a dead Prometheus says so in the places of its series", () => {
    const dead = red.map(({ question }) =>
      evidenceOf(gapOf("timeout", "No answer in 10 s", "Look again."), question.purpose, question),
    );
    expect(drawn(known(dead, { stream: "ended" }))[0]).toBe("Error ratio (No answer in 10 s. Look again.)");
  });
});

describe("a lane", () => {
  test("shows failures as a share, with scale and last value", () => {
    const [place] = timelineLanes(all, drawnWindow).entry;
    expect(place && "lane" in place ? place.lane : null).toMatchObject({
      unit: "ratio",
      extremes: { last: 0.4 },
      topWords: "40 %",
      verdict: "changed",
      evidence: [{ question: { id: "red-errors" } }, { question: { id: "red-rate" } }],
    });
  });

  test("carries the exemplars of its own service", () => {
    const seen = (job: string, value: number) => ({ labels: { job }, at: at("14:04:00"), value, traceId: job });
    const services = ["gateway", "order"].map((name) => ({ service: serviceFrom(name), value: name }));
    const exemplars = evidenceOf(
      { kind: "exemplars", exemplars: [seen("gateway", 30), seen("order", 29)] },
      { kind: "exemplars", recipe: "red-http", label: "job", services },
    );
    const lanes = timelineLanes({ ...all, evidence: [...all.evidence, exemplars] }, drawnWindow);
    const latencyOfEntry = lanes.entry[1];
    expect(
      latencyOfEntry && "lane" in latencyOfEntry ? latencyOfEntry.lane.exemplars.map(({ traceId }) => traceId) : [],
    ).toEqual(["gateway"]);
  });
});

describe("lines by level", () => {
  const counted = (text: string, labels: Record<string, string>, id = "levels"): Evidence =>
    evidenceOf(
      { kind: "series", series: [seriesFrom({ text, labels, step: minute })] },
      { kind: "lines-by-level", services: [] },
      { id },
    );

  test("levels of any spelling and upstream are stacked into errors, warnings and the rest", () => {
    const bars = levelBars(
      [
        counted("5x46", { detected_level: "info" }),
        counted("1x46", { level: "ERR" }, "b"),
        counted("2x46", { detected_level: "warning" }, "c"),
        counted("1x46", {}, "d"),
      ],
      drawnWindow,
    );
    expect(bars?.bars).toHaveLength(45);
    expect(bars?.bars[3]).toMatchObject({ error: 1, warn: 2, rest: 6 });
    expect(bars).toMatchObject({ width: minute, top: 9, totals: { error: 45, warn: 90, all: 405 } });
  });

  test("where nobody was asked to count there is no zero", () => {
    const part = windowOf("13:50:00", "14:10:00");
    const one = counted("5x20", { level: "info" });
    const bars = levelBars([{ ...one, question: { ...one.question, window: part } }], drawnWindow);
    expect(bars?.counted).toEqual(windowOf("13:49:00", "14:10:00"));
    if (!bars) return;
    expect(levelWordsAt(bars, at("13:40:00"))).toBe("not counted");
    expect(levelWordsAt(bars, at("14:00:00"))).not.toBe("not counted");
    expect(levelBars([one], drawnWindow)?.counted).toEqual(drawnWindow);
  });

  test("a long window has no more bars than can be told apart", () => {
    const long = windowOf("02:00:00", "14:00:00");
    const series = seriesFrom({ text: "1x2880", start: long.from, step: 15 * second });
    const one = evidenceOf({ kind: "series", series: [series] }, { kind: "lines-by-level", services: [] });
    expect(levelBars([one], long)?.bars.length).toBeLessThanOrEqual(mostBars);
    expect(levelBars([], long)).toBeUndefined();
  });
});

describe("alerts", () => {
  const alert = (name: string, from: string, to: string | null, severity = "critical"): Alert => ({
    name,
    labels: { severity },
    annotations: {},
    state: to === null ? "firing" : "resolved",
    startsAt: at(from),
    endsAt: to === null ? null : at(to),
    expression: null,
    link: null,
    source: "alertmanager",
  });
  const barsOf = (...alerts: Alert[]) =>
    alertBars([evidenceOf({ kind: "alerts", alerts }, { kind: "alerts" })], drawnWindow);

  test("those that overlap stand in rows of their own, a row is used again", () => {
    const bars = barsOf(
      alert("a", "13:40:00", "13:50:00"),
      alert("b", "13:45:00", null),
      alert("c", "13:55:00", "13:56:00"),
      alert("gone", "12:00:00", "12:30:00"),
    );
    expect(bars.map(({ alert: { name }, row }) => [name, row])).toEqual([
      ["a", 0],
      ["b", 1],
      ["c", 0],
    ]);
  });

  test("the one that the page is about has the first row, whoever fired before it", () => {
    const evidence = [
      evidenceOf(
        { kind: "alerts", alerts: [alert("a", "13:40:00", null), alert("b", "13:45:00", null)] },
        { kind: "alerts" },
      ),
    ];
    const bars = alertBars(evidence, drawnWindow, { name: "b", labels: {} });
    expect(bars.map(({ alert: { name }, row }) => [name, row])).toEqual([
      ["b", 0],
      ["a", 1],
    ]);
  });

  test("a name stands in its bar, or where there is room beside it", () => {
    expect(namePlace(100, 400, "CheckoutErrorRateHigh", 1_000)).toBe("inside");
    expect(namePlace(100, 110, "CheckoutErrorRateHigh", 1_000)).toBe("behind");
    expect(namePlace(950, 1_000, "CheckoutErrorRateHigh", 1_000)).toBe("before");
    expect(namePlace(50, 150, "CheckoutErrorRateHigh", 160)).toBeNull();
  });

  test("where the whole has no room its severity is left out, not the end of its name", () => {
    const high = alert("CheckoutErrorRateHigh", "13:40:00", null);
    expect(barName(high, 500, 1_000, 1_000)).toEqual({ words: "CheckoutErrorRateHigh · critical", place: "inside" });
    expect(barName(high, 200, 300, 300)).toEqual({ words: "CheckoutErrorRateHigh", place: "before" });
    expect(barName(high, 50, 100, 100)).toEqual({ words: "CheckoutErrorRateHigh", place: "inside" });
  });

  test("name, severity and whether it is over are words", () => {
    expect(alertWords(alert("High", "13:40:00", null))).toBe("High · critical");
    expect(alertWords(alert("High", "13:40:00", "13:50:00", "warning"))).toBe("High · warning · over");
    expect(["critical", "page", "P1", "warning", undefined].map(severityOf)).toEqual([
      "grave",
      "grave",
      "grave",
      "mild",
      "mild",
    ]);
  });
});
