/** The built console as a process of its own, on a free port, with the configuration a test gives it. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export type RunningConsole = {
  readonly url: string;
  readonly output: () => string;
  readonly isAlive: () => boolean;
  readonly stop: () => Promise<void>;
};

const start = fileURLToPath(new URL("../../app/cli/start.mjs", import.meta.url));

/** `yaml` is the whole configuration; "" = none at all. */
export async function startConsole(yaml: string, more: Readonly<Record<string, string>> = {}): Promise<RunningConsole> {
  const folder = mkdtempSync(join(tmpdir(), "throughline-e2e-"));
  const file = join(folder, "throughline.yaml");
  if (yaml !== "") writeFileSync(file, yaml);
  const inherited = Object.entries(process.env).filter(
    ([name]) => !name.startsWith("THROUGHLINE_") && name !== "PORT" && name !== "HOSTNAME",
  );
  const env = {
    NODE_ENV: "production" as const,
    ...Object.fromEntries(inherited),
    ...(yaml === "" ? {} : { THROUGHLINE_CONFIG: file }),
    ...more,
  };
  const child = spawn(process.execPath, [start, "--port", "0"], { env, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  const url = await new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`the console did not start:\n${output}`)), 120_000);
    const hear = (chunk: Buffer): void => {
      output += chunk.toString();
      const found = /Throughline is at (\S+)/.exec(output)?.[1];
      if (found) {
        clearTimeout(timer);
        resolve(found);
      }
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    child.on("exit", (code) => reject(new Error(`the console ended with ${code}:\n${output}`)));
  });
  return {
    url,
    output: () => output,
    isAlive: () => child.exitCode === null,
    stop: () =>
      new Promise((resolve) => {
        const done = (): void => {
          rmSync(folder, { recursive: true, force: true });
          resolve();
        };
        if (child.exitCode !== null) return done();
        child.on("exit", done);
        child.kill("SIGTERM");
      }),
  };
}
