/** Starts the worker that measures parsing, with the limits of the product's own. */
import { Worker } from "node:worker_threads";
import { decodeLimits } from "@/lib/upstream/decode";
import type { Figure } from "@/test/bench/figure";

/** The figures, measured under the limits of the decode worker: a small young generation copies the document over and over. */
export const parseFigures = (): Promise<Figure[]> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./parse-worker.ts", import.meta.url), { resourceLimits: decodeLimits });
    worker.once("message", (figures: Figure[]) => resolve(figures));
    worker.once("error", reject);
  });
