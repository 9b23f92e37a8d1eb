/** Loaded into the console's process before its own code: tells over the process channel how long its event loop stood
 * still, how long it worked, and how much its heap holds. Only Node's own modules: it must not change what it measures. */
import { monitorEventLoopDelay } from "node:perf_hooks";
import { isMainThread } from "node:worker_threads";

const loop = monitorEventLoopDelay({ resolution: 5 });

const answers: Readonly<Record<string, () => number>> = {
  watch: () => {
    loop.reset();
    return loop.enable() ? 1 : 0;
  },
  /** ms, the longest since `watch`. */
  stall: () => {
    loop.disable();
    return loop.max / 1e6;
  },
  /** ms of CPU since its start, its workers' too: says little about who else is at work on the machine. */
  worked: () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1_000;
  },
  /** Bytes alive. The second round frees what the finalizers of the first let go. */
  heap: () => {
    globalThis.gc?.();
    globalThis.gc?.();
    return process.memoryUsage().heapUsed;
  },
};

// Its workers load this file too.
if (isMainThread && process.send) {
  process.on("message", (name) => {
    const answer = typeof name === "string" ? answers[name] : undefined;
    if (answer) process.send?.({ name, value: answer() });
  });
  process.once("disconnect", () => process.exit(0));
}
