/** Rules as people write them: what is drawn of each for one alert, how far it looks back, and whose alert it is. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { readAlertExpression } from "@/lib/query/alert-expression";
import { alertSubjects, expressionNames } from "@/lib/query/alert-subjects";
import { type GrafanaEvaluator, type GrafanaStep, grafanaExpression } from "@/lib/query/grafana-expression";
import { selectorsOf } from "@/lib/query/promql";
import type { Labels } from "@/lib/signal/labels";
import { serviceKey } from "@/lib/signal/service";
import { printDuration } from "@/lib/signal/time";
import { casesOf } from "@/test/cases/cases";

const labelsFrom = (text: string): Labels =>
  Object.fromEntries(
    text
      .split(";")
      .filter((pair) => pair.includes("="))
      .map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)]),
  );

const evaluatorFrom = ([type = "", ...params]: readonly string[]): GrafanaEvaluator => ({
  type,
  params: params.map(Number),
});

/** `C = threshold B gt 0.05`; anything that is no step of its own is a query. */
function stepFrom(text: string): GrafanaStep {
  const [, refId = "", rest = ""] = /^(\w+) = (.*)$/.exec(text.trim()) ?? [];
  const [word = "", ...words] = rest.split(" ");
  const of = words[0] ?? "";
  if (word === "reduce") return { refId, kind: "same", of };
  if (word === "threshold") return { refId, kind: "threshold", of, evaluator: evaluatorFrom(words.slice(1)) };
  if (word === "math") return { refId, kind: "math", expression: words.join(" ") };
  if (word !== "classic") return { refId, kind: "query", expression: rest, datasource: "prometheus" };
  const conditions = words.join(" ").split(/ (?=and |or )/);
  return {
    refId,
    kind: "classic",
    conditions: conditions.map((each) => {
      const [, operator, name = "", evaluator = ""] = /^(?:(and|or) )?(\w+) (.*)$/.exec(each) ?? [];
      return { of: name, evaluator: evaluatorFrom(evaluator.split(" ")), operator: operator === "or" ? "or" : "and" };
    }),
  };
}

function expressionFrom(text: string): string {
  const [, condition, steps] = /^grafana (\w+): (.*)$/.exec(text) ?? [];
  if (!condition || !steps) return text;
  return grafanaExpression(steps.split(" ;; ").map(stepFrom), condition)?.expression ?? "";
}

function said(input: string): string {
  const [, written = "", text = ""] = input.split(" :: ");
  const [labels, expression] = [labelsFrom(written), expressionFrom(text)];
  const { kind, drawn, reach } = readAlertExpression(expression, labels);
  const branches = drawn.map(({ query, limits, joined, isAbsence, unit }) =>
    [
      `${joined ? `${joined} ` : ""}${isAbsence ? "no " : ""}${query}`,
      ...limits.map(({ op, bound }) => `${op} ${bound.kind === "number" ? bound.value : `(${bound.text})`}`),
      ...(unit === "count" ? [] : [unit]),
    ].join(" | "),
  );
  const subjects = alertSubjects(expressionNames(expression), labels).map(
    ({ service, label }) => `${serviceKey(service)} by ${label}`,
  );
  return [kind, branches.join(" ; "), reach === 0 ? "" : `back ${printDuration(reach)}`, subjects.join(", ")]
    .join(" :: ")
    .replace(/(?: :: )+$/, "");
}

test.each(casesOf("alert-rules.txt"))("$at: $input", ({ input, expected }) => {
  expect(said(input)).toBe(expected);
});

test("any text and any labels are read without a throw, and a label's value never leaves its quotes", () => {
  const piece = fc.constantFrom(
    "up",
    "{",
    "}",
    "(",
    ")",
    " > ",
    "5",
    " and ",
    "by (a)",
    "sum",
    '"',
    "[5m]",
    "absent",
    ",",
  );
  const text = fc.oneof(
    fc.string(),
    fc.array(piece).map((pieces) => pieces.join("")),
  );
  fc.assert(
    fc.property(text, fc.dictionary(fc.string(), fc.string(), { maxKeys: 4 }), (expression, labels) => {
      readAlertExpression(expression, labels);
      alertSubjects(expressionNames(expression), labels);
      const [drawn] = readAlertExpression("sum without (z) (up) > 1", labels).drawn;
      expect(selectorsOf(drawn?.query ?? "")).toHaveLength(1);
    }),
  );
});
