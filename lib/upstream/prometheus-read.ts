/** Prometheus' JSON -> series and label sets. Loki's metric answers have the same form. NaN and ±Inf become holes. */
import "server-only";
import { z } from "zod";
import type { Series } from "@/lib/signal/series";
import { fromUnixSeconds, printClock, toInstant, type Window } from "@/lib/signal/time";
import { finite, onGrid, type Sample } from "@/lib/upstream/grid";
import { shaped } from "@/lib/upstream/json-shape";
import type { ReadContext } from "@/lib/upstream/read-context";
import { type Failure, fail, found, gap, type Reading } from "@/lib/upstream/reply";

const labels = z.record(z.string(), z.string());
const sample = z.tuple([z.number(), z.string()]);
export const warned = { warnings: z.array(z.string()).nullish(), infos: z.array(z.string()).nullish() };
type Warned = {
  readonly warnings?: readonly string[] | null | undefined;
  readonly infos?: readonly string[] | null | undefined;
};

const answer = z.object({
  status: z.literal("success"),
  data: z.discriminatedUnion("resultType", [
    z.object({
      resultType: z.literal("matrix"),
      result: z.array(
        z.object({ metric: labels, values: z.array(sample).nullish(), histograms: z.array(z.unknown()).nullish() }),
      ),
    }),
    z.object({
      resultType: z.literal("vector"),
      result: z.array(z.object({ metric: labels, value: sample.nullish(), histogram: z.unknown().optional() })),
    }),
    z.object({ resultType: z.literal("scalar"), result: sample }),
    z.object({ resultType: z.literal("string"), result: z.tuple([z.number(), z.string()]) }),
  ]),
  ...warned,
});

/** Warnings of a successful answer reach the reader; infos are remarks and cut nothing. */
export const notesOf = ({ warnings, infos }: Warned): string[] => [...(warnings ?? []), ...(infos ?? [])];

export const noneIn = (
  what: string,
  { upstream, now }: ReadContext,
  window: Window | null,
  next: string,
): Reading["answer"] =>
  gap(
    "none-in-window",
    `${upstream} has no ${what}${window === null ? "" : ` from ${printClock(window.from, now)} to ${printClock(window.to, now)}`}.`,
    next,
  );

const toSample = ([at, text]: readonly [number, string]): Sample => ({ at: at * 1_000, value: finite(text) });

/** Raw samples (an instant query of a range selector) have no step: the smallest distance is taken. */
function rawSeries(metric: Series["labels"], samples: readonly Sample[]): Series {
  const from = toInstant(samples[0]?.at ?? 0);
  const to = toInstant(samples.at(-1)?.at ?? from);
  const step = samples.reduce((least, { at }, index) => {
    const apart = index === 0 ? Number.POSITIVE_INFINITY : at - (samples[index - 1]?.at ?? at);
    return apart > 0 && apart < least ? apart : least;
  }, Number.POSITIVE_INFINITY);
  if (!Number.isFinite(step))
    return { labels: metric, start: from, step: 0, values: samples.map(({ value }) => value) };
  return onGrid(metric, samples, { from, to }, Math.max(step, (to - from) / 11_000));
}

/** What a LogQL counting query leaves out is zero; what PromQL leaves out is unknown. */
const holeOf = (api: string, query: string): null | 0 =>
  api === "loki-range" && /\b(?:count_over_time|rate|bytes_over_time|bytes_rate)\s*\(/.test(query) ? 0 : null;

/** A matrix, vector or scalar. Instant answers have step 0 and one value. */
export function readSeries(json: unknown, context: ReadContext): Reading | Failure {
  const { call, window } = context.question;
  return readMatrix(json, context, (metric, samples) =>
    window !== null && "step" in call
      ? onGrid(metric, samples, window, call.step, holeOf(call.api, call.query))
      : rawSeries(metric, samples),
  );
}

function readMatrix(
  json: unknown,
  context: ReadContext,
  place: (metric: Series["labels"], samples: readonly Sample[]) => Series,
): Reading | Failure {
  const result = shaped(answer, json, ({ data, ...rest }) => {
    const native =
      data.resultType === "matrix"
        ? data.result.some(({ values, histograms }) => !values?.length && histograms?.length)
        : false;
    const notes = [
      ...notesOf(rest),
      ...(native ? ["native histograms cannot be drawn: ask for a quantile or a rate of them"] : []),
    ];
    const partial = (rest.warnings?.length ?? 0) > 0;
    const series = seriesOf(data, place);
    return series.length > 0
      ? found({ kind: "series", series }, notes, partial)
      : found(noSeries(context), notes, partial);
  });
  return result;
}

function noSeries(context: ReadContext): Reading["answer"] {
  const { purpose, window } = context.question;
  // A counter of failures often begins to exist with the first one: its absence is good news.
  if (purpose.kind === "red" && purpose.role === "errors")
    return noneIn(
      "failure counted for these services",
      context,
      window,
      "Nothing to do: a counter of failures begins with the first one.",
    );
  if (purpose.kind === "red-yesterday")
    return noneIn(
      "series a day earlier",
      context,
      window,
      "Nothing to do: either it keeps less than a day, or there was nothing to count yesterday.",
    );
  if (purpose.kind === "red-median")
    return noneIn("median of these services", context, window, "Nothing to do: their summaries keep no 0.5 quantile.");
  if (purpose.kind === "red-samples")
    return noneIn("sample of this counter", context, window, "Nothing to do: since when is known less exactly.");
  if (purpose.kind === "changes-of-cluster")
    return noneIn(
      "pod, process or rollout of these services on record",
      context,
      window,
      "Rollouts, scaling and restarts show up where kube-state-metrics is scraped.",
    );
  if (purpose.kind === "alert-history")
    return noneIn("alert on record", context, window, "Nothing to do, if this Prometheus evaluates the alert rules.");
  return noneIn(
    "series for this query",
    context,
    window,
    "Check that metrics of this name and these labels exist: an unknown name and no data look alike.",
  );
}

function seriesOf(
  data: z.infer<typeof answer>["data"],
  place: (metric: Series["labels"], samples: readonly Sample[]) => Series,
): Series[] {
  switch (data.resultType) {
    case "matrix":
      return data.result
        .filter(({ values }) => (values?.length ?? 0) > 0)
        .map(({ metric, values }) => place(metric, (values ?? []).map(toSample)));
    case "vector":
      return data.result.flatMap(({ metric, value }) =>
        value ? [{ labels: metric, start: fromUnixSeconds(value[0]), step: 0, values: [finite(value[1])] }] : [],
      );
    case "scalar":
      return [{ labels: {}, start: fromUnixSeconds(data.result[0]), step: 0, values: [finite(data.result[1])] }];
    case "string":
      return [];
  }
}

const sets = z.object({ status: z.literal("success"), data: z.array(labels).nullish(), ...warned });

/** `/series`. An older server ignores `limit`: then it is cut here. */
export function readPrometheusSeries(json: unknown, context: ReadContext): Reading | Failure {
  const { call, window } = context.question;
  if (call.api !== "prometheus-series") return fail("wrong-shape", "not a question for series");
  return shaped(sets, json, ({ data, ...rest }) => {
    const all = data ?? [];
    const isCut = (warning: string): boolean => /truncated due to limit/i.test(warning);
    const truncated = all.length > call.limit || (rest.warnings ?? []).some(isCut);
    const others = notesOf(rest).filter((warning) => !isCut(warning));
    const notes = [...(truncated ? [`first ${call.limit} label sets; there are more`] : []), ...others];
    return all.length > 0
      ? found(
          { kind: "label-sets", sets: all.slice(0, call.limit) },
          notes,
          truncated || (rest.warnings?.length ?? 0) > 0,
        )
      : found(
          noneIn(
            `series that match ${call.matches.join(" or ")}`,
            context,
            window,
            "Check names and labels in the selector.",
          ),
          notes,
        );
  });
}
