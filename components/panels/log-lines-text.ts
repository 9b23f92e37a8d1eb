/** The text of a line -> what a row shows of it: short, and with its ids found. Pure. */
import type { Labels } from "@/lib/signal/labels";
import type { LogLines } from "@/lib/signal/lines";
import { messageKeys, unwrapped } from "@/lib/signal/nested-fields";

/** Characters of a line that a row draws, and that its detail draws; the rest is a copy away. */
export const rowCharacters = 1_000;
export const detailCharacters = 50_000;

type Json = Readonly<Record<string, unknown>>;

/** The object a line is, or undefined. Only for lines somebody looks at: parsing 100,000 would be felt. */
export function jsonOf(text: string): Json | undefined {
  if (!/^\s*\{/.test(text) || text.length > 200_000) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const quietKeys = new Set(["level", "lvl", "severity", "time", "ts", "timestamp", "@timestamp", "service", "logger"]);

/** Every line of a trace carries them: in a row they only push the message out. The detail has them. */
const idKeys = new Set(["traceid", "spanid", "ddtraceid", "ddspanid", "oteltraceid", "otelspanid", "parentspanid"]);
const isQuiet = (name: string): boolean =>
  quietKeys.has(name.toLowerCase()) || idKeys.has(name.toLowerCase().replace(/[^a-z]/g, ""));

/** A line of fields, JSON or logfmt, as a sentence: its message first, then its other fields as `key=value`. */
export function rowText(text: string): string {
  const cut = text.slice(0, rowCharacters * 4);
  const fields = jsonOf(text.length > cut.length ? "" : cut) ?? logfmtOf(firstLine(cut));
  const said = fields ? sentenceOf(fields) : firstLine(cut).replace(idField, "");
  // A line of nothing but ids is what it is.
  return (said.trim() === "" ? firstLine(cut) : said).slice(0, rowCharacters);
}

const idField = /[\s,;]*[[(]?\b(?:dd\.|otel)?(?:trace|span)[_.-]?id["']?\s*[=:]\s*["']?[0-9a-f-]{8,64}\b["']?[\])]?/gi;

function sentenceOf(line: Json): string {
  const fields = unwrapped(line);
  const key = messageKeys.find((one) => typeof fields[one] === "string");
  const rest = Object.entries(fields)
    .filter(([name]) => name !== key && !isQuiet(name))
    .map(([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`);
  return [...(key === undefined ? [] : [String(fields[key])]), ...rest].join("  ");
}

const pair = /([A-Za-z_][\w.@/-]*)=(?:"((?:[^"\\]|\\.)*)"|([^\s"]*))(?:\s+|$)/y;

/** The fields of a line that is logfmt from end to end, at least two; undefined for any other. */
export function logfmtOf(line: string): Json | undefined {
  const fields: [string, string][] = [];
  pair.lastIndex = 0;
  const trimmed = line.trim();
  while (pair.lastIndex < trimmed.length) {
    const [found, name = "", quoted, bare = ""] = pair.exec(trimmed) ?? [];
    if (found === undefined) return undefined;
    fields.push([name, quoted === undefined ? bare : quoted.replace(/\\(["\\])/g, "$1")]);
  }
  return fields.length < 2 ? undefined : Object.fromEntries(fields);
}

function firstLine(text: string): string {
  const end = text.search(/[\r\n]/);
  return end < 0 ? text : `${text.slice(0, end)} ⏎`;
}

/** A JSON object prettified, anything else as it stands; cut where a page would choke on it. */
export function detailText(text: string): { readonly shown: string; readonly cut: boolean } {
  const json = jsonOf(text);
  const whole = json ? JSON.stringify(json, null, 2) : text;
  return { shown: whole.slice(0, detailCharacters), cut: whole.length > detailCharacters };
}

const spanKeys = ["span_id", "spanId", "spanID", "span.id", "SpanId", "dd.span_id", "otelSpanID"];
const spanField = /\bspan[_.]?id["']?\s*[=:]\s*["']?([0-9a-f]{16})\b/i;

/** The span a line belongs to, 16 lower-case hex: from structured metadata, its labels, or its own text. */
export function spanIdOf(lines: LogLines, row: number): string | undefined {
  const named =
    fieldOf(lines.metadata[row] ?? {}, spanKeys) ?? fieldOf(lines.streams[lines.stream[row] ?? 0] ?? {}, spanKeys);
  const found = named ?? spanField.exec((lines.text[row] ?? "").slice(0, 20_000))?.[1];
  return found !== undefined && /^[0-9a-f]{16}$/i.test(found) ? found.toLowerCase() : undefined;
}
const fieldOf = (labels: Labels, keys: readonly string[]): string | undefined => {
  const key = keys.find((one) => labels[one]);
  return key === undefined ? undefined : labels[key];
};

const traceKeys = new Set(["trace_id", "traceid", "trace.id", "dd.trace_id", "oteltraceid"]);
export const isTraceLabel = (name: string): boolean => traceKeys.has(name.toLowerCase());
