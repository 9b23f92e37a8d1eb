/** The functions of Loki's templates that people use. Arguments as Go gives them: a piped value comes last. */
import { regexpOf } from "@/lib/engine/logql/regexp";
import { readBytes, readGoDuration } from "@/lib/engine/logql/units";

/** A number is one of Go's ints; a float keeps that it is one, for it is printed and divided otherwise. */
export type Value = string | number | boolean | { readonly float: number };
export type TemplateFunction = (...args: readonly Value[]) => Value;

/** Ends the template: the line is marked with `TemplateFormatErr`. */
export function failTemplate(text: string): never {
  throw new RangeError(text);
}

/** As Go's `%v` prints it. */
export function printValue(value: Value): string {
  if (typeof value !== "object") return String(value);
  const { float } = value;
  if (!Number.isFinite(float)) return Number.isNaN(float) ? "NaN" : float > 0 ? "+Inf" : "-Inf";
  const size = Math.abs(float);
  const text = size !== 0 && size < 1e-4 ? float.toExponential() : String(float);
  return text.replace(/e([+-])(\d)$/, "e$10$2");
}

const text = (value: Value | undefined): string =>
  typeof value === "string" ? value : failTemplate(`wrong type for value; expected string; got ${typeName(value)}`);
const typeName = (value: Value | undefined): string =>
  typeof value === "object"
    ? "float64"
    : typeof value === "number"
      ? "int"
      : typeof value === "boolean"
        ? "bool"
        : "invalid";
const whole = (value: Value | undefined): number =>
  typeof value === "number"
    ? value
    : failTemplate(`wrong type for value; expected int; got ${typeof value === "string" ? "string" : typeName(value)}`);
/** As sprig casts: what is no number is 0. */
const toFloat = (value: Value | undefined): number => {
  if (typeof value === "object") return value.float;
  const number = typeof value === "boolean" ? Number(value) : Number(value ?? "");
  return Number.isFinite(number) ? number : 0;
};
const toInt = (value: Value | undefined): number =>
  typeof value === "string" ? (/^[+-]?\d+$/.test(value) ? Number(value) : 0) : Math.trunc(toFloat(value));
const isTrue = (value: Value | undefined): boolean =>
  typeof value === "object" ? value.float !== 0 : value !== undefined && value !== "" && value !== 0 && value !== false;
export const isTruthy = isTrue;

const trimmed = (of: string, signs: string, where: "left" | "right" | "both"): string => {
  let [from, to] = [0, of.length];
  if (where !== "right") while (from < to && signs.includes(of[from] ?? "")) from += 1;
  if (where !== "left") while (to > from && signs.includes(of[to - 1] ?? "")) to -= 1;
  return of.slice(from, to);
};
const withoutPrefix = (of: string, prefix: string): string => (of.startsWith(prefix) ? of.slice(prefix.length) : of);
const withoutSuffix = (of: string, end: string): string =>
  end !== "" && of.endsWith(end) ? of.slice(0, -end.length) : of;
const replaced = (of: string, from: string, to: string, times: number): string => {
  let done = 0;
  return of.replaceAll(from, (found) => (times < 0 || done++ < times ? to : found));
};
/** Go's `$1` and `${name}` in a replacement. */
const expanded = (template: string, groups: readonly string[]): string =>
  template.replace(/\$(?:\$|(\w+)|\{(\w+)\})/g, (whole, bare?: string, braced?: string) =>
    whole === "$$" ? "$" : (groups[Number(bare ?? braced)] ?? ""),
  );
const replacedAll = (pattern: string, of: string, to: (groups: readonly string[]) => string): string =>
  of.replace(new RegExp(regexpOf(pattern, false).source, "gu"), (...found) => {
    const end = found.findIndex((each) => typeof each === "number");
    return to(found.slice(0, end).map((each) => (typeof each === "string" ? each : "")));
  });
const aligned = (count: number, of: string, side: "left" | "right"): string => {
  const signs = [...of];
  if (count < 0 || count === signs.length) return of;
  if (count > signs.length)
    return side === "left"
      ? of.padEnd(of.length + count - signs.length)
      : of.padStart(of.length + count - signs.length);
  return (side === "left" ? signs.slice(0, count) : signs.slice(signs.length - count)).join("");
};
function substring(start: number, end: number, of: string): string {
  if (start < 0) return of.slice(0, Math.max(0, end));
  return end < 0 || end > of.length ? of.slice(start) : of.slice(start, Math.max(start, end));
}
const truncated = (count: number, of: string): string =>
  count < 0 && of.length + count > 0 ? of.slice(of.length + count) : count >= 0 ? of.slice(0, count) : of;
const overInts =
  (combine: (a: number, b: number) => number): TemplateFunction =>
  (...args) =>
    args.map(toInt).reduce(combine);
const overFloats =
  (combine: (a: number, b: number) => number): TemplateFunction =>
  (...args) => ({
    float: args.map(toFloat).reduce(combine),
  });
const divided = (a: number, b: number): number =>
  b === 0 ? failTemplate("runtime error: integer divide by zero") : Math.trunc(a / b);
function measured(read: typeof readBytes, of: Value | undefined, scale: number): Value {
  const found = read(text(of));
  return "value" in found ? { float: found.value / scale } : failTemplate(found.error);
}
function order(a: Value | undefined, b: Value | undefined): number {
  if (typeof a === "object" && typeof b === "object") return a.float - b.float;
  if (typeof a !== typeof b || a === undefined || b === undefined || typeof a === "object" || typeof b === "object")
    return failTemplate("incompatible types for comparison");
  return a < b ? -1 : a > b ? 1 : 0;
}
function printed(format: string, args: readonly Value[]): string {
  let next = 0;
  return format.replace(
    /%([-+ 0#]*)(\d+)?(?:\.(\d+))?([a-zA-Z%])/g,
    (whole, flags: string, width, digits, verb: string) => {
      if (verb === "%") return "%";
      const value = args[next++];
      if (value === undefined) return `%!${verb}(MISSING)`;
      const body = oneVerb(verb, value, digits === undefined ? undefined : Number(digits));
      if (body === undefined) return failTemplate(`printf ${whole} is not supported here`);
      const room = Number(width ?? 0);
      return flags.includes("-") ? body.padEnd(room) : body.padStart(room, flags.includes("0") ? "0" : " ");
    },
  );
}
function oneVerb(verb: string, value: Value, digits: number | undefined): string | undefined {
  if (verb === "v" || (verb === "s" && typeof value === "string")) {
    const all = printValue(value);
    return digits === undefined ? all : all.slice(0, digits);
  }
  if (verb === "d" && typeof value === "number") return String(value);
  if (verb === "f" && typeof value === "object") return value.float.toFixed(digits ?? 6);
  if (verb === "q" && typeof value === "string") return JSON.stringify(value);
  if (verb === "t" && typeof value === "boolean") return String(value);
  if (verb === "x" && typeof value === "number") return value.toString(16);
  return undefined;
}
const upperFirst = (of: string): string => of.replace(/(?<![\p{L}\p{N}_'])\p{L}/gu, (sign) => sign.toUpperCase());

export const templateFunctions: ReadonlyMap<string, TemplateFunction> = new Map<string, TemplateFunction>([
  ["ToLower", (s) => text(s).toLowerCase()],
  ["ToUpper", (s) => text(s).toUpperCase()],
  ["lower", (s) => text(s).toLowerCase()],
  ["upper", (s) => text(s).toUpperCase()],
  ["title", (s) => upperFirst(text(s))],
  ["Replace", (s, from, to, times) => replaced(text(s), text(from), text(to), whole(times))],
  ["replace", (from, to, s) => replaced(text(s), text(from), text(to), -1)],
  ["Trim", (s, signs) => trimmed(text(s), text(signs), "both")],
  ["TrimLeft", (s, signs) => trimmed(text(s), text(signs), "left")],
  ["TrimRight", (s, signs) => trimmed(text(s), text(signs), "right")],
  ["TrimPrefix", (s, prefix) => withoutPrefix(text(s), text(prefix))],
  ["TrimSuffix", (s, end) => withoutSuffix(text(s), text(end))],
  ["TrimSpace", (s) => text(s).trim()],
  ["trim", (s) => text(s).trim()],
  ["trimAll", (signs, s) => trimmed(text(s), text(signs), "both")],
  ["trimPrefix", (prefix, s) => withoutPrefix(text(s), text(prefix))],
  ["trimSuffix", (end, s) => withoutSuffix(text(s), text(end))],
  ["trunc", (count, s) => truncated(whole(count), text(s))],
  ["substr", (from, to, s) => substring(whole(from), whole(to), text(s))],
  ["contains", (part, s) => text(s).includes(text(part))],
  ["hasPrefix", (part, s) => text(s).startsWith(text(part))],
  ["hasSuffix", (part, s) => text(s).endsWith(text(part))],
  ["indent", (count, s) => text(s).replaceAll(/^/gm, " ".repeat(whole(count)))],
  ["nindent", (count, s) => `\n${text(s).replaceAll(/^/gm, " ".repeat(whole(count)))}`],
  ["repeat", (count, s) => text(s).repeat(Math.max(0, whole(count)))],
  ["alignLeft", (count, s) => aligned(whole(count), text(s), "left")],
  ["alignRight", (count, s) => aligned(whole(count), text(s), "right")],
  ["regexReplaceAll", (pattern, s, to) => replacedAll(text(pattern), text(s), (groups) => expanded(text(to), groups))],
  ["regexReplaceAllLiteral", (pattern, s, to) => replacedAll(text(pattern), text(s), () => text(to))],
  ["count", (pattern, s) => [...text(s).matchAll(new RegExp(regexpOf(text(pattern), false).source, "gu"))].length],
  ["b64enc", (s) => Buffer.from(text(s)).toString("base64")],
  ["b64dec", (s) => Buffer.from(text(s), "base64").toString()],
  [
    "urlencode",
    (s) => new URLSearchParams({ s: text(s) }).toString().slice(2).replaceAll("*", "%2A").replaceAll("%7E", "~"),
  ],
  ["urldecode", (s) => decodeURIComponent(text(s).replaceAll("+", " "))],
  ["bytes", (s) => measured(readBytes, s, 1)],
  ["duration", (s) => measured(readGoDuration, s, 1e9)],
  ["duration_seconds", (s) => measured(readGoDuration, s, 1e9)],
  ["default", (otherwise, value) => (isTrue(value) ? (value ?? "") : (otherwise ?? ""))],
  ["int", (value) => toInt(value)],
  ["float64", (value) => ({ float: toFloat(value) })],
  ["add", overInts((a, b) => a + b)],
  ["sub", overInts((a, b) => a - b)],
  ["mul", overInts((a, b) => a * b)],
  ["div", overInts(divided)],
  ["mod", overInts((a, b) => (b === 0 ? divided(a, b) : a % b))],
  ["max", overInts((a, b) => Math.max(a, b))],
  ["min", overInts((a, b) => Math.min(a, b))],
  ["addf", overFloats((a, b) => a + b)],
  ["subf", overFloats((a, b) => a - b)],
  ["mulf", overFloats((a, b) => a * b)],
  ["divf", overFloats((a, b) => a / b)],
  ["maxf", overFloats((a, b) => Math.max(a, b))],
  ["minf", overFloats((a, b) => Math.min(a, b))],
  ["ceil", (value) => ({ float: Math.ceil(toFloat(value)) })],
  ["floor", (value) => ({ float: Math.floor(toFloat(value)) })],
  [
    "round",
    (value, digits) => ({
      float: Number(`${Math.round(Number(`${toFloat(value)}e${toInt(digits)}`))}e-${toInt(digits)}`),
    }),
  ],
  ["eq", (a, ...others) => others.some((b) => order(a, b) === 0)],
  ["ne", (a, b) => order(a, b) !== 0],
  ["lt", (a, b) => order(a, b) < 0],
  ["le", (a, b) => order(a, b) <= 0],
  ["gt", (a, b) => order(a, b) > 0],
  ["ge", (a, b) => order(a, b) >= 0],
  ["and", (...args) => args.find((each) => !isTrue(each)) ?? args.at(-1) ?? false],
  ["or", (...args) => args.find(isTrue) ?? args.at(-1) ?? false],
  ["not", (value) => !isTrue(value)],
  ["len", (value) => Buffer.byteLength(text(value))],
  ["print", (...args) => args.map(printValue).join("")],
  ["printf", (format, ...args) => printed(text(format), args)],
]);
/** Loki has these, we do not: a query that needs them is refused, never half answered. */
export const missingFunctions: ReadonlySet<string> = new Set(
  "fromJson date toDate toDateInZone now unixEpoch unixEpochMillis unixEpochNanos unixToTime __timestamp__ index slice html js println call urlquery".split(
    " ",
  ),
);
