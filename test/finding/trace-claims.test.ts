import { describe, expect, test } from "vitest";
import { at, evidenceOf, seriesFrom, traceAnswer } from "@/test/draw";
import { findingOf, said } from "@/test/finding/checkout";

const traced = (text: string, partial = false) => ({
  ...evidenceOf(traceAnswer(text), { kind: "trace-by-id" }),
  ...(partial ? { partial: true, notes: ["trace exceeds max size"] } : {}),
});
const lostSpans = evidenceOf(
  {
    kind: "series",
    series: [
      seriesFrom({ values: [900], step: 0, labels: { told: "lost", metric: "otelcol_receiver_refused_spans" } }),
    ],
  },
  { kind: "telemetry-loss", services: [] },
);

const slow = `
  gateway     GET /report   0-12000 [server]
    order     CreateReport  5-11990
      payment Charge       40-11900
        payment tls.handshake 45-11890
      stock   Reserve      10-30`;

describe("a child that takes all of its parents' time", () => {
  test("is named with how much of the trace passed in it", () => {
    expect(said([traced(slow)], "hung-child")).toBe(
      "12 s of the 12 s passed in payment tls.handshake; no span failed.",
    );
  });

  test("where no single span below it does, that is said", () => {
    const text = "gateway GET / 0-12000 [server]\n  order Create 5-11990\n    stock A 10-6000\n    stock B 6000-11900";
    expect(said([traced(text)], "hung-child")).toContain("passed in order Create, and in no single span below it");
  });

  test.each([
    ["of a quick trace", "gateway GET / 0-120 [server]\n  order Create 1-119"],
    ["where the time is spread", "gateway GET / 0-12000 [server]\n  order A 0-6000\n  order B 6000-11900"],
    ["where a failure says where it breaks", "gateway GET / 0-12000 ! [server]\n  order A 0-11900 !"],
    ["where a span never ended", "gateway GET / 0-12000 [server]\n  order A 0- ?"],
  ])("silent %s", (_, text) => {
    expect(said([traced(text)], "hung-child")).toBe("");
  });

  test("only as far as the trace was given, where it was cut; and nothing without one", () => {
    expect(said([traced(slow, true)], "hung-child")).toContain(", as far as the trace was given; no span seen failed.");
    expect(findingOf([traced(slow, true)], "hung-child")?.weakenedBy).toEqual(["tempo: trace exceeds max size"]);
    expect(said([lostSpans], "hung-child")).toBe("");
  });
});

describe("clocks of two services that lie apart", () => {
  const apart = `
    gateway     GET /cart  0-9000 [server]
      order     Create  3000-8900
        payment Charge     5-2500
        payment Void    2510-2600
        order   INSERT  2000-2100`;
  const told = (text: string, partial = false): string => said([traced(text, partial)], "clock-ahead");

  test("are told by spans that start before their parents, by how much at least", () => {
    expect(told(apart)).toBe(
      "The clock of payment is at least 3 s behind that of order: 2 spans start before their parents, so their times do not tell which came first.",
    );
  });

  test.each([
    ["where all begin after their parents", "gateway GET / 0-90\n  order Create 5-80"],
    ["by a hair", "gateway GET / 20-90\n  order Create 0-80"],
    ["within one service", "order Create 3000-8900\n  order INSERT 0-100"],
  ])("silent %s", (_, text) => {
    expect(told(text)).toBe("");
  });

  test("at least so many of a trace that was cut, or that has spans without parent", () => {
    expect(told(apart, true)).toContain(": at least 2 spans start before their parents");
    expect(told(`${apart}\n    payment Refund 10-20 ~`)).toContain(": at least 2 spans");
    expect(findingOf([traced(apart, true)], "clock-ahead")?.weakenedBy).toEqual(["tempo: trace exceeds max size"]);
  });
});

const retried = `
  order       CreateOrder  0-40000 [server]
    order     Charge       5-30005 ! [client]
    order     Charge   30010-30100 [client]
      payment Charge   30012-30090 [server]`;

describe("a call without a span of the callee", () => {
  test("is named where the callee reports below other calls of the same name", () => {
    expect(said([traced(retried)], "missing-callee")).toBe(
      "order called Charge (30 s, failed), and no span of payment stands below it, though payment reports in this trace: the call never arrived, or its spans were not kept.",
    );
  });

  test("or where the peer it names reports elsewhere in the trace", () => {
    const text = `
      order     CreateOrder  0-4000 [server]
        order   Charge       5-3000 [client] {peer.service=payment}
        order   Refund    3010-3900 [client] {peer.service=payment-legacy}
          payment Refund  3012-3890 [server]`;
    expect(said([traced(text)], "missing-callee")).toContain("order called Charge (3 s), and no span of payment");
  });

  test.each([
    [
      "of a callee that never reports",
      "order Create 0-400 [server]\n  order GET vault 5-300 ! [client] {peer.service=vault}",
    ],
    [
      "where every call has its span",
      "order Create 0-400 [server]\n  order Charge 5-300 [client]\n    payment Charge 7-290 [server]",
    ],
    [
      "of calls within one service",
      "order Create 0-400 [server]\n  order Charge 5-300 [client]\n    order Charge 7-290 [server]\n  order Charge 310-320 [client]",
    ],
  ])("silent %s", (_, text) => {
    expect(said([traced(text)], "missing-callee")).toBe("");
  });

  test("silent of a trace that may still grow", () => {
    expect(said([traced(retried)], "missing-callee", at("14:03:50"))).toBe("");
    expect(said([traced(retried)], "missing-callee", at("14:18:05"))).not.toBe("");
  });

  test("lost spans come first as the reason where spans were lost, the trace was cut, or some have no parent", () => {
    expect(said([traced(retried), lostSpans], "missing-callee")).toContain(
      ": its spans were lost, or the call never arrived.",
    );
    expect(findingOf([traced(retried, true), lostSpans], "missing-callee")?.weakenedBy).toEqual([
      "tempo: trace exceeds max size",
      "traces may be missing: otelcol_receiver_refused_spans rose (900 in 45 min)",
    ]);
    expect(findingOf([traced(`${retried}\npayment Charge 20-300 ~`)], "missing-callee")?.weakenedBy).toEqual([
      "1 span without parent: they may belong below this call",
    ]);
  });
});
