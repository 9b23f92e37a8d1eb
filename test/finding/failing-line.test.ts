import { describe, expect, test } from "vitest";
import { evidenceOf, gapOf } from "@/test/draw";
import { findingOf, healthyTrace, lines, linesOfId, noTrace, said, trace } from "@/test/finding/checkout";

const line = (text: string): string => said([linesOfId(`14:03:42.516 ERROR payment ${text}`)], "failing-line");
const json = (fields: Readonly<Record<string, string>>): string => line(JSON.stringify(fields));

test("fires where a line of the id is an error and no trace tells where it breaks", () => {
  expect(said([lines], "failing-line")).toBe("payment wrote an error under this id: “handshake timed out”.");
});

test("the first error speaks, for those behind it pass it on; they are counted", () => {
  const drawn = `
    14:03:42.900 ERROR gateway answered 500
    14:03:42.516 ERROR payment handshake timed out`;
  expect(said([linesOfId(drawn)], "failing-line")).toBe(
    "payment wrote an error under this id: “handshake timed out”, and 1 more error line.",
  );
});

test("the others are counted as at least so many where not all lines came", () => {
  const drawn = linesOfId("14:03:42.516 ERROR payment handshake timed out\n14:03:42.900 ERROR gateway answered 500");
  const second = evidenceOf(
    gapOf("over-budget", "loki-2 was asked 200 questions."),
    { kind: "lines-of-id", rung: 0 },
    { id: "second", upstream: "shop/loki-2" },
  );
  expect(said([drawn, second], "failing-line")).toMatch(/, and at least 1 more error line\.$/);
});

describe("a bare failure", () => {
  const behind = (warning: string): string =>
    said([linesOfId(`${warning}\n14:03:42.516 ERROR payment charge failed`)], "failing-line");
  test("is told with what the same service warned of just before", () => {
    expect(behind("14:03:42.512 WARN payment card p-118 is not known")).toBe(
      "payment wrote an error under this id: “charge failed”, right after the warning “card p-118 is not known”.",
    );
  });
  test.each([
    ["of another service", "14:03:42.512 WARN order retried"],
    ["of long before", "14:03:40.512 WARN payment slow"],
    ["of no warning", "14:03:42.512 INFO payment charging"],
  ])("without a word %s", (_, warning) => {
    expect(behind(warning)).toBe("payment wrote an error under this id: “charge failed”.");
  });
  test("that says what was raised needs no warning", () => {
    const both = `14:03:42.512 WARN payment slow\n14:03:42.516 ERROR payment ${JSON.stringify({ msg: "failed", error: "no card" })}`;
    expect(said([linesOfId(both)], "failing-line")).toBe("payment wrote an error under this id: “failed” (no card).");
  });
});

describe("of a line of fields", () => {
  const traceback =
    'Traceback (most recent call last):\n  File "run.py", line 3, in run\n    left + right\nTypeError: no number';
  test.each([
    [{ level: "ERROR", message: "scoring failed" }, "“scoring failed”"],
    [{ message: "scoring failed", exc_info: traceback }, "“scoring failed” (TypeError: no number)"],
    [{ message: "scoring failed: no number", exc_info: traceback }, "“scoring failed: no number” (TypeError)"],
    [{ msg: "charge failed", error: "no answer in 3 s" }, "“charge failed” (no answer in 3 s)"],
    [{ msg: "no answer", stack_trace: "IOException: gone\n\tat a.b(C.java:1)" }, "“no answer” (IOException: gone)"],
    [{ error: "no answer in 3 s" }, "“no answer in 3 s”"],
  ])("%j: its message, and what was raised where that says more", (fields, words) => {
    expect(json(fields)).toBe(`payment wrote an error under this id: ${words}.`);
  });
});

test.each([
  ['level=error msg="handshake timed out" peer=vault', "“handshake timed out”"],
  ["{not json", "“{not json”"],
])("of any other line what it says: %s", (text, words) => {
  expect(line(text)).toBe(`payment wrote an error under this id: ${words}.`);
});

describe("silent", () => {
  test.each([
    ["where the trace tells where it breaks", [trace, lines]],
    ["of lines that are no errors", [linesOfId("14:03:12.481 INFO gateway accepted")]],
    ["without lines", [noTrace]],
  ])("%s", (_, known) => {
    expect(said(known, "failing-line")).toBe("");
  });
});

test("weaker beside a healthy trace, and where a trace store could not be read", () => {
  const alone = findingOf([lines], "failing-line")?.score ?? 0;
  expect(findingOf([healthyTrace, lines], "failing-line")?.score).toBeLessThan(alone);
  const down = evidenceOf(gapOf("timeout", "No answer in 10 s."), { kind: "trace-by-id" });
  expect(findingOf([down, lines], "failing-line")?.weakenedBy).toEqual(["tempo: No answer in 10 s"]);
});
