import { describe, expect, test } from "vitest";
import { movementsOf } from "@/lib/finding/movements";
import { at, evidenceOf, gapOf, redOf, traceAnswer } from "@/test/draw";
import {
  errors,
  findingOf,
  healthyTrace,
  latency,
  quietErrors,
  quietLatency,
  rate,
  said,
  tell,
  trace,
} from "@/test/finding/checkout";

const now = at("14:18:05");
const ratio = (known: Parameters<typeof movementsOf>[0], service: string) =>
  movementsOf(known, now).find((each) => each.role === "error-ratio" && each.service?.name === service);

describe("movements", () => {
  test("errors and requests of one family make a share, which cites both and counts requests", () => {
    const moved = ratio([rate, errors], "gateway");
    expect(moved).toMatchObject({
      question: "red-errors",
      index: 0,
      unit: "ratio",
      verdict: "changed",
      direction: "up",
    });
    expect(moved?.cites).toEqual(["red-errors", "red-rate"]);
    expect(moved?.words).toMatch(/^0\.1 % → 38 % \(3,\d{3} of 8,\d{3} requests\), since 14:0[23]:\d\dZ ± \d+ s$/);
  });

  test("errors of another family are no share of these requests", () => {
    const other = redOf("errors", { gateway: "0.01x121 3.8x59" }, { recipe: "red-rpc" });
    expect(ratio([rate, other], "gateway")).toBeUndefined();
    expect(movementsOf([rate, other], now).find(({ role }) => role === "errors")).toMatchObject({ verdict: "changed" });
  });

  test("a dozen requests are too few to judge, and it says so", () => {
    const few = [redOf("rate", { gateway: "0.02x180" }), redOf("errors", { gateway: "0x140 0.02x40" })];
    expect(ratio(few, "gateway")).toMatchObject({ verdict: "too-few", words: "12 requests: too few to judge" });
  });

  test("traffic that vanishes is a change; when the whole store goes silent it is nobody's", () => {
    const gone = movementsOf([redOf("rate", { gateway: "10x180", payment: "10x120 _x60" })], now);
    expect(gone[0]).toMatchObject({ verdict: "changed", presence: "vanished", service: { name: "payment" } });
    const hole = movementsOf([redOf("rate", { gateway: "10x120 _x60", payment: "10x120 _x60" })], now);
    expect(hole.map(({ verdict }) => verdict)).toEqual(["too-few", "too-few"]);
    expect(hole[0]?.words).toContain("the store has a hole");
  });

  test("a latency without requests is a hole, no change", () => {
    expect(movementsOf([redOf("latency-p99", { gateway: "0.2x120 _x60" })], now)[0]).toMatchObject({
      verdict: "quiet",
    });
  });

  test("two stores that scrape the same services tell one movement, from the fuller answer, citing both", () => {
    const half = redOf("rate", { gateway: "_x90 10x90" }, {}, { id: "other", upstream: "shop/prometheus-b" });
    const whole = redOf("rate", { gateway: "10x180" });
    for (const known of [
      [half, whole],
      [whole, half],
    ]) {
      const moved = movementsOf(known, now);
      expect(moved).toHaveLength(1);
      expect(moved[0]).toMatchObject({ question: "red-rate", cites: ["other", "red-rate"] });
    }
  });

  test("several series of one service in one store stay several", () => {
    const rpc = redOf("rate", { gateway: "10x180" }, { recipe: "red-rpc" }, { id: "rpc" });
    expect(movementsOf([redOf("rate", { gateway: "10x180" }), rpc], now)).toHaveLength(2);
  });

  test("what changed comes first, the quiet ones last", () => {
    const verdicts = movementsOf([rate, errors, latency], now).map(({ verdict }) => verdict);
    expect(verdicts).toEqual([...verdicts].sort());
  });
});

describe("the page's onset", () => {
  test("is the entry service's, though another service changed earlier", () => {
    const earlier = redOf("latency-p99", { payment: "0.1x60 30x120" });
    const { onset } = tell([trace, rate, errors, earlier]);
    expect(onset?.of).toBe("gateway errors");
    expect(onset?.at).toBeGreaterThan(at("14:02:00"));
  });

  test("is any service's where there is no trace", () => {
    expect(tell([rate, errors, redOf("latency-p99", { payment: "0.1x60 30x120" })]).onset?.of).toBe(
      "payment p99 latency",
    );
  });

  test("is the next on the path where the entry is not measured", () => {
    const known = [trace, redOf("rate", { order: "10x180" }), redOf("errors", { order: "0.01x121 3.8x59" })];
    expect(tell(known).onset?.of).toBe("order errors");
  });

  test("is that of the service which broke behind a queue, where the entry did not notice", () => {
    const behind = evidenceOf(
      traceAnswer(`
        gateway            POST /bets       0-40 [server]
          gateway          bets publish     30-32 [producer]
            payment        bets process     90-2100 ! [consumer]
              payment      SELECT wagers    92-2090 ! "statement timeout"
      `),
      { kind: "trace-by-id" },
    );
    const known = [behind, rate, redOf("errors", { gateway: "0.01x180", payment: "0x121 3.8x59" })];
    expect(tell(known).onset?.of).toBe("payment errors");
    expect(tell([trace, ...known.slice(1)]).onset).toBeNull();
  });

  test("is that of the code by which the one that refused counts, where callers count a client's mistake", () => {
    const code = redOf("other", { payment: "0x121 3.8x59" }, { recipe: "own", title: 'rpcs_total{code="Aborted"}' });
    const known = [trace, rate, redOf("errors", { gateway: "0.01x180" })];
    expect(tell([...known, code]).onset?.of).toBe('payment rpcs_total{code="Aborted"}');
    const elsewhere = redOf("other", { order: "0x121 3.8x59" }, { recipe: "own", title: 'rpcs_total{code="Aborted"}' });
    expect(tell([...known, elsewhere]).onset).toBeNull();
  });

  test("by code goes before all mistakes together", () => {
    const mistakes = redOf("other", { payment: "0.01x121 3.8x59" }, { title: "RPCs a client got wrong" });
    const code = redOf(
      "other",
      { payment: "0x120 0.1 3.8x59" },
      { recipe: "own", title: 'rpcs_total{code="Aborted"}' },
    );
    expect(tell([rate, mistakes, code]).onset?.of).toBe('payment rpcs_total{code="Aborted"}');
  });

  test("is none where only a service off the path changed, or nothing did", () => {
    expect(tell([healthyTrace, redOf("latency-p99", { cart: "0.1x60 30x120" })]).onset).toBeNull();
    expect(tell([trace, rate, quietErrors]).onset).toBeNull();
  });
});

describe("the finding", () => {
  test("fires with size, counts, uncertainty and what else moved", () => {
    const told = said([trace, rate, errors, latency], "onset");
    expect(told).toMatch(
      /^gateway errors rose from 0\.1 % to 38 % at 14:0\d:\d\dZ \(± \d+ s\), 3,\d+ of 8,\d+ requests\. /,
    );
    expect(told).toContain("4 of 8 series judged changed. Around the same time: payment p99 latency");
  });

  test("stays silent when all is quiet", () =>
    expect(said([trace, rate, quietErrors, quietLatency], "onset")).toBe(""));

  test("is weakened by an upstream that failed", () => {
    const gone = evidenceOf(gapOf("timeout", "No answer in 10 s."), latency.question.purpose);
    const finding = findingOf([trace, rate, errors, gone], "onset");
    expect(finding?.weakenedBy).toEqual(["prometheus: No answer in 10 s"]);
    expect(finding?.score).toBeLessThan(findingOf([trace, rate, errors, latency], "onset")?.score ?? 0);
  });
});
