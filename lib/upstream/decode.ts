/**
 * A received body -> a reading. What is small is parsed here; what is large (a 30 MB trace takes a second) in a worker
 * thread, so that no reader of another page waits. Never rejects: a crashed worker is a failure, and the next one is new.
 */
import "server-only";
import { Worker } from "node:worker_threads";
import { createDecodePool } from "@/lib/upstream/decode-pool";
import { cleanText, looksLikeHtml } from "@/lib/upstream/error-text";
import { unpack } from "@/lib/upstream/pack";
import { type ReadTask, readJson } from "@/lib/upstream/readers";
import { fail, type Reading, type Received, type Reply } from "@/lib/upstream/reply";
import { once, shared } from "@/lib/upstream/shared";

/** Decoded bytes above which a worker reads. Parsing a megabyte takes about 10 ms. */
export const workerThreshold = 1_000_000;
const workers = 2;

/** A large young generation (three semi-spaces): what is parsed lives briefly, and copying it on costs a fifth of the time (measured). */
export const decodeLimits = { maxOldGenerationSizeMb: 2_048, maxYoungGenerationSizeMb: 384 };
const startWorker = (): Worker =>
  new Worker(new URL("./decode-worker.ts", import.meta.url), { resourceLimits: decodeLimits });

/** Looks at the first bytes before parsing, then reads here or in a worker. */
export async function decode(received: Received, task: ReadTask, signal: AbortSignal): Promise<Reply<Reading>> {
  const head = Buffer.from(received.bytes.subarray(0, 2_048)).toString();
  if (looksLikeHtml(head))
    return fail("html", cleanText(/<title[^>]*>([^<]*)</i.exec(head)?.[1] ?? "", 120), received.status);
  if (!/^\s*[{[]/.test(head)) return fail("not-json", "", received.status);
  if (received.bytes.length <= workerThreshold) {
    const reading = readJson(received.bytes, task);
    return "ok" in reading ? reading : { ok: true, value: reading };
  }
  const pool = once(shared().decoders, "pool", () => createDecodePool(workers, startWorker));
  const reply = await pool.read(received.bytes, task, signal);
  return reply.ok ? { ok: true, value: await unpack(reply.value) } : reply;
}
