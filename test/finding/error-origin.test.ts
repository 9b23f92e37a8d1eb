import { describe, expect, test } from "vitest";
import type { Evidence } from "@/lib/evidence";
import { evidenceOf, gapOf, traceAnswer } from "@/test/draw";
import { findingOf, healthyTrace, said, trace } from "@/test/finding/checkout";

const of = (text: string): Evidence => evidenceOf(traceAnswer(text), { kind: "trace-by-id" });
const origin = (text: string): string => said([of(text)], "error-origin");

describe("it fires", () => {
  test("on the deepest failing span whose children are well, with duration, message and peer", () => {
    expect(said([trace], "error-origin")).toBe("payment hangs 30 s in tls.handshake (to vault): “deadline exceeded”.");
  });

  test("on a quick failure, as a failure", () => {
    expect(
      origin(`
        gateway   GET /cart  0-120 !
          cart    load       5-110 !
            redis GET       10-14 ! "LOADING"
            redis GET       20-24
      `),
    ).toBe("redis fails in GET after 4 ms: “LOADING”.");
  });

  test("on the child that was waited for in vain, though it never reported an end", () => {
    expect(
      origin(`
        gateway    GET /cart  0-5000 !
          cart     load      10- ?
          audit    note      20-25
      `),
    ).toBe("cart hangs 5 s in load and no end was received.");
  });

  test("on the child that outlived its parent, though it says it went well", () => {
    expect(
      origin(`
        gateway   GET /cart  0-2000 !
          cart    load      10-9000
      `),
    ).toContain("cart hangs 9 s in load");
  });

  test("on the earliest of several, and counts the others", () => {
    expect(
      origin(`
        gateway  GET /cart  0-100 !
          a      try       10-20 ! "first"
          b      try       30-40 ! "second"
          c      try       50-60 ! "third"
      `),
    ).toBe("a fails in try after 10 ms: “first”; 2 other spans failed too.");
  });

  test("on the failure that reached the root, before an earlier one that was survived", () => {
    expect(
      origin(`
        gateway    GET /cart  0-100 !
          cache    warm       5-20
            redis  GET        6-8 !
          b        pay       30-40 !
      `),
    ).toMatch(/^b fails in pay/);
  });

  test("on a server span with a 5xx that set no status", () => {
    expect(
      origin(`
        gateway GET /cart  0-100 ! [server]
          cart  load       5-90 [server] {http.response.status_code=503}
      `),
    ).toMatch(/^cart fails in load/);
  });

  test("takes the message from the exception where the status has none, on one line and not endless", () => {
    const told = said(
      [
        of(`
          gateway GET /cart  0-100 !
            * 50 exception boom ${"x".repeat(400)}
        `),
      ],
      "error-origin",
    );
    expect(told).toContain("“boom xxx");
    expect(told.length).toBeLessThan(200);
  });

  test("and says when the failure was survived", () => {
    expect(origin("gateway GET /cart 0-100\n  redis GET 5-9 !")).toBe(
      "redis fails in GET after 4 ms; what called it went on and did not fail with it.",
    );
  });
});

test("who survived it is the first above that did not fail, not always who called", () => {
  expect(origin('gateway GET / 0-100\n  order Create 2-90 !\n    payment Charge 5-80 ! "declined"')).toBe(
    "payment fails in Charge after 75 ms: “declined”; gateway, further up, went on and did not fail with it.",
  );
  expect(origin("gateway GET / 0-100\n  order Create 2- ?\n    payment Charge 5-80 !")).toBe(
    "payment fails in Charge after 75 ms; of what called it, no end was received.",
  );
});

describe("it stays silent", () => {
  test("on a healthy trace", () => expect(said([healthyTrace], "error-origin")).toBe(""));
  test("on a client's 4xx", () =>
    expect(origin("gateway GET /cart 0-100 [server] {http.response.status_code=404}")).toBe(""));
  test("on a span whose end is only on its way", () =>
    expect(origin("gateway GET /cart 0-100\n  cart load 90- ?")).toBe(""));
  test("without a trace", () => expect(said([], "error-origin")).toBe(""));
});

test("a cut or broken trace weakens it: what broke may be among the missing", () => {
  const whole = findingOf([trace], "error-origin");
  const cut = findingOf([{ ...trace, partial: true, notes: ["trace exceeds max size"] }], "error-origin");
  expect(cut?.weakenedBy).toEqual(["tempo: trace exceeds max size"]);
  expect(cut?.score).toBeLessThan(whole?.score ?? 0);
  const orphaned = findingOf([of("gateway GET /cart 0-100 !\nredis GET 5-9 ~ !")], "error-origin");
  expect(orphaned?.weakenedBy[0]).toContain("1 span without parent");
  expect(findingOf([evidenceOf(gapOf("timeout"), { kind: "trace-by-id" })], "error-origin")).toBeUndefined();
});
