/** Exemplars -> those worth a dot. Prometheus knows no limit here: one hour of one histogram is half a megabyte. */
import "server-only";
import { z } from "zod";
import type { Labels } from "@/lib/signal/labels";
import type { Exemplar } from "@/lib/signal/series";
import { fromUnixSeconds } from "@/lib/signal/time";
import { canonicalTraceId } from "@/lib/signal/trace-id";
import { finite } from "@/lib/upstream/grid";
import { shaped } from "@/lib/upstream/json-shape";
import { noneIn, notesOf, warned } from "@/lib/upstream/prometheus-read";
import type { ReadContext } from "@/lib/upstream/read-context";
import { type Failure, found, type Reading } from "@/lib/upstream/reply";

export const mostExemplars = 60;

const labels = z.record(z.string(), z.string());
const answer = z.object({
  status: z.literal("success"),
  data: z
    .array(
      z.object({
        seriesLabels: labels,
        exemplars: z
          .array(z.object({ labels, value: z.union([z.string(), z.number()]), timestamp: z.number() }))
          .nullish(),
      }),
    )
    .nullish(),
  ...warned,
});

/** `trace_id`, `traceID` (Tempo's generator), `traceId`, `TraceId`, `trace.id` … */
const isTraceLabel = (label: string): boolean => /^trace[_.-]?id$/i.test(label);

function exemplarOf(series: Labels, own: Labels, value: string | number, timestamp: number): Exemplar | undefined {
  const entries = Object.entries(own);
  const traceId = canonicalTraceId(entries.find(([label]) => isTraceLabel(label))?.[1] ?? "");
  if (traceId === undefined) return undefined;
  const rest = Object.fromEntries(entries.filter(([label]) => !isTraceLabel(label)));
  return { labels: { ...rest, ...series }, at: fromUnixSeconds(timestamp), value: finite(String(value)), traceId };
}

const failing = /^(?:5\d\d|5xx|STATUS_CODE_ERROR|error|SERVER_ERROR|failure)$/i;
const looksFailing = ({ labels: set }: Exemplar): boolean =>
  Object.entries(set).some(
    ([label, value]) => /code|status|outcome|result|classification|error/i.test(label) && failing.test(value),
  );

const slowest = (a: Exemplar, b: Exemplar): number =>
  (b.value ?? 0) - (a.value ?? 0) || a.at - b.at || (a.traceId < b.traceId ? -1 : 1);
const keyOf = ({ traceId, at, value }: Exemplar): string => `${traceId} ${at} ${value}`;

/** A third that look failing, a third slowest, the rest spread over time (the slowest of each stretch). In order of time. */
export function thin(all: readonly Exemplar[], most: number = mostExemplars): Exemplar[] {
  const bySlowness = [...new Map([...all].sort(slowest).map((exemplar) => [keyOf(exemplar), exemplar])).values()];
  const inTime = (kept: Iterable<Exemplar>): Exemplar[] => [...kept].sort((a, b) => a.at - b.at || slowest(a, b));
  if (bySlowness.length <= most) return inTime(bySlowness);
  const kept = new Set<Exemplar>(bySlowness.filter(looksFailing).slice(0, Math.floor(most / 3)));
  const third = kept.size + Math.floor(most / 3);
  for (const exemplar of bySlowness) if (kept.size < third) kept.add(exemplar);
  const from = bySlowness.reduce((least, { at }) => Math.min(least, at), Number.POSITIVE_INFINITY);
  const to = bySlowness.reduce((largest, { at }) => Math.max(largest, at), Number.NEGATIVE_INFINITY);
  const stretches = most - kept.size;
  const taken = new Set<number>();
  for (const exemplar of bySlowness) {
    const stretch = Math.min(stretches - 1, Math.floor(((exemplar.at - from) / Math.max(1, to - from)) * stretches));
    if (kept.has(exemplar) || taken.has(stretch)) continue;
    taken.add(stretch);
    kept.add(exemplar);
  }
  for (const exemplar of bySlowness) if (kept.size < most) kept.add(exemplar);
  return inTime(kept);
}

export function readExemplars(json: unknown, context: ReadContext): Reading | Failure {
  return shaped(answer, json, ({ data, ...rest }) => {
    const all = (data ?? []).flatMap(({ seriesLabels, exemplars }) =>
      (exemplars ?? []).flatMap(
        ({ labels: own, value, timestamp }) => exemplarOf(seriesLabels, own, value, timestamp) ?? [],
      ),
    );
    const total = new Set(all.map(keyOf)).size;
    const { purpose } = context.question;
    // Each service of the question keeps some dots of its own beside a slow one's.
    const most =
      purpose.kind === "exemplars"
        ? Math.min(240, Math.max(mostExemplars, 20 * purpose.services.length))
        : mostExemplars;
    const kept = thin(all, most);
    const cut = kept.length < total;
    const notes = [
      ...notesOf(rest),
      ...(cut
        ? [`${kept.length} of ${total.toLocaleString("en")} exemplars: failing, slowest, and spread over time`]
        : []),
    ];
    return kept.length > 0
      ? found({ kind: "exemplars", exemplars: kept }, notes, (rest.warnings?.length ?? 0) > 0)
      : found(noExemplars(context), notes);
  });
}

/** Prometheus answers the same where exemplars are switched off. */
export const noExemplars = (context: ReadContext): Reading["answer"] =>
  noneIn(
    "exemplars with a trace id for this query",
    context,
    context.question.window,
    "Either none was recorded, or exemplar storage is off there; the two look alike.",
  );
