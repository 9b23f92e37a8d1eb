/** The worker's side of decode.ts: bytes in, a packed reading out. One job at a time. */
import { parentPort } from "node:worker_threads";
import type { FromWorker, ToWorker } from "@/lib/upstream/decode-pool";
import { pack, transfersOf } from "@/lib/upstream/pack";
import { readJson } from "@/lib/upstream/readers";

parentPort?.on("message", ({ task, bytes }: ToWorker) => {
  const reading = readJson(bytes, task);
  if ("ok" in reading) {
    const failed: FromWorker = { reply: reading };
    parentPort?.postMessage(failed);
    return;
  }
  const packed = pack(reading);
  const answered: FromWorker = { reply: { ok: true, value: packed } };
  parentPort?.postMessage(answered, transfersOf(packed));
});
