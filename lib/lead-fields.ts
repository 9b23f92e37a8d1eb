/**
 * Named fields of a log line, response, header or link -> ids. One scan for `key: value` in every dress: JSON (also
 * escaped inside JSON, nested, cut short), logfmt, headers, query parameters, `{"key":…,"value":…}` pairs.
 */
import { isCorrelationId, type Reader, rank, spelledSpanId, spelledTraceId, traceReading } from "@/lib/lead-reading";

type Kind = "trace" | "maybe-trace" | "datadog-trace" | "span" | "datadog-span" | "correlation" | "not-an-id";
type Field = {
  readonly kind: Kind;
  /** "JSON field trace_id" */
  readonly name: string;
  readonly header: boolean;
  readonly value: string;
  readonly from: number;
  readonly to: number;
  readonly line: number;
};

const mostFields = 200;
// How far a span id may stand from its trace id where they are not on one line (pretty JSON, headers).
const reach = 300;

/** `dd.trace_id`, `otelTraceID`, `X-B3-TraceId`, `mdc.traceId`, `trace.id` … all end alike once their signs are gone. */
function kindOf(key: string): Kind | undefined {
  const name = key
    .slice(key.lastIndexOf("/") + 1)
    .toLowerCase()
    .replace(/[^a-z0-9]/g, "");
  if (/parent|link|previous/.test(name)) return "not-an-id";
  if (/^dd(?:trace)?traceid$/.test(name)) return "datadog-trace";
  if (/^dd(?:trace)?spanid$/.test(name)) return "datadog-span";
  if (name.endsWith("traceid")) return "trace";
  if (name === "trace" || name === "operationid") return "maybe-trace";
  if (name.endsWith("spanid") || name === "uifind") return "span";
  if (/(?:correlationid|requestid|reqid|transactionid|cfray)$/.test(name)) return "correlation";
  if (/(?:^|datasource)uid$|^(?:etag|datasource|md5|checksum|digest|hash|fingerprint)$/.test(name)) return "not-an-id";
  return undefined;
}

const quote = `\\\\{0,3}["']`;
const space = "\\s{0,12}";
// People write "Correlation id: …" in two words, machines in one.
const twoWords = "(?:[Cc]orrelation|[Rr]equest|[Tt]ransaction|[Tt]race) (?=(?:id|Id|ID)\\b)";
const keyPattern = new RegExp(
  `(?<![\\w.@/-])((?:${twoWords})?[A-Za-z_@][\\w.@/-]{0,79})(${quote})?(?:${space}(?::|=>?)${space}\\[?${space}` +
    // A name and its value apart, as OTLP and HAR have them.
    `|${space},${space}${quote}[Vv]alue${quote}${space}:${space}(?:\\{${space}${quote}stringValue${quote}${space}:${space})?)`,
  "g",
);
const valuePattern = /\\{0,3}"([^"\\\n]{1,256})|\\{0,3}'([^'\\\n]{1,256})|([^\s"'`&,;<>{}()[\]\\]{1,256})/y;
// Elastic nests: {"trace":{"id":"…"},"span":{"id":"…"}}
const nestedPattern = new RegExp(
  `(?<=["'])(trace|span)${quote}${space}:${space}\\{[^{}]{0,300}?["']id${quote}${space}:${space}${quote}([\\w+/=-]{1,128})`,
  "g",
);

/** The fields that may say something of ids, in the order of the text, at most 200. */
function fieldsIn(text: string): Field[] {
  const fields: Omit<Field, "line">[] = [];
  for (const [all, key = "", value = "", index] of nestedIn(text))
    fields.push({
      kind: key === "trace" ? "trace" : "span",
      name: `JSON field ${key}.id`,
      header: false,
      value,
      from: index,
      to: index + all.length,
    });
  for (const match of text.matchAll(keyPattern)) {
    if (fields.length >= mostFields) break;
    const [all, key = "", quoted] = match;
    const kind = kindOf(key);
    if (!kind) continue;
    valuePattern.lastIndex = match.index + all.length;
    const found = valuePattern.exec(text);
    const value = (found?.[1] ?? found?.[2] ?? found?.[3])?.trim();
    if (!value) continue;
    const header = !quoted && key.includes("-") && all.includes(":");
    const dress = quoted ? "JSON field" : header ? "header" : "field";
    fields.push({ kind, name: `${dress} ${key}`, header, value, from: match.index, to: valuePattern.lastIndex });
  }
  return withLines(text, fields);
}

const nestedIn = (text: string): (readonly [string, string | undefined, string | undefined, number])[] =>
  Array.from(text.matchAll(nestedPattern), (match) => [match[0], match[1], match[2], match.index] as const).slice(
    0,
    mostFields,
  );

function withLines(text: string, fields: readonly Omit<Field, "line">[]): Field[] {
  let line = 0;
  let next = text.indexOf("\n");
  return [...fields]
    .sort((a, b) => a.from - b.from)
    .map((field) => {
      for (; next !== -1 && next < field.from; next = text.indexOf("\n", next + 1)) line += 1;
      return { ...field, line };
    });
}

/** The span id that belongs to a trace id: the nearest on its line, else the nearest within reach. */
function spanBeside(trace: Field, fields: readonly Field[]): string | null {
  const distance = (field: Field): number => Math.min(Math.abs(field.from - trace.to), Math.abs(trace.from - field.to));
  const spans = fields
    .filter(({ kind }) => kind === "span" || kind === "datadog-span")
    .filter((span) => span.line === trace.line || distance(span) <= reach)
    .sort((a, b) => Number(b.line === trace.line) - Number(a.line === trace.line) || distance(a) - distance(b));
  const [nearest] = spans;
  return nearest ? spelledSpanId(nearest.value, nearest.kind === "datadog-span" ? "datadog" : "field") : null;
}

const placeOf = { trace: "field", "maybe-trace": "whole", "datadog-trace": "datadog" } as const;

/** Trace ids and correlation ids by the names of their fields. A trace id that is not hexadecimal goes on as correlation id. */
export const fields: Reader = (text, found) => {
  const all = fieldsIn(text);
  let rest = "";
  let done = 0;
  for (const field of all) {
    if (!tell(field, all, found) || field.from < done) continue;
    rest += text.slice(done, field.from) + " ".repeat(field.to - field.from);
    done = field.to;
  }
  return rest + text.slice(done);
};

/** Whether the field is settled: no later reader may look into it. */
function tell(field: Field, all: readonly Field[], found: Parameters<Reader>[1]): boolean {
  const { kind, name, value } = field;
  switch (kind) {
    case "span":
    case "datadog-span":
    case "not-an-id":
      return true;
    case "correlation":
      if (isCorrelationId(value)) found(rank.correlationField, { kind: "correlation-id", spelling: value, from: name });
      return isCorrelationId(value);
    case "trace":
    case "maybe-trace":
    case "datadog-trace": {
      const spelled = spelledTraceId(value, placeOf[kind]);
      const sure = kind === "datadog-trace" ? rank.datadogField : field.header ? rank.header : rank.field;
      if (spelled) found(sure, traceReading(value, spelled.traceId, spanBeside(field, all), name));
      else if (kind !== "maybe-trace" && isCorrelationId(value))
        found(rank.correlationField, { kind: "correlation-id", spelling: value, from: name });
      else return false;
      return true;
    }
  }
}
