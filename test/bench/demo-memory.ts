/** `npm run demo` as it is typed, and how much memory all its processes hold: npm, its shell, the console with the demo inside. */
import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { plainEnvironment } from "@/test/bench/console";
import type { Figure } from "@/test/bench/figure";
import { investigateAll, shiftedWindows } from "@/test/bench/heap";

const investigations = 100;
const root = fileURLToPath(new URL("../../", import.meta.url));

/** A process and all that descend from it. */
function familyOf(process: number): number[] {
  const parents = readdirSync("/proc").flatMap((name): [number, number][] => {
    const stat =
      /^\d+$/.test(name) && existsSync(`/proc/${name}/stat`) ? readFileSync(`/proc/${name}/stat`, "utf8") : "";
    // The command stands in parentheses and may hold anything; the state and the parent follow.
    const parent = /^.*\) \S (\d+)/s.exec(stat)?.[1];
    return parent === undefined ? [] : [[Number(name), Number(parent)]];
  });
  const of = (one: number): number[] => [
    one,
    ...parents.filter(([, parent]) => parent === one).flatMap(([id]) => of(id)),
  ];
  return of(process);
}

/** Proportional set size, MB: what several processes share (Node's own code) is counted once among them. */
const sizeOf = (process: number): number =>
  Number(/^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${process}/smaps_rollup`, "utf8"))?.[1] ?? 0) / 1_000;

/** Nothing where the system does not tell. */
export async function demoMemory(): Promise<Figure[]> {
  if (!existsSync("/proc/self/smaps_rollup")) return [];
  const child = spawn("npm", ["run", "demo", "--", "--port", "0"], {
    cwd: root,
    env: { NODE_ENV: "production", ...plainEnvironment() },
    stdio: ["ignore", "pipe", "inherit"],
    // A group of its own: npm does not hand on every signal.
    detached: true,
  });
  const { pid } = child;
  if (pid === undefined) throw new Error("npm could not be started");
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const end = (): void => {
    if (child.exitCode === null && child.signalCode === null) process.kill(-pid, "SIGKILL");
  };
  process.on("exit", end);
  try {
    const said = await new Promise<string>((resolve, reject) => {
      let heard = "";
      child.stdout.on("data", (chunk) => {
        heard += String(chunk);
        if (/Throughline is at \S+/.test(heard)) resolve(heard);
      });
      child.once("exit", () => reject(new Error(`the demo did not start:\n${heard}`)));
    });
    const url = /Throughline is at (\S+)/.exec(said)?.[1] ?? "";
    const lead = /to paste: (\S+)/.exec(said)?.[1] ?? "";
    await investigateAll(url, shiftedWindows(lead, investigations));
    const sizes = familyOf(pid).map(sizeOf);
    return [
      {
        what: `memory of npm run demo after ${investigations} investigations`,
        value: sizes.reduce((sum, size) => sum + size, 0),
        unit: "MB",
        from: `proportional, npm and what it started: ${sizes.map((size) => size.toFixed(0)).join(" + ")}`,
        most: 400,
      },
    ];
  } finally {
    end();
    await ended;
    process.off("exit", end);
  }
}
