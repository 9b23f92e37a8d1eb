/** Measures where the product reads large answers: in a worker with its memory limits. */
import { parentPort } from "node:worker_threads";
import { measureParse } from "@/test/bench/parse";

parentPort?.postMessage(measureParse());
