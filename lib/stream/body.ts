/** Lines of a run -> the bytes of a response: NDJSON, gzip flushed per line, a beat where nothing else comes. */

import type { RunLine } from "@/lib/investigate";
import { type Instant, second } from "@/lib/signal/time";
import { encodeLine, type Greeting, streamLines } from "@/lib/stream/encode";

const beatMs = 5 * second;

/** Encoded once, whoever reads: a trace of 100,000 spans is megabytes of text. */
const encoded = new WeakMap<RunLine, readonly string[]>();
function textsOf(line: RunLine, greeting: Greeting): readonly string[] {
  // The greeting tells each reader the time anew.
  if (line.type === "hello") return [...streamLines(line, greeting)].map(encodeLine);
  const known = encoded.get(line);
  if (known) return known;
  const texts = [...streamLines(line, greeting)].map(encodeLine);
  encoded.set(line, texts);
  return texts;
}

/** Every line as text; `beat` lines in between while the upstreams keep everyone waiting. */
export async function* ndjson(
  lines: AsyncGenerator<RunLine>,
  greeting: Greeting,
  now: () => Instant,
): AsyncGenerator<string> {
  let next = lines.next();
  try {
    for (;;) {
      let timer: NodeJS.Timeout | undefined;
      const beat = new Promise<"beat">((resolve) => {
        timer = setTimeout(() => resolve("beat"), beatMs);
      });
      const result = await Promise.race([next, beat]);
      clearTimeout(timer);
      if (result === "beat") {
        yield encodeLine({ type: "beat", now: now() });
        continue;
      }
      if (result.done) return;
      yield* textsOf(result.value, greeting);
      next = lines.next();
    }
  } finally {
    // The reader left: `return` waits behind a pending `next`, which the run's signal has already woken.
    await lines.return(undefined);
  }
}

/** A web stream that is pulled, not pushed; leaving cancels down to the run. */
export function bytesOf(texts: AsyncGenerator<string>, leave: () => void): ReadableStream<Uint8Array<ArrayBuffer>> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await texts.next();
        if (done) controller.close();
        else controller.enqueue(encoder.encode(value));
      } catch (cause) {
        controller.error(cause);
      }
    },
    cancel: () => leave(),
  });
}
