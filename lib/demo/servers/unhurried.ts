/** Work that takes long does not keep the questions of others waiting: they are answered between its slices. */
import { setImmediate as breath } from "node:timers/promises";
import { type Slices, tracesASlice } from "@/lib/engine/traceql/slices";

/** Rejects when whoever asked has left. */
export async function unhurried<T>(work: Slices<T>, left: AbortSignal): Promise<T> {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
    await breath();
    left.throwIfAborted();
  }
}

/** The same for who goes through traces by itself: at most `most` of them. */
export async function* some<T>(all: Iterable<T>, most: number, left: AbortSignal): AsyncGenerator<T> {
  let seen = 0;
  for (const each of all) {
    if (seen >= most) return;
    seen += 1;
    yield each;
    if (seen % tracesASlice > 0) continue;
    await breath();
    left.throwIfAborted();
  }
}
