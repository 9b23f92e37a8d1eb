/** Where an investigation starts. Any pasted text or URL -> Lead with its readings, and back. Runs in the browser too. */
import { alertsInJson, alertsInText, printedAlert } from "@/lib/lead-alert";
import { fields } from "@/lib/lead-fields";
import { alertReading, isIdReading, type LeadReading } from "@/lib/lead-kinds";
import { namedReadings, printedNamed } from "@/lib/lead-named";
import { type Candidate, isCorrelationId, type Reading, rank, spelledTraceId, traceReading } from "@/lib/lead-reading";
import { bareShapes, explore, headerShapes, paths } from "@/lib/lead-shapes";
import { excerptOf, stagesOf } from "@/lib/lead-text";
import { parseInstant, type Window } from "@/lib/signal/time";
import { canonicalTraceId, fromBase64, fromDecimal, fromXray } from "@/lib/signal/trace-id";

export type { LeadReading } from "@/lib/lead-kinds";
export type { Reading } from "@/lib/lead-reading";

export type Lead = {
  readonly reading: LeadReading;
  /** Other candidates in the same text, best first, at most 5. */
  readonly others: readonly LeadReading[];
  /** Only from one of our own links. */
  readonly environment: string | null;
  readonly window: Window | null;
};

export type ParsedLead = { readonly ok: true; readonly lead: Lead } | { readonly ok: false; readonly message: string };

const mostOthers = 5;
const takes =
  "Paste a trace id in any spelling, a log line, response or header that holds one, an alert or its message, a service's name, or a link from Grafana, Tempo or Jaeger.";

/**
 * Never throws, whatever the text; 1 MB of it costs less than 50 ms. Of several candidates the surest is the reading
 * (`rank` says which that is), then the one that stands first. One of our own links also gives environment and window.
 */
export function parseLead(text: string): ParsedLead {
  const stages = stagesOf(text);
  for (const stage of stages) {
    const link = ownLink(stage);
    if (link) return link;
  }
  const clean = (stages.at(-1) ?? "").trim();
  const [best, ...others] = distinct(printedElse(stages, clean) ?? pastedReadings(text, stages, clean));
  if (!best) return { ok: false, message: messageFor(text, clean) };
  return { ok: true, lead: { reading: best, others, environment: null, window: null } };
}

/** Our own print, to be read exactly: from the text as it came, since a label's value may hold what looks encoded. */
function printedElse(stages: readonly string[], clean: string): readonly LeadReading[] | undefined {
  for (const stage of stages) {
    const alert = printedAlert(stage);
    if (alert) return [alert];
  }
  const named = printedNamed(clean);
  return named ? [named] : printedReading(clean);
}

/** An alert's message may well name ids; a word without digits is rather a name than an id. */
function pastedReadings(text: string, stages: readonly string[], clean: string): readonly LeadReading[] {
  const json = alertsInJson(text);
  const alerts = json.length > 0 ? json : (stages.map(alertsInText).find((found) => found.length > 0) ?? []);
  const ids = readingsOf(clean);
  const [first] = ids;
  if (alerts.length > 0) return [...alerts, ...ids.filter(({ from }) => from !== "correlation id")];
  if (first !== undefined && first.from !== "correlation id") return [...ids, ...fingerprintOf(first)];
  return [...namedReadings(clean), ...ids];
}

/** Sixteen hex digits are a short trace id, and just as well an alert's fingerprint. */
const fingerprintOf = ({ spelling, from }: Reading): readonly LeadReading[] =>
  from === "16 hex digits" ? [alertReading({ fingerprint: spelling.toLowerCase() }, "fingerprint of an alert")] : [];

/**
 * The shortest text that means the same: `parseLead(printLead(lead))` has the same kind, spelling, trace id and span id
 * in its reading, and no other id. At most 200 characters for an id, 1,900 in a URL for an alert; no control characters.
 * Environment and window live in the URL.
 */
export function printLead({ reading }: Pick<Lead, "reading">): string {
  const { spelling } = reading;
  if (!isIdReading(reading)) return spelling;
  const span = reading.kind === "trace-id" ? (reading.spanId ?? "") : "";
  const plain = span ? `${spelling}-${span}` : spelling;
  const marked = Object.keys(marks).map((mark) => `${mark}:${spelling}${span && ` span:${span}`}`);
  return [plain, ...marked].find((text) => means(text, reading)) ?? plain;
}

function means(text: string, reading: Reading): boolean {
  const parsed = parseLead(text);
  if (!parsed.ok || parsed.lead.others.some(isIdReading) || parsed.lead.environment || parsed.lead.window) return false;
  const other = parsed.lead.reading;
  if (!isIdReading(other)) return false;
  if (other.spelling !== reading.spelling) return false;
  if (other.kind === "correlation-id" || reading.kind === "correlation-id") return other.kind === reading.kind;
  return other.traceId === reading.traceId && other.spanId === reading.spanId;
}

/** How a spelling is marked that alone would mean something else: sixteen digits that are decimal, a hex word that is no trace. */
const marks = {
  hex: canonicalTraceId,
  decimal: fromDecimal,
  base64: fromBase64,
  xray: fromXray,
  id: () => undefined,
} as const satisfies Record<string, (spelling: string) => string | undefined>;

function printedReading(text: string): readonly Reading[] | undefined {
  const [, mark, spelling = "", span] = /^(\w{2,7}):(\S{1,128})(?: span:([0-9a-f]{16}))?$/.exec(text) ?? [];
  if (mark === "id" && isCorrelationId(spelling)) return [{ kind: "correlation-id", spelling, from: "correlation id" }];
  const decode = Object.entries(marks).find(([name]) => name === mark)?.[1];
  const traceId = decode?.(spelling);
  return traceId ? [traceReading(spelling, traceId, span ?? null, `${mark} id`)] : undefined;
}

/** Best first. */
function readingsOf(text: string): Reading[] {
  const token = text.replace(/^[\s"'`([{<]+|[\s"'`)\]}>,.;]+$/g, "");
  const whole = token.length <= 64 ? spelledTraceId(token, "whole") : undefined;
  if (whole) return [traceReading(token, whole.traceId, null, whole.form)];
  const candidates: Candidate[] = [];
  [explore, ...headerShapes, fields, paths, ...bareShapes].reduce(
    (rest, read) => read(rest, (at, reading) => candidates.push({ rank: at, reading })),
    text,
  );
  // One token in which nothing was found: the id of something else.
  if (candidates.length === 0 && isCorrelationId(token))
    candidates.push({ rank: rank.token, reading: { kind: "correlation-id", spelling: token, from: "correlation id" } });
  return candidates.sort((a, b) => a.rank - b.rank).map(({ reading }) => reading);
}

/** One of each id. */
const distinct = (readings: readonly LeadReading[]): LeadReading[] =>
  readings.reduce<LeadReading[]>((kept, reading) => {
    // No more are shown, and a paste may hold hundreds.
    if (kept.length <= mostOthers && !kept.some((other) => sameId(other, reading))) kept.push(reading);
    return kept;
  }, []);

/** Datadog's 64-bit id is the low half of the 128-bit id beside it. */
function sameId(a: LeadReading, b: LeadReading): boolean {
  if (!isIdReading(a) || !isIdReading(b)) return a.kind === b.kind && a.spelling === b.spelling;
  if (a.kind === "correlation-id" || b.kind === "correlation-id") return a.spelling === b.spelling;
  const half = (id: string): boolean => id.startsWith("0".repeat(16));
  return (
    a.traceId.slice(16) === b.traceId.slice(16) && (a.traceId === b.traceId || half(a.traceId) !== half(b.traceId))
  );
}

// `/investigate?…`, its API, and the short `/trace/<id>?…`; a query ends where a chat's or Markdown's own signs begin.
const ownPattern = /\/(?:investigate|trace\/([^/?#\s"'<>|)`]{1,128}))\?([^\s"'<>|)`]{1,8000})/;

function ownLink(text: string): ParsedLead | undefined {
  const [, id, query = ""] = ownPattern.exec(text) ?? [];
  const parameters = new URLSearchParams(query.replaceAll("&amp;", "&"));
  const pasted = id ?? parameters.get("lead");
  const environment = parameters.get("environment");
  const from = parseInstant(parameters.get("from") ?? "");
  const to = parseInstant(parameters.get("to") ?? "");
  const window = from !== undefined && to !== undefined && from < to ? { from, to } : null;
  if (!pasted || (id && !environment && !window)) return undefined;
  // A link inside a link is no lead: this ends the recursion.
  if (stagesOf(pasted).some((stage) => ownPattern.test(stage))) return undefined;
  const parsed = parseLead(pasted);
  if (!parsed.ok) return parsed;
  return { ok: true, lead: { ...parsed.lead, environment: environmentName(environment), window } };
}

const environmentName = (text: string | null): string | null => (text && /^[\w .:/@-]{1,64}$/.test(text) ? text : null);

function messageFor(pasted: string, clean: string): string {
  if (clean === "") return `There is nothing to read here. ${takes}`;
  if (/^\W*0[0-]{7,}\W*$/.test(clean))
    return "An id of zeros means that the request was not traced. Paste another one.";
  return `No id found in “${excerptOf(pasted)}”. ${takes}`;
}
