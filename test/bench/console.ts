/** The built console in a process of its own, and one who asks it. */
import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { StreamLine } from "@/lib/stream/lines";

export type Console = {
  readonly url: string;
  /** What inside-console.ts tells. */
  readonly tell: (name: "watch" | "stall" | "worked" | "heap") => Promise<number>;
  readonly stop: () => Promise<void>;
};

const fileOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** Only what is configured here: a stack's own variables would be said to be overruled. */
export const plainEnvironment = (): Record<string, string | undefined> =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(THROUGHLINE|STACK)_/.test(name)));

export async function startConsole(config: string): Promise<Console> {
  const folder = await mkdtemp(join(tmpdir(), "throughline-bench-"));
  const file = join(folder, "throughline.yaml");
  await writeFile(file, config);
  const child = spawn(
    process.execPath,
    [
      "--disable-warning=ExperimentalWarning",
      "--expose-gc",
      "--import",
      fileOf("./inside-console.ts"),
      fileOf("../../app/cli/start.mjs"),
      "--port",
      "0",
    ],
    {
      env: { NODE_ENV: "production", ...plainEnvironment(), THROUGHLINE_CONFIG: file },
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    },
  );
  const atExit = (): void => {
    child.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  };
  process.on("exit", atExit);
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const stop = async (): Promise<void> => {
    child.kill("SIGKILL"); // it holds nothing that must be put down gently
    await ended;
    await rm(folder, { recursive: true, force: true });
    process.off("exit", atExit);
  };

  let said = "";
  const url = new Promise<string>((resolve, reject) => {
    const hear = (chunk: unknown): void => {
      said += String(chunk);
      const found = /Throughline is at (\S+)/.exec(said)?.[1];
      if (found !== undefined) resolve(found);
    };
    child.stdout?.on("data", hear);
    child.stderr?.on("data", hear);
    child.once("exit", () => reject(new Error(`the console did not start:\n${said}`)));
  });
  const tell: Console["tell"] = (name) =>
    new Promise((resolve) => {
      const hear = (message: unknown): void => {
        if (typeof message !== "object" || message === null || !("name" in message) || !("value" in message)) return;
        if (message.name !== name) return;
        child.off("message", hear);
        resolve(Number(message.value));
      };
      child.on("message", hear);
      child.send(name);
    });
  try {
    return { url: await url, tell, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

export type Question = {
  readonly lead: string;
  readonly environment?: string;
  readonly from?: string;
  readonly to?: string;
  readonly fresh?: boolean;
};

/** When each line was parsed, ms after the request was sent. */
export type Heard = {
  /** Epoch ms with fraction. */
  readonly sent: number;
  readonly lines: readonly { readonly line: StreamLine; readonly after: number }[];
};

/** One reader to the end of the stream, as the page reads it. */
export async function investigate(url: string, question: Question): Promise<Heard> {
  const begin = performance.now();
  const response = await fetch(`${url}/api/investigate`, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/x-ndjson" },
    body: JSON.stringify(question),
  });
  if (!response.ok || !response.body) throw new Error(`${response.status} ${await response.text()}`);
  const lines: Heard["lines"][number][] = [];
  let rest = "";
  for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
    const parts = (rest + text).split("\n");
    rest = parts.pop() ?? "";
    for (const part of parts) {
      const line: StreamLine = JSON.parse(part);
      lines.push({ line, after: performance.now() - begin });
    }
  }
  if (lines.at(-1)?.line.type !== "end") throw new Error(`the stream of ${question.lead} did not end as it should`);
  return { sent: performance.timeOrigin + begin, lines };
}
