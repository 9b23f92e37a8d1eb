/** An expression of a query -> what it says of one span. Compiled once a query, since it runs for every span. */
import type { Attribute, Field, FieldOp, Intrinsic, Scope } from "@/lib/engine/traceql/ast";
import { patternOf } from "@/lib/engine/traceql/pattern";
import { extentOf, rootOf, type StoredSpan, type StoredTrace } from "@/lib/engine/traceql/storage";
import {
  areMatching,
  booleanValue,
  durationValue,
  floatValue,
  intValue,
  isNumeric,
  kindValues,
  no,
  statusValues,
  textValue,
  type Value,
  yes,
} from "@/lib/engine/traceql/value";

/** Absent is undefined. Several events or links make an array. */
export type Evaluate = (span: StoredSpan, trace: StoredTrace) => Value | undefined;

/** As Tempo's search answers them; a root that has not arrived yet. */
export const rootMissing = "<root span not yet received>";

const listOf = (values: readonly Value[]): Value | undefined =>
  values.length > 1 ? { type: "array", value: values } : values[0];
const stripped = (id: string): string => id.replace(/^0+/, "");

type NestedSets = ReadonlyMap<StoredSpan, readonly [left: number, right: number, parent: number]>;
const nestedSets = new WeakMap<StoredTrace, NestedSets>();
function nestedSetOf(trace: StoredTrace): NestedSets {
  const held = nestedSets.get(trace) ?? walked(trace);
  nestedSets.set(trace, held);
  return held;
}

/** Number of each span in a walk, depth first: left when entered, right when left. */
function walked(trace: StoredTrace): ReadonlyMap<StoredSpan, readonly [left: number, right: number, parent: number]> {
  const children = Map.groupBy(trace.spans, ({ parent, isRoot }) => (isRoot ? -1 : parent < 0 ? -2 : parent));
  const found = new Map<StoredSpan, readonly [number, number, number]>();
  let number = 0;
  const walk = (span: StoredSpan, parent: number): void => {
    number += 1;
    const left = number;
    for (const child of children.get(span.row) ?? []) walk(child, left);
    number += 1;
    found.set(span, [left, number, parent]);
  };
  for (const root of children.get(-1) ?? []) walk(root, -1);
  return found;
}

const readers: Readonly<Record<Intrinsic, Evaluate>> = {
  duration: ({ duration }) => durationValue(duration),
  name: ({ name }) => textValue(name),
  status: ({ status }) => statusValues[status],
  statusMessage: ({ statusMessage }) => textValue(statusMessage),
  kind: ({ kind }) => kindValues[kind],
  childCount: ({ row }, { spans }) => intValue(spans.filter(({ parent }) => parent === row).length),
  parent: ({ isRoot, row }, { parentId }) => (isRoot ? undefined : textValue(parentId(row))),
  nestedSetLeft: (span, trace) => intValue(nestedSetOf(trace).get(span)?.[0] ?? 0),
  nestedSetRight: (span, trace) => intValue(nestedSetOf(trace).get(span)?.[1] ?? 0),
  // Most asked: `{ nestedSetParent < 0 }` is a root.
  nestedSetParent: (span, trace) => intValue(span.isRoot ? -1 : (nestedSetOf(trace).get(span)?.[2] ?? 0)),
  "span:id": ({ row }, { spanId }) => textValue(spanId(row)),
  "span:parentID": ({ row }, { parentId }) => textValue(parentId(row)),
  traceDuration: (_, trace) => {
    const { start, end } = extentOf(trace);
    return durationValue(end - start);
  },
  rootName: (_, trace) => textValue(rootOf(trace)?.name ?? rootMissing),
  rootServiceName: (_, trace) => textValue(rootOf(trace)?.service ?? rootMissing),
  "trace:id": (_, { id }) => textValue(stripped(id)),
  "event:name": ({ row }, { events }) => listOf(events(row).map(({ name }) => textValue(name))),
  "event:timeSinceStart": ({ row }, { events }) => listOf(events(row).map(({ since }) => durationValue(since))),
  "link:spanID": ({ row }, { links }) => listOf(links(row).map(({ spanId }) => textValue(spanId))),
  "link:traceID": ({ row }, { links }) => listOf(links(row).map(({ traceId }) => textValue(traceId))),
  "instrumentation:name": ({ scope }) => textValue(scope.name),
  "instrumentation:version": ({ scope }) => textValue(scope.version),
};

function inScope(scope: Scope, name: string): Evaluate {
  const ofEvents: Evaluate = ({ row }, { events }) =>
    listOf(events(row).flatMap(({ attributes }) => attributes.get(name) ?? []));
  const ofLinks: Evaluate = ({ row }, { links }) =>
    listOf(links(row).flatMap(({ attributes }) => attributes.get(name) ?? []));
  switch (scope) {
    case "resource":
      return ({ row }, { resource }) => resource(row, name);
    case "span":
      return ({ row }, { attribute }) => attribute(row, name);
    case "event":
      return ofEvents;
    case "link":
      return ofLinks;
    case "instrumentation":
      return () => undefined;
    case "any":
      return (span, trace) =>
        trace.attribute(span.row, name) ??
        trace.resource(span.row, name) ??
        ofEvents(span, trace) ??
        ofLinks(span, trace);
  }
}

export function compileAttribute(attribute: Attribute): Evaluate {
  if (attribute.kind === "intrinsic") return readers[attribute.intrinsic];
  const read = inScope(attribute.scope, attribute.name);
  if (!attribute.ofParent) return read;
  return (span, trace) => {
    const parent = trace.spans[span.parent];
    return parent && read(parent, trace);
  };
}

type Numeric = Extract<Value, { readonly type: "int" | "float" | "duration" }>;
const isNumber = (value: Value): value is Numeric => isNumeric(value.type);

function arithmetic(op: FieldOp, a: Numeric, b: Numeric): Value | undefined {
  const whole = a.type === "int" && b.type === "int";
  if (whole && b.value === 0 && (op === "/" || op === "%")) return undefined;
  const result: Readonly<Partial<Record<FieldOp, number>>> = {
    "+": a.value + b.value,
    "-": a.value - b.value,
    "*": a.value * b.value,
    "/": whole ? Math.trunc(a.value / b.value) : a.value / b.value,
    "%": a.value % b.value,
    "^": a.value ** b.value,
  };
  const value = result[op] ?? 0;
  if (whole) return intValue(value);
  return a.type === "float" || b.type === "float" ? floatValue(value) : durationValue(value);
}

/** `-1`, `0`, `1`; undefined where there is no order. */
function orderOf(a: Value, b: Value): number | undefined {
  if (a.type === "string" && b.type === "string") return a.value < b.value ? -1 : a.value > b.value ? 1 : 0;
  return isNumber(a) && isNumber(b) ? Math.sign(a.value - b.value) : undefined;
}

const patterns = new Map<string, RegExp | undefined>();
function isMatching(text: string, pattern: string): boolean {
  if (!patterns.has(pattern)) {
    if (patterns.size > 500) patterns.clear();
    patterns.set(pattern, patternOf(pattern));
  }
  return patterns.get(pattern)?.test(text) ?? false;
}

/** Types that do not fit, or an absent side, make every comparison false, also `!=`. */
export function isTrue(op: FieldOp, a: Value | undefined, b: Value | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  if (a.type === "array") {
    const any = op !== "!=" && op !== "!~";
    return any ? a.value.some((each) => isTrue(op, each, b)) : a.value.every((each) => isTrue(op, each, b));
  }
  if (b.type === "array") return b.value.some((each) => isTrue(op, a, each));
  if (!areMatching(a.type, b.type)) return false;
  if (op === "=~" || op === "!~")
    return a.type === "string" && b.type === "string" && isMatching(a.value, b.value) === (op === "=~");
  const order = orderOf(a, b);
  if (op === "=") return order === undefined ? a.value === b.value : order === 0;
  if (op === "!=") return order === undefined ? a.value !== b.value : order !== 0;
  if (order === undefined) return false;
  return op === "<" ? order < 0 : op === "<=" ? order <= 0 : op === ">" ? order > 0 : order >= 0;
}

const isYes = (value: Value | undefined): boolean => value?.type === "boolean" && value.value;

function compileBinary(op: FieldOp, leftField: Field, rightField: Field): Evaluate {
  const left = compileField(leftField);
  const right = compileField(rightField);
  if (op === "&&") return (span, trace) => (isYes(left(span, trace)) && isYes(right(span, trace)) ? yes : no);
  if (op === "||") return (span, trace) => (isYes(left(span, trace)) || isYes(right(span, trace)) ? yes : no);
  if (!"+-*/%^".includes(op)) {
    // An id may be asked for with or without its leading zeros.
    const isId = [leftField, rightField].some(
      (field) =>
        field.kind === "field" && field.attribute.kind === "intrinsic" && field.attribute.intrinsic === "trace:id",
    );
    const settle = (value: Value | undefined): Value | undefined =>
      isId && value?.type === "string" && (op === "=" || op === "!=") ? textValue(stripped(value.value)) : value;
    return (span, trace) => booleanValue(isTrue(op, settle(left(span, trace)), settle(right(span, trace))));
  }
  return (span, trace) => {
    const a = left(span, trace);
    const b = right(span, trace);
    return a && b && isNumber(a) && isNumber(b) ? arithmetic(op, a, b) : undefined;
  };
}

export function compileField(field: Field): Evaluate {
  switch (field.kind) {
    case "static":
      return () => field.value;
    case "field":
      return compileAttribute(field.attribute);
    case "exists": {
      const of = compileField(field.of);
      return (span, trace) => booleanValue((of(span, trace) !== undefined) === field.expected);
    }
    case "unary": {
      const of = compileField(field.of);
      if (field.op === "!")
        return (span, trace) => {
          const value = of(span, trace);
          return value?.type === "boolean" ? booleanValue(!value.value) : undefined;
        };
      return (span, trace) => {
        const value = of(span, trace);
        return value && isNumber(value) ? { ...value, value: -value.value } : undefined;
      };
    }
    case "binary":
      return compileBinary(field.op, field.left, field.right);
  }
}

export function compileCondition(field: Field): (span: StoredSpan, trace: StoredTrace) => boolean {
  const evaluate = compileField(field);
  return (span, trace) => isYes(evaluate(span, trace));
}
