/** A console whose words nobody reads any more: its terminal was closed, or the reader of its log died. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { expect, test } from "@playwright/test";

const start = fileURLToPath(new URL("../../app/cli/start.mjs", import.meta.url));

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });

/** Ticks (10 ms) that a process has worked, by Linux's own count: utime and stime behind the name in brackets. */
function worked(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /s, "")
    .split(" ");
  return Number(fields[11]) + Number(fields[12]);
}

test("it goes on answering, and rests where nobody asks", async () => {
  const port = await freePort();
  const env = { ...process.env, NODE_ENV: "production" as const, THROUGHLINE_CONFIG: "" };
  const child = spawn(process.execPath, [start, "--port", `${port}`], { env, stdio: ["ignore", "pipe", "pipe"] });
  try {
    child.stdout.destroy();
    child.stderr.destroy();
    const answers = () =>
      fetch(`http://127.0.0.1:${port}/api/health`).then(
        ({ status }) => status,
        () => 0,
      );
    await expect.poll(answers, { timeout: 60_000 }).toBeGreaterThan(0);
    await pause(1_000); // what it does at its start
    const before = worked(child.pid ?? 0);
    await pause(2_000);
    // A core would have worked 200 ticks.
    expect(worked(child.pid ?? 0) - before).toBeLessThan(100);
    expect(await answers()).toBeGreaterThan(0);
  } finally {
    child.kill("SIGKILL");
  }
});
