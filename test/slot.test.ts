import { describe, expect, test } from "vitest";
import type { Evidence, Slot, Unasked } from "@/lib/evidence";
import type { Alert, AlertRule } from "@/lib/signal/alert";
import { type SlotInput, type SlotState, verdictOf } from "@/lib/slot";
import { at, changeFrom, evidenceOf, gapOf, linesFrom, redOf, seriesFrom, serviceFrom, windowOf } from "@/test/draw";
import { annotations, healthyTrace, noAnnotations, payment920, quietErrors, rate, tell } from "@/test/finding/checkout";
import { environment, everything } from "@/test/installation";

const verdict = (slot: Slot, known: readonly Evidence[], more: Partial<SlotInput> = {}): SlotState =>
  verdictOf(slot, {
    questions: known.map(({ question }) => question),
    evidence: known,
    unasked: [],
    explanation: tell(known),
    environment: environment(everything),
    ended: true,
    ...more,
  });
const headline = (...[slot, known, more]: Parameters<typeof verdict>): string => verdict(slot, known, more).headline;

const versions = (drawn: Readonly<Record<string, string>>, id = "versions", upstream = "shop/prometheus"): Evidence =>
  evidenceOf(
    {
      kind: "series",
      series: Object.entries(drawn).map(([version, text]) => seriesFrom({ text, labels: { job: "payment", version } })),
    },
    {
      ...{ kind: "versions-of-metrics", label: "job", versionLabel: "version" },
      services: [{ service: serviceFrom("payment"), value: "payment" }],
    },
    { id, upstream },
  );
const deployed = { "9.1.0": "1x116 _x64", "9.2.0": "_x116 1x64" };

test("a trace is whole, also where it could not be asked which others link to it", () => {
  const links = evidenceOf(gapOf("timeout"), { kind: "trace-links", of: "" }, { id: "links", slot: "trace" });
  expect(verdict("trace", [healthyTrace, links])).toMatchObject({ verdict: "found", gaps: [] });
});

describe("changes", () => {
  test("a version seen first in metrics is a change", () => {
    expect(headline("changes", [versions(deployed), noAnnotations])).toBe("1 change");
  });

  test("one deploy told by an annotation, by metrics and by a second Prometheus is one", () => {
    const second = versions(deployed, "again", "shop/prometheus-b");
    expect(headline("changes", [annotations(payment920), versions(deployed), second])).toBe("1 change");
  });

  test("no new version is said only where no change is known at all", () => {
    expect(headline("changes", [versions({ "9.1.0": "1x180" }), noAnnotations])).toBe("no new version");
  });

  test("events are counted apart", () => {
    const event = changeFrom("payment", "14:02:00", { kind: "event", title: "Killing pod", version: null });
    const stream = evidenceOf(
      { kind: "changes", changes: [event, { ...event }] },
      { kind: "change-stream", name: "k8s" },
      { slot: "events" },
    );
    expect(headline("events", [stream, annotations(payment920)])).toBe("1 event");
    expect(headline("changes", [stream, annotations(payment920)])).toBe("1 change");
  });
});

describe("lines", () => {
  const found = (id: string, rung: number, more: string = ""): Evidence =>
    evidenceOf(
      {
        kind: "lines",
        limited: false,
        lines: linesFrom(`14:03:12.481 INFO gateway accepted\n14:03:42.516 ERROR payment timed out\n${more}`),
      },
      { kind: "lines-of-id", rung },
      { id },
    );

  test("that the search and the bounded question both brought count once", () => {
    expect(headline("lines", [found("search", 0), found("bounded", -1)])).toBe("2 with this id");
    expect(headline("lines", [found("search", 0), found("bounded", -1, "14:03:50 INFO stock late")])).toBe(
      "3 with this id",
    );
  });
});

test("that no line has the id is said only as far as it was searched", () => {
  const around = evidenceOf(
    { kind: "lines", limited: false, lines: linesFrom("14:03:42 WARN payment slow") },
    { kind: "lines-around", services: [serviceFrom("payment")] },
  );
  const ofId = (reason: "none-in-window" | "timeout", id: string): Evidence =>
    evidenceOf(gapOf(reason), { kind: "lines-of-id", rung: 0 }, { id });
  const none = ofId("none-in-window", "a");
  const stopped: Unasked = { ...gapOf("over-budget"), slot: "lines" };
  expect(headline("lines", [none, around])).toBe("none with this id, 1 around");
  expect(headline("lines", [none, ofId("timeout", "b"), around])).toBe("none with this id where searched, 1 around");
  expect(headline("lines", [none, around], { unasked: [stopped] })).toBe("none with this id where searched, 1 around");
  expect(headline("lines", [ofId("timeout", "b"), around])).toBe("not searched for this id, 1 around");
});

describe("series", () => {
  test("those that could not be judged are no quiet ones", () => {
    const short = redOf("latency-p99", { gateway: "0.2x4", order: "0.2x4" });
    expect(headline("spike", [healthyTrace, rate, quietErrors, short])).toBe(
      "6 judged, none changed; 2 with too few samples",
    );
    expect(headline("spike", [healthyTrace, rate, quietErrors])).toBe("6 series, none changed");
    expect(headline("spike", [healthyTrace, short])).toBe("2 series, too few samples to judge");
  });
});

describe("alerts", () => {
  const history = evidenceOf(
    { kind: "series", series: [seriesFrom({ text: "_x120 1x60", labels: { alertname: "High" } })] },
    { kind: "alert-history" },
    { upstream: "shop/prometheus" },
  );

  test("fire where the window ends now, and are only counted where it ended long ago", () => {
    expect(headline("alerts", [history], { now: at("14:18:05") })).toBe("1 firing");
    expect(headline("alerts", [history], { now: at("18:00:00") })).toBe("1 alert");
  });

  const long = { now: at("14:18:05"), window: windowOf("12:00:00", "12:30:00") };
  const firing: Alert = {
    ...{ name: "High", labels: {}, annotations: {}, state: "firing", startsAt: at("13:45:00"), endsAt: null },
    ...{ expression: null, link: null, source: "alertmanager" },
  };
  const told = evidenceOf({ kind: "alerts", alerts: [firing] }, { kind: "alerts" });

  test.each([
    ["the record", history],
    ["Alertmanager", told],
  ])("what fires now, as %s tells, is nothing found in a window that had ended before", (_, source) => {
    expect(verdict("alerts", [source], long)).toMatchObject({
      verdict: "nothing",
      headline: "no alert in this window",
    });
    expect(verdict("alerts", [source], { now: long.now })).toMatchObject({ verdict: "found", headline: "1 firing" });
  });

  test("what only the lead's own record tells of counts, where it fired in the window", () => {
    const states = { firing: "_x120 1x10 _x50", pending: "_x10 1x110 _x60" };
    const series = Object.entries(states).map(([alertstate, text]) =>
      seriesFrom({ text, labels: { alertname: "High", alertstate } }),
    );
    const own = evidenceOf({ kind: "series", series }, { kind: "alert-record" }, { slot: "alerts" });
    const window = windowOf("13:40:00", "14:10:00");
    expect(verdict("alerts", [own], { ...long, window })).toMatchObject({ verdict: "found", headline: "1 alert" });
    expect(verdict("alerts", [own], long)).toMatchObject({ verdict: "nothing", headline: "no alert in this window" });
    const before = { ...long, window: windowOf("13:40:00", "14:00:00") };
    expect(verdict("alerts", [own], before)).toMatchObject({ headline: "no alert in this window" });
  });

  test("what only a rule tells of counts, once, where it fired in the window", () => {
    const rule = (source: string): AlertRule => ({
      ...{ name: "High", group: "g", expression: "up == 0", for: 0, keepFiringFor: 0, interval: null, labels: {} },
      ...{ annotations: {}, problem: null, alerts: [{ ...firing, source }], source, uid: null },
    });
    const rules = ["a", "b"].map((id) =>
      evidenceOf({ kind: "rules", rules: [rule(id)] }, { kind: "alert-rules" }, { id, slot: "alerts" }),
    );
    expect(verdict("alerts", rules, { now: long.now })).toMatchObject({ verdict: "found", headline: "1 firing" });
    const pending = evidenceOf(
      { kind: "rules", rules: [{ ...rule("c"), alerts: [{ ...firing, state: "pending" }] }] },
      { kind: "alert-rules" },
      { id: "c", slot: "alerts" },
    );
    expect(verdict("alerts", [pending], { now: long.now })).toMatchObject({ headline: "1 pending" });
    expect(verdict("alerts", rules, long)).toMatchObject({ verdict: "nothing", headline: "no alert in this window" });
  });
});

describe("traces", () => {
  test("that a search named and nobody opened are counted", () => {
    const hit = (traceId: string) => ({
      ...{ traceId, rootService: "gateway", rootName: "POST /checkout" },
      ...{ at: at("14:03:12"), duration: 30_000, spans: [] },
    });
    const search = (of: "errors" | "slow", ids: string) =>
      evidenceOf(
        { kind: "trace-hits", hits: [...ids].map(hit) },
        { kind: "trace-search", of, services: [serviceFrom("gateway")] },
        { id: of },
      );
    expect(headline("trace", [search("errors", "ab"), search("slow", "bc")])).toBe("3 traces found, none opened");
  });
});

describe("gaps", () => {
  test("a slot that has something lists no source that has nothing, but every failure", () => {
    const failed = evidenceOf(gapOf("timeout", "No answer."), { kind: "change-stream", name: "deploys" });
    const none = { ...noAnnotations, question: { ...noAnnotations.question, id: "none" } };
    const { gaps } = verdict("changes", [annotations(payment920), none, failed]);
    expect(gaps.map(({ text }) => text)).toEqual(["No answer."]);
  });

  const slice = (from: string, to: string) =>
    evidenceOf(
      gapOf("none-in-window", "no such line"),
      { kind: "lines-of-id", rung: 0 },
      { id: from, window: windowOf(from, to) },
    );

  test("of a search that was stopped no more is denied than was looked at", () => {
    const stopped: Unasked = { ...gapOf("over-budget", "Not searched further back than 15 min."), slot: "lines" };
    const last = slice("14:03:00", "14:18:00");
    const { headline: said, gaps } = verdict("lines", [last], { unasked: [stopped] });
    expect(said).toBe("no line with this id where searched");
    expect(gaps.map(({ reason }) => reason)).toEqual(["none-in-window", "over-budget"]);
    expect(headline("lines", [last], { unasked: [{ ...stopped, slot: "spike" }] })).toBe("no line with this id");
  });

  test("the slices of one search are one look, as far as they reach", () => {
    const {
      headline: said,
      detail,
      gaps,
    } = verdict("lines", [slice("14:03:00", "14:18:00"), slice("08:18:00", "14:03:00")]);
    expect(said).toBe("no line with this id");
    expect(detail).toContain("shop/loki has no line with this id from 08:18:00Z to 14:18:00Z.");
    expect(gaps).toHaveLength(1);
  });

  test("the same words are said once", () => {
    const twice = [1, 2].map((id) =>
      evidenceOf(gapOf("timeout", "No answer."), { kind: "annotations" }, { id: `${id}` }),
    );
    const unasked: Unasked = { ...gapOf("timeout", "No answer."), slot: "changes" };
    expect(verdict("changes", twice, { unasked: [unasked] }).gaps).toHaveLength(1);
  });

  test("a question that was never answered is no nothing", () => {
    const { question } = evidenceOf(gapOf("none-in-window", "None."), { kind: "annotations" });
    expect(verdict("changes", [], { questions: [question] })).toMatchObject({
      verdict: "failed",
      headline: "no answer yet",
    });
  });

  test("a slot of which no question was asked says so, and denies nothing", () => {
    expect(verdict("alerts", [])).toMatchObject({ verdict: "nothing", headline: "not asked" });
    expect(verdict("events", [])).toMatchObject({ headline: "not asked" });
  });
});
