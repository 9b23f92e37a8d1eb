/** PromQL as a tree. `from` is where an expression begins in the text (UTF-16 units); what refers to it says that place. */
import type { Matcher } from "@/lib/signal/labels";

/** `@`: an instant (ms), or an end of the query's own window. */
export type At =
  | { readonly kind: "instant"; readonly at: number }
  | { readonly kind: "start" }
  | { readonly kind: "end" };
type When = {
  readonly at: At | null;
  /** ms; positive looks back. */
  readonly offset: number;
};

export type Selector = When & {
  readonly kind: "selector";
  readonly from: number;
  readonly name: string | null;
  /** Without that of `name`. */
  readonly matchers: readonly Matcher[];
};
export type Range = {
  readonly kind: "range";
  readonly from: number;
  readonly selector: Selector;
  /** ms; NaN where it depends on the query's own step or range, which no evaluation here knows. */
  readonly range: number;
};
export type Subquery = When & {
  readonly kind: "subquery";
  readonly from: number;
  readonly inner: Expression;
  readonly range: number;
  /** null: the server's evaluation interval. */
  readonly step: number | null;
};
export type Call = {
  readonly kind: "call";
  readonly from: number;
  readonly name: string;
  readonly args: readonly Expression[];
};

export const aggregations = [
  "sum",
  "avg",
  "count",
  "min",
  "max",
  "group",
  "stddev",
  "stdvar",
  "topk",
  "bottomk",
  "count_values",
  "quantile",
] as const;
export type Aggregation = (typeof aggregations)[number];
export type Aggregate = {
  readonly kind: "aggregate";
  readonly from: number;
  readonly op: Aggregation;
  readonly parameter: Expression | null;
  readonly inner: Expression;
  readonly grouping: readonly string[];
  readonly without: boolean;
};

export type Matching = {
  /** `on`; otherwise `ignoring`, also where nothing is written. */
  readonly on: boolean;
  readonly labels: readonly string[];
  /** Which side may hold many: `left` for `group_left`. */
  readonly many: "left" | "right" | null;
  readonly include: readonly string[];
};
export const comparisons = ["==", "!=", ">", "<", ">=", "<="] as const;
/** Of native histograms: between numbers they give nothing. */
export const trimOperators = ["</", ">/"] as const;
export const setOperators = ["and", "or", "unless"] as const;
export const binaryOperators = [
  "+",
  "-",
  "*",
  "/",
  "%",
  "^",
  "atan2",
  ...comparisons,
  ...trimOperators,
  ...setOperators,
] as const;
export type BinaryOperator = (typeof binaryOperators)[number];
export type Binary = {
  readonly kind: "binary";
  readonly from: number;
  /** Of the operator. */
  readonly opFrom: number;
  readonly op: BinaryOperator;
  readonly left: Expression;
  readonly right: Expression;
  readonly isBool: boolean;
  readonly matching: Matching;
};

export type Expression =
  | Selector
  | Range
  | Subquery
  | Call
  | Aggregate
  | Binary
  | { readonly kind: "number"; readonly from: number; readonly value: number; readonly isDuration: boolean }
  | { readonly kind: "string"; readonly from: number; readonly value: string }
  | { readonly kind: "unary"; readonly from: number; readonly op: "+" | "-"; readonly inner: Expression }
  | { readonly kind: "paren"; readonly from: number; readonly inner: Expression };

export const isComparison = (op: BinaryOperator): boolean => comparisons.some((each) => each === op);
export const isSetOperator = (op: BinaryOperator): boolean => setOperators.some((each) => each === op);

/** Prometheus drops parentheses round arguments before it evaluates. */
export const unwrapped = (expression: Expression): Expression =>
  expression.kind === "paren" ? unwrapped(expression.inner) : expression;

/** Its selectors, in the order of the text. */
export function selectorsIn(expression: Expression): Selector[] {
  switch (expression.kind) {
    case "selector":
      return [expression];
    case "range":
      return [expression.selector];
    case "subquery":
    case "unary":
    case "paren":
      return selectorsIn(expression.inner);
    case "call":
      return expression.args.flatMap(selectorsIn);
    case "aggregate":
      return [...(expression.parameter ? selectorsIn(expression.parameter) : []), ...selectorsIn(expression.inner)];
    case "binary":
      return [...selectorsIn(expression.left), ...selectorsIn(expression.right)];
    case "number":
    case "string":
      return [];
  }
}

/** With that of the name. */
export const matchersOf = ({ name, matchers }: Selector): Matcher[] => [
  ...matchers,
  ...(name === null ? [] : [{ label: "__name__", op: "=" as const, value: name }]),
];
