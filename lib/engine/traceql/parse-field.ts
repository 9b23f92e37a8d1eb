/** What stands between braces: comparisons, attributes, values. Ranks of operators as in pkg/traceql/expr.y. */
import type { Attribute, Field, FieldOp, Intrinsic, Scope } from "@/lib/engine/traceql/ast";
import type { Cursor } from "@/lib/engine/traceql/cursor";
import {
  durationValue,
  floatValue,
  intValue,
  kindValues,
  kindWords,
  no,
  statusValues,
  statusWords,
  textValue,
  type Value,
  yes,
} from "@/lib/engine/traceql/value";

const ranks: Readonly<Partial<Record<string, number>>> = {
  "&&": 1,
  "||": 1,
  "=": 2,
  "!=": 2,
  "<": 2,
  "<=": 2,
  ">": 2,
  ">=": 2,
  "=~": 2,
  "!~": 2,
  "+": 3,
  "-": 3,
  "*": 5,
  "/": 5,
  "%": 5,
  "^": 6,
};
const notRank = 4;
const isFieldOp = (text: string): text is FieldOp => ranks[text] !== undefined;

const plainIntrinsics: Readonly<Partial<Record<string, Intrinsic>>> = {
  duration: "duration",
  name: "name",
  status: "status",
  statusMessage: "statusMessage",
  kind: "kind",
  parent: "parent",
  rootName: "rootName",
  rootServiceName: "rootServiceName",
  traceDuration: "traceDuration",
  nestedSetLeft: "nestedSetLeft",
  nestedSetRight: "nestedSetRight",
  nestedSetParent: "nestedSetParent",
  childCount: "childCount",
};
const scopedIntrinsics: Readonly<Partial<Record<string, Intrinsic>>> = {
  "trace:duration": "traceDuration",
  "trace:rootName": "rootName",
  "trace:rootService": "rootServiceName",
  "trace:id": "trace:id",
  "span:duration": "duration",
  "span:name": "name",
  "span:kind": "kind",
  "span:status": "status",
  "span:statusMessage": "statusMessage",
  "span:id": "span:id",
  "span:parentID": "span:parentID",
  "span:childCount": "childCount",
  "event:name": "event:name",
  "event:timeSinceStart": "event:timeSinceStart",
  "link:traceID": "link:traceID",
  "link:spanID": "link:spanID",
  "instrumentation:name": "instrumentation:name",
  "instrumentation:version": "instrumentation:version",
};
const scopeOf: Readonly<Partial<Record<string, Scope>>> = {
  ".": "any",
  "parent.": "any",
  "resource.": "resource",
  "span.": "span",
  "event.": "event",
  "link.": "link",
  "instrumentation.": "instrumentation",
};

/** An attribute or intrinsic, if one stands next. */
export function parseAttribute(cursor: Cursor): Attribute | undefined {
  const { type } = cursor.peek();
  const intrinsic = plainIntrinsics[type];
  if (intrinsic !== undefined) {
    cursor.next();
    return { kind: "intrinsic", intrinsic };
  }
  if (type.endsWith(":")) {
    cursor.next();
    const scoped = scopedIntrinsics[type + cursor.peek().type];
    if (scoped === undefined) cursor.fail();
    cursor.next();
    return { kind: "intrinsic", intrinsic: scoped ?? "name" };
  }
  const outer = scopeOf[type];
  if (outer === undefined) return undefined;
  cursor.next();
  const inner = type === "parent." ? scopeOf[cursor.peek().type] : undefined;
  if (inner !== undefined) cursor.next();
  const { text } = cursor.expect("IDENTIFIER");
  cursor.expect("END_ATTRIBUTE");
  return { kind: "attribute", scope: inner ?? outer, ofParent: type === "parent.", name: text };
}

/** A literal, if one stands next. */
export function parseStatic(cursor: Cursor): Value | undefined {
  const token = cursor.peek();
  const literal = (): Value | undefined => {
    switch (token.type) {
      case "STRING":
        return textValue(token.text);
      case "INTEGER":
        return intValue(token.number);
      case "FLOAT":
        return floatValue(token.number);
      case "DURATION":
        return durationValue(token.number);
      case "true":
        return yes;
      case "false":
        return no;
      case "IDENTIFIER":
        if (token.text === "minInt") return intValue(-(2 ** 63));
        if (token.text === "maxInt") return intValue(2 ** 63);
        cursor.fail(undefined, { token, message: `unknown identifier: ${token.text}` });
        return undefined;
      default: {
        const [status] = statusValues.filter((_, code) => statusWords[code] === token.type);
        return status ?? kindValues.find((_, number) => kindWords[number] === token.type);
      }
    }
  };
  const value = literal();
  if (value !== undefined) cursor.next();
  return value;
}

const nothing: Field = { kind: "static", value: no };

function parseOperand(cursor: Cursor): Field {
  if (cursor.accept("(")) {
    const inner = parseField(cursor);
    cursor.expect(")", false);
    return inner;
  }
  if (cursor.accept("-")) return { kind: "unary", op: "-", of: parseField(cursor, 4) };
  if (cursor.accept("!")) return { kind: "unary", op: "!", of: parseField(cursor, notRank + 1) };
  if (cursor.peek().type === "nil" && (cursor.look(1) === "=" || cursor.look(1) === "!=")) {
    cursor.next();
    const expected = cursor.next().type === "!=";
    if (cursor.accept("nil")) return nothing;
    return { kind: "exists", of: parseField(cursor, 3), expected };
  }
  const attribute = parseAttribute(cursor);
  if (attribute !== undefined) return { kind: "field", attribute };
  const value = parseStatic(cursor);
  if (value !== undefined) return { kind: "static", value };
  cursor.fail();
  return nothing;
}

/** An expression of operators of at least this rank. */
export function parseField(cursor: Cursor, least = 1): Field {
  let left = parseOperand(cursor);
  for (;;) {
    const op = cursor.peek().type;
    const rank = ranks[op] ?? 0;
    if (!isFieldOp(op) || rank < least) return left;
    cursor.next();
    if ((op === "=" || op === "!=") && cursor.accept("nil")) left = { kind: "exists", of: left, expected: op === "!=" };
    else left = { kind: "binary", op, left, right: parseField(cursor, op === "^" ? rank : rank + 1) };
  }
}
