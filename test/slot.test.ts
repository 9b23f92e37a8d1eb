import { describe, expect, test } from "vitest";
import type { Evidence, Slot, Unasked } from "@/lib/evidence";
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

  test("what fires now is not counted of a window that had ended before", () => {
    const window = windowOf("12:00:00", "12:30:00");
    expect(headline("alerts", [history], { now: at("14:18:05"), window })).toBe("no alert known");
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

  test("the slices of one search are one look, as far as they reach", () => {
    const slice = (from: string, to: string) =>
      evidenceOf(
        gapOf("none-in-window", "no such line"),
        { kind: "lines-of-id", rung: 0 },
        { id: from, window: windowOf(from, to) },
      );
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
