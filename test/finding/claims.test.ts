import { describe, expect, test } from "vitest";
import { explain } from "@/lib/findings";
import { at, drawnLead, drawnWindow, evidenceOf, gapOf, redOf, seriesFrom, traceAnswer } from "@/test/draw";
import {
  errors,
  findingOf,
  healthyTrace,
  latency,
  lines,
  linesOfId,
  noTrace,
  prometheusDown,
  quietErrors,
  quietLatency,
  rate,
  said,
  storySaid,
  trace,
} from "@/test/finding/checkout";

const failing = [trace, rate, errors];
const quiet = [healthyTrace, rate, quietErrors, quietLatency];

describe("still happening, or over", () => {
  const ended = redOf("errors", { gateway: "0.01x121 3.8x30 0.01x29" });

  test("still failing, with the last two minutes and as of when", () => {
    expect(said(failing, "still-happening")).toBe("gateway is still failing: 38 % in the last 2 min, as of 14:17:45Z.");
  });

  test("over, with since when and what it is now", () => {
    expect(said([trace, rate, ended], "over")).toMatch(
      /^gateway errors went back to 0\.1 % at 14:1\d:\d\dZ, as of 14:17:45Z\.$/,
    );
    expect(said([trace, rate, ended], "still-happening")).toBe("");
  });

  test("a window that ended long ago says so instead of speaking of now", () => {
    expect(said(failing, "still-happening", at("16:00:00"))).toBe(
      "gateway is still failing when the window ends: 38 % at 14:17:45Z; what came later was not looked at.",
    );
  });

  test("silent when nothing happened; weaker when part of the metrics is missing", () => {
    expect(said(quiet, "still-happening") + said(quiet, "over")).toBe("");
    const gone = evidenceOf(gapOf("timeout", "No answer in 10 s."), latency.question.purpose);
    expect(findingOf([...failing, gone], "still-happening")?.weakenedBy).toHaveLength(1);
  });
});

describe("two stores that hold different parts of one trace", () => {
  const fuller = evidenceOf(traceAnswer("gateway GET /cart 0-100\n  cart load 5-50\n  redis GET 60-70"), {
    kind: "trace-by-id",
  });
  const inJaeger = (text: string) =>
    evidenceOf(traceAnswer(text), { kind: "trace-by-id" }, { id: "jaeger", upstream: "shop/jaeger" });
  const differing = (known: Parameters<typeof said>[0]): string => said(known, "truncated-trace");

  test("are told apart, with what each holds", () => {
    expect(differing([fuller, inJaeger("gateway GET /cart 0-100\n  cart load 5-50")])).toBe(
      "tempo holds 3 spans of this trace, jaeger 2; the fuller one is shown.",
    );
  });

  test("are silent where both hold the same", () => {
    expect(differing([fuller, inJaeger("gateway GET /cart 0-100\n  cart load 5-50\n  redis GET 60-70")])).toBe("");
  });

  test("a healthy trace stays healthy though another store holds less of it", () => {
    expect(storySaid([fuller, inJaeger("gateway GET /cart 0-100")])).toMatch(/^The trace is healthy/);
  });
});

describe("truncated trace", () => {
  const broken = evidenceOf(
    traceAnswer("gateway GET /cart 0-100\n  cart load 5- ?\nredis GET 5-9 ~\nredis GET 15-19 ~"),
    {
      kind: "trace-by-id",
    },
  );

  test("counts orphans and spans without an end, and tells a cut answer", () => {
    expect(said([broken], "truncated-trace")).toBe(
      "The trace is not whole: 2 spans name a parent that is not in it and 1 span without an end.",
    );
    expect(said([{ ...healthyTrace, partial: true, notes: ["trace exceeds max size"] }], "truncated-trace")).toBe(
      "The trace is not whole: the answer was cut (trace exceeds max size).",
    );
  });

  test("a trace that ended moments ago may still grow", () => {
    expect(said([healthyTrace], "truncated-trace", at("14:03:20"))).toContain("may still grow");
  });

  test("silent on a whole one; weaker when another trace store, which may hold the rest, is down", () => {
    expect(said([healthyTrace], "truncated-trace")).toBe("");
    const jaeger = evidenceOf(
      gapOf("unreachable", "jaeger is unreachable."),
      { kind: "trace-by-id" },
      { id: "j", upstream: "shop/jaeger" },
    );
    expect(findingOf([broken, jaeger], "truncated-trace")?.weakenedBy).toEqual(["jaeger is unreachable"]);
  });
});

describe("lines without a trace", () => {
  test("fires where lines carry the id and the store has no trace", () => {
    expect(said([noTrace, lines], "lines-without-trace")).toBe(
      "2 lines carry this id, but no trace was found in tempo: not kept, or older than its retention.",
    );
  });

  test("says of a request that left neither warning nor error that it did, of all its lines alone", () => {
    const two = "14:03:12.481 INFO gateway accepted\n14:03:12.516 DEBUG payment charged";
    expect(said([linesOfId(two)], "lines-without-trace")).toBe(
      "2 lines carry this id, none of them a warning or an error, but no trace store was asked.",
    );
    for (const other of [
      linesOfId(two, true),
      linesOfId(`${two}\n14:03:13.000 WARN order slow`),
      linesOfId(`${two}\n14:03:13.000 NOTSET order said`),
    ])
      expect(said([other], "lines-without-trace")).not.toContain("none of them");
  });

  test("silent with a trace, and without lines", () => {
    expect(said([trace, lines], "lines-without-trace")).toBe("");
    expect(said([noTrace], "lines-without-trace")).toBe("");
  });

  test("claims nothing about a store that could not be read, nor where there is none", () => {
    const down = evidenceOf(gapOf("timeout", "No answer in 10 s."), { kind: "trace-by-id" });
    expect(said([down, lines], "lines-without-trace")).toBe("2 lines carry this id, but no trace store could be read.");
    expect(findingOf([down, lines], "lines-without-trace")?.weakenedBy).toEqual(["tempo: No answer in 10 s"]);
    expect(said([lines], "lines-without-trace")).toBe("2 lines carry this id, but no trace store was asked.");
    const two = evidenceOf(
      gapOf("timeout", "No answer in 10 s."),
      { kind: "trace-by-id" },
      { id: "j", upstream: "shop/jaeger" },
    );
    expect(said([noTrace, two, lines], "lines-without-trace")).toContain(
      "in tempo; not every trace store could be read",
    );
  });

  test("nor of one that was not asked, or answered in part; and counts at least what came", () => {
    const spared = evidenceOf(
      gapOf("over-budget", "jaeger was asked 200 questions."),
      { kind: "trace-by-id" },
      { id: "j", upstream: "shop/jaeger" },
    );
    const partly = { ...noTrace, partial: true, notes: ["one of three ingesters did not answer"] };
    for (const known of [
      [noTrace, spared, lines],
      [partly, lines],
    ])
      expect(said(known, "lines-without-trace")).toBe(
        "2 lines carry this id, but no trace was found in tempo; not every trace store could be read.",
      );
    expect(findingOf([partly, lines], "lines-without-trace")?.weakenedBy).toEqual([
      "tempo: one of three ingesters did not answer",
    ]);
    const cut = { ...lines, partial: true, notes: ["only the newest 2 lines of the window were read"] };
    expect(said([noTrace, cut], "lines-without-trace")).toMatch(/^At least 2 lines carry this id/);
  });
});

describe("all quiet", () => {
  test("denies only for the series that were judged, and between which times", () => {
    expect(said(quiet, "all-quiet")).toBe(
      "None of the 8 series judged changed between 13:33:00Z and 14:17:45Z (errors, p99 latency and requests of 3 services).",
    );
  });

  test("silent when one changed, and when none could be judged", () => {
    expect(said(failing, "all-quiet")).toBe("");
    expect(said([healthyTrace, redOf("rate", { gateway: "10x4" })], "all-quiet")).toBe("");
  });

  test("not said while what runs full is still asked for, and weaker where it could not be", () => {
    const full = seriesFrom({ text: "0.4x180", labels: { signal: "memory", job: "order" } });
    const saturation = evidenceOf(
      { kind: "series", series: [full] },
      {
        ...{ kind: "saturation", interval: 15_000 },
        parts: { memory: { title: "memory of its limit", unit: "ratio", rateWindow: 0 } },
        services: [{ service: { name: "order", namespace: null }, where: { job: "order" } }],
      },
    );
    const outlook = { pending: [saturation.question], unasked: [] };
    const kinds = explain(drawnLead, quiet, at("14:18:05"), drawnWindow, outlook).findings.map(({ kind }) => kind);
    expect(kinds).not.toContain("all-quiet");
    const failed = { ...saturation, answer: gapOf("timeout", "No answer in 10 s.") };
    expect(said([...quiet, failed], "all-quiet")).toMatch(/; not all could be looked at\.$/);
  });

  test("weaker when an upstream is down or series are too short to judge", () => {
    expect(said([...quiet, prometheusDown], "all-quiet")).toMatch(/; not all could be looked at\.$/);
    expect(findingOf([...quiet, prometheusDown], "all-quiet")?.weakenedBy).toEqual(["prometheus is unreachable"]);
    const short = [healthyTrace, redOf("rate", { gateway: "10x180", order: "10x4" })];
    expect(findingOf(short, "all-quiet")?.weakenedBy).toEqual(["1 other series had too few samples to judge"]);
  });
});

describe("a spike without error lines", () => {
  const services = ["gateway", "order", "stock", "payment"].map((name) => ({ name, namespace: null }));
  const levels = (drawn: Readonly<Record<string, string>>, of = services) =>
    evidenceOf(
      {
        kind: "series",
        series: Object.entries(drawn).map(([detected_level, text]) => seriesFrom({ text, labels: { detected_level } })),
      },
      { kind: "lines-by-level", services: of },
    );

  test("fires where errors rose and every service logged, but no error", () => {
    const told = said([...failing, levels({ info: "20x180", warn: "1x180" })], "spike-without-error-lines");
    expect(told).toContain(
      "gateway errors rose from 0.1 % to 38 %, and no service on the path logged one error line since (gateway, order, payment and stock",
    );
    expect(told).toContain("look for a swallowed exception.");
  });

  test("of one service and no trace it denies nothing of those it calls, and stands below what explains", () => {
    const alone = [
      redOf("rate", { gateway: "10x180" }),
      redOf("errors", { gateway: "0.01x121 3.8x59" }),
      levels({ info: "20x180", warn: "1x180" }, services.slice(0, 1)),
    ];
    const found = findingOf(alone, "spike-without-error-lines");
    expect(said(alone, "spike-without-error-lines")).toMatch(
      /^gateway errors rose from .*, and gateway logged no error line since \(1,\d{3} lines of other levels\): look for a swallowed exception, or at whom it calls, whose lines were not read\.$/,
    );
    expect(found?.score).toBeLessThan(0.8);
  });

  test.each([
    ["an error line was written", levels({ info: "20x180", error: "0x125 3x55" })],
    ["no lines were written at all", levels({})],
    ["the lines carry no level", levels({ unknown: "20x180" })],
  ])("silent when %s", (_, evidence) => {
    expect(said([...failing, evidence], "spike-without-error-lines")).toBe("");
  });

  test("lines without a level are told; many of them, and errors may be among them", () => {
    const few = [...failing, levels({ info: "20x180", unknown: "1x100 0x80" })];
    const some = [...failing, levels({ info: "20x180", unknown: "0x130 2x10 0x40" })];
    const many = [...failing, levels({ info: "20x180", unknown: "4x180" })];
    expect(said(few, "spike-without-error-lines")).toMatch(/: 1,\d\d\d lines of other levels\): look for/);
    expect(said(some, "spike-without-error-lines")).toMatch(/: 1,\d\d\d lines of other levels, 20 of none\): look for/);
    expect(said(many, "spike-without-error-lines")).toContain("the lines since then that could be read");
    expect(findingOf(many, "spike-without-error-lines")?.weakenedBy).toEqual([
      expect.stringMatching(/^\d+ of 1,\d\d\d lines tell no level$/),
    ]);
  });

  test("silent when an error line with this id is known, when nothing rose, and without any lines", () => {
    const own = linesOfId("14:03:42 ERROR payment boom");
    expect(said([...failing, levels({ info: "20x180" }), own], "spike-without-error-lines")).toBe("");
    expect(said([...quiet, levels({ info: "20x180" })], "spike-without-error-lines")).toBe("");
    expect(said(failing, "spike-without-error-lines")).toBe("");
  });

  test("weaker, and of fewer services, when part of the lines could not be read", () => {
    const around = evidenceOf(gapOf("timeout", "No answer in 10 s."), { kind: "lines-around", services });
    const known = [...failing, levels({ info: "20x180" }, services.slice(0, 2)), around];
    expect(said(known, "spike-without-error-lines")).toContain(
      "the lines since then that could be read (gateway and order) hold no error",
    );
    expect(findingOf(known, "spike-without-error-lines")?.weakenedBy).toEqual([
      "loki: No answer in 10 s",
      "no lines were read of stock and payment",
    ]);
  });
});
