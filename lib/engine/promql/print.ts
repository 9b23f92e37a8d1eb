/** An expression as Prometheus writes it: on one line, or over several where it is longer than a hundred signs. */
import type { Aggregate, At, Binary, Expression, Matching, Selector, Subquery } from "@/lib/engine/promql/expression";
import { printDuration, printPlain } from "@/lib/engine/promql/literals";

const text = (value: string): string => JSON.stringify(value);
const label = (name: string): string => (/^[a-zA-Z_]\w*$/.test(name) ? name : text(name));
const labels = (names: readonly string[]): string => names.map(label).join(", ");

function when({ at, offset }: { readonly at: At | null; readonly offset: number }): string {
  const moment = at === null ? "" : at.kind === "instant" ? ` @ ${(at.at / 1_000).toFixed(3)}` : ` @ ${at.kind}()`;
  const shift = offset === 0 ? "" : ` offset ${offset < 0 ? "-" : ""}${printDuration(Math.abs(offset))}`;
  return moment + shift;
}

function selected({ name, matchers }: Selector): string {
  const list = matchers.map((each) => `${label(each.label)}${each.op}${text(each.value)}`).sort();
  return (name ?? "") + (list.length > 0 || name === null ? `{${list.join(",")}}` : "");
}

const aggregator = ({ op, without, grouping }: Aggregate): string => {
  if (without) return `${op} without (${labels(grouping)}) `;
  return grouping.length > 0 ? `${op} by (${labels(grouping)}) ` : op;
};

function matched({ on, labels: names, many, include }: Matching): string {
  const side = many ? ` group_${many} (${labels(include)})` : "";
  return names.length > 0 || on || many ? ` ${on ? "on" : "ignoring"} (${labels(names)})${side}` : "";
}
const operator = ({ op, isBool, matching }: Binary): string => op + (isBool ? " bool" : "") + matched(matching);

const subqueryTail = (subquery: Subquery): string =>
  `[${printDuration(subquery.range)}:${subquery.step === null ? "" : printDuration(subquery.step)}]${when(subquery)}`;

/** On one line; what was written with other spaces, or as `le="5"` in another order, comes out the same. */
export function print(expression: Expression): string {
  switch (expression.kind) {
    case "number":
      if (!expression.isDuration) return printPlain(expression.value);
      return (expression.value < 0 ? "-" : "") + printDuration(Math.round(Math.abs(expression.value) * 1_000));
    case "string":
      return text(expression.value);
    case "selector":
      return selected(expression) + when(expression);
    case "range":
      return `${selected(expression.selector)}[${printDuration(expression.range)}]${when(expression.selector)}`;
    case "subquery":
      return print(expression.inner) + subqueryTail(expression);
    case "call":
      return `${expression.name}(${expression.args.map(print).join(", ")})`;
    case "aggregate": {
      const parameter = expression.parameter ? `${print(expression.parameter)}, ` : "";
      return `${aggregator(expression)}(${parameter}${print(expression.inner)})`;
    }
    case "binary":
      return `${print(expression.left)} ${operator(expression)} ${print(expression.right)}`;
    case "unary":
      return expression.op + print(expression.inner);
    case "paren":
      return `(${print(expression.inner)})`;
  }
}

const widest = 100;

/** As `format_query` does: parts of what is too long stand on lines of their own, two spaces further in. */
export function prettyPrint(expression: Expression, level = 0): string {
  const indent = "  ".repeat(level);
  const line = print(expression);
  if (expression.kind === "unary") return `${indent}${expression.op}${prettyPrint(expression.inner, level).trim()}`;
  if (line.length <= widest) return expression.kind === "subquery" ? line : indent + line;
  const inner = (part: Expression): string => prettyPrint(part, level + 1);
  switch (expression.kind) {
    case "aggregate": {
      const parameter = expression.parameter ? `${inner(expression.parameter)},\n` : "";
      return `${indent}${aggregator(expression)}(\n${parameter}${inner(expression.inner)}\n${indent})`;
    }
    case "binary":
      return `${inner(expression.left)}\n${indent}${operator(expression)}\n${inner(expression.right)}`;
    case "call":
      return `${indent}${expression.name}(\n${expression.args.map(inner).join(",\n")}\n${indent})`;
    case "paren":
      return `${indent}(\n${inner(expression.inner)}\n${indent})`;
    case "subquery":
      return prettyPrint(expression.inner, level) + subqueryTail(expression);
    default:
      return indent + line;
  }
}
