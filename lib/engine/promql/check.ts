/** Whether the types of an expression fit, in the words of Prometheus' parser (checkAST of promql/parser/parse.go). */
import type { Complain } from "@/lib/engine/promql/complaint";
import {
  type Binary,
  type Expression,
  isComparison,
  isSetOperator,
  matchersOf,
  type Selector,
} from "@/lib/engine/promql/expression";
import { signatureOf, type ValueType } from "@/lib/engine/promql/functions";
import { matches } from "@/lib/engine/promql/matching";

const documented: Readonly<Record<ValueType, string>> = {
  vector: "instant vector",
  range: "range vector",
  scalar: "scalar",
  string: "string",
};
const plainly: Readonly<Record<ValueType, string>> = { ...documented, vector: "vector", range: "matrix" };
/** As refusals name it. */
export const printType = (type: ValueType): string => documented[type];

/** The type a checked expression has. */
export function typeOf(expression: Expression): ValueType {
  switch (expression.kind) {
    case "number":
      return "scalar";
    case "string":
      return "string";
    case "selector":
    case "aggregate":
      return "vector";
    case "range":
    case "subquery":
      return "range";
    case "call":
      return signatureOf(expression.name)?.gives ?? "vector";
    case "unary":
    case "paren":
      return typeOf(expression.inner);
    case "binary":
      return typeOf(expression.left) === "scalar" && typeOf(expression.right) === "scalar" ? "scalar" : "vector";
  }
}

/** Complains of the first thing that does not fit, from the inside out. */
export function checkTypes(expression: Expression, complain: Complain): void {
  const inner = (part: Expression): ValueType => {
    checkTypes(part, complain);
    return typeOf(part);
  };
  const expect = (part: Expression, wanted: ValueType, where: string): void => {
    const type = inner(part);
    if (type !== wanted)
      complain(part.from, `expected type ${documented[wanted]} in ${where}, got ${documented[type]}`);
  };
  switch (expression.kind) {
    case "number":
    case "string":
      return;
    case "selector":
      checkSelector(expression, complain);
      return;
    case "range":
      checkSelector(expression.selector, complain);
      return;
    case "paren":
      inner(expression.inner);
      return;
    case "unary": {
      const type = inner(expression.inner);
      if (type !== "scalar" && type !== "vector")
        complain(
          expression.from,
          `unary expression only allowed on expressions of type scalar or instant vector, got "${documented[type]}"`,
        );
      return;
    }
    case "subquery": {
      const type = inner(expression.inner);
      if (type !== "vector")
        complain(expression.from, `subquery is only allowed on instant vector, got ${plainly[type]} instead`);
      return;
    }
    case "aggregate":
      expect(expression.inner, "vector", "aggregation expression");
      if (expression.parameter)
        expect(expression.parameter, expression.op === "count_values" ? "string" : "scalar", "aggregation parameter");
      return;
    case "binary":
      checkBinary(expression, inner(expression.left), inner(expression.right), complain);
      return;
    case "call": {
      const { name, args, from } = expression;
      const { takes, variadic } = signatureOf(name) ?? { takes: [], variadic: 0 };
      const most = takes.length - 1 + variadic;
      if (variadic === 0 && args.length !== takes.length)
        complain(from, `expected ${takes.length} argument(s) in call to "${name}", got ${args.length}`);
      if (variadic !== 0 && args.length < takes.length - 1)
        complain(from, `expected at least ${takes.length - 1} argument(s) in call to "${name}", got ${args.length}`);
      if (variadic > 0 && args.length > most)
        complain(from, `expected at most ${most} argument(s) in call to "${name}", got ${args.length}`);
      for (const [i, arg] of args.entries()) {
        const wanted = takes[Math.min(i, takes.length - 1)] ?? "vector";
        const type = inner(arg);
        if (type !== wanted)
          complain(
            arg.from,
            `expected type ${documented[wanted]} in call to function "${name}", got ${documented[type]}`,
          );
      }
      return;
    }
  }
}

function checkSelector(selector: Selector, complain: Complain): void {
  if (selector.name !== null) {
    const twice = selector.matchers.find(({ label }) => label === "__name__");
    if (twice)
      complain(
        selector.from,
        `metric name must not be set twice: ${JSON.stringify(selector.name)} or ${JSON.stringify(twice.value)}`,
      );
    return;
  }
  if (matchersOf(selector).every((matcher) => matches(matcher, "")))
    complain(selector.from, "vector selector must contain at least one non-empty matcher");
}

function checkBinary(expression: Binary, left: ValueType, right: ValueType, complain: Complain): void {
  const { op, opFrom, from, isBool, matching } = expression;
  if (isBool && !isComparison(op)) complain(opFrom, "bool modifier can only be used on comparison operators");
  if (isComparison(op) && !isBool && left === "scalar" && right === "scalar")
    complain(opFrom, "comparisons between scalars must use BOOL modifier");
  const twice = matching.on && matching.labels.find((label) => matching.include.includes(label));
  if (twice) complain(opFrom, `label ${JSON.stringify(twice)} must not occur in ON and GROUP clause at once`);
  const plain = "binary expression must contain only scalar and instant vector types";
  if (left !== "scalar" && left !== "vector") complain(expression.left.from, plain);
  if (right !== "scalar" && right !== "vector") complain(expression.right.from, plain);
  const areVectors = left === "vector" && right === "vector";
  if (!areVectors && matching.labels.length > 0) complain(from, "vector matching only allowed between instant vectors");
  if (areVectors && isSetOperator(op) && matching.many) complain(from, `no grouping allowed for "${op}" operation`);
  if (!areVectors && isSetOperator(op)) complain(from, `set operator "${op}" not allowed in binary scalar expression`);
}
