/**
 * Binaries of the real servers, built from the Go modules beside this file into a cache outside the repository, named
 * by version; what is there is not built again. A first build takes minutes and gigabytes of Go's own caches.
 */
import { spawn } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const packages = {
  prometheus: { version: "v0.315.0", path: "github.com/prometheus/prometheus/cmd/prometheus" },
  loki: { version: "v3.7.8", path: "github.com/grafana/loki/v3/cmd/loki" },
  jaeger: { version: "v1.62.0", path: "github.com/jaegertracing/jaeger/cmd/all-in-one" },
  alertmanager: { version: "v0.31.1", path: "github.com/prometheus/alertmanager/cmd/alertmanager" },
} as const;

export type ServerName = keyof typeof packages;
export const serverNames = ["prometheus", "loki", "jaeger", "alertmanager"] as const satisfies readonly ServerName[];

const cache = process.env.THROUGHLINE_STACK_CACHE || join(homedir(), ".cache", "throughline-stack");

function goBuild(name: ServerName, output: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const { path } = packages[name];
    const go = spawn("go", ["build", "-trimpath", "-tags", "netgo", "-ldflags", "-s -w", "-o", output, path], {
      cwd: fileURLToPath(new URL(`./${name}`, import.meta.url)),
      env: { ...process.env, CGO_ENABLED: "0" },
      stdio: ["ignore", "inherit", "inherit"],
    });
    const atExit = (): void => {
      go.kill("SIGKILL");
      rmSync(output, { force: true });
    };
    process.on("exit", atExit);
    go.on("close", () => process.off("exit", atExit));
    go.on("error", () => reject(new Error("Go is needed to build the servers (https://go.dev/dl), and was not found")));
    go.on("exit", (code) => (code === 0 ? resolve() : reject(new Error(`building ${name} failed (${code})`))));
  });
}

/** Path of the server's binary. One build at a time: each takes all the cores there are. */
export async function binaryOf(name: ServerName, say: (text: string) => void): Promise<string> {
  const binary = join(cache, `${name}-${packages[name].version}`);
  if (existsSync(binary)) return binary;
  await mkdir(cache, { recursive: true });
  say(`building ${name} ${packages[name].version}, once; this takes some minutes`);
  // Renamed when whole, so that an interrupted build leaves nothing that looks like one.
  const unfinished = `${binary}.${process.pid}`;
  try {
    await goBuild(name, unfinished);
    await rename(unfinished, binary);
  } finally {
    await rm(unfinished, { force: true });
  }
  return binary;
}
