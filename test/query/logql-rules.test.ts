/** Rules of Loki's ruler as people write them: what is drawn of each for one alert, and how far it looks back. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { isStreamSelector } from "@/lib/query/logql";
import { isLogExpression, readLogAlert } from "@/lib/query/logql-alert";
import { printDuration } from "@/lib/signal/time";
import { casesOf } from "@/test/cases/cases";

function said(input: string): string {
  const [, written = "", expression = ""] = input.split(" :: ");
  const pairs = written.split(";").flatMap((pair) => (pair.includes("=") ? [pair.trim().split("=")] : []));
  const { kind, drawn, reach } = readLogAlert(
    expression,
    Object.fromEntries(pairs.map(([name = "", value = ""]) => [name, value])),
  );
  if (drawn.length === 0) return kind;
  const branches = drawn.map(({ query, limits, joined, isAbsence, unit }) =>
    [
      `${joined ? `${joined} ` : ""}${isAbsence ? "no " : ""}${query}`,
      ...limits.map(({ op, bound }) => `${op} ${bound.kind === "number" ? bound.value : `(${bound.text})`}`),
      ...(unit === "count" ? [] : [unit]),
    ].join(" | "),
  );
  return `${branches.join(" ; ")} | back ${printDuration(reach)}`;
}

test.each(casesOf("logql-rules.txt"))("$at: $input", ({ input, expected }) => {
  expect(said(input)).toBe(expected);
});

test("what only Loki reads is told from what Prometheus reads, too", () => {
  expect(isLogExpression('sum(rate({app="x"} |= "error" [5m])) > 1')).toBe(true);
  for (const text of ['sum(rate(e{app="x"}[5m])) > 1', "vector(1)", '{app="x"}', "sum(((", ""])
    expect(isLogExpression(text), text).toBe(false);
});

test("any text and any labels are read without a throw, and what is drawn is never a query for lines", () => {
  const pieces = ["{", "}", 'app="x"', "(", ")", " > ", "5", " and ", "by (a)", "sum", "rate", "[5m]", '|= "e"', ","];
  const text = fc.oneof(
    fc.string(),
    fc.array(fc.constantFrom(...pieces)).map((all) => all.join("")),
  );
  fc.assert(
    fc.property(text, fc.dictionary(fc.string(), fc.string(), { maxKeys: 4 }), (expression, labels) => {
      for (const { query } of readLogAlert(expression, labels).drawn) expect(isStreamSelector(query)).toBe(false);
    }),
  );
});

test("a label's value never leaves its quotes", () => {
  const rule = 'sum by (app) (rate({env="p"}[5m])) > 1';
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), (app) => {
      const [drawn] = readLogAlert(rule, { app }).drawn;
      expect(drawn?.limits).toHaveLength(1);
      expect(drawn?.query).toMatch(/^sum by \(app\) \(rate\(\{env="p"\} \| app=".*" \[5m\]\)\)$/s);
    }),
  );
});
