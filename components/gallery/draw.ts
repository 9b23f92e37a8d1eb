/**
 * Fixtures drawn as text: what a reader sees is what the test holds.
 *
 *   const answer = traceAnswer(`
 *     gateway        POST /checkout    0-30140 !
 *       order@3.1.0  CreateOrder       5-30120 ! [server]
 *         payment    tls.handshake    20-30010 ! "deadline exceeded" {peer.service=vault}
 *           * 30000 exception handshake timed out
 *   `);
 */
import type { Answer, AnswerOf, Evidence, Gap, GapReason, Purpose, Question, SeriesRole, Slot } from "@/lib/evidence";
import type { Lead } from "@/lib/lead";
import type { Change } from "@/lib/signal/change";
import type { Labels } from "@/lib/signal/labels";
import { type LogLines, levelOf } from "@/lib/signal/lines";
import type { Series, Unit } from "@/lib/signal/series";
import type { Service } from "@/lib/signal/service";
import { type Instant, minute, parseInstant, second, toUnixNanos, type Window } from "@/lib/signal/time";
import { type Attributes, type Resource, spanFlag, spanKinds, type Trace, type TraceDetails } from "@/lib/signal/trace";

/** The day on which everything drawn happens. */
export const drawnDay = "2026-11-21";
/** `at("14:03:10")` or `at("14:03:10.250")` of the drawn day, UTC. */
export function at(clock: string): Instant {
  const instant = parseInstant(`${drawnDay}T${clock}Z`);
  if (instant === undefined) throw new Error(`no clock time: ${clock}`);
  return instant;
}
/** `windowOf("13:33:00", "14:18:00")`, both of the drawn day. */
export const windowOf = (from: string, to: string): Window => ({ from: at(from), to: at(to) });
export const drawnWindow = windowOf("13:33:00", "14:18:00");
export const drawnTraceId = "7c9d1e2f3a4b5c6d7e8f90a1b2c3d4e5";

/** `payment` or `shop/payment`. */
export function serviceFrom(text: string): Service {
  const [first = "", second] = text.split("/");
  return second === undefined ? { name: first, namespace: null } : { name: second, namespace: first };
}

type DrawnSpan = {
  readonly indent: number;
  readonly service: string;
  readonly name: string;
  readonly start: number;
  readonly end: number | null;
  readonly marks: string;
  readonly kind: number;
  readonly message: string | null;
  readonly attributes: Attributes;
  readonly events: { at: number; name: string; text: string }[];
  readonly children: DrawnSpan[];
};

const rowPattern =
  /^(?<service>\S+)\s+(?<name>.*?)\s+(?<start>\d+(?:\.\d+)?)-(?<end>\d+(?:\.\d+)?)?(?<marks>(?:\s+[!?~])*)(?:\s+\[(?<kind>\w+)\])?(?:\s+"(?<message>[^"]*)")?(?:\s+\{(?<attributes>[^}]*)\})?$/;

const scalar = (text: string): string | number | boolean =>
  /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text === "true" ? true : text === "false" ? false : text;

function readSpan(line: string): DrawnSpan {
  const groups = rowPattern.exec(line.trim())?.groups;
  if (!groups) throw new Error(`cannot read span: ${line}`);
  const pairs = (groups.attributes ?? "").split(",").filter((pair) => pair.includes("="));
  const kind = groups.kind;
  return {
    indent: line.length - line.trimStart().length,
    service: groups.service ?? "",
    name: groups.name ?? "",
    start: Number(groups.start),
    end: groups.end === undefined ? null : Number(groups.end),
    marks: groups.marks ?? "",
    kind: Math.max(spanKinds.map(String).indexOf(kind ?? ""), 0),
    message: groups.message ?? null,
    attributes: Object.fromEntries(
      pairs.map((pair) => [pair.slice(0, pair.indexOf("=")).trim(), scalar(pair.slice(pair.indexOf("=") + 1).trim())]),
    ),
    events: [],
    children: [],
  };
}

function readForest(text: string): DrawnSpan[] {
  const roots: DrawnSpan[] = [];
  const open: DrawnSpan[] = [];
  for (const line of text.split("\n").filter((each) => each.trim() !== "")) {
    const event = /^\s*\*\s+(\d+(?:\.\d+)?)\s+(\S+)\s*(.*)$/.exec(line);
    if (event) {
      open.at(-1)?.events.push({ at: Number(event[1]), name: event[2] ?? "", text: event[3] ?? "" });
      continue;
    }
    const span = readSpan(line);
    while (open.length > 0 && (open.at(-1)?.indent ?? 0) >= span.indent) open.pop();
    (open.at(-1)?.children ?? roots).push(span);
    open.push(span);
  }
  return roots;
}

/**
 * Indent is parenthood. A row: `service[@version] name start-end marks [kind] "status message" {key=value, …}`, times
 * in ms after `start`. Marks: `!` failed, `?` unfinished (the end may be left out), `~` orphan. `* ms name text` below a
 * row is an event of it (the text becomes `exception.message`).
 */
export function traceAnswer(
  text: string,
  { id = drawnTraceId, start = at("14:03:12") }: { id?: string; start?: Instant } = {},
): AnswerOf<"trace"> {
  const strings: string[] = [];
  const resources: Resource[] = [];
  const spanId: string[] = [];
  const keys: string[] = [];
  const values: (string | number | boolean)[] = [];
  const newColumn = (): number[] => [];
  const column = {
    parent: newColumn(),
    depth: newColumn(),
    resource: newColumn(),
    name: newColumn(),
    start: newColumn(),
    duration: newColumn(),
    kind: newColumn(),
    flags: newColumn(),
  };
  const attributes: number[][] = [];
  const events: { row: number; offset: number; name: string; attributes: Attributes }[] = [];
  const statusMessages: { row: number; message: string }[] = [];
  const indexIn = <T>(list: T[], item: T): number => (list.includes(item) ? list.indexOf(item) : list.push(item) - 1);
  const resourceIndex = (drawn: string): number => {
    const [name = "", version = null] = drawn.split("@");
    const service = serviceFrom(name);
    const known = resources.findIndex(
      (each) =>
        each.service.name === service.name && each.service.namespace === service.namespace && each.version === version,
    );
    return known >= 0 ? known : resources.push({ service, version, attributes: {} }) - 1;
  };
  const lay = (span: DrawnSpan, parent: number, depth: number): void => {
    const row = spanId.push((spanId.length + 1).toString(16).padStart(16, "0")) - 1;
    const unfinished = span.marks.includes("?") || span.end === null;
    column.parent.push(parent);
    column.depth.push(depth);
    column.resource.push(resourceIndex(span.service));
    column.name.push(indexIn(strings, span.name));
    column.start.push(span.start * 1e6);
    column.duration.push(unfinished ? 0 : ((span.end ?? span.start) - span.start) * 1e6);
    column.kind.push(span.kind);
    column.flags.push(
      (span.marks.includes("!") ? spanFlag.failed : 0) |
        (unfinished ? spanFlag.unfinished : 0) |
        (span.marks.includes("~") ? spanFlag.orphan : 0),
    );
    attributes.push(
      Object.entries(span.attributes).flatMap(([key, value]) => [
        indexIn(keys, key),
        indexIn(values, scalar(`${value}`)),
      ]),
    );
    if (span.message !== null) statusMessages.push({ row, message: span.message });
    for (const event of span.events)
      events.push({
        row,
        offset: event.at * 1e6,
        name: event.name,
        attributes: event.text === "" ? {} : { "exception.message": event.text },
      });
    for (const child of span.children.toSorted((a, b) => a.start - b.start)) lay(child, row, depth + 1);
  };
  for (const root of readForest(text)) lay(root, -1, 0);
  const trace: Trace = { id, base: toUnixNanos(start), strings, resources, spanId, ...column };
  const details: TraceDetails = { keys, values, attributes, events, links: [], statusMessages };
  return { kind: "trace", trace, details };
}
/** Only the columns of `traceAnswer`. */
export const traceFrom = (text: string, options: { id?: string; start?: Instant } = {}): Trace =>
  traceAnswer(text, options).trace;

/** `0.1x20 38 _x3`: a number, how often; `_` is a hole. */
export const valuesFrom = (text: string): (number | null)[] =>
  text
    .trim()
    .split(/\s+/)
    .flatMap((word) => {
      const [value = "", times = "1"] = word.split("x");
      return Array.from({ length: Number(times) }, () => (value === "_" ? null : Number(value)));
    });

/** A series of 15 s steps from 13:33:00 unless told otherwise. */
export function seriesFrom({
  text,
  values = valuesFrom(text ?? ""),
  start = drawnWindow.from,
  step = 15 * second,
  labels = {},
}: {
  text?: string;
  values?: readonly (number | null)[];
  start?: Instant;
  step?: number;
  labels?: Labels;
}): Series {
  return { labels, start, step, values };
}

/** One line a row: `14:03:12.481 INFO gateway POST /checkout accepted`; the stream is `{service_name="gateway"}`. */
export function linesFrom(text: string, metadata: Labels | null = null): LogLines {
  const rows = text
    .split("\n")
    .map((row) => /^\s*(\d\d:\d\d:\d\d(?:\.\d+)?)\s+(\w+)\s+(\S+)\s+(.*)$/.exec(row))
    .flatMap((match) =>
      match ? [{ at: at(match[1] ?? ""), level: match[2], service: match[3] ?? "", text: match[4] ?? "" }] : [],
    );
  const base = rows[0]?.at ?? drawnWindow.from;
  const names = [...new Set(rows.map(({ service }) => service))];
  return {
    base: toUnixNanos(base),
    streams: names.map((name) => ({ service_name: name })),
    stream: rows.map(({ service }) => names.indexOf(service)),
    offset: rows.map((row) => (row.at - base) * 1e6),
    text: rows.map((row) => row.text),
    metadata: rows.map(() => metadata),
    level: rows.map(({ level }) => levelOf(level)),
  };
}

/** `changeFrom("payment 9.2.0", "14:01:45")`: a deploy, as a Grafana annotation tells it. */
export function changeFrom(text: string, clock: string, more: Partial<Change> = {}): Change {
  const [name = "", version = null] = text.split(" ");
  return {
    id: `annotation-${text}-${clock}`,
    kind: "deploy",
    at: at(clock),
    notBefore: at(clock),
    until: null,
    title: text,
    service: serviceFrom(name),
    version,
    previousVersion: null,
    source: "Grafana annotation",
    link: null,
    tags: [],
    ...more,
  };
}

export const gapOf = (reason: GapReason, text: string = reason, next = ""): Gap => ({
  kind: "gap",
  reason,
  text,
  next,
});

const slotOf = (purpose: Purpose): Slot => {
  switch (purpose.kind) {
    case "trace-by-id":
    case "trace-search":
      return "trace";
    case "lines-of-id":
    case "lines-around":
    case "lines-by-level":
    case "line-labels":
    case "lines-volume":
      return "lines";
    case "versions-of-metrics":
    case "versions-of-spans":
    case "annotations":
    case "change-stream":
      return "changes";
    case "alerts":
    case "alert-history":
      return "alerts";
    default:
      return "spike";
  }
};
const upstreamOf: Readonly<Record<Slot, "tempo" | "loki" | "prometheus" | "grafana" | "alertmanager">> = {
  trace: "tempo",
  lines: "loki",
  events: "loki",
  spike: "prometheus",
  changes: "grafana",
  alerts: "alertmanager",
};

/** Evidence with a plausible question and receipt around `answer`; `more` overrides fields of the question. */
export function evidenceOf(
  answer: Answer,
  purpose: Purpose,
  more: Partial<Question> = {},
  rest: Partial<Pick<Evidence, "notes" | "partial" | "receipt">> = {},
): Evidence {
  const slot = more.slot ?? slotOf(purpose);
  const kind = purpose.kind === "versions-of-metrics" ? "prometheus" : upstreamOf[slot];
  const upstream = more.upstream ?? `shop/${kind}`;
  const question: Question = {
    id: `${purpose.kind}${"role" in purpose ? `-${purpose.role}` : ""}`,
    upstream,
    slot,
    purpose,
    call: { api: "alertmanager-alerts" },
    text: `drawn ${purpose.kind}`,
    window: purpose.kind === "trace-by-id" ? null : drawnWindow,
    why: "drawn",
    after: [],
    ...more,
  };
  return {
    question,
    receipt: {
      upstream,
      kind,
      request: "GET /drawn",
      sent: 0,
      firstByte: 20,
      lastByte: 40,
      bytes: 1_000,
      rows: 1,
      status: 200,
      attempts: 1,
    },
    notes: [],
    partial: false,
    answer,
    ...rest,
  };
}

const redUnit = (role: SeriesRole): Unit =>
  role.startsWith("latency") ? "seconds" : role === "error-ratio" ? "ratio" : "per-second";

/** Answer to a RED question: `redOf("errors", { order: "0.01x120 3.8x60" })`; every service by label `job`. */
export function redOf(
  role: SeriesRole,
  drawn: Readonly<Record<string, string>>,
  {
    recipe = "red-http",
    interval = 15 * second,
    rateWindow = minute,
    step = 15 * second,
    start = drawnWindow.from,
    title = String(role),
  } = {},
  more: Partial<Question> = {},
): Evidence {
  const services = Object.keys(drawn).map((name) => ({ service: serviceFrom(name), value: name }));
  return evidenceOf(
    {
      kind: "series",
      series: Object.entries(drawn).map(([job, text]) => seriesFrom({ text, step, start, labels: { job } })),
    },
    { kind: "red", recipe, role, unit: redUnit(role), title, label: "job", services, interval, rateWindow },
    more,
  );
}

export const drawnLead: Lead = {
  reading: { kind: "trace-id", spelling: drawnTraceId, traceId: drawnTraceId, spanId: null, from: "32 hex digits" },
  others: [],
  environment: null,
  window: null,
};
