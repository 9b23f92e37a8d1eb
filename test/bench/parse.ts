/** Bytes of a large trace -> model, against what JSON.parse alone takes; and how both grow. */

import { traceQuestion } from "@/lib/recipes/trace-by-id";
import type { UpstreamSetting } from "@/lib/setting";
import { toInstant } from "@/lib/signal/time";
import { type ReadTask, readJson } from "@/lib/upstream/readers";
import { type Figure, ms, timesOf } from "@/test/bench/figure";
import { generatedTrace, generatedTraceId } from "@/test/upstream/generated-trace";

export const tempo: UpstreamSetting = {
  id: "bench/tempo",
  kind: "tempo",
  name: "tempo",
  environment: "bench",
  publicUrl: null,
  grafanaDatasource: null,
  tenants: [],
};
export const readTask: ReadTask = {
  question: traceQuestion(tempo, generatedTraceId, []),
  upstream: tempo.id,
  now: toInstant(Date.now()),
  reader: "tempo-trace",
};

/** As Tempo sends it: base64 ids, five attributes a span. */
export const traceBytes = (spans: number): Buffer<ArrayBuffer> => Buffer.from(JSON.stringify(generatedTrace(spans)));

export function measureParse(): Figure[] {
  const sizes = [5_000, 10_000, 50_000].map((spans) => ({ spans, bytes: traceBytes(spans) }));
  for (const { bytes } of sizes) {
    const reading = readJson(bytes, readTask);
    if ("ok" in reading || reading.answer.kind !== "trace") throw new Error("the generated trace was not read");
  }
  const times = timesOf(
    sizes.flatMap(({ bytes }) => [() => readJson(bytes, readTask), () => JSON.parse(new TextDecoder().decode(bytes))]),
  );
  const measured = sizes.map(({ spans, bytes }, index) => ({
    spans,
    megabytes: bytes.length / 1e6,
    model: times[2 * index] ?? 0,
    parse: times[2 * index + 1] ?? 0,
  }));
  const small = measured[0]?.model ?? 0;
  const large = measured.at(-1)?.model ?? 0;
  return [
    ...measured.slice(1).map(
      ({ spans, model, parse, megabytes }): Figure => ({
        what: `parse + model of ${spans.toLocaleString("en")} spans ÷ JSON.parse of the same bytes`,
        value: model / parse,
        unit: "×",
        from: `${ms(model)} ÷ ${ms(parse)}, ${megabytes.toFixed(1)} MB`,
        most: 3,
      }),
    ),
    {
      what: "parse + model at 50,000 spans ÷ at 5,000",
      value: large / small,
      unit: "×",
      from: `${ms(large)} ÷ ${ms(small)}`,
      most: 15,
    },
  ];
}
