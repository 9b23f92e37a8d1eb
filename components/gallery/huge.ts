/** A trace of 20,000 spans and a list of 50,000 lines: drawn once as text, then laid end to end. */
import { evidence } from "@/components/gallery/checkout";
import { linesFrom, traceAnswer } from "@/components/gallery/draw";
import type { Evidence } from "@/lib/evidence";
import type { LogLines } from "@/lib/signal/lines";

const batch = 400;

/** One root; `batches` of 40 calls under it, each with its own 10 steps. */
function hugeTrace(batches: number) {
  const rows = ["gateway POST /import 0-60000 ! [server]"];
  for (let at = 0; at < batches; at += 1) {
    const from = Math.round((at * 59_000) / batches);
    rows.push(`  worker batch ${at} ${from}-${from + 400}${at % 97 === 5 ? " !" : ""}`);
    for (let step = 0; step < 9; step += 1)
      rows.push(`    store${step % 5} UPSERT row ${step} ${from + step * 40}-${from + step * 40 + 30}`);
  }
  return traceAnswer(rows.join("\n"));
}

function hugeLines(count: number): LogLines {
  const one = linesFrom(
    Array.from({ length: batch }, (_, at) => {
      const clock = new Date(Date.UTC(2026, 10, 21, 14, 3, 0, at * 5)).toISOString().slice(11, 23);
      return `${clock} ${at % 50 === 7 ? "ERROR" : at % 9 === 0 ? "WARN" : "INFO"} store${at % 5} row ${at} written in ${at % 31} ms`;
    }).join("\n"),
  );
  const times = Array.from({ length: count / batch }, (_, at) => at);
  return {
    ...one,
    stream: times.flatMap(() => Array.from(one.stream)),
    offset: times.flatMap((at) => Array.from(one.offset, (offset) => offset + at * batch * 5e6)),
    text: times.flatMap((at) => one.text.map((text) => `${text}, pass ${at}`)),
    metadata: times.flatMap(() => one.metadata),
    level: times.flatMap(() => one.level),
  };
}

export const hugeEvidence = (): readonly Evidence[] =>
  evidence.map((one): Evidence => {
    if (one.answer.kind === "trace") return { ...one, answer: hugeTrace(2_000) };
    if (one.question.purpose.kind === "lines-of-id")
      return { ...one, answer: { kind: "lines", lines: hugeLines(50_000), limited: true } };
    return one;
  });
