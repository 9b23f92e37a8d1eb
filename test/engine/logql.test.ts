import { describe, expect, test } from "vitest";
import { queryLines } from "@/lib/engine/logql/lines";
import { queryMetric } from "@/lib/engine/logql/metric";
import { parseQuery } from "@/lib/engine/logql/parse";
import { printQuery } from "@/lib/engine/logql/print";
import { attempt } from "@/lib/engine/logql/refusal";
import { regexpOf, translateRegexp } from "@/lib/engine/logql/regexp";
import { printFloat, printGoDuration, readBytes, readDuration, readGoDuration } from "@/lib/engine/logql/units";
import { isStreamSelector } from "@/lib/query/logql";
import { casesOf } from "@/test/cases/cases";
import { drawnLines } from "@/test/engine/logql-lines";

const drawn = drawnLines(`
  0   {app=t}             v=1
  1   {app=a} [level=gold] one
  2   {app=a}             {"level":"warn","n":5,"in":{"ms":"12"}}
  3   {app=a}             level=info took=250ms size=2KB
  4   {app=b}             other
  30  {app=t}             v=2
  60  {app=t}             v=3 x
  61  {app=t}             late
`);
const minute = 60e6;

function said(text: string): string {
  const told = attempt(() => {
    const query = parseQuery(text);
    if (query.kind === "logs")
      return queryLines(query, drawn, { from: 0, to: 2 * minute, limit: 100, direction: "forward" }).map(
        (line) => line.text,
      );
    return queryMetric(query, drawn, [minute])
      .map(({ labels, values }) => {
        const names = Object.entries(labels).map(([name, value]) => `${name}="${value}"`);
        return `{${names.join(",")}} ${printFloat(values[0] ?? Number.NaN)}`;
      })
      .sort();
  });
  return told.ok ? told.value.join("; ") || "nothing" : told.text;
}

describe("what a query says", () => {
  for (const { input, expected, at } of casesOf("../engine/logql-cases.txt"))
    test(`${at}: ${input}`, () => {
      expect(said(input)).toBe(expected);
    });
});

test("whatever the editor's grammar takes for a log query is read as one, and printing it changes nothing in it", () => {
  const queries = casesOf("logql-agreement.txt")
    .filter(({ expected }) => /^(lines|format)/.test(expected))
    .map(({ input }) => input)
    .filter(isStreamSelector);
  expect(queries.length).toBeGreaterThan(30);
  for (const query of queries) {
    const parsed = parseQuery(query);
    expect(parsed.kind).toBe("logs");
    expect(parseQuery(printQuery(parsed)), query).toEqual(parsed);
  }
});

test("lines come in the direction asked for, as many as the limit, their start inclusive and their end not", () => {
  const query = parseQuery('{app="t"}');
  if (query.kind !== "logs") throw new Error("a log query");
  const ask = (from: number, to: number, limit: number, direction: "forward" | "backward"): string[] =>
    queryLines(query, drawn, { from, to, limit, direction }).map(({ text }) => text);
  expect(ask(0, minute, 9, "forward")).toEqual(["v=1", "v=2"]);
  expect(ask(0, minute + 1, 2, "backward")).toEqual(["v=3 x", "v=2"]);
});

test("more than 500 series are refused, but those that a sum folds are not counted", () => {
  const many = drawnLines(Array.from({ length: 501 }, (_, i) => `1 {app=a} [id=${i}] x`).join("\n"));
  const ask = (text: string) =>
    attempt(() => {
      const query = parseQuery(text);
      return query.kind === "logs" ? [] : queryMetric(query, many, [minute]);
    });
  expect(ask('count_over_time({app="a"}[1m])')).toMatchObject({
    ok: false,
    status: 400,
    text: expect.stringContaining("maximum number of series (500)"),
  });
  expect(ask('max(count_over_time({app="a"}[1m]))')).toMatchObject({ ok: true, value: [{ values: [1] }] });
});

describe("regular expressions are RE2's", () => {
  test.each([
    ["a.c", "a\nc", false],
    ["(?s)a.c", "a\nc", true],
    ["(?i)vault", "VAULT", true],
    ["x(?i:y)z", "xYz", true],
    ["x(?i:y)z", "XYz", false],
    ["(?i)[a-c]-\\d", "B-7", true],
    ["^(?:a|b)$", "a", true],
    ["(?m)^b$", "a\nb\nc", true],
    ["\\Qa.b\\E", "a.b", true],
    ["[[:alpha:]]+-", "ab-", true],
    ["\\x41\\pL", "Aé", true],
    ["/-#", "/-#", true],
  ])("%s on %j: %s", (pattern, text, expected) => {
    expect(regexpOf(pattern, false).test(text)).toBe(expected);
  });
  test.each([
    ["(?=x)", "invalid or unsupported Perl syntax: `(?=`"],
    ["(?<!x)", "invalid or unsupported Perl syntax: `(?<!`"],
    ["(a", "missing closing ): `(a`"],
    ["*a", "missing argument to repetition operator: `*`"],
    ["a**", "invalid nested repetition operator: `**`"],
    ["\\8", "invalid escape sequence: `\\8`"],
    ["[z-a]", "invalid character class range: `z-a`"],
    ["[a", "missing closing ]: `[a`"],
  ])("%s is refused", (pattern, text) => {
    expect(attempt(() => regexpOf(pattern, false))).toMatchObject({ ok: false, text: `error parsing regexp: ${text}` });
  });
  test("groups keep their names, in order", () => {
    expect(translateRegexp("(?P<a>x)(y)(?:z)(?<b>w)").names).toEqual(["a", null, "b"]);
  });
});

test("durations, sizes and numbers are read and printed as Go does", () => {
  expect(readGoDuration("1h2m3.5s")).toEqual({ value: 3_723.5e9 });
  expect(readGoDuration("5")).toEqual({ error: 'time: missing unit in duration "5"' });
  expect(readDuration("1d12h")).toEqual({ value: 36 * 3600e9 });
  expect(readBytes("1.5KiB")).toEqual({ value: 1_536 });
  expect(readBytes("5 furlongs")).toEqual({ error: "unhandled size name: furlongs" });
  expect(printGoDuration(744 * 3600e9)).toBe("744h0m0s");
  expect([1e21, 1e-7, -1.5, 1 / 0, Number.NaN].map(printFloat)).toEqual([
    "1000000000000000000000",
    "0.0000001",
    "-1.5",
    "+Inf",
    "NaN",
  ]);
});
