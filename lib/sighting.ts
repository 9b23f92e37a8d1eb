/** Evidence of the lead itself -> when it was, and which services it passed. The trace tells best; its lines tell too. */
import { answersOf, type Evidence, type QuestionId } from "@/lib/evidence";
import type { Subject } from "@/lib/identity/names";
import type { Reading } from "@/lib/lead";
import { type LogLines, lineInstant, lineLabels } from "@/lib/signal/lines";
import { serviceKey } from "@/lib/signal/service";
import { type Instant, instantAfter, second, shift, type Window } from "@/lib/signal/time";
import { servicesOf, type Trace, traceEnd } from "@/lib/signal/trace";
import { canonicalTraceId } from "@/lib/signal/trace-id";
import { traceOf } from "@/lib/slot";

/** Services asked for by name; a trace that passes more says which were left out. */
const mostServices = 60;

/** What the lead itself brought: when it was, and whom it passed. */
export type Sighting = {
  readonly focus: Window;
  readonly trace: Trace | null;
  readonly subjects: readonly Subject[];
  readonly unnamed: readonly string[];
  readonly because: string;
  readonly cites: readonly QuestionId[];
};

export function sightingOf(reading: Reading, evidence: readonly Evidence[]): Sighting | null {
  const found = traceOf(evidence);
  if (found) {
    const { trace } = found.answer;
    const services = servicesOf(trace);
    return {
      // Whole seconds: a trace that grows by a millisecond asks no question twice.
      focus: wholeSeconds({ from: instantAfter(trace.base, 0), to: instantAfter(trace.base, traceEnd(trace)) }),
      trace,
      subjects: services
        .slice(0, mostServices)
        .map((service) => ({ service, kubernetesNamespace: namespaceOf(trace, serviceKey(service)) })),
      unnamed: services.slice(mostServices).map(({ name }) => name),
      because: "from half an hour before the trace to a quarter after it",
      cites: [found.question.id],
    };
  }
  const lines = answersOf(evidence, "lines").filter(
    ({ question, answer }) => question.purpose.kind === "lines-of-id" && answer.lines.text.length > 0,
  );
  if (lines.length === 0) return null;
  const blocks = lines.map(({ answer }) => answer.lines);
  const instants = blocks.flatMap((block) => [lineInstant(block, 0), lineInstant(block, block.text.length - 1)]);
  return {
    focus: wholeSeconds({
      from: shift(Math.min(...instants) as Instant, 0),
      to: shift(Math.max(...instants) as Instant, 0),
    }),
    trace: null,
    subjects: subjectsOfLines(blocks).slice(0, mostServices),
    unnamed: [],
    because: `from half an hour before the first line with this ${reading.kind === "trace-id" ? "trace" : "correlation"} id to a quarter after the last`,
    cites: lines.map(({ question }) => question.id),
  };
}

const wholeSeconds = ({ from, to }: Window): Window => ({
  from: shift(from, -(from % second)),
  to: shift(to, (second - (to % second)) % second),
});

const namespaceOf = (trace: Trace, key: string): string | null => {
  const value = trace.resources.find(({ service }) => serviceKey(service) === key)?.attributes["k8s.namespace.name"];
  return typeof value === "string" ? value : null;
};

/** Without a trace the lines name the services: by the label Loki derives, else by what shippers commonly set. */
function subjectsOfLines(blocks: readonly LogLines[]): Subject[] {
  const names = ["service_name", "service", "app", "k8s_container_name", "container", "compose_service"];
  const found = new Map<string, Subject>();
  for (const lines of blocks) {
    for (let row = 0; row < lines.text.length; row += 1) {
      const labels = lineLabels(lines, row);
      const name = names
        .map((label) => labels[label])
        .find((value) => value !== undefined && value !== "unknown_service");
      if (name === undefined) continue;
      const service = { name, namespace: labels.service_namespace ?? null };
      found.set(serviceKey(service), {
        service,
        kubernetesNamespace: labels.k8s_namespace_name ?? labels.namespace ?? null,
      });
    }
  }
  return [...found.values()].sort((a, b) => (serviceKey(a.service) < serviceKey(b.service) ? -1 : 1));
}

const idKeys = ["trace_id", "traceID", "traceId", "traceid", "otelTraceID", "trace.id", "dd.trace_id"];
/** A correlation id's lines often hold the trace id as well: the two that most lines agree on. */
export function traceIdsOfLines(known: readonly Evidence[]): {
  readonly ids: readonly string[];
  readonly cites: readonly QuestionId[];
} {
  const counts = new Map<string, number>();
  const lines = linesOfId(known);
  for (const { answer } of lines) {
    for (let row = 0; row < answer.lines.text.length; row += 1) {
      const labels = lineLabels(answer.lines, row);
      const text = answer.lines.text[row] ?? "";
      const inText = /"(?:trace_?id|otelTraceID)"\s*:\s*"([0-9a-f]{16,32})"|\btrace_?id=([0-9a-f]{16,32})\b/i.exec(
        text,
      );
      const spelt = idKeys.map((key) => labels[key]).find((value) => value !== undefined) ?? inText?.[1] ?? inText?.[2];
      const id = spelt === undefined ? undefined : canonicalTraceId(spelt);
      if (id !== undefined) counts.set(id, (counts.get(id) ?? 0) + 1);
    }
  }
  const ids = [...counts].sort(([a, many], [b, few]) => few - many || (a < b ? -1 : 1)).slice(0, 2);
  return { ids: ids.map(([id]) => id), cites: lines.map(({ question }) => question.id) };
}

const linesOfId = (known: readonly Evidence[]) =>
  answersOf(known, "lines").filter(
    ({ question, answer }) => question.purpose.kind === "lines-of-id" && answer.lines.text.length > 0,
  );
