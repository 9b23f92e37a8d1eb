import { expect, test } from "vitest";
import { evidenceOf, traceAnswer } from "@/test/draw";
import { findingOf, said } from "@/test/finding/checkout";

const told = (drawn: string): string => said([evidenceOf(traceAnswer(drawn), { kind: "trace-by-id" })], "retry-storm");

test("calls in a row, each after a failure, are a storm", () => {
  expect(
    told(`
      order CreateOrder 0-400 !
        order POST payment 10-100 ! [client]
        order POST payment 110-200 ! [client]
        order POST payment 210-300 ! [client]
    `),
  ).toBe("order tried POST payment 3 times in a row, and all of them failed.");
  expect(
    told(`
      order CreateOrder 0-400
        order POST payment 10-100 ! [client]
        order POST payment 110-200 ! [client]
        order POST payment 210-300 [client]
    `),
  ).toBe("order tried POST payment 3 times in a row, 2 of them failed.");
});

test.each([
  ["one retry", "order a 0-400 !\n  order POST b 10-100 !\n  order POST b 110-200 !"],
  ["calls side by side", "order a 0-400 !\n  order POST b 10-100 !\n  order POST b 20-110 !\n  order POST b 30-120 !"],
  ["calls that succeeded", "order a 0-400\n  order POST b 10-20\n  order POST b 30-40\n  order POST b 50-60"],
  ["a failure after a success", "order a 0-400\n  order POST b 10-20 !\n  order POST b 30-40\n  order POST b 50-60 !"],
  ["different calls", "order a 0-400 !\n  order POST b 10-20 !\n  order POST c 30-40 !\n  order POST d 50-60 !"],
])("%s are none", (_, drawn) => {
  expect(told(drawn)).toBe("");
});

test("other calls that were tried again are counted, not said to be as many", () => {
  const calls = (name: string, from: number, times: number): string =>
    Array.from({ length: times }, (_, at) => `\n  order ${name} ${from + 20 * at}-${from + 20 * at + 10} !`).join("");
  expect(told(`order a 0-400 !${calls("POST b", 10, 5)}${calls("POST c", 200, 3)}`)).toBe(
    "order tried POST b 5 times in a row, and all of them failed; 1 other call was tried again like it.",
  );
});

test("spans without parent may be more tries: of all only those seen", () => {
  const storm =
    "order a 0-400 !\n  order POST b 10-20 !\n  order POST b 30-40 !\n  order POST b 50-60 !\norder POST b 70-80 ~ !";
  expect(told(storm)).toBe("order tried POST b at least 3 times in a row, and all of those seen failed.");
});

test("a cut trace weakens it", () => {
  const storm = evidenceOf(
    traceAnswer("order a 0-400 !\n  order POST b 10-20 !\n  order POST b 30-40 !\n  order POST b 50-60 !"),
    { kind: "trace-by-id" },
  );
  expect(
    findingOf([{ ...storm, partial: true, notes: ["trace exceeds max size"] }], "retry-storm")?.weakenedBy,
  ).toEqual(["tempo: trace exceeds max size"]);
});
