/** A few worker threads that read large answers, one job at a time each. Survives their deaths; never rejects. */
import "server-only";
import type { Worker } from "node:worker_threads";
import type { Packed } from "@/lib/upstream/pack";
import type { ReadTask } from "@/lib/upstream/readers";
import { fail, type Reply } from "@/lib/upstream/reply";

/** A body within its size limit is read in seconds; what takes longer is stuck. ms */
const longestRead = 20_000;

export type ToWorker = { readonly task: ReadTask; readonly bytes: Uint8Array<ArrayBuffer> };
export type FromWorker = { readonly reply: Reply<Packed> };

export type DecodePool = {
  readonly read: (bytes: Uint8Array<ArrayBuffer>, task: ReadTask, signal: AbortSignal) => Promise<Reply<Packed>>;
};

type Job = {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly task: ReadTask;
  readonly settle: (reply: Reply<Packed>) => void;
};

/** At most `size` workers, each with one job at a time; they start when first needed and do not hold the process. */
export function createDecodePool(size: number, start: () => Worker, limitMs = longestRead): DecodePool {
  const idle: Worker[] = [];
  const waiting: Job[] = [];
  let alive = 0;

  function next(): void {
    if (waiting.length === 0) return;
    const worker = idle.pop() ?? (alive < size ? born() : undefined);
    const job = worker && waiting.shift();
    if (worker && job) run(worker, job);
  }

  function born(): Worker {
    alive += 1;
    const worker = start();
    worker.unref();
    worker.on("error", () => undefined); // told to the job by its own listener; unheard it would end the process
    worker.on("exit", () => {
      alive -= 1;
      const at = idle.indexOf(worker);
      if (at >= 0) idle.splice(at, 1);
      next();
    });
    return worker;
  }

  function run(worker: Worker, job: Job): void {
    worker.ref();
    const end = (reply: Reply<Packed>, reusable: boolean): void => {
      clearTimeout(timer);
      worker.off("message", heard);
      worker.off("error", crashed);
      worker.off("exit", crashed);
      worker.unref();
      if (reusable) idle.push(worker);
      else void worker.terminate();
      job.settle(reply);
      next();
    };
    const heard = ({ reply }: FromWorker): void => end(reply, true);
    const crashed = (): void => end(fail("decoder-crashed"), false);
    const timer = setTimeout(crashed, limitMs);
    worker.once("message", heard);
    worker.once("error", crashed);
    worker.once("exit", crashed);
    ending.set(job, () => end(fail("cancelled"), false));
    const message: ToWorker = { task: job.task, bytes: job.bytes };
    worker.postMessage(message, [job.bytes.buffer]);
  }

  const ending = new WeakMap<Job, () => void>();

  return {
    read: (bytes, task, signal) =>
      new Promise((resolve) => {
        const settle = (reply: Reply<Packed>): void => {
          signal.removeEventListener("abort", cancel);
          resolve(reply);
        };
        const job: Job = { bytes, task, settle };
        const cancel = (): void => {
          const at = waiting.indexOf(job);
          if (at >= 0) waiting.splice(at, 1);
          const end = ending.get(job);
          if (end) end();
          else settle(fail("cancelled"));
        };
        if (signal.aborted) return settle(fail("cancelled"));
        signal.addEventListener("abort", cancel, { once: true });
        waiting.push(job);
        next();
      }),
  };
}
