/** Loki's other answers: volume, stats, labels, series. */
import "server-only";
import { z } from "zod";
import { shaped } from "@/lib/upstream/json-shape";
import { noneIn } from "@/lib/upstream/prometheus-read";
import type { ReadContext } from "@/lib/upstream/read-context";
import { type Failure, found, type Reading } from "@/lib/upstream/reply";

const success = z.literal("success");
const bytesText = z.union([z.string(), z.number()]).transform(Number).pipe(z.number().nonnegative());

const volume = z.object({
  status: success,
  data: z.object({
    resultType: z.literal("vector"),
    result: z.array(z.object({ value: z.tuple([z.number(), bytesText]) })).nullish(),
  }),
});

/** Bytes of all streams; 0 is an answer, not a gap: the slice is cheap. */
export const readLokiVolume = (json: unknown, _context: ReadContext): Reading | Failure =>
  shaped(volume, json, ({ data }) =>
    found({ kind: "volume", bytes: (data.result ?? []).reduce((sum, { value }) => sum + value[1], 0) }),
  );

/** No envelope. Chunks that are not yet flushed are missing: on a young server this is 0 while lines are there. */
export const readLokiStats = (json: unknown, _context: ReadContext): Reading | Failure =>
  shaped(z.object({ bytes: bytesText }), json, ({ bytes }) =>
    found({ kind: "volume", bytes }, ["index/volume is off there; index/stats counts flushed chunks only"], true),
  );

/** Without `data` where there is none: an empty server, or a tenant that does not exist. */
export const readLokiLabels = (json: unknown, { upstream }: ReadContext): Reading | Failure =>
  shaped(z.object({ status: success, data: z.array(z.string()).nullish() }), json, ({ data }) =>
    found(
      { kind: "names", names: data ?? [] },
      (data ?? []).length > 0
        ? []
        : [`${upstream} has no label at all in the window: it is empty there, or the tenant is a wrong one`],
    ),
  );

export const readLokiSeries = (json: unknown, context: ReadContext): Reading | Failure =>
  shaped(z.object({ status: success, data: z.array(z.record(z.string(), z.string())).nullish() }), json, ({ data }) =>
    (data ?? []).length > 0
      ? found({ kind: "label-sets", sets: data ?? [] })
      : found(
          noneIn("such stream", context, context.question.window, "Check the selector, or look at a wider window."),
        ),
  );

/** The labels a `required_labels` refusal names: `missing required matchers [app, team], labels present …` -> app, team. */
export function requiredLabelsOf(text: string): string[] {
  const list = /missing required matchers \[([^\]]*)\]/i.exec(text)?.[1] ?? "";
  return list.split(/[\s,]+/).filter((label) => label !== "");
}
