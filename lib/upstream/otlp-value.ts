/**
 * OTLP/JSON attribute values -> plain values. Tolerant and without schemas: a trace holds half a million of them.
 * Odd numbers are settled here: 64-bit integers that a double cannot hold, NaN and ±Inf stay text; bytes stay base64.
 */
import "server-only";
import type { Attributes, AttributeValue } from "@/lib/signal/trace";

export type Wire = { readonly [key: string]: unknown };
export const isWire = (value: unknown): value is Wire => typeof value === "object" && value !== null;
export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
export const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

/** Deeper nesting than any real attribute has; a hostile one must not exhaust the stack. */
const deepest = 32;

function integer(value: unknown): AttributeValue {
  if (typeof value === "number") return value;
  const text = textOf(value);
  if (text.length < 16) {
    const small = Number(text);
    return Number.isNaN(small) ? text : small;
  }
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : text;
}

/** JSON cannot hold NaN, so OTLP sends it as a word; it stays one, since our own stream is JSON too. */
function double(value: unknown): AttributeValue {
  if (typeof value === "number") return value;
  const number = Number(textOf(value));
  return Number.isFinite(number) && textOf(value) !== "" ? number : textOf(value);
}

/** `{ stringValue }` and its kin; `{}` and what is unknown are null. */
export function attributeValueOf(value: unknown, depth = 0): AttributeValue {
  if (!isWire(value)) return null;
  if (value.stringValue !== undefined) return textOf(value.stringValue);
  if (value.intValue !== undefined) return integer(value.intValue);
  if (value.boolValue !== undefined) return value.boolValue === true;
  if (value.doubleValue !== undefined) return double(value.doubleValue);
  if (value.bytesValue !== undefined) return textOf(value.bytesValue);
  if (depth >= deepest) return "…";
  if (isWire(value.arrayValue)) return listOf(value.arrayValue.values).map((item) => attributeValueOf(item, depth + 1));
  if (isWire(value.kvlistValue)) return attributesOf(value.kvlistValue.values, depth + 1);
  return null;
}

/** A record; of duplicate keys the last counts. `fromEntries` also keeps `__proto__` a mere key. */
export function attributesOf(list: unknown, depth = 0): Attributes {
  return Object.fromEntries(
    listOf(list)
      .filter(isWire)
      .map((pair) => [textOf(pair.key), attributeValueOf(pair.value, depth)]),
  );
}
