/** Loki's streams -> one list of lines in ascending time, as columns. Loki groups by stream and sorts only within. */
import "server-only";
import { z } from "zod";
import type { Labels } from "@/lib/signal/labels";
import type { LogLines } from "@/lib/signal/lines";
import { day, printDuration } from "@/lib/signal/time";
import { shaped } from "@/lib/upstream/json-shape";
import { lineLevel } from "@/lib/upstream/log-level";
import { noneIn } from "@/lib/upstream/prometheus-read";
import type { ReadContext } from "@/lib/upstream/read-context";
import { type Failure, fail, found, type Reading } from "@/lib/upstream/reply";

const labels = z.record(z.string(), z.string());
/** Third only under `categorize-labels`; it, or its keys, may be missing. */
const row = z
  .tuple([z.string().regex(/^\d{1,20}$/), z.string()])
  .rest(z.object({ structuredMetadata: labels.nullish(), parsed: labels.nullish() }).nullable());
const answer = z.object({
  status: z.literal("success"),
  data: z.object({
    resultType: z.literal("streams"),
    result: z.array(z.object({ stream: labels, values: z.array(row) })),
  }),
  warnings: z.array(z.string()).nullish(),
});

type Row = { readonly ns: string; readonly stream: number; readonly text: string; readonly metadata: Labels | null };

function metadataOf(extra: z.infer<typeof row>[2] | undefined): Labels | null {
  const { structuredMetadata, parsed } = extra ?? {};
  const all = { ...structuredMetadata, ...parsed };
  return Object.keys(all).length > 0 ? all : null;
}

/** Digit strings of epoch ns: the longer is the later, else as text. */
const byTime = (a: Row, b: Row): number => a.ns.length - b.ns.length || (a.ns < b.ns ? -1 : a.ns > b.ns ? 1 : 0);

/** Exact, without a BigInt for each line. */
function since(base: string, ns: string): number {
  const seconds = Number(ns.slice(0, -9)) - Number(base.slice(0, -9));
  return seconds * 1e9 + Number(ns.slice(-9)) - Number(base.slice(-9));
}

function toColumns(streams: readonly Labels[], rows: readonly Row[]): LogLines {
  const base = rows[0]?.ns ?? "0";
  return {
    base,
    streams,
    stream: rows.map(({ stream }) => stream),
    offset: rows.map(({ ns }) => since(base, ns)),
    text: rows.map(({ text }) => text),
    metadata: rows.map(({ metadata }) => metadata),
    level: rows.map(({ stream, metadata, text }) => lineLevel(streams[stream] ?? {}, metadata, text)),
  };
}

export function readLines(json: unknown, context: ReadContext): Reading | Failure {
  const { call, window } = context.question;
  if (call.api !== "loki-lines" && call.api !== "loki-changes") return fail("wrong-shape", "not a question for lines");
  return shaped(answer, json, ({ data, warnings }) => {
    const notes = warnings ?? [];
    const streams = data.result.map(({ stream }) => stream);
    // Equal times are common: the sort is stable, and streams come in one order whatever the server's.
    const rows = data.result
      .flatMap(({ values }, stream): Row[] =>
        values.map(([ns, text, extra]) => ({ ns, stream, text, metadata: metadataOf(extra) })),
      )
      .sort(byTime);
    if (rows.length === 0) return found(noLines(context), notes, notes.length > 0);
    const limited = rows.length >= call.limit;
    const which = call.api === "loki-lines" && call.direction === "forward" ? "oldest" : "newest";
    return found(
      { kind: "lines", lines: toColumns(streams, rows), limited },
      [
        ...notes,
        ...(limited ? [`only the ${which} ${rows.length.toLocaleString("en")} lines of the window were read`] : []),
      ],
      limited || notes.length > 0,
    );

    function noLines({ now }: ReadContext): Reading["answer"] {
      const ago = window === null ? 0 : now - window.from;
      // max_query_lookback clips silently: what is not kept and what may not be seen look alike.
      return ago > day
        ? noneIn(
            "such line, or we are not allowed to look that far back, in the window",
            context,
            window,
            `It reaches ${printDuration(ago)} back: check retention and max_query_lookback of Loki.`,
          )
        : noneIn("such line", context, window, "Check the selector, or look at a wider window.");
    }
  });
}
