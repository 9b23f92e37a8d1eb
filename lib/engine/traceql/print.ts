/** Parts of a query as Tempo prints them: names of groups and series, and what its errors quote (ast_stringer.go). */
import type { Aggregate, Attribute, Field } from "@/lib/engine/traceql/ast";
import { printValue } from "@/lib/engine/traceql/value";

const needsQuotes = /[\s{}()=~!<>&|^,"]/;

/** `resource.service.name`, `.foo`, `status` */
export function printAttribute(attribute: Attribute): string {
  if (attribute.kind === "intrinsic") return attribute.intrinsic;
  const { scope, ofParent, name } = attribute;
  const scopes = `${ofParent ? "parent." : ""}${scope === "any" ? "" : `${scope}.`}`;
  return `${scopes === "" ? "." : scopes}${needsQuotes.test(name) ? `"${name.replaceAll(/[\\"]/g, "\\$&")}"` : name}`;
}

const wrapped = (field: Field): string =>
  field.kind === "static" || field.kind === "field" ? printField(field) : `(${printField(field)})`;

export function printField(field: Field): string {
  switch (field.kind) {
    case "static":
      return field.value.type === "float" && Number.isInteger(field.value.value)
        ? `${field.value.value}.0`
        : printValue(field.value);
    case "field":
      return printAttribute(field.attribute);
    case "binary":
      return `${wrapped(field.left)} ${field.op} ${wrapped(field.right)}`;
    case "unary":
      return `${field.op}${wrapped(field.of)}`;
    case "exists":
      return `${wrapped(field.of)} ${field.expected ? "!=" : "="} nil`;
  }
}

export const printAggregate = ({ op, of }: Aggregate): string => `${op}(${of === null ? "" : printField(of)})`;
