/** What an investigation made Loki read, against what there was to read of the services it is about. */
import { z } from "zod";
import type { Evidence } from "@/lib/evidence";
import { toUnixNanos, type Window } from "@/lib/signal/time";

export type LinesRead = {
  /** Σ `totalBytesProcessed` of its queries. */
  readonly processed: number;
  /** Of these, what was read to find the id at all, among everybody's lines: nothing else is known by then. */
  readonly searched: number;
  /** `index/volume` of the services of the path over the window. */
  readonly volume: number;
};

const cost = z.object({
  data: z.object({ stats: z.object({ summary: z.object({ totalBytesProcessed: z.number() }) }) }),
});
const volumes = z.object({
  data: z.object({ result: z.array(z.object({ value: z.tuple([z.number(), z.string()]) })) }),
});

async function told<T>(url: string, shape: z.ZodType<T>): Promise<T> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status} ${(await response.text()).slice(0, 300)}`);
  return shape.parse(await response.json());
}

/** `{service_name=~"a|b"} |= "x"` -> `{service_name=~"a|b"}`. */
const selectorOf = (query: string): string => /^\{(?:[^"`}]|"(?:[^"\\]|\\.)*"|`[^`]*`)*\}/.exec(query)?.[0] ?? "";

/**
 * Asks the Loki at `loki` (its API's address without `/loki/api/v1`) once more what was asked of it, for the statistics of each
 * answer. null: no services' lines were asked for.
 */
export async function linesRead(
  loki: string,
  evidence: readonly Evidence[],
  window: Window,
): Promise<LinesRead | null> {
  const { origin } = new URL(loki);
  const around = new Set(
    evidence.flatMap(({ question: { purpose, call } }) =>
      purpose.kind === "lines-around" && call.api === "loki-lines" ? [selectorOf(call.query)] : [],
    ),
  );
  if (around.size === 0) return null;
  let [processed, searched] = [0, 0];
  for (const { question, receipt } of evidence) {
    const isRead = ["loki-lines", "loki-changes", "loki-range"].includes(question.call.api);
    if (!isRead || receipt.kind !== "loki" || receipt.status !== 200) continue;
    const [, path = ""] = receipt.request.split(" ");
    const { totalBytesProcessed } = (await told(`${origin}${path}`, cost)).data.stats.summary;
    processed += totalBytesProcessed;
    if (question.purpose.kind === "lines-of-id" && question.purpose.rung >= 0) searched += totalBytesProcessed;
  }
  let volume = 0;
  for (const query of around) {
    const asked = new URLSearchParams({
      query,
      start: toUnixNanos(window.from),
      end: toUnixNanos(window.to),
      limit: "5000",
    });
    const { result } = (await told(`${loki}/loki/api/v1/index/volume?${asked}`, volumes)).data;
    volume += result.reduce((sum, { value: [, bytes] }) => sum + Number(bytes), 0);
  }
  return { processed, searched, volume };
}
