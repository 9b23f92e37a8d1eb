/** What an investigation made Loki read, against what there was to read of the services it is about. */
import { z } from "zod";
import type { Evidence } from "@/lib/evidence";
import { toUnixNanos, type Window } from "@/lib/signal/time";
import { type Console, investigate } from "@/test/bench/console";
import type { Figure } from "@/test/bench/figure";

export type LinesRead = {
  /** Σ `totalBytesProcessed` of its queries, less what stands beside the lines. */
  readonly processed: number;
  /** Of structured metadata, read with the lines: `index/volume` does not count it. */
  readonly beside: number;
  /** Of these, what was read to find the id at all, among everybody's lines: nothing else is known by then. */
  readonly searched: number;
  /** `index/volume` of the services of the path over the window. */
  readonly volume: number;
};

const summary = z.object({ totalBytesProcessed: z.number(), totalStructuredMetadataBytesProcessed: z.number() });
const cost = z.object({
  data: z.object({ stats: z.object({ summary }) }),
});
const volumes = z.object({
  data: z.object({ result: z.array(z.object({ value: z.tuple([z.number(), z.string()]) })) }),
});

async function answered<T>(url: string, shape: z.ZodType<T>): Promise<T> {
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
  evidence: readonly Pick<Evidence, "question" | "receipt">[],
  window: Window,
): Promise<LinesRead | null> {
  const { origin } = new URL(loki);
  const around = new Set(
    evidence.flatMap(({ question: { purpose, call } }) =>
      purpose.kind === "lines-around" && call.api === "loki-lines" ? [selectorOf(call.query)] : [],
    ),
  );
  if (around.size === 0) return null;
  let [processed, beside, searched] = [0, 0, 0];
  for (const { question, receipt } of evidence) {
    const isRead = ["loki-lines", "loki-changes", "loki-range"].includes(question.call.api);
    if (!isRead || receipt.kind !== "loki" || receipt.status !== 200) continue;
    const [, path = ""] = receipt.request.split(" ");
    const told = (await answered(`${origin}${path}`, cost)).data.stats.summary;
    const bytes = told.totalBytesProcessed - told.totalStructuredMetadataBytesProcessed;
    processed += bytes;
    beside += told.totalStructuredMetadataBytesProcessed;
    if (question.purpose.kind === "lines-of-id" && question.purpose.rung >= 0) searched += bytes;
  }
  let volume = 0;
  const within = { start: toUnixNanos(window.from), end: toUnixNanos(window.to) };
  for (const query of around) {
    const asked = new URLSearchParams({ query, ...within, limit: "5000" });
    const { result } = (await answered(`${loki}/loki/api/v1/index/volume?${asked}`, volumes)).data;
    volume += result.reduce((sum, { value: [, bytes] }) => sum + Number(bytes), 0);
  }
  return { processed, beside, searched, volume };
}

const mb = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
export const printRead = ({ processed, beside, volume }: LinesRead): string =>
  `${mb(processed)} ÷ ${mb(volume)}${beside > 0 ? `, and ${mb(beside)} of structured metadata` : ""}`;

/** Of one investigation by the console on the Loki at `loki`. */
export async function linesReadFigure(console: Console, loki: string, lead: string): Promise<Figure> {
  const { lines } = await investigate(console.url, { lead, fresh: true });
  const evidence = lines.flatMap(({ line }) => (line.type === "evidence" ? [line.evidence] : []));
  const window = lines.map(({ line }) => (line.type === "window" ? line.window : null)).findLast((each) => each);
  const read = window ? await linesRead(loki, evidence, window) : null;
  if (!read) throw new Error("the investigation read no lines");
  return {
    what: "bytes Loki processes ÷ its volume of the services",
    value: read.processed / read.volume,
    unit: "×",
    from: printRead(read),
    most: 3,
  };
}
