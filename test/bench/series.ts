/**
 * What one investigation touches in a Prometheus of a million series: every question it put is put again with
 * `stats=all`, and the samples that the server says it read are added up.
 */
import { z } from "zod";
import { toUnixSeconds } from "@/lib/signal/time";
import { investigate, startConsole } from "@/test/bench/console";
import { feedCrowd } from "@/test/bench/crowd";
import type { Figure } from "@/test/bench/figure";
import { type RunOf, runOf } from "@/test/bench/run-of";
import { benchStack } from "@/test/bench/stack";

const statistics = z.object({
  data: z.object({
    stats: z.object({ samples: z.object({ totalQueryableSamples: z.number(), peakSamples: z.number() }) }),
  }),
});

async function touched(url: string, { call, window }: RunOf["questions"][number]): Promise<number> {
  if (call.api !== "prometheus-range" && call.api !== "prometheus-instant") return 0;
  const isRange = call.api === "prometheus-range";
  if (isRange && window === null) throw new Error(`${call.query}: a range without a window`);
  const time: Record<string, string> =
    call.api === "prometheus-instant"
      ? { time: String(toUnixSeconds(call.at)) }
      : {
          ...(window && { start: String(toUnixSeconds(window.from)), end: String(toUnixSeconds(window.to)) }),
          step: String(call.step / 1_000),
        };
  const body = new URLSearchParams({ query: call.query, stats: "all", ...time });
  const response = await fetch(`${url}/api/v1/query${isRange ? "_range" : ""}`, { method: "POST", body });
  const text = await response.text();
  if (!response.ok) throw new Error(`${call.query}: ${response.status} ${text.slice(0, 300)}`);
  return statistics.parse(JSON.parse(text)).data.stats.samples.totalQueryableSamples;
}

export async function seriesFigures(say: (text: string) => void): Promise<Figure[]> {
  const stack = await benchStack(say);
  try {
    say("a million series");
    const { traceId, series } = await feedCrowd(stack);
    const console = await startConsole(stack.config);
    try {
      const cold = runOf(await investigate(console.url, { lead: traceId, fresh: true }));
      const took = cold.lastEvidence;
      const warm = runOf(await investigate(console.url, { lead: traceId, fresh: true }));
      const sums = await Promise.all(
        [...cold.questions, ...cold.probes].map((each) => touched(stack.prometheus, each)),
      );
      const total = sums.reduce((sum, each) => sum + each, 0);
      const answered = cold.asked.filter(({ answer }) => answer.kind === "series").length;
      const of = `among ${(series / 1e6).toFixed(2)} M series`;
      return [
        {
          what: `samples touched by one investigation ${of}`,
          value: total,
          unit: "count",
          from: `${sums.filter((each) => each > 0).length} queries, the widest ${Math.max(...sums)}; ${answered} answers with series`,
          most: 20_000_000,
        },
        { what: `probes ${of}, cold`, value: cold.probes.length, unit: "count", from: "", most: 12 },
        {
          what: `probes ${of}, asked a second time`,
          value: warm.asked.filter(({ question }) => warm.probes.some(({ id }) => id === question.id)).length,
          unit: "count",
          from: `${warm.probes.length} probes`,
          most: 0,
        },
        { what: `time to the last evidence ${of}`, value: took, unit: "ms", from: "cold", most: null },
      ];
    } finally {
      await console.stop();
    }
  } finally {
    await stack.stop();
  }
}
