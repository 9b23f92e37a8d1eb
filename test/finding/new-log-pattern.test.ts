import { describe, expect, test } from "vitest";
import type { Evidence } from "@/lib/evidence";
import { evidenceOf, gapOf, linesFrom, windowOf } from "@/test/draw";
import { errors, findingOf, quietErrors, rate, said, trace } from "@/test/finding/checkout";

const payment = { name: "payment", namespace: null };
const around = (drawn: string, limited = false, window = windowOf("13:58:10", "14:08:45")): Evidence =>
  evidenceOf(
    { kind: "lines", limited, lines: linesFrom(drawn) },
    { kind: "lines-around", services: [payment] },
    { window },
  );
const before = `
  13:59:00.000 WARN  payment pool near its limit in_use=46
  14:01:00.000 WARN  payment pool near its limit in_use=48`;
const since = `
  14:03:42.516 ERROR payment handshake with vault-1 timed out after 30012ms
  14:03:45.100 ERROR payment handshake with vault-2 timed out after 30008ms
  14:03:59.000 WARN  payment pool near its limit in_use=47
  14:04:12.516 ERROR payment handshake with vault-1 timed out after 30001ms`;
const told = (lines: Evidence, numbers = errors): string => said([trace, rate, numbers, lines], "new-log-pattern");

describe("a pattern that nobody wrote before the onset", () => {
  test("is told with its values left open, how often, and from when to when was read", () => {
    expect(told(around(before + since))).toMatch(
      /^New in the lines of payment since 14:0[23]:\d\dZ: “handshake with vault-<_> timed out after <_>ms”, 3 times; none before, of the warnings and errors read from 13:58:10Z to 14:08:45Z\.$/,
    );
  });

  test("is silent where it was written before, too", () => {
    expect(
      told(around(`${before}\n  14:01:02.000 ERROR payment handshake with vault-1 timed out after 1ms${since}`)),
    ).toBe("");
  });

  test("is silent where the lines read begin at the onset: nothing is known of before", () => {
    expect(told(around(since, true))).toBe("");
    expect(told(around(since, false, windowOf("14:03:00", "14:08:45")))).toBe("");
  });

  test("is silent without an onset, and where it happened but twice", () => {
    expect(told(around(before + since), quietErrors)).toBe("");
    expect(told(around(`${before}\n  14:03:42.516 ERROR payment boom 1\n  14:03:43.516 ERROR payment boom 2`))).toBe(
      "",
    );
  });

  test("is weaker where another Loki did not answer", () => {
    const gone = evidenceOf(gapOf("timeout", "No answer in 10 s."), { kind: "lines-around", services: [payment] });
    const known = [trace, rate, errors, around(before + since)];
    expect(findingOf(known, "new-log-pattern")?.weakenedBy).toEqual([]);
    expect(findingOf([...known, gone], "new-log-pattern")?.weakenedBy).toHaveLength(1);
  });
});

describe("where nothing is new", () => {
  const many = (count: number): string =>
    Array.from(
      { length: count },
      (_, at) => `14:03:${10 + (at % 50)}.${100 + at} WARN payment vault answered 500, sent on`,
    )
      .toSorted()
      .join("\n");
  const once = "13:59:00.000 WARN payment vault answered 500, sent on";
  const without = (lines: Evidence): string => said([rate, errors, lines], "new-log-pattern");

  test("what is said far more often than before is told with both counts", () => {
    expect(without(around(`${once}\n${many(40)}`))).toMatch(
      /^Far more often in the lines of payment since 14:0[23]:\d\dZ: “vault answered 500, sent on”, 40 times, and 1 time before; of the warnings and errors read since 13:58:10Z\.$/,
    );
  });

  test.each([
    ["of a handful", around(`${once}\n${many(12)}`)],
    ["where it was said often before, too", around(`${Array.from({ length: 8 }, () => once).join("\n")}\n${many(40)}`)],
    ["where not all before the onset was read", around(many(40), true)],
  ])("silent %s", (_, lines) => {
    expect(without(lines)).toBe("");
  });

  test("silent where a trace says why", () => {
    expect(told(around(`${once}\n${many(40)}`))).toBe("");
  });
});
