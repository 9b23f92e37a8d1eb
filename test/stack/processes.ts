/** Child processes that never outlive us: started with a log each, watched, stopped together. */
import { type ChildProcess, spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { closeSync, openSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { setTimeout as wait } from "node:timers/promises";

/** Below those that systems give to outgoing connections, one of which could take a port before its server does. */
const [lowest, highest] = [12_000, 28_000];

/** null: it is taken. */
const heldAt = (port: number): Promise<Server | null> =>
  new Promise((resolve) => {
    const server = createServer();
    server.on("error", () => resolve(null));
    server.listen(port, "127.0.0.1", () => resolve(server));
  });

/** Free loopback ports. Held together while they are found, so that none is given twice. */
export async function freePorts(count: number): Promise<number[]> {
  const held = new Map<number, Server>();
  for (let tries = 0; held.size < count && tries < 50 * count; tries += 1) {
    const port = randomInt(lowest, highest);
    const server = held.has(port) ? null : await heldAt(port);
    if (server) held.set(port, server);
  }
  await Promise.all([...held.values()].map((server) => new Promise((resolve) => server.close(resolve))));
  if (held.size < count) throw new Error(`no ${count} free ports were found between ${lowest} and ${highest}`);
  return [...held.keys()];
}

export type Running = {
  readonly name: string;
  /** Settles when the process has ended, wanted or not, with the last lines of its log. */
  readonly ended: Promise<string>;
  readonly isAlive: () => boolean;
  /** SIGTERM, and SIGKILL after `patienceMs`. */
  readonly stop: (patienceMs: number) => Promise<void>;
  /** At once; for when no promise will be waited for any more. */
  readonly kill: () => void;
};

const tailOf = (logFile: string): string => readFileSync(logFile, "utf8").trimEnd().split("\n").slice(-12).join("\n");

export function run(
  name: string,
  binary: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  logFile: string,
): Running {
  const log = openSync(logFile, "a");
  const child: ChildProcess = spawn(binary, args, { env: { ...process.env, ...env }, stdio: ["ignore", log, log] });
  closeSync(log);
  let alive = true;
  const ended = new Promise<string>((resolve) => {
    child.on("error", (error) => resolve(`${name} did not start: ${error.message}`));
    child.on("exit", (code, signal) =>
      resolve(`${name} ended (${signal ?? code}); its last words:\n${tailOf(logFile)}`),
    );
  });
  void ended.then(() => {
    alive = false;
  });
  return {
    name,
    ended,
    isAlive: () => alive,
    kill: () => child.kill("SIGKILL"),
    stop: async (patienceMs) => {
      if (!alive) return;
      child.kill("SIGTERM");
      await Promise.race([ended, wait(patienceMs, undefined, { ref: false })]);
      if (!alive) return;
      child.kill("SIGKILL");
      await ended;
    },
  };
}

/** Waits until `url` answers 2xx; throws when the process ends before, or after `patienceMs`. */
export async function untilReady(running: Running, url: string, patienceMs: number): Promise<void> {
  const deadline = Date.now() + patienceMs;
  while (Date.now() < deadline) {
    if (!running.isAlive()) throw new Error(await running.ended);
    const answered = await fetch(url, { signal: AbortSignal.timeout(5_000) }).catch(() => null);
    await answered?.body?.cancel();
    if (answered?.ok) return;
    await wait(150);
  }
  throw new Error(`${running.name} was not ready after ${patienceMs / 1_000} s`);
}
