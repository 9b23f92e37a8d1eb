/** JSON as Loki's parser reads it: in order, as far as it is sound, numbers as they are written. */

export type JsonKind = "string" | "number" | "boolean" | "null" | "object" | "array";
/** `raw` of a string is what stands between its quotes. */
export type JsonValue = { readonly kind: JsonKind; readonly raw: string };
export type JsonError = { readonly error: string };

const malformed = {
  object: "Value looks like object, but can't find closing '}' symbol",
  array: "Value is array, but can't find closing ']' symbol",
  string: "Value is string, but can't find closing '\"' symbol",
  value: "Value looks like Number/Boolean/None, but can't find its end: ',' or '}' symbol",
  json: "Malformed JSON error",
  unknown: "Unknown value type",
} as const;

const blankEnd = (text: string, at: number): number => {
  let end = at;
  while (end < text.length && " \n\r\t".includes(text[end] ?? "")) end += 1;
  return end;
};

/** Behind the closing quote; -1 where there is none. `at` stands behind the opening one. */
function stringEnd(text: string, at: number): number {
  for (let end = at; end < text.length; end += 1) {
    if (text[end] === "\\") end += 1;
    else if (text[end] === '"') return end + 1;
  }
  return -1;
}

/** Behind the bracket that closes the one at `at`; -1 where there is none. */
function blockEnd(text: string, at: number, open: string, close: string): number {
  let depth = 0;
  for (let end = at; end < text.length; end += 1) {
    const sign = text[end];
    if (sign === '"') {
      end = stringEnd(text, end + 1) - 1;
      if (end < 0) return -1;
    } else if (sign === open) depth += 1;
    else if (sign === close) {
      depth -= 1;
      if (depth === 0) return end + 1;
    }
  }
  return -1;
}

export function valueAt(text: string, at: number): (JsonValue & { readonly end: number }) | JsonError {
  const sign = text[at];
  if (sign === '"') {
    const end = stringEnd(text, at + 1);
    return end === -1 ? { error: malformed.string } : { kind: "string", raw: text.slice(at + 1, end - 1), end };
  }
  if (sign === "{" || sign === "[") {
    const kind = sign === "{" ? "object" : "array";
    const end = blockEnd(text, at, sign, sign === "{" ? "}" : "]");
    return end === -1 ? { error: malformed[kind] } : { kind, raw: text.slice(at, end), end };
  }
  const length = text.slice(at).search(/[ \n\r\t,}\]]/);
  if (length === -1) return { error: malformed.value };
  const raw = text.slice(at, at + length);
  const end = at + length;
  if (raw === "true" || raw === "false") return { kind: "boolean", raw, end };
  if (raw === "null") return { kind: "null", raw, end };
  return /^[-\d]/.test(raw) ? { kind: "number", raw, end } : { error: malformed.unknown };
}

/** Calls `visit` for each field until it says "stop"; what is wrong with the text is told when it is come upon. */
export function eachField(
  text: string,
  visit: (key: string, value: JsonValue) => "stop" | JsonError | undefined,
): JsonError | undefined {
  let at = blankEnd(text, 0);
  if (text[at] !== "{") return { error: malformed.object };
  at = blankEnd(text, at + 1);
  if (text[at] === "}") return undefined;
  for (;;) {
    if (at >= text.length) return { error: malformed.object };
    if (text[at] !== '"') return { error: malformed.object };
    const keyEnd = stringEnd(text, at + 1);
    if (keyEnd === -1) return { error: malformed.string };
    const key = unescaped(text.slice(at + 1, keyEnd - 1)) ?? "";
    at = blankEnd(text, keyEnd);
    if (text[at] !== ":") return { error: malformed.json };
    const value = valueAt(text, blankEnd(text, at + 1));
    if ("error" in value) return value;
    const said = visit(key, value);
    if (said === "stop") return undefined;
    if (said !== undefined) return said;
    at = blankEnd(text, value.end);
    if (text[at] === "}") return undefined;
    if (text[at] !== ",") return { error: malformed.object };
    at = blankEnd(text, at + 1);
  }
}

/** A string's text; undefined where an escape is broken. */
export function unescaped(raw: string): string | undefined {
  if (!raw.includes("\\")) return raw;
  try {
    const text: unknown = JSON.parse(
      `"${raw.replace(/\p{Cc}/gu, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`)}"`,
    );
    return typeof text === "string" ? text.toWellFormed() : undefined;
  } catch {
    return undefined;
  }
}

/** A scalar as a label's value. */
export const printJson = ({ kind, raw }: JsonValue): string =>
  kind === "string" ? (unescaped(raw) ?? "").replaceAll("\ufffd", " ") : kind === "null" ? "" : raw;

/** `a.b["c d"][0]` -> its steps; undefined where it is none. */
export function readPath(path: string): (string | number)[] | undefined {
  const steps: (string | number)[] = [];
  let rest = path.trim();
  while (rest !== "") {
    const [whole = "", name, quoted, index] =
      /^(?:\.?([A-Za-z_]\w*)|\.?\["((?:[^"\\]|\\.)*)"\]|\.?\[(\d+)\])/.exec(rest) ?? [];
    if (whole === "" || (steps.length === 0) === whole.startsWith(".")) {
      if (whole === "" || steps.length === 0) return undefined;
      if (name !== undefined) return undefined;
    }
    steps.push(name ?? (quoted === undefined ? Number(index) : (unescaped(quoted) ?? quoted)));
    rest = rest.slice(whole.length);
  }
  return steps.length > 0 ? steps : undefined;
}

/** What stands at a path; undefined where nothing does. */
export function valueIn(text: string, path: readonly (string | number)[]): JsonValue | undefined {
  let found: JsonValue | undefined;
  let inside = text;
  for (const step of path) {
    found = undefined;
    if (typeof step === "string")
      eachField(inside, (key, value) => {
        if (key !== step) return undefined;
        found = value;
        return "stop";
      });
    else found = elementOf(inside, step);
    if (found === undefined) return undefined;
    inside = found.raw;
  }
  return found;
}

function elementOf(text: string, index: number): JsonValue | undefined {
  let at = blankEnd(text, 0);
  if (text[at] !== "[") return undefined;
  for (let i = 0; ; i += 1) {
    at = blankEnd(text, at + 1);
    const value = valueAt(text, at);
    if ("error" in value) return undefined;
    if (i === index) return value;
    at = blankEnd(text, value.end);
    if (text[at] !== ",") return undefined;
  }
}
