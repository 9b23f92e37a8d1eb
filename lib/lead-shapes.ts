/**
 * Clean text -> the ids that are known by their shape alone: propagation headers, Spring's brackets, links, bare hex.
 * Each expression starts at a boundary and counts what it repeats, so the cost stays linear in the (bounded) text.
 */
import { type Found, type Reader, rank, spelledSpanId, spelledTraceId, traceReading } from "@/lib/lead-reading";
import { canonicalSpanId, canonicalTraceId, fromXray } from "@/lib/signal/trace-id";

/** Runs `read` over every match. What it takes is blanked, so that a later reader does not take a part of it again. */
function readAll(text: string, pattern: RegExp, read: (match: RegExpExecArray) => boolean): string {
  let rest = "";
  let done = 0;
  for (const match of text.matchAll(pattern)) {
    if (!read(match)) continue;
    rest += text.slice(done, match.index) + " ".repeat(match[0].length);
    done = match.index + match[0].length;
  }
  return rest + text.slice(done);
}

const decimalSpanId = (text: string | undefined): string | null => spelledSpanId(text ?? "", "datadog");

/** One shape of id and span id; `(1)` of the pattern is the trace id, `(2)` the span id. */
const shape =
  (pattern: RegExp, at: number, from: string, spanId: (text: string | undefined) => string | null = canonicalSpanId) =>
  (text: string, found: Found): string =>
    readAll(text, pattern, ([, id = "", span]) => {
      const traceId = fromXray(id) ?? canonicalTraceId(id);
      if (traceId) found(at, traceReading(id, traceId, spanId(span), from));
      return true;
    });

const start = "(?<![0-9a-z-])";
const end = "(?![0-9a-z-])";
const long = "[0-9a-f]{32}";
const short = "[0-9a-f]{16}";
const either = `(${long}|${short})`;

export const headerShapes: readonly Reader[] = [
  // https://www.w3.org/TR/trace-context/: later versions may append fields.
  shape(
    new RegExp(`${start}(?!ff)[0-9a-f]{2}-(${long})-(${short})-[0-9a-f]{2}(?![0-9a-z])`, "gi"),
    rank.header,
    "W3C traceparent",
  ),
  shape(new RegExp(`\\[${either}-(${short})\\]`, "gi"), rank.brackets, "Spring [traceId-spanId]"),
  shape(
    new RegExp(`\\[[^[\\],\\n]{0,80},\\s{0,2}${either},\\s{0,2}(${short})(?:,[^[\\],\\n]{0,20})?\\]`, "gi"),
    rank.brackets,
    "Spring [app,traceId,spanId]",
  ),
  shape(new RegExp(`${start}${either}-(${short})(?:-[01d](?:-${short})?)?${end}`, "gi"), rank.header, "b3 header"),
  shape(
    new RegExp(
      `uber-trace-id["']?\\s{0,3}[:=]\\s{0,3}["']?([0-9a-f]{1,32}):([0-9a-f]{1,16}):[0-9a-f]{1,16}:[0-9a-f]{1,2}${end}`,
      "gi",
    ),
    rank.header,
    "uber-trace-id header",
  ),
  // Bare, the first part must be long: a time and an IPv6 address have the same shape.
  shape(
    /(?<![0-9a-z:-])([0-9a-f]{14,32}):([0-9a-f]{1,16}):[0-9a-f]{1,16}:[0-9a-f]{1,2}(?![0-9a-z:-])/gi,
    rank.header,
    "uber-trace-id header",
  ),
  shape(
    new RegExp(`Root=(1-[0-9a-f]{8}-[0-9a-f]{24})(?:;\\s?Parent=(${short}))?${end}`, "gi"),
    rank.header,
    "X-Amzn-Trace-Id header",
  ),
  shape(
    new RegExp(`${start}(${long})/(\\d{1,20})(?:;o=\\d)?${end}`, "gi"),
    rank.header,
    "X-Cloud-Trace-Context header",
    decimalSpanId,
  ),
];

export const bareShapes: readonly Reader[] = [
  shape(new RegExp(`${start}(1-[0-9a-f]{8}-[0-9a-f]{24})${end}`, "gi"), rank.bare128, "X-Ray id"),
  shape(
    new RegExp(`${start}([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})${end}`, "gi"),
    rank.bareUuid,
    "UUID in the text",
  ),
  shape(/(?<![0-9a-z])(0x[0-9a-f]{28,32}|[0-9a-f]{28,32})(?![0-9a-z])/gi, rank.bare128, "hex id in the text"),
  // With a letter and a digit: 16 digits are microseconds, 16 letters a word.
  shape(
    /(?<![0-9a-z-])(0x[0-9a-f]{16}|(?=\d{0,15}[a-f])(?=[a-f]{0,15}\d)[0-9a-f]{16})(?![0-9a-z-])/gi,
    rank.bare64,
    "64-bit hex id in the text",
  ),
];

/** Jaeger compares as `/trace/a...b`; Tempo, Jaeger and Zipkin answer under `/api/traces/`; Google writes `projects/p/traces/`. */
export const paths: Reader = (text, found) =>
  readAll(text, /\/(api\/(?:v\d\/)?)?traces?\/([^/?#&\s"'`<>|)\]}\\]{8,160})/gi, ([, api, part = ""]) => {
    const ids = part.split("...").map((token) => ({ token, spelled: spelledTraceId(token, "path") }));
    for (const { token, spelled } of ids)
      if (spelled) found(rank.link, traceReading(token, spelled.traceId, null, api ? "trace API link" : "trace link"));
    return ids.some(({ spelled }) => spelled);
  });

/** Grafana Explore (`panes=` and the older `left=`): only what was asked for counts, not data source uids. */
export const explore: Reader = (text, found) => {
  if (!/[?&](?:panes|left|right)=/.test(text)) return text;
  const foundHere: Found = (_, reading) => found(rank.link, { ...reading, from: "Grafana Explore link" });
  return readAll(text, /"(?:query|expr)"\s{0,3}:\s{0,3}"((?:[^"\\]|\\.){1,2000})/g, ([, query = ""]) => {
    const token = query.trim();
    const whole = spelledTraceId(token, "whole");
    if (whole) foundHere(rank.link, traceReading(token, whole.traceId, null, ""));
    else [...headerShapes, ...bareShapes].reduce((rest, read) => read(rest, foundHere), query);
    return true;
  });
};
