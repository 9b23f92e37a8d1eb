/** Evidence of the lead itself -> when it was, and which services it passed. The trace tells best; its lines tell too. */
import { answersOf, type Evidence, type Found, type QuestionId } from "@/lib/evidence";
import { type Subject, seenInLines, seenInResources } from "@/lib/identity/subject";
import type { Reading } from "@/lib/lead";
import { aheadOf, mostFollowed } from "@/lib/signal/clock-skew";
import type { Labels } from "@/lib/signal/labels";
import { composeService } from "@/lib/signal/line-service";
import { type LogLines, lineInstant, lineLabels } from "@/lib/signal/lines";
import { type Service, serviceKey } from "@/lib/signal/service";
import { type Instant, instantAfter, minute, printDuration, second, shift, type Window } from "@/lib/signal/time";
import { servicesOf, spanCount, type Trace, traceEnd } from "@/lib/signal/trace";
import { canonicalTraceId } from "@/lib/signal/trace-id";
import { traceOf } from "@/lib/slot";

/** Services asked for by name; a trace that passes more says which were left out. */
const mostServices = 60;
/** Two times of the lead that differ by no more than this at each end are one: nothing is asked anew for it. */
const sameTime = minute;

/** What the lead itself brought: when it was, and whom it passed. */
export type Sighting = {
  readonly focus: Window;
  readonly trace: Trace | null;
  readonly subjects: readonly Subject[];
  readonly unnamed: readonly string[];
  readonly because: string;
  readonly cites: readonly QuestionId[];
  /** The trace lies in the future of this clock, by little enough to be followed there. */
  readonly isAhead: boolean;
};

type Time = { readonly focus: Window; readonly because: string; readonly isAhead: boolean };

/** `evidence` in the order of its arrival. null as long as nothing of the lead was seen. */
export function sightingOf(reading: Reading, evidence: readonly Evidence[], startedAt: Instant): Sighting | null {
  const time = timeOf(reading, evidence, startedAt);
  if (time === null) return null;
  const found = traceOf(evidence);
  if (found) {
    const { trace } = found.answer;
    const services = servicesOf(trace);
    return {
      ...time,
      trace,
      subjects: services.slice(0, mostServices).map((service) => subjectOfTrace(trace, service)),
      unnamed: services.slice(mostServices).map(({ name }) => name),
      cites: [found.question.id],
    };
  }
  const lines = evidence.filter(isFirstSight);
  return {
    ...time,
    trace: null,
    subjects: subjectsOfLines(lines.map(({ answer }) => answer.lines)).slice(0, mostServices),
    unnamed: [],
    cites: lines.map(({ question }) => question.id),
  };
}

/** Lines that the search for the id itself brought; those of the bounded question were found because the time was known. */
export const isFirstSight = (evidence: Evidence): evidence is Found<"lines"> =>
  evidence.answer.kind === "lines" &&
  evidence.question.purpose.kind === "lines-of-id" &&
  evidence.question.purpose.rung >= 0 &&
  evidence.answer.lines.text.length > 0;

/** The first time that was told, until one is told that differs by more than a minute at either end. */
function timeOf(reading: Reading, evidence: readonly Evidence[], startedAt: Instant): Time | null {
  let held: Time | null = null;
  let trace: Trace | null = null;
  const blocks: LogLines[] = [];
  for (const each of evidence) {
    if (each.answer.kind === "trace") {
      if (trace !== null && spanCount(trace) >= spanCount(each.answer.trace)) continue;
      trace = each.answer.trace;
    } else if (isFirstSight(each)) blocks.push(each.answer.lines);
    else continue;
    const next: Time = trace ? timeOfTrace(trace, startedAt) : timeOfLines(reading, blocks);
    held = held !== null && isSameTime(held, next) ? held : next;
  }
  return held;
}

const isSameTime = (a: Time, b: Time): boolean =>
  a.isAhead === b.isAhead &&
  Math.abs(a.focus.from - b.focus.from) < sameTime &&
  Math.abs(a.focus.to - b.focus.to) < sameTime;

function timeOfTrace(trace: Trace, startedAt: Instant): Time {
  // Whole seconds: a trace that grows by a millisecond asks no question twice.
  const focus = wholeSeconds({ from: instantAfter(trace.base, 0), to: instantAfter(trace.base, traceEnd(trace)) });
  const because = "from half an hour before the trace to a quarter after it";
  const ahead = aheadOf(trace, startedAt);
  if (ahead === 0) return { focus, because, isAhead: false };
  const clock = `the trace is ${printDuration(ahead)} ahead of this clock`;
  if (ahead <= mostFollowed) return { focus, because: `${because}; ${clock}`, isAhead: true };
  return {
    focus: { from: shift(startedAt, -mostFollowed), to: startedAt },
    because: `${clock}, so what happened lately was looked at in its place`,
    isAhead: false,
  };
}

function timeOfLines(reading: Reading, blocks: readonly LogLines[]): Time {
  const instants = blocks.flatMap((block) => [lineInstant(block, 0), lineInstant(block, block.text.length - 1)]);
  return {
    focus: wholeSeconds({
      from: shift(Math.min(...instants) as Instant, 0),
      to: shift(Math.max(...instants) as Instant, 0),
    }),
    because: `from half an hour before the first line with this ${reading.kind === "trace-id" ? "trace" : "correlation"} id to a quarter after the last`,
    isAhead: false,
  };
}

const wholeSeconds = ({ from, to }: Window): Window => ({
  from: shift(from, -(from % second)),
  to: shift(to, (second - (to % second)) % second),
});

function subjectOfTrace(trace: Trace, service: Service): Subject {
  const own = trace.resources.filter((resource) => serviceKey(resource.service) === serviceKey(service));
  const spaces = own.map(({ attributes }) => attributes["k8s.namespace.name"]);
  const namespace = spaces.find((space) => typeof space === "string" && space !== "");
  return {
    service,
    kubernetesNamespace: typeof namespace === "string" ? namespace : null,
    seen: seenInResources(own),
  };
}

/** Without a trace the lines name the services: by the label Loki derives, else by what shippers commonly set. */
function subjectsOfLines(blocks: readonly LogLines[]): Subject[] {
  const names = ["service_name", "service", "app", "k8s_container_name", "container", "container_name"];
  const found = new Map<string, { readonly service: Service; readonly told: Map<string, Labels> }>();
  for (const lines of blocks) {
    for (let row = 0; row < lines.text.length; row += 1) {
      const labels = lineLabels(lines, row);
      const name = [composeService(labels), ...names.map((label) => labels[label])].find(
        (value) => value !== undefined && value !== "unknown_service",
      );
      if (name === undefined) continue;
      const service = { name, namespace: labels.service_namespace ?? null };
      const { told } = found.get(serviceKey(service)) ?? { told: new Map<string, Labels>() };
      found.set(serviceKey(service), { service, told });
      // Many lines, few pods: what differs in nothing else is one.
      told.set(
        `${labels.k8s_pod_name ?? labels.pod ?? ""} ${labels.k8s_namespace_name ?? labels.namespace ?? ""}`,
        labels,
      );
    }
  }
  return [...found.values()]
    .map(({ service, told }) => ({
      service,
      kubernetesNamespace:
        [...told.values()].map((labels) => labels.k8s_namespace_name ?? labels.namespace).findLast(Boolean) ?? null,
      seen: seenInLines([...told.values()]),
    }))
    .sort((a, b) => (serviceKey(a.service) < serviceKey(b.service) ? -1 : 1));
}

const mostTraceIds = 3;
/**
 * The lines of an id often hold a trace id as well: first those of which the lead is one half (64 bits of 128), then those
 * that most lines agree on. Never the lead's own.
 */
export function traceIdsOfLines(
  reading: Reading,
  known: readonly Evidence[],
): { readonly ids: readonly string[]; readonly cites: readonly QuestionId[] } {
  const own = reading.kind === "trace-id" ? reading.traceId : undefined;
  const half = own?.startsWith("0".repeat(16)) ? own.slice(16) : undefined;
  const counts = new Map<string, number>();
  const lines = linesOfId(known);
  for (const { answer } of lines) {
    for (let row = 0; row < answer.lines.text.length; row += 1) {
      const id = traceIdOf(answer.lines, row);
      if (id !== undefined && id !== own) counts.set(id, (counts.get(id) ?? 0) + 1);
    }
  }
  const kin = (id: string): number => (half !== undefined && (id.startsWith(half) || id.endsWith(half)) ? 0 : 1);
  const ids = [...counts]
    .sort(([a, many], [b, few]) => kin(a) - kin(b) || few - many || (a < b ? -1 : 1))
    .slice(0, mostTraceIds);
  return { ids: ids.map(([id]) => id), cites: lines.map(({ question }) => question.id) };
}

const idKeys = ["trace_id", "traceID", "traceId", "traceid", "TraceId", "otelTraceID", "trace.id", "dd.trace_id"];

function traceIdOf(lines: LogLines, row: number): string | undefined {
  const labels = lineLabels(lines, row);
  const inText = /"(?:trace_?id|otelTraceID)"\s*:\s*"([0-9a-f]{16,32})"|\btrace_?id=([0-9a-f]{16,32})\b/i.exec(
    lines.text[row] ?? "",
  );
  // A key that holds the lead itself under a trace's name must not hide the trace id in the text.
  const spelt = [...idKeys.map((key) => labels[key]), inText?.[1], inText?.[2]];
  return spelt.flatMap((text) => (text === undefined ? [] : (canonicalTraceId(text) ?? [])))[0];
}

const linesOfId = (known: readonly Evidence[]) =>
  answersOf(known, "lines").filter(
    ({ question, answer }) => question.purpose.kind === "lines-of-id" && answer.lines.text.length > 0,
  );
