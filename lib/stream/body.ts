/** Lines of a run -> the bytes of a response: NDJSON, a beat where nothing else comes. */

import { setImmediate as breath } from "node:timers/promises";
import type { RunLine } from "@/lib/investigate";
import { type Instant, second } from "@/lib/signal/time";
import { encodeLine, type Greeting, streamLines } from "@/lib/stream/encode";

const beatMs = 5 * second;

/** The text at an index of what one run line becomes; undefined behind the last. */
type TextAt = (index: number) => string | undefined;

/** Encoded once, whoever reads, and only as far as someone has read: a trace of 100,000 spans is megabytes of text. */
const encoded = new WeakMap<RunLine, TextAt>();

function encodeOnce(line: RunLine, greeting: Greeting): TextAt {
  const texts: string[] = [];
  const source = streamLines(line, greeting);
  return (index) => {
    while (texts.length <= index) {
      const next = source.next();
      if (next.done) return undefined;
      try {
        texts.push(encodeLine(next.value));
      } catch (bug) {
        encoded.delete(line); // the next reader is to hear of it too, not to miss a line
        throw bug;
      }
    }
    return texts[index];
  };
}

function textsOf(line: RunLine, greeting: Greeting): TextAt {
  const textAt = encoded.get(line) ?? encodeOnce(line, greeting);
  // The greeting tells each reader the time anew.
  if (line.type !== "hello") encoded.set(line, textAt);
  return textAt;
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
      const textAt = textsOf(result.value, greeting);
      for (let index = 0, text = textAt(0); text !== undefined; text = textAt(index)) {
        yield text;
        index += 1;
        // Between two blocks of a large trace everybody else is answered.
        await breath();
      }
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
    cancel: () => {
      leave();
      // Held up by back-pressure it stands at a `yield`: only this lets it go.
      void texts.return(undefined);
    },
  });
}
