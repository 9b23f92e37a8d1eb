/**
 * The demo as whoever starts it sees it: one loopback listener in a worker thread, the configuration of its
 * environments, things to paste, and a switch for each of its upstreams. Next, tests and benches start it alike.
 */
import { randomUUID } from "node:crypto";
import { Worker } from "node:worker_threads";
import { printFault, type UpstreamFault } from "@/lib/demo/faults";
import type { DemoMessage, DemoStart, DemoStarted, Faults } from "@/lib/demo/servers/control";
import { type DemoLead, demoEnvironments, environmentsAt } from "@/lib/demo/servers/environments";
import type { Instant } from "@/lib/signal/time";

export type DemoOptions = {
  /** When it starts: its incident began twelve minutes before. Now, unless given. */
  readonly start?: Instant;
  /** Where its clock stands still; it runs unless given, and starts there unless `start` is given. */
  readonly frozen?: Instant | null;
  /** Any free one unless given. */
  readonly port?: number;
};

export type Demo = {
  /** `http://127.0.0.1:<port>`; a backend is at `/<environment>/<kind>`. */
  readonly url: string;
  /** As in a file's `environments`. */
  readonly environments: Readonly<Record<string, unknown>>;
  /** In one sentence each, the first page's first. */
  readonly stories: readonly { readonly environment: string; readonly story: string }[];
  /** `<environment>/<kind>` of every backend. */
  readonly upstreams: readonly string[];
  /** When it has asked itself what visitors ask, some seconds after it listens; never rejects. */
  readonly rehearsed: Promise<void>;
  readonly leads: () => Promise<readonly DemoLead[]>;
  readonly faults: () => Promise<Faults>;
  /** null heals. Throws where there is no such upstream. */
  readonly setFault: (upstream: string, fault: UpstreamFault | null) => Promise<void>;
  readonly stop: () => Promise<void>;
};

/** Enough for the worlds and the caches of three (`keeping.ts`); a question that wants more ends the demo, not the
 * console. Left to itself, the young generation of a busy thread takes as much again in garbage. */
const resourceLimits = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 8 };

/** Resolves once it listens; rejects with one sentence where it cannot. The worker does not hold the process. */
export async function startDemo(options: DemoOptions = {}): Promise<Demo> {
  const { frozen = null, port = 0 } = options;
  const start = options.start ?? frozen ?? Date.now();
  const token = randomUUID();
  const workerData: DemoStart = { start, frozen, port, token };
  const worker = new Worker(new URL("./demo-worker.ts", import.meta.url), {
    workerData,
    resourceLimits,
  });
  const rehearsal = Promise.withResolvers<void>();
  const started = await new Promise<DemoStarted>((resolve) => {
    worker.on("message", (message: DemoMessage) => (message === "rehearsed" ? rehearsal.resolve() : resolve(message)));
    worker.once("error", (error) => resolve({ ok: false, error: error.message }));
    worker.once("exit", (code) => resolve({ ok: false, error: `it ended with ${code}` }));
  });
  if (!started.ok) {
    await worker.terminate();
    throw new Error(`The demo's backends cannot be started: ${started.error}.`);
  }
  worker.unref();
  worker.on("error", (error) => process.stderr.write(`The demo's backends have stopped: ${error.message}.\n`));

  const url = `http://127.0.0.1:${started.port}`;
  const ask = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const answer = await fetch(`${url}/-/${path}`, { ...init, headers: { authorization: `Bearer ${token}` } });
    if (!answer.ok) throw new Error(`The demo refused: ${await answer.text()}`);
    return answer;
  };
  return {
    url,
    // On a slow machine the demo is slow, and none of its backends is ill.
    environments: environmentsAt(url, { timeout: "20s" }),
    stories: demoEnvironments.map(({ name, story }) => ({ environment: name, story })),
    upstreams: demoEnvironments.flatMap(({ name, backends }) => backends.map((kind) => `${name}/${kind}`)),
    rehearsed: rehearsal.promise,
    leads: async () => (await ask("leads")).json(),
    faults: async () => (await ask("faults")).json(),
    setFault: async (upstream, fault) => {
      await ask(`faults/${upstream}`, { method: "PUT", body: fault === null ? "none" : printFault(fault) });
    },
    stop: async () => {
      await worker.terminate();
    },
  };
}
