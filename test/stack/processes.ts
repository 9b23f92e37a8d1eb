/** Child processes that never outlive us: started with a log each, watched, stopped together. */
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { setTimeout as wait } from "node:timers/promises";

/** Free loopback ports. Held together while they are found, so that none is given twice. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve, reject) => {
          server.on("error", reject);
          server.listen(0, "127.0.0.1", () => {
            const address = server.address();
            resolve(typeof address === "object" && address ? address.port : 0);
          });
        }),
    ),
  );
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
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
