/** What Tempo refuses before it runs a query: operators on the wrong types (pkg/traceql/ast_validate.go). */
import type { Attribute, Field, FieldOp, Intrinsic, Query, Stage } from "@/lib/engine/traceql/ast";
import { patternOf } from "@/lib/engine/traceql/pattern";
import { printAggregate, printAttribute, printField } from "@/lib/engine/traceql/print";
import { areMatching, isNumeric, printValue, type ValueType } from "@/lib/engine/traceql/value";

/** An attribute may hold anything. */
type Type = ValueType | "attribute";

const texts: readonly Intrinsic[] = [
  "name",
  "statusMessage",
  "rootName",
  "rootServiceName",
  "trace:id",
  "span:id",
  "span:parentID",
  "event:name",
  "link:spanID",
  "link:traceID",
  "instrumentation:name",
  "instrumentation:version",
];
const durations: readonly Intrinsic[] = ["duration", "traceDuration", "event:timeSinceStart"];

function typeOfAttribute(attribute: Attribute): Type {
  if (attribute.kind === "attribute") return "attribute";
  const { intrinsic } = attribute;
  if (texts.includes(intrinsic)) return "string";
  if (durations.includes(intrinsic)) return "duration";
  if (intrinsic === "status" || intrinsic === "kind") return intrinsic;
  return intrinsic === "parent" ? "attribute" : "int";
}

const isArithmetic = (op: FieldOp): boolean => "+-*/%^".includes(op);
function typeOf(field: Field): Type {
  if (field.kind === "static") return field.value.type;
  if (field.kind === "field") return typeOfAttribute(field.attribute);
  if (field.kind === "exists") return "boolean";
  if (field.kind === "unary") return field.op === "!" ? "boolean" : typeOf(field.of);
  if (!isArithmetic(field.op)) return "boolean";
  const left = typeOf(field.left);
  return left === "attribute" ? typeOf(field.right) : left;
}

function allows(op: FieldOp, type: Type): boolean {
  if (type === "attribute") return true;
  if (op === "&&" || op === "||") return type === "boolean";
  if (op === "=~" || op === "!~") return type === "string";
  if (isArithmetic(op)) return isNumeric(type);
  if (op === "=" || op === "!=") return true;
  return isNumeric(type) || type === "string";
}

function problemOfField(field: Field): string | undefined {
  if (field.kind === "static" || field.kind === "field") return undefined;
  if (field.kind === "exists") {
    const of = field.of.kind === "field" ? field.of.attribute : null;
    if (field.expected || of === null) return problemOfField(field.of);
    const text = printAttribute(of);
    if (of.kind === "intrinsic") return `${text}=nil is not valid because intrinsics cannot be nil`;
    return text === "resource.service.name"
      ? `${text}=nil is not valid because resource.service.name cannot be nil`
      : undefined;
  }
  if (field.kind === "unary") {
    const type = typeOf(field.of);
    const fits = type === "attribute" || (field.op === "!" ? type === "boolean" : isNumeric(type));
    return (
      problemOfField(field.of) ?? (fits ? undefined : `illegal operation for the given type: ${printField(field)}`)
    );
  }
  const { op, left, right } = field;
  const inner = problemOfField(left) ?? problemOfField(right);
  if (inner !== undefined) return inner;
  const [a, b] = [typeOf(left), typeOf(right)];
  if (a !== "attribute" && b !== "attribute" && !areMatching(a, b))
    return `binary operations must operate on the same type: ${printField(field)}`;
  if (!allows(op, a) || !allows(op, b)) return `illegal operation for the given types: ${printField(field)}`;
  if (op !== "=~" && op !== "!~") return undefined;
  if (right.kind !== "static" || right.value.type !== "string")
    return `invalid type for =~ or !~: ${printField(right)}`;
  return patternOf(right.value.value) === undefined ? `invalid regex: ${printField(right)}` : undefined;
}

function problemOfStage(stage: Stage): string | undefined {
  switch (stage.kind) {
    case "filter": {
      const type = typeOf(stage.field);
      if (type !== "attribute" && type !== "boolean")
        return `span filter field expressions must resolve to a boolean: { ${printField(stage.field)} }`;
      return problemOfField(stage.field);
    }
    case "operation":
      return problemOfStage(stage.left) ?? problemOfStage(stage.right);
    case "pipeline":
      return stage.stages.map(problemOfStage).find((problem) => problem !== undefined);
    case "by":
      return problemOfField(stage.field);
    case "scalar": {
      const { aggregate, op, value } = stage;
      const type = aggregate.of === null ? "int" : typeOf(aggregate.of);
      const text = printAggregate(aggregate);
      if (type !== "attribute" && !isNumeric(type))
        return `aggregate field expressions must resolve to a number type: ${text}`;
      return type === "attribute" || areMatching(type, value.type)
        ? undefined
        : `binary operations must operate on the same type: (${text}) ${op} ${printValue(value)}`;
    }
    default:
      return undefined;
  }
}

/** Tempo's sentence, or undefined where the query can be run. */
export const problemOf = ({ stages }: Query): string | undefined =>
  stages.map(problemOfStage).find((problem) => problem !== undefined);
