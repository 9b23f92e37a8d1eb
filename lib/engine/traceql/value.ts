/** A TraceQL value. Types matter: `"500"` is not 500. Absent (nil) is undefined. */

/** Integers are JavaScript numbers: exact below 2^53. Durations are ns. Status 0 unset, 1 ok, 2 error. */
export type Value =
  | { readonly type: "string"; readonly value: string }
  | { readonly type: "int"; readonly value: number }
  | { readonly type: "float"; readonly value: number }
  | { readonly type: "duration"; readonly value: number }
  | { readonly type: "status"; readonly value: number }
  | { readonly type: "kind"; readonly value: number }
  | { readonly type: "boolean"; readonly value: boolean }
  | { readonly type: "array"; readonly value: readonly Value[] };
export type ValueType = Value["type"];

export const textValue = (value: string): Value => ({ type: "string", value });
export const intValue = (value: number): Value => ({ type: "int", value });
export const floatValue = (value: number): Value => ({ type: "float", value });
export const durationValue = (value: number): Value => ({ type: "duration", value });
export const yes: Value = { type: "boolean", value: true };
export const no: Value = { type: "boolean", value: false };
export const booleanValue = (value: boolean): Value => (value ? yes : no);

export const statusWords = ["unset", "ok", "error"] as const;
/** By OpenTelemetry's number. */
export const kindWords = ["unspecified", "internal", "server", "client", "producer", "consumer"] as const;
export const statusValues: readonly Value[] = statusWords.map((_, value) => ({ type: "status", value }));
export const kindValues: readonly Value[] = kindWords.map((_, value) => ({ type: "kind", value }));

export const isNumeric = (type: ValueType): boolean => type === "int" || type === "float" || type === "duration";
/** Whether two types can stand on the two sides of an operator (pkg/traceql, isMatchingOperand). */
export const areMatching = (a: ValueType, b: ValueType): boolean => a === b || (isNumeric(a) && isNumeric(b));

/** `1h2m3.5s`, as Go prints a time.Duration. */
export function printGoDuration(nanos: number): string {
  if (nanos === 0) return "0s";
  const size = Math.abs(nanos);
  const sign = nanos < 0 ? "-" : "";
  const plain = (value: number): string => `${Number(value.toFixed(9))}`;
  if (size < 1e3) return `${sign}${size}ns`;
  if (size < 1e6) return `${sign}${plain(size / 1e3)}µs`;
  if (size < 1e9) return `${sign}${plain(size / 1e6)}ms`;
  const minutes = Math.floor(size / 60e9);
  const hours = Math.floor(minutes / 60);
  const seconds = plain((size - minutes * 60e9) / 1e9);
  return `${sign}${hours > 0 ? `${hours}h` : ""}${minutes > 0 ? `${minutes % 60}m` : ""}${seconds}s`;
}

/** As a query spells it; strings in quotes unless `bare`. */
export function printValue(value: Value | undefined, bare = false): string {
  if (value === undefined) return "nil";
  switch (value.type) {
    case "string":
      return bare ? value.value : `\`${value.value}\``;
    case "duration":
      return printGoDuration(value.value);
    case "status":
      return statusWords[value.value] ?? `status(${value.value})`;
    case "kind":
      return kindWords[value.value] ?? `kind(${value.value})`;
    case "array":
      return `[${value.value.map((each) => printValue(each, bare)).join(", ")}]`;
    default:
      return `${value.value}`;
  }
}

/** One text for one value of one type: for groups. */
export const valueKey = (value: Value | undefined): string =>
  value === undefined ? "nil" : `${value.type} ${printValue(value, true)}`;
